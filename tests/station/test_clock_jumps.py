"""The wall clock is set: back an hour, a day ahead, a year ahead, a year ahead and back again. Work goes on."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from station.erp import liveness, port
from station.erp.loops import compare_due, turn
from station.erp.outward import courier
from station.erp.outward.courier import Courier
from station.erp.pages import health
from station.exchange.models import OutboxMessage
from station.ground.scan.codes import internal
from station.ground.scan.models import Scan
from station.outbound.orders.models import DeliveryOrder, OrderState
from station.practice.demo import goods
from station.serving.workers import Workers
from tests.floor import SUN, Floor
from tests.patience import until
from tests.station.erp.office import Office
from tests.station.erp.test_outbox import names, put
from tests.station.erp.test_sync import CODE, office, orders, row, taken
from tests.station.scan.test_door import _monday as monday
from tests.station.scenarios.conftest import order_of

__all__ = ["office"]

HOUR, DAY, YEAR = 1, 24, 24 * 365
JUMPS = {
    "back_an_hour": (-HOUR,),
    "a_day_ahead": (DAY,),
    "a_year_ahead": (YEAR,),
    "a_year_ahead_and_back": (YEAR, -YEAR),
    "right_again": (DAY, -DAY),
}
BETWEEN = pytest.mark.parametrize("hours", JUMPS.values(), ids=JUMPS)
WHOLE_DAYS = pytest.mark.parametrize(
    "hours",
    [
        pytest.param(hours, id=name, marks=[] if name == "right_again" else pytest.mark.long)
        for name, hours in JUMPS.items()
    ],
)
"""For what takes a day's work: the one that holds most up is always tried, the others in the long lane."""


def jump(floor: Floor, hours: int) -> None:
    floor.hub.clock.jump(hours=hours)  # type: ignore[attr-defined]


def pass_(floor: Floor, **span: int) -> None:
    floor.hub.clock.advance(**span)  # type: ignore[attr-defined]


def state(floor: Floor) -> health.Health:
    hub = floor.hub
    with hub.db.read() as tx:
        board = health.board(tx, hub.clock.now(), hub.settings.rules.cancel_stale_s)
    return next(found for found in board if found.row.code == CODE)


@BETWEEN
def test_an_erp_is_heard_within_its_usual_pause(floor: Floor, office: Office, hours: tuple[int, ...]) -> None:
    """Orders come in, the desk shows them in step, and nobody touched anything."""
    sync, wanted = floor.hub.sync(), 1
    office.rows["orders"] = orders(1)
    sync.run_once(CODE)
    for step in hours:
        jump(floor, step)
        wanted += 1
        office.rows["orders"] += orders(1, wanted)
        pass_(floor, seconds=11)
        sync.run_once(CODE)
        assert taken(floor) == [f"SO-{number}" for number in range(1, wanted + 1)]
        assert (state(floor).state, state(floor).cancels_stale) == ("IN_STEP", False)


@BETWEEN
def test_a_restarted_station_takes_the_line_over(
    floor: Floor, office: Office, hours: tuple[int, ...]
) -> None:
    """What a process held that died before the clock was set holds up nobody longer than ever."""
    office.rows["orders"] = orders(1)
    floor.hub.sync().run_once(CODE)
    for step in hours[:-1]:
        jump(floor, step)
        pass_(floor, minutes=3)
        floor.hub.sync().run_once(CODE)
    jump(floor, hours[-1])
    office.rows["orders"] += orders(1, 2)
    pass_(floor, minutes=3)
    floor.hub.sync().run_once(CODE)
    assert taken(floor) == ["SO-1", "SO-2"]


@BETWEEN
def test_a_silent_erp_is_looked_for_again(floor: Floor, office: Office, hours: tuple[int, ...]) -> None:
    sync = floor.hub.sync()
    office.silent = True
    for step in (0, *hours):
        jump(floor, step)
        for _ in range(8):
            sync.run_once(CODE)
            pass_(floor, minutes=1)
    office.silent = False
    sync.run_once(CODE)
    assert row(floor).down_since is None


@pytest.mark.parametrize("restart", [False, True])
def test_patience_that_was_asked_for_in_the_future_is_not_kept(
    floor: Floor, office: Office, restart: bool
) -> None:
    """An hour of patience, asked for while the clock was a year ahead: it ends after an hour at the latest."""
    sync = floor.hub.sync()
    jump(floor, YEAR)
    office.rows["articles"], office.rows["orders"] = [], orders(1)
    office.changes, real = _limited, office.changes  # type: ignore[method-assign, assignment]
    sync.run_once(CODE)
    office.changes = real  # type: ignore[method-assign]
    jump(floor, -YEAR)
    pass_(floor, hours=1)
    (floor.hub.sync() if restart else sync).run_once(CODE)
    assert row(floor).ok_at == floor.hub.clock.now()


def _limited(*_asked: Any) -> port.Page:
    raise port.Limited("later", 3600)


def test_looking_now_takes_the_line_from_a_process_that_is_gone(floor: Floor, office: Office) -> None:
    hub = floor.hub
    office.rows["orders"] = orders(1)
    gone, mine = hub.sync(), hub.sync()
    assert gone.hold(CODE)
    assert not mine.hold(CODE)
    hub.db.write(lambda tx: liveness.hasten(tx, CODE))
    mine.run_once(CODE)
    assert taken(floor) == ["SO-1"]
    assert not gone.hold(CODE), "it is not gone, and must see that another one talks now"


@BETWEEN
def test_confirmations_go_out_in_order(floor: Floor, hours: tuple[int, ...]) -> None:
    """Fresh ones at once; postponed ones and those of a dead process after their longest wait."""
    hub, erp = floor.hub, Office(answers=[port.Stale("somebody edits it")])
    line = Courier(hub.db, hub.clock, "shop", lambda: erp)
    put(hub, "A-1", "A-2", "B-1")
    line.push()
    assert names(erp) == ["B-1"]
    put(hub, "C-1", "C-2")
    hub.db.write(lambda tx: courier.lease(tx, "shop", hub.clock.now()))  # and then the power went
    put(hub, "D-1")
    for number, step in enumerate(hours, 2):
        jump(floor, step)
        put(hub, f"D-{number}")
        line.push()
        assert names(erp)[-1] == f"D-{number}"
    pass_(floor, minutes=40)
    line.push()
    for doc in "ABCD":
        mine = [name for name in names(erp) if name.startswith(doc)]
        assert mine == sorted(mine)
    with hub.db.read() as tx:
        assert set(tx.scalars(select(OutboxMessage.state))) == {"DONE"}


@BETWEEN
def test_an_order_that_waits_for_its_article_is_tried_again(
    floor: Floor, office: Office, hours: tuple[int, ...]
) -> None:
    sync = floor.hub.sync()
    articles, office.rows["articles"] = office.rows["articles"], []
    office.rows["orders"] = orders(1)
    for step in (0, *hours):
        jump(floor, step)
        sync.pull(CODE)
        sync.pull(CODE)
    with floor.hub.db.read() as tx:
        assert not tx.scalar(select(DeliveryOrder.id))
    floor.erp(*goods.products(4))  # by another way, which hastens nothing
    assert articles
    pass_(floor, hours=1)
    sync.pull(CODE)
    assert taken(floor) == ["SO-1"]


@BETWEEN
def test_the_night_compares_once(floor: Floor, office: Office, hours: tuple[int, ...]) -> None:
    """Nights that the clock only pretended end no comparison for good."""
    sync = floor.hub.sync()
    sync.pull(CODE)
    pass_(floor, hours=24)
    assert compare_due(sync, CODE)
    for step in hours:
        jump(floor, step)
        turn(sync, CODE)
        turn(sync, CODE)
    compared = 0
    for _ in range(2):  # the night that comes may have been compared when the clock said so before
        pass_(floor, hours=24)
        sync.pull(CODE)
        compared += compare_due(sync, CODE)
        assert not compare_due(sync, CODE)
    assert compared


def stock(floor: Floor, wanted: list[Any]) -> None:
    """What these orders need, in its slots; it keeps for longer than the clock jumps."""
    articles = [replace(item, is_shelf_life=False, shelf_life_n=None) for item in goods.products(4)]
    (notice,) = goods.notices(articles, goods.demand(wanted), "WH1", floor.hub.clock.today())
    floor.erp(*articles, notice)
    lines = [(goods.gtin(int(line.sku_code[1:])), line.qty_each // 12, 0, "") for line in notice.lines]
    floor.receive(notice.asn_no, lines)


@WHOLE_DAYS
def test_orders_are_audited_and_reserved(floor: Floor, hours: tuple[int, ...]) -> None:
    """The planner looks again after a few seconds, however the clock stands."""
    wanted = [order_of(number, ("S0001", 1)) for number in range(1, 2 + len(hours))]
    stock(floor, wanted)
    workers = Workers(floor.hub)
    for number, step in enumerate((0, *hours), 1):
        jump(floor, step)
        floor.erp(wanted[number - 1])

        def is_reserved(number: int = number) -> bool:
            workers.turn("planner")
            with floor.hub.db.read() as tx:
                found = select(DeliveryOrder.state).where(DeliveryOrder.erp_no == f"SO-{number}")
                return tx.scalar(found) == OrderState.ALLOCATED

        until(is_reserved)


def test_a_second_scan_after_a_clock_that_went_back_is_no_bounce(floor: Floor) -> None:
    monday(floor)
    floor.scans(SUN, "pick", "CM-OK")
    tote = internal("TT", "T001")
    floor.scans(SUN, "pick", tote)
    jump(floor, -HOUR)
    assert floor.scan(SUN, "pick", tote).code == "E-SCN-02"
    with floor.hub.db.read() as tx:
        last = select(Scan.code).order_by(Scan.id.desc()).limit(1)
        assert tx.scalar(last) == "E-SCN-02", "scans stand in the order in which they came"
