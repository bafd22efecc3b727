"""A day on which the server's clock is set before each piece of work; every invariant holds at its end."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import delete, select

from station.erp.sync import Sync
from station.ground.scan.models import Scan
from station.outbound.orders.models import DeliveryOrder
from station.people.models import DeviceSession
from station.practice.demo import files, goods
from station.wiring import checks
from tests.floor import LI, SUN, Floor
from tests.station.test_clock_jumps import WHOLE_DAYS


def set_clock(floor: Floor, office: Sync, hours: tuple[int, ...]) -> None:
    """The clock is set, everybody signs in anew as after any long pause, and the ERP's loop comes round."""
    for step in hours:
        floor.hub.clock.jump(hours=step)  # type: ignore[attr-defined]
        floor.hub.vitals.look()
    floor.hub.db.write(lambda tx: tx.execute(delete(DeviceSession)))
    floor._tokens.clear()
    floor.hub.clock.advance(seconds=61)  # type: ignore[attr-defined]
    office.run_once("folder")


@WHOLE_DAYS
def test_a_day_goes_to_its_end(floor: Floor, hours: tuple[int, ...]) -> None:
    articles = [replace(item, is_shelf_life=False, shelf_life_n=None) for item in goods.products(4)]
    wanted = goods.orders(articles, 3, 2, floor.hub.clock.now(), ["ZTO"])
    (notice,) = goods.notices(articles, goods.demand(wanted), "WH1", floor.hub.clock.today())
    files.write_documents(floor.hub.settings, articles, [notice], wanted)
    office = floor.office()
    for _ in range(2):  # a file is taken when two looks find it unchanged
        office.pull("folder")
        set_clock(floor, office, hours)
    lines = [(goods.gtin(int(line.sku_code[1:])), line.qty_each // 12, 0, "") for line in notice.lines]
    floor.receive(notice.asn_no, lines)
    set_clock(floor, office, hours)
    assert floor.release().orders == len(wanted)
    set_clock(floor, office, hours)
    bills: list[str] = []
    while floor.look(SUN, "pick")["facts"].get("hint"):
        floor.pick_next()
        set_clock(floor, office, hours)
        bills += floor.pack_tote()
    set_clock(floor, office, hours)
    assert floor.dispatch("ZTO", bills).code == "S-DSP-SHIPPED"
    set_clock(floor, office, hours)
    office.push("folder")
    with floor.hub.db.read() as tx:
        assert set(tx.scalars(select(DeliveryOrder.state))) == {"SHIPPED"}
        codes = tx.scalars(select(Scan.code).order_by(Scan.id)).all()
        assert codes[-1] == "S-DSP-SHIPPED", "scans stand in the order in which they came"
    sent = (floor.hub.settings.data / "erp" / "outbox").iterdir()
    assert sum(path.name.startswith("shipment") for path in sent) == len(wanted)
    assert checks.broken(floor.hub.db) == []


def test_an_hour_back_signs_nobody_out(floor: Floor) -> None:
    floor.scan(LI, "arrive", "CM-OK")
    floor.hub.clock.jump(hours=-1)  # type: ignore[attr-defined]
    assert floor.scan(LI, "arrive", "CM-OK").status != 401
    floor.hub.clock.advance(minutes=10)  # type: ignore[attr-defined]
    assert floor.scan(LI, "arrive", "CM-OK").status != 401


@pytest.mark.parametrize("hours", [24, -24, 24 * 365, -24 * 365])
def test_a_session_of_another_time_is_over(floor: Floor, hours: int) -> None:
    """One that was opened while the clock was wrong does not stay open for ever, nor does an old one."""
    token = floor.sign_in(LI)
    floor.hub.clock.jump(hours=hours)  # type: ignore[attr-defined]
    assert floor.hub.identify(token) is None
