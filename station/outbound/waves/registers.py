"""The list of waves."""

from __future__ import annotations

from sqlalchemy import func, select

from station.catalog.models import Carrier
from station.ground.registers.filters import Days, Number, State
from station.ground.registers.kinds import INSTANT, QUANTITY, STATE, WORDS
from station.ground.registers.register import Col, Link, Register
from station.ground.web.desk import DESK
from station.outbound.waves.models import Wave, WaveOrder

STATES = ("RELEASED", "PICKING", "DONE")

WAVES = Register(
    name="waves",
    title="Waves",
    query=select(
        Wave.wave_no,
        Wave.state,
        Wave.type,
        Carrier.name,
        select(func.count(WaveOrder.id))
        .where(WaveOrder.wave_id == Wave.id)
        .correlate(Wave)
        .scalar_subquery()
        .label("orders"),
        Wave.created_by,
        Wave.created_at,
    ).join(Carrier, Carrier.id == Wave.carrier_id),
    key=Wave.id,
    newest=Wave.created_at,
    columns=(
        Col("wave_no", "Wave", share=16),
        Col("state", "State", STATE),
        Col("type", "Type", WORDS, share=8),
        Col("name", "Carrier"),
        Col("orders", "Orders", QUANTITY, share=6),
        Col("created_by", "Released by"),
        Col("created_at", "Released", INSTANT),
    ),
    filters=(
        Days(Wave.created_at),
        State(Wave.state, STATES, open=frozenset(STATES) - {"DONE"}, common=frozenset({"DONE"})),
        Number(Wave.wave_no),
    ),
    roles=DESK,
    link=Link("office.wave", wave_no="wave_no"),
)
