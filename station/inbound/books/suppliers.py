"""What suppliers' goods are like: of what came in the days asked for, how much was refused (P8)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, case, cast, func, select

from station.catalog.models import Supplier
from station.ground.registers.filters import Days, Number
from station.ground.registers.kinds import QUANTITY, YES
from station.ground.registers.register import Col, Summary
from station.ground.web.desk import DESK
from station.inbound.models import InboundNotice, Receipt, ReceiptLine, ReceiptState

BARS = 12
"""So many suppliers are drawn, the worst first."""


def _trucks(where: ColumnElement[bool]) -> Any:
    """How many trucks are so."""
    return func.count(case((where, Receipt.id)).distinct())


def _whole(column: Any) -> Any:
    """A sum as a whole number, which PostgreSQL would make a decimal; 0 of nothing."""
    return cast(func.coalesce(func.sum(column), 0), BigInteger)


def permille(part: int, whole: int) -> int:
    """How many of a thousand, halves rounded up; 0 of nothing."""
    return (2000 * part + whole) // (2 * whole) if whole else 0


def percent(part: int, whole: int) -> str:
    """A share with one decimal."""
    tenths = permille(part, whole)
    return f"{tenths // 10}.{tenths % 10} %"


SUPPLIERS = Summary(
    name="suppliers",
    title="Supplier quality",
    query=select(
        Supplier.code,
        Supplier.name,
        Supplier.is_watched,
        func.count(Receipt.id.distinct()).label("trucks"),
        _trucks(Receipt.state == ReceiptState.REJECTED_ALL).label("sent_back"),
        _trucks(ReceiptLine.override != "").label("allowed"),
        _whole(ReceiptLine.qty_delivered).label("delivered"),
        _whole(ReceiptLine.qty_rejected).label("rejected"),
        _whole(ReceiptLine.samples_done).label("samples"),
        _whole(ReceiptLine.defects).label("defects"),
    )
    .select_from(Receipt)
    .join(InboundNotice, InboundNotice.id == Receipt.notice_id)
    .join(Supplier, Supplier.id == InboundNotice.supplier_id)
    .outerjoin(ReceiptLine, ReceiptLine.receipt_id == Receipt.id)
    .where(Receipt.state != ReceiptState.CANCELLED)
    .group_by(Supplier.id, Supplier.code, Supplier.name, Supplier.is_watched),
    key=Supplier.code,
    columns=(
        Col("code", "Code", share=10),
        Col("name", "Supplier", share=20),
        Col("is_watched", "Watched", YES, share=7),
        Col("trucks", "Trucks", QUANTITY, share=7),
        Col("sent_back", "Sent back whole", QUANTITY, share=8),
        Col("allowed", "Allowed by a supervisor", QUANTITY, share=8),
        Col("delivered", "Delivered", QUANTITY, share=9),
        Col("rejected", "Pieces refused", QUANTITY, share=9),
        Col("share", "Share refused", of=lambda row: percent(row.rejected, row.delivered), share=9),
        Col("samples", "Samples done", QUANTITY, share=8),
        Col("defects", "Defects", QUANTITY, share=7),
    ),
    filters=(Days(Receipt.arrived_at, is_month=True), Number(Supplier.code, Supplier.name)),
    roles=DESK,
)


@dataclass(frozen=True, slots=True)
class Bar:
    """One supplier in the chart: the share refused, how long its bar is (0–1000), whether it alarms."""

    name: str
    said: str
    length: int
    is_bad: bool


def bars(rows: Sequence[Any], alarm_permille: int = 50) -> list[Bar]:
    """The worst suppliers first; the longest bar fills the width. Nothing of who sent only good goods."""
    shares = [(permille(row.rejected, row.delivered), row) for row in rows]
    bad = sorted((one for one in shares if one[0]), key=lambda one: (-one[0], one[1].code))[:BARS]
    most = bad[0][0] if bad else 0
    return [
        Bar(
            row.name,
            percent(row.rejected, row.delivered),
            max(1, 1000 * share // most),
            share > alarm_permille,
        )
        for share, row in bad
    ]
