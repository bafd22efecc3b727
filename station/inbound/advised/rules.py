"""What a carton's own number says of its goods (P2): an SSCC, or one of our own labels.

It is looked for on this truck, in the notice, among what is in stock, and among what came before; what nobody
knows is kept beside the count as the carton's number. A number never counts anything: a person does.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, delete, insert, select
from sqlalchemy.orm import Session

from station.catalog.models import Sku
from station.ground.scan import sscc
from station.ground.words.messages import Refused
from station.inbound.advised.models import AdvisedCarton
from station.inbound.models import InboundLine, InboundNotice, Receipt, ReceiptLine
from station.stock.models import VIRTUAL, HandlingUnit, Location, Movement, Stock


class Where(StrEnum):
    """Counted on this truck; announced for its order, for another one; here before; nobody knows it."""

    COUNTED = "COUNTED"
    ADVISED = "ADVISED"
    ELSEWHERE = "ELSEWHERE"
    BEFORE = "BEFORE"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True, slots=True)
class Known:
    """Where a carton's number is known from, the articles (ids) in it, and of which other order it is."""

    where: Where
    skus: tuple[int, ...] = ()
    order: str = ""


def advise(tx: Session, notice_id: int, numbers: dict[str, str]) -> None:
    """Keep what the lines of a notice announce: line key → the SSCCs as written."""
    mine = select(InboundLine.id, InboundLine.line_key).where(InboundLine.notice_id == notice_id)
    rows = [
        {"line_id": line.id, "sscc": number}
        for line in tx.execute(mine)
        for number in sscc.listed(numbers.get(line.line_key, ""))
    ]
    if rows:
        tx.execute(insert(AdvisedCarton), rows)


def forget(tx: Session, notice_id: int) -> None:
    """The notice announces no carton by its number any more."""
    mine = select(InboundLine.id).where(InboundLine.notice_id == notice_id)
    tx.execute(
        delete(AdvisedCarton).where(AdvisedCarton.line_id.in_(mine)),
        execution_options={"synchronize_session": False},
    )


def look_up(tx: Session, receipt: Receipt, number: str) -> Known:
    """What is known of a carton at the dock. E-RCV-18 for one of ours that holds goods in this house."""
    counted = _skus(tx, select(ReceiptLine.sku_id).where(_is(number), ReceiptLine.receipt_id == receipt.id))
    if counted:
        return Known(Where.COUNTED, counted)
    _not_in_stock(tx, number)
    advised = tx.execute(
        select(InboundLine.sku_id, InboundNotice.id, InboundNotice.asn_no)
        .join(AdvisedCarton, AdvisedCarton.line_id == InboundLine.id)
        .join(InboundNotice, InboundNotice.id == InboundLine.notice_id)
        .where(AdvisedCarton.sscc == number)
        .order_by(InboundLine.id)
    ).all()
    mine = [row.sku_id for row in advised if row.id == receipt.notice_id]
    if mine:
        return Known(Where.ADVISED, tuple(dict.fromkeys(mine)))
    if advised:
        return Known(Where.ELSEWHERE, tuple(dict.fromkeys(row.sku_id for row in advised)), advised[0].asn_no)
    before = _skus(tx, select(ReceiptLine.sku_id).where(_is(number))) or _skus(
        tx,
        select(Movement.sku_id)
        .join(HandlingUnit, HandlingUnit.id == Movement.to_hu_id)
        .where(HandlingUnit.lpn == number),
    )
    return Known(Where.BEFORE, before) if before else Known(Where.UNKNOWN)


def _not_in_stock(tx: Session, number: str) -> None:
    place = tx.scalar(
        select(Location.code)
        .join(Stock, Stock.location_id == Location.id)
        .join(HandlingUnit, HandlingUnit.id == Stock.hu_id)
        .where(HandlingUnit.lpn == number, Stock.on_hand > 0, Location.kind.not_in(sorted(VIRTUAL)))
        .limit(1)
    )
    if place is not None:
        raise Refused("E-RCV-18", no=number, slot=place)


def _is(number: str) -> ColumnElement[bool]:
    return ReceiptLine.carton_code == number


def _skus(tx: Session, query: Select[int]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(tx.scalars(query)))


def names(tx: Session, sku_ids: Iterable[int]) -> list[str]:
    """What articles are called."""
    return [tx.get_one(Sku, sku_id).name_zh for sku_id in sku_ids]
