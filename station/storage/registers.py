"""The list of all places (P28)."""

from __future__ import annotations

from typing import Any

from flask import g
from sqlalchemy import select

from station.ground.registers.filters import Number, State
from station.ground.registers.kinds import QUANTITY, STATE
from station.ground.registers.register import Col, Link, Register
from station.ground.web.desk import DESK
from station.ground.words.messages import say
from station.stock.models import VIRTUAL, Location, LocationState


def kind_word(place: Any) -> str:
    """What kind of place it is, in the person's language."""
    return say(f"L-LOC-{place.kind}")[g.actor.lang]


SLOTS = Register(
    name="slots",
    title="Slots",
    path="slots",
    query=select(
        Location.code,
        Location.state,
        Location.kind,
        Location.zone,
        Location.pick_seq,
        Location.label_version,
    ),
    key=Location.id,
    only=Location.kind.not_in(VIRTUAL),
    columns=(
        Col("code", "Slot", share=18),
        Col("state", "State", STATE),
        Col("kind", "Type", of=kind_word),
        Col("zone", "Zone"),
        Col("pick_seq", "Walk", QUANTITY),
        Col("label_version", "Label", QUANTITY),
    ),
    filters=(State(Location.state, tuple(LocationState), open=None), Number(Location.code, Location.barcode)),
    roles=DESK,
    link=Link("office.slot", code="code"),
)
