"""The list of opening documents."""

from __future__ import annotations

from sqlalchemy import func, select

from station.ground.registers.filters import Days, Number, State
from station.ground.registers.kinds import INSTANT, QUANTITY, STATE, WORDS
from station.ground.registers.register import Add, Col, Link, Register
from station.ground.web.desk import DESK, RULERS
from station.storage.opening.models import Opening, OpeningLine, OpeningState

_LINES = (
    select(func.count())
    .where(OpeningLine.opening_id == Opening.id, OpeningLine.qty > 0, OpeningLine.removed_at.is_(None))
    .correlate(Opening)
    .scalar_subquery()
)

OPENINGS = Register(
    name="opening",
    title="Opening stock",
    path="opening",
    query=select(
        Opening.os_no,
        Opening.state,
        Opening.source,
        Opening.title,
        _LINES.label("lines"),
        Opening.created_by,
        Opening.created_at,
        Opening.posted_at,
    ),
    key=Opening.id,
    newest=Opening.created_at,
    columns=(
        Col("os_no", "Document", share=16),
        Col("state", "State", STATE, share=8),
        Col("source", "By", WORDS, share=10),
        Col("title", "File", share=18),
        Col("lines", "Lines", QUANTITY, share=8),
        Col("created_by", "Who", share=12),
        Col("created_at", "Begun", INSTANT, share=14),
        Col("posted_at", "Posted", INSTANT, share=14),
    ),
    filters=(
        Days(Opening.created_at),
        State(Opening.state, tuple(OpeningState), open=frozenset({OpeningState.DRAFT})),
        Number(Opening.os_no, Opening.title),
    ),
    roles=DESK,
    link=Link("office.opening_document", os_no="os_no"),
    add=Add("office.new_opening", RULERS),
)
