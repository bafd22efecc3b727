"""Temporary carton labels (P3): printed when somebody asks, from the count on, until the real label prints.

Each says one carton of a lot by its number, and its code proves it when it is scanned. It is void once the
sheet is keyed in, and when the count of its lot was taken back; a new one is printed then.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from printers import documents as paper
from station.catalog import rules as catalog
from station.ground.documents.check_char import internal
from station.ground.words.messages import Refused
from station.ground.work import Work
from station.inbound import cartons, documents, rules
from station.inbound.models import ReceiptLine
from station.paper.sending import print_, seen
from station.stock.models import HandlingUnit

PREFIX, _DIGITS, _LONGEST = "TC", 4, 14
MOST = 60
"""Labels of one wish: a roll holds some hundreds, and a slip of the finger should not use one up."""


def code_of(line: ReceiptLine, number: int) -> str:
    """What the label of this carton says."""
    return internal(PREFIX, f"{line.lot_id}{number:0{_DIGITS}d}")


def numbers(line: ReceiptLine) -> range:
    """The numbers of the line's accepted cartons."""
    first = line.first_carton
    return range(first, first + cartons.of(line)) if first else range(0)


def print_for(work: Work, line: ReceiptLine, wanted: Sequence[int]) -> int:
    """Labels for these cartons of a line; how many. E-LBL-06 for a carton that the line does not have."""
    receipt, sku = rules.receipt(work.tx, line.receipt_id), catalog.sku(work.tx, line.sku_id)
    known = numbers(line)
    for number in wanted:
        if number not in known or number >= 10**_DIGITS:
            raise Refused("E-LBL-06", n=number, all=cartons.span(line))
        label = paper.TempLabel(
            temp_code=code_of(line, number),
            carton_no=str(number),
            product_name=sku.name_zh,
            sku_code=sku.code,
            spec=sku.spec,
            expires_on=str(line.expires_on or ""),
            receipt_no=receipt.receipt_no,
            counted_on=documents.local_day(work.now, work.settings),
        )
        print_(work, label, PREFIX, label.temp_code, key=work.key, batch=f"{receipt.receipt_no}-{PREFIX}")
    return len(wanted)


def carton(work: Work, text: str) -> tuple[ReceiptLine, int]:
    """The line and the carton's number that a label says, E-LBL-05 when it is void; the scan proves that the
    paper exists.
    """
    found = says(work.tx, text)
    seen(work, PREFIX, text)
    return found


def says(tx: Session, text: str) -> tuple[ReceiptLine, int]:
    """The line and the carton's number that a label says; E-LBL-05 when it is void."""
    lot_id, number = _said(text)
    line = tx.scalars(select(ReceiptLine).where(ReceiptLine.lot_id == lot_id)).first()
    if line is None or number not in numbers(line) or _has_real(tx, line):
        raise Refused("E-LBL-05")
    return line, number


def _said(text: str) -> tuple[int, int]:
    body = text.removeprefix(PREFIX)[:-1]
    if not body.isdigit() or not _DIGITS < len(body) <= _LONGEST:
        raise Refused("E-LBL-05")
    return int(body[:-_DIGITS]), int(body[-_DIGITS:])


def _has_real(tx: Session, line: ReceiptLine) -> bool:
    """Whether the receipt's cartons have their receiving labels."""
    made = select(HandlingUnit.id).join(ReceiptLine, ReceiptLine.id == HandlingUnit.receipt_line_id)
    return tx.scalar(made.where(ReceiptLine.receipt_id == line.receipt_id).limit(1)) is not None
