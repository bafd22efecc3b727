"""What a file of opening stock says, row by row: its columns, and rows as lines before anything is looked
up. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from station.ground.spreadsheets.cells import capitals, code, plain
from station.ground.spreadsheets.columns import Column, by_header, headings, values_of
from station.ground.spreadsheets.days import day
from station.ground.spreadsheets.numbers import number
from station.ground.spreadsheets.reading import Row
from station.ground.spreadsheets.reasons import MOST_PROBLEMS, Problem

MOST_LINES = 5_000
"""Lines of one document: it is posted as a whole, while everybody else waits for some seconds."""

COLUMNS = (
    Column(
        "slot",
        "库位/货位/库位编码：标签上的库位号",
        "the slot's code as its label shows it",
        capitals(40),
        "A-01-01-1-01",
    ),
    Column(
        "sku_code",
        "商品编码/货号/条码/商品条码：编码或单件条码",
        "article number, or the barcode of one unit",
        plain(code(80)),
        "S0001",
    ),
    Column("lot", "批号：供应商批号", "the supplier's lot", plain(code(40)), "L260101"),
    Column("produced_on", "生产日期", "production date", day, "2026-01-31"),
    Column(
        "expires_on",
        "到期日期/有效期至：不填按保质期推算",
        "expiry date, else by the shelf life",
        day,
        "2027-01-26",
    ),
    Column("qty", "数量/库存数量：单件数", "quantity in units", number(1), "24"),
)
REQUIRED = frozenset({"slot", "sku_code", "qty"})
KNOWN = headings(COLUMNS)


@dataclass(frozen=True, slots=True)
class Said:
    """One row: a place and an article as they were written, and `qty` EACH. `row` counts as Excel does."""

    row: int
    slot: str
    article: str
    qty: int
    lot: str = ""
    produced_on: date | None = None
    expires_on: date | None = None


def lines_of(header: Sequence[str], rows: Sequence[Row], zone: ZoneInfo) -> tuple[list[Said], list[Problem]]:
    """The rows of a file, or the first findings against them."""
    problems: list[Problem] = []
    if len(rows) > MOST_LINES:
        return [], [Problem(rows[MOST_LINES].number, "", str(len(rows)), "E-ERP-03", f"> {MOST_LINES}")]
    columns = by_header(COLUMNS, REQUIRED, header, problems)
    said: list[Said] = []
    for row in rows if not problems else ():
        if len(problems) >= MOST_PROBLEMS:
            break
        before = len(problems)
        values = values_of(row, columns, REQUIRED, zone, problems)
        if len(problems) == before:
            said.append(
                Said(
                    row=row.number,
                    slot=values["slot"],
                    article=values["sku_code"],
                    qty=values["qty"],
                    lot=values.get("lot", ""),
                    produced_on=values.get("produced_on"),
                    expires_on=values.get("expires_on"),
                )
            )
    return said, problems[:MOST_PROBLEMS]
