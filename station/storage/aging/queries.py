"""What a look at the shelf lives changed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from station.catalog.models import Sku
from station.ground.web.desk import state_word, table
from station.ground.web.i18n import gettext as _
from station.ground.web.sheets import Sheet
from station.ground.web.trail import Docs, one_of
from station.stock.lots import lot_no
from station.stock.models import Location, Lot, Movement

LIMIT = 500


def changed(tx: Session, docs: Docs) -> list[tuple[str, Sheet]]:
    """Article, lot, place, and from which status to which, of each movement."""
    rows = tx.execute(
        select(
            Sku.code, Sku.name_zh, Lot.id, Lot.supplier_lot, Lot.expires_on, Location.code.label("place"),
            Movement.qty, Movement.from_status, Movement.to_status,
        )
        .join(Sku, Sku.id == Movement.sku_id)
        .join(Lot, Lot.id == Movement.lot_id)
        .join(Location, Location.id == Movement.to_location_id)
        .where(one_of(Movement.doc_type, Movement.doc_no, docs))
        .order_by(Movement.id)
        .limit(LIMIT)
    )  # fmt: skip
    columns = [(_("Article"), "code"), (_("Name"), "name"), (_("Lot"), "lot"), (_("Expires"), "expires_on")]
    columns += [(_("Slot"), "place"), (_("Quantity"), "qty"), (_("From"), "was"), (_("To"), "now")]
    return [(_("What changed"), table(columns, [_shown(row) for row in rows]))]


@dataclass(frozen=True, slots=True)
class Change:
    """One movement, with its statuses as words."""

    code: str
    name: str
    lot: str
    expires_on: date | None
    place: str
    qty: int
    was: str
    now: str


def _shown(row: Any) -> Change:
    lot = row.supplier_lot or lot_no(row.id)
    was, now = state_word(row.from_status), state_word(row.to_status)
    return Change(row.code, row.name_zh, lot, row.expires_on, row.place, row.qty, was, now)
