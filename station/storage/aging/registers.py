"""The list of looks at the shelf lives (P10)."""

from __future__ import annotations

from sqlalchemy import select

from station.ground.registers.filters import Days
from station.ground.registers.kinds import DAY, INSTANT, QUANTITY
from station.ground.registers.register import Col, Link, Register
from station.ground.web.desk import DESK
from station.storage.aging.models import AgingRun

AGING = Register(
    name="aging",
    title="Shelf life",
    path="aging",
    query=select(
        AgingRun.run_no,
        AgingRun.day,
        AgingRun.near,
        AgingRun.locked,
        AgingRun.expired,
        AgingRun.good,
        AgingRun.began_at,
        AgingRun.ended_at,
        AgingRun.by,
    ),
    key=AgingRun.id,
    newest=AgingRun.began_at,
    columns=(
        Col("run_no", "Number", share=14),
        Col("day", "Day", DAY),
        Col("near", "Near expiry", QUANTITY),
        Col("locked", "Not sold any more", QUANTITY),
        Col("expired", "Expired", QUANTITY),
        Col("good", "Good again", QUANTITY),
        Col("began_at", "Began", INSTANT),
        Col("ended_at", "Ended", INSTANT),
        Col("by", "Who"),
    ),
    filters=(Days(AgingRun.began_at),),
    roles=DESK,
    link=Link("office.aging_run", run_no="run_no"),
)
