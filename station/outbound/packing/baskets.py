"""Identical baskets (W3): the first parcel is verified unit by unit, the others by one unit and weight (P13).

Only where the scale would miss one: every weight is known, and the lightest unit weighs more than twice the
tolerance. Valuables and pieces with numbers are always seen one by one.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from station.catalog.models import Sku
from station.ground.work import Work
from station.outbound.packing import weighing
from station.outbound.packing.position import Line


def signature(lines: Sequence[Line]) -> str:
    """What makes two baskets one kind: articles and quantities, gifts apart."""
    return " ".join(sorted(f"{line.sku}{'g' if line.is_gift else ''}x{line.qty}" for line in lines))


def is_weighed_whole(work: Work, lines: Sequence[Line]) -> bool:
    """Whether a missing unit of this basket would be felt by the scale, and none must be seen by itself."""
    skus = {sku.id: sku for sku in work.tx.scalars(select(Sku).where(Sku.id.in_([one.sku for one in lines])))}
    if any(sku.is_valuable or sku.is_serial or not sku.gross_g for sku in skus.values()):
        return False
    rules = work.rules
    expected = weighing.expected_dg(
        [(skus[line.sku].gross_g, line.qty) for line in lines], tare_g=0, filler_g=rules.filler_g
    )
    lightest = min(sku.gross_g for sku in skus.values())
    return not weighing.is_insensitive(lightest, expected, rules.wt_abs_g, rules.wt_pct, rules.wt_cap_g)
