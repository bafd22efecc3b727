"""What the desk looks up of print jobs."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from printers.schema import print_job
from station.ground.registers.pages import table
from station.ground.web.i18n import gettext as _
from station.ground.web.sheets import PAGE, Sheet
from station.ground.web.trail import Docs, one_of
from station.paper.registers import JOBS


def jobs_of(tx: Session, printer_id: int, limit: int) -> list[Any]:
    """The newest print jobs of one printer."""
    query = JOBS.query.where(print_job.c.printer_id == printer_id)
    return list(tx.execute(query.order_by(print_job.c.id.desc()).limit(limit)))


def papers(tx: Session, docs: Docs) -> tuple[str, Sheet]:
    """The newest print jobs of documents."""
    mine = one_of(print_job.c.subject_type, print_job.c.subject_no, docs)
    ids = list(tx.scalars(select(print_job.c.id).where(mine).order_by(print_job.c.id.desc()).limit(PAGE)))
    return _("Papers"), table(JOBS, JOBS.rows(tx, ids))
