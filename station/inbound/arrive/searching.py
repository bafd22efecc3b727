"""Which order a truck comes for when no number can be scanned: part of it, a supplier, an article (P1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, false, or_, select
from sqlalchemy.orm import Session

from station.catalog.models import Sku, Supplier
from station.inbound.models import InboundLine, InboundNotice

MOST = 4
"""So many the smallest screen shows."""
NAME = 10
"""Characters of a supplier's name in a list."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An open order: its id and number, its supplier, the day it is expected."""

    id: int
    asn_no: str
    supplier: str
    expected_on: date | None

    @property
    def label(self) -> str:
        """The order as one line of a list."""
        day = f" {self.expected_on:%m-%d}" if self.expected_on else ""
        return f"{self.asn_no} {self.supplier[:NAME]}{day}"


def by_text(tx: Session, warehouse: str, text: str) -> list[Candidate]:
    """Open orders with `text` in their number, their supplier's name or number, or an article's; at most
    `MOST` and one more, by their date.
    """
    brings = _brings(
        or_(Sku.code.icontains(text, autoescape=True), Sku.name_zh.icontains(text, autoescape=True))
    )
    return _open(
        tx,
        warehouse,
        or_(
            InboundNotice.asn_no.icontains(text, autoescape=True),
            Supplier.name.icontains(text, autoescape=True),
            Supplier.code.icontains(text, autoescape=True),
            brings,
        ),
    )


def by_article(tx: Session, warehouse: str, sku_id: int) -> list[Candidate]:
    """Open orders that bring an article; at most `MOST` and one more, by their date."""
    return _open(tx, warehouse, _brings(Sku.id == sku_id))


def by_ids(tx: Session, ids: list[int]) -> list[Candidate]:
    """Orders that were found before, in that order, as they are now."""
    found = {one.id: one for one in _rows(tx, InboundNotice.id.in_(ids))}
    return [found[one] for one in ids if one in found]


def _brings(which: ColumnElement[bool]) -> ColumnElement[bool]:
    lines = select(InboundLine.id).join(Sku, Sku.id == InboundLine.sku_id)
    return lines.where(InboundLine.notice_id == InboundNotice.id, which).exists()


def _open(tx: Session, warehouse: str, which: ColumnElement[bool]) -> list[Candidate]:
    return _rows(tx, InboundNotice.warehouse == warehouse, InboundNotice.is_closed.is_(false()), which)


def _rows(tx: Session, *which: ColumnElement[bool]) -> list[Candidate]:
    rows = tx.execute(
        select(InboundNotice.id, InboundNotice.asn_no, Supplier.name, InboundNotice.expected_on)
        .join(Supplier, Supplier.id == InboundNotice.supplier_id)
        .where(*which)
        .order_by(InboundNotice.expected_on, InboundNotice.id)
        .limit(MOST + 1)
    )
    return [Candidate(*row) for row in rows]
