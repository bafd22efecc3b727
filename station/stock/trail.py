"""What documents moved: their rows of the ledger."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from station.catalog.models import Sku
from station.ground import db
from station.ground.web.desk import table
from station.ground.web.i18n import gettext as _
from station.ground.web.sheets import Sheet
from station.ground.web.trail import Docs, one_of
from station.stock.models import Location, Movement

LIMIT = 200


def movements(tx: Session, docs: Docs) -> tuple[str, Sheet]:
    """The first ledger rows of documents, with the names of places."""
    source, target = db.table(Location).alias("source"), db.table(Location).alias("target")
    rows = tx.execute(
        select(
            Movement.at,
            Movement.type,
            Sku.code,
            Movement.qty,
            source.c.code.label("source"),
            target.c.code.label("target"),
        )
        .join(Sku, Sku.id == Movement.sku_id)
        .join(source, source.c.id == Movement.from_location_id)
        .join(target, target.c.id == Movement.to_location_id)
        .where(one_of(Movement.doc_type, Movement.doc_no, docs))
        .order_by(Movement.id)
        .limit(LIMIT)
    )
    columns = [
        (_("Time"), "at"),
        (_("Type"), "type"),
        (_("Article"), "code"),
        (_("Quantity"), "qty"),
        (_("From"), "source"),
        (_("To"), "target"),
    ]
    return _("Ledger"), table(columns, rows)
