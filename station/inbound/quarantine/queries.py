"""What the pages of quarantine show."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from station.catalog.models import Sku
from station.inbound.quarantine.models import LetOut, LetOutLine, SetApart
from station.stock.models import Location, Lot


def entry(tx: Session, entry_no: str) -> Any:
    """An entry with the names of its goods and places; None for a number that is none."""
    source, place = aliased(Location), aliased(Location)
    return tx.execute(
        select(
            SetApart.entry_no,
            SetApart.qty,
            SetApart.reason,
            SetApart.now_status,
            SetApart.at,
            SetApart.by,
            Sku.code,
            Sku.name_zh,
            Sku.spec,
            Lot.expires_on,
            source.code.label("source"),
            place.code.label("place"),
        )
        .join(Sku, Sku.id == SetApart.sku_id)
        .join(Lot, Lot.id == SetApart.lot_id)
        .join(source, source.id == SetApart.source_id)
        .join(place, place.id == SetApart.location_id)
        .where(SetApart.entry_no == entry_no)
    ).first()


def paper(tx: Session, exit_no: str) -> LetOut | None:
    """The paper by which goods left."""
    return tx.scalars(select(LetOut).where(LetOut.exit_no == exit_no)).first()


def lines(tx: Session, paper_id: int) -> Sequence[Any]:
    """What left by it."""
    return tx.execute(
        select(Sku.code, Sku.name_zh, Lot.expires_on, Location.code.label("place"), LetOutLine.qty)
        .join(Sku, Sku.id == LetOutLine.sku_id)
        .join(Lot, Lot.id == LetOutLine.lot_id)
        .join(Location, Location.id == LetOutLine.location_id)
        .where(LetOutLine.let_out_id == paper_id)
        .order_by(LetOutLine.id)
    ).all()
