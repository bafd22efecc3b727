"""The list of counts: what waits, who counted what (P27)."""

from __future__ import annotations

from sqlalchemy import select

from station.catalog.models import Sku
from station.ground.registers.filters import Number, State
from station.ground.registers.kinds import INSTANT, QUANTITY, STATE
from station.ground.registers.register import Col, Link, Register
from station.ground.tasks import TaskState
from station.ground.web.desk import DESK
from station.stock.lots import lot_no
from station.stock.models import Location, Lot
from station.storage.counting.models import CountTask

COUNTED = Register(
    name="counts",
    title="Counts",
    path="counts",
    query=select(
        CountTask.id,
        CountTask.state,
        CountTask.lot_id,
        CountTask.origin_type,
        CountTask.origin_no,
        CountTask.rounds,
        CountTask.created_at,
        CountTask.done_at,
        Location.code.label("place"),
        Sku.code.label("article"),
        Lot.supplier_lot,
    )
    .join(Location, Location.id == CountTask.location_id)
    .outerjoin(Sku, Sku.id == CountTask.sku_id)
    .outerjoin(Lot, Lot.id == CountTask.lot_id),
    key=CountTask.id,
    columns=(
        Col("task_no", "Number", of=lambda row: f"{CountTask.PREFIX}{row.id}"),
        Col("state", "State", STATE),
        Col("place", "Slot", share=14),
        Col("article", "Article"),
        Col("lot", "Lot", of=lambda row: row.lot_id and (row.supplier_lot or lot_no(row.lot_id))),
        Col("origin", "From", of=lambda row: f"{row.origin_type} {row.origin_no}", share=14),
        Col("rounds", "Counted so often", QUANTITY),
        Col("created_at", "Since", INSTANT),
        Col("done_at", "Ended", INSTANT),
    ),
    filters=(
        State(CountTask.state, tuple(TaskState), open=frozenset({TaskState.OPEN, TaskState.TAKEN})),
        Number(CountTask.origin_no),
    ),
    roles=DESK,
    link=Link("office.count_task", task_id="id"),
)
