"""The numbers of a receipt's cartons, chalked on from the moment they are counted (P2, P3).

Accepted cartons are numbered through the whole receipt; what the count refused is set aside and has none.
"""

from __future__ import annotations

from collections.abc import Sequence

from station.inbound.models import ReceiptLine


def of(line: ReceiptLine) -> int:
    """Cartons that the accepted goods fill, a broken one counted as one; what the inspection took out of them
    makes them no fewer.
    """
    known = (line.draw or {}).get("of")
    return int(known) if known else max(1, -(-line.qty_accepted // line.case_qty))


def next_number(counted: Sequence[ReceiptLine]) -> int:
    """The number that the next carton of the receipt gets."""
    return max((line.first_carton + of(line) for line in counted if line.first_carton), default=1)


def last(counted: Sequence[ReceiptLine]) -> int:
    """The number of the carton that was counted last; 0 for none."""
    line = next((line for line in reversed(counted) if line.first_carton), None)
    return line.first_carton + of(line) - 1 if line else 0


def inside(counted: Sequence[ReceiptLine], wanted: int) -> list[ReceiptLine]:
    """The lines of which something lies in the carton with this number: several where goods are mixed."""
    return [
        line
        for line in counted
        if line.first_carton and line.first_carton <= wanted < line.first_carton + of(line)
    ]


def number(line: ReceiptLine, nth: int) -> int:
    """The number of the line's `nth` carton (from 1)."""
    return max(line.first_carton, 1) + nth - 1


def span(line: ReceiptLine) -> str:
    """Its numbers as they are chalked on: ``3–12``; empty when nothing was accepted."""
    if not line.first_carton:
        return ""
    last = line.first_carton + of(line) - 1
    return str(line.first_carton) if last == line.first_carton else f"{line.first_carton}–{last}"
