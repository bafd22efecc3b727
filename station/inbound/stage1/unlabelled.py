"""Temporary labels for the cartons that were counted last; another carton's by its number."""

from __future__ import annotations

from station.ground.scan.workflow import Context
from station.inbound import rules, temp_steps
from station.inbound.models import ReceiptLine
from station.inbound.stage1.flow import Counting, stage1


def counted_last(ctx: Context) -> ReceiptLine | None:
    """The line whose cartons got their numbers last."""
    counted = rules.lines(ctx.tx, ctx.at(Counting).receipt)
    return next((line for line in reversed(counted) if line.first_carton), None)


want = temp_steps.add_step(stage1, line=counted_last, back="product")
