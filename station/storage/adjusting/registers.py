"""The list of corrections (P27)."""

from __future__ import annotations

from sqlalchemy import select

from station.ground.registers.filters import Days, Number, State
from station.ground.registers.kinds import INSTANT, STATE, WORDS
from station.ground.registers.register import Add, Col, Link, Register
from station.ground.web.desk import DESK, RULERS
from station.storage.adjusting.models import Adjustment, AdjustmentState

ADJUSTMENTS = Register(
    name="adjustments",
    title="Corrections",
    path="adjustments",
    query=select(
        Adjustment.adjustment_no,
        Adjustment.state,
        Adjustment.reason,
        Adjustment.note,
        Adjustment.origin_no,
        Adjustment.made_name,
        Adjustment.made_at,
        Adjustment.posted_at,
    ),
    key=Adjustment.id,
    newest=Adjustment.made_at,
    columns=(
        Col("adjustment_no", "Number", share=14),
        Col("state", "State", STATE),
        Col("reason", "Reason", WORDS),
        Col("note", "Note", share=18),
        Col("origin_no", "Count"),
        Col("made_name", "Who"),
        Col("made_at", "Time", INSTANT),
        Col("posted_at", "Posted", INSTANT),
    ),
    filters=(
        Days(Adjustment.made_at),
        State(Adjustment.state, tuple(AdjustmentState), open=frozenset({AdjustmentState.DRAFT})),
        Number(Adjustment.adjustment_no, Adjustment.note),
    ),
    roles=DESK,
    link=Link("office.adjustment", adjustment_no="adjustment_no"),
    add=Add("office.new_adjustment", RULERS),
)
