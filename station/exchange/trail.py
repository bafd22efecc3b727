"""What the office was told of documents."""

from __future__ import annotations

from typing import Any

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from station.exchange.models import OutboxMessage
from station.ground.web.desk import table
from station.ground.web.i18n import gettext as _
from station.ground.web.sheets import PAGE, Sheet
from station.ground.web.trail import Docs


def messages(tx: Session, docs: Docs) -> tuple[str, Sheet]:
    """Confirmations for the ERP, newest first. They bear the number alone: offices know no types of ours."""
    numbers = sorted({number for _kind, number in docs})
    query = select(OutboxMessage).where(OutboxMessage.doc_no.in_(numbers)).order_by(OutboxMessage.id.desc())
    columns = [
        (_("Message"), "event_key"),
        (_("State"), "state"),
        (_("Trouble"), "last_error"),
        (_("Time"), "created_at"),
    ]
    return _("To the ERP"), table(columns, tx.scalars(query.limit(PAGE)), _link)


def _link(row: Any) -> str:
    return url_for("office.erp_message", message_id=row.id)
