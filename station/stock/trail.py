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
from station.stock.models import Location, Movement, Stock

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


NEWEST = 50


def at_place(tx: Session, place_id: int) -> Sheet:
    """The newest ledger rows of a place, both ways.

    They are found by what has ever stood there: each such lot has a row of stock, and movements are indexed
    by lot.
    """
    source, target = db.table(Location).alias("source"), db.table(Location).alias("target")
    lots = select(Stock.sku_id, Stock.lot_id).where(Stock.location_id == place_id).distinct().subquery()
    rows = tx.execute(
        select(
            Movement.at, Movement.type, Sku.code, Movement.qty, source.c.code.label("source"),
            target.c.code.label("target"), Movement.doc_no,
        )
        .join(lots, (lots.c.sku_id == Movement.sku_id) & (lots.c.lot_id == Movement.lot_id))
        .join(Sku, Sku.id == Movement.sku_id)
        .join(source, source.c.id == Movement.from_location_id)
        .join(target, target.c.id == Movement.to_location_id)
        .where((Movement.from_location_id == place_id) | (Movement.to_location_id == place_id))
        .order_by(Movement.id.desc())
        .limit(NEWEST)
    )  # fmt: skip
    columns = [(_("Time"), "at"), (_("Type"), "type"), (_("Article"), "code"), (_("Quantity"), "qty")]
    columns += [(_("From"), "source"), (_("To"), "target"), (_("Document"), "doc_no")]
    return table(columns, rows)
