"""Routing texts come from the carrier's table or not at all: no place is given a code that nobody gave."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import delete, select

from station.carriers.models import CarrierRoute, Waybill, WaybillRange
from station.carriers.routes import NO_TEXTS, Destination, Texts, best, plain
from station.ground.work import SYSTEM
from station.wiring.setup import running
from tests.floor import Floor
from tests.station.outbound.bench import BOX, Bench
from tests.station.outbound.conftest import at_bench, books, shelved
from tests.station.scenarios.conftest import order_of

__all__ = ["at_bench", "books", "shelved"]

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ALL, ZJ, HZ, XH = Texts("all"), Texts("浙"), Texts("杭"), Texts("西湖")
TABLE = [
    (Destination("浙江", "", ""), ZJ),
    (Destination("浙江", "杭州", ""), HZ),
    (Destination("浙江", "杭州", "西湖区"), XH),
    (Destination("吉林", "吉林", ""), Texts("吉")),
    (Destination("江苏", "通州", ""), Texts("苏通")),
    (Destination("北京", "通州", ""), Texts("京通")),
]


@pytest.mark.parametrize(
    ("wanted", "texts"),
    [
        (("浙江", "杭州", "西湖区"), XH),
        (("浙江", "杭州", "余杭区"), HZ),
        (("浙江", "杭州", ""), HZ),
        (("浙江", "宁波", "海曙区"), ZJ),
        (("广东", "广州", ""), NO_TEXTS),
        (("广东", "杭州", "西湖区"), NO_TEXTS),
        (("", "杭州", "西湖区"), XH),
        (("", "宁波", ""), NO_TEXTS),
        (("", "通州", ""), NO_TEXTS),
        (("北京", "通州", ""), Texts("京通")),
        (("", "", ""), NO_TEXTS),
    ],
)
def test_the_row_that_names_the_place_most_closely(wanted: tuple[str, str, str], texts: Texts) -> None:
    assert best(Destination(*wanted), TABLE) == texts


def test_a_row_for_all_places_yields_to_every_other() -> None:
    rows = [*TABLE, (Destination("", "", ""), ALL)]
    assert best(Destination("广东", "广州", ""), rows) == ALL
    assert best(Destination("", "", ""), rows) == ALL
    assert best(Destination("浙江", "宁波", ""), rows) == ZJ


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("浙江省", "浙江"),
        (" 杭州 市", "杭州"),
        ("广西壮族自治区", "广西"),
        ("香港特别行政区", "香港"),
        ("市", "市"),
        ("沙市", "沙市"),
        ("西湖区", "西湖区"),
        ("", ""),
    ],
)
def test_a_region_is_compared_without_its_kind(name: str, said: str) -> None:
    assert plain(name) == said


FILE = """
[[carrier]]
code = "ZTO"
name = "中通快递"
color = "#0054a6"
sender_name = "某某旗舰店"
sender_phone = "0571-88888888"
sender_address = "浙江省杭州市西湖区仓库路1号"

[[carrier.route]]
province = "浙江省"
city = "杭州市"
code = "571-W03-014"
sortation = "杭州"
consolidation = "杭州转运中心"
"""


@on_sqlite
def test_without_a_row_nothing_is_printed_and_no_number_is_gone(
    at_bench: Callable[..., Bench], books: Callable[[], None]
) -> None:
    """E-WB-03 at the bench; once the office has loaded the carrier's table the same scan prints."""
    bench = at_bench(order_of(1, ("S0001", 1)))
    hub = bench.floor.hub
    hub.db.write(lambda tx: tx.execute(delete(CarrierRoute)))
    serials = select(WaybillRange.next_serial).order_by(WaybillRange.id)
    with hub.db.read() as tx:
        before = tx.scalars(serials).all()
    bench.to_box(1, 1)
    refused = bench.scan(BOX)
    assert (refused.code, refused.step) == ("E-WB-03", "box")
    with hub.db.read() as tx:
        assert tx.scalars(serials).all() == before
        assert tx.scalar(select(Waybill.id)) is None
    running.set_up(hub, FILE, SYSTEM)
    bench.wait()
    assert bench.scans(BOX).step == "label"
    with hub.db.read() as tx:
        bill = tx.scalars(select(Waybill)).one()
    assert (bill.route_code, bill.sortation, bill.consolidation) == ("571-W03-014", "杭州", "杭州转运中心")
    books()


@on_sqlite
def test_a_carrier_that_sorts_without_a_code_needs_none(at_bench: Callable[..., Bench], floor: Floor) -> None:
    numbers = (
        '[[carrier]]\ncode = "SF"\nname = "顺丰"\n[[carrier.range]]\nprefix = "SF"\nfirst = 1\nlast = 9\n'
    )
    running.set_up(floor.hub, numbers, SYSTEM)
    bench = at_bench(order_of(1, ("S0001", 1), carrier="SF"))
    bench.to_box(1, 1)
    assert bench.scan(BOX).step == "label"


@on_sqlite
def test_the_demo_prints_no_code_that_anybody_could_sort_by(at_bench: Callable[..., Bench]) -> None:
    bench = at_bench(order_of(1, ("S0001", 1)))
    bench.to_label(1, 1)
    with bench.floor.hub.db.read() as tx:
        assert tx.scalars(select(Waybill.route_code)).all() == ["演示 · DEMO"]
