"""A carrier's own service gives the numbers: asked once, whatever the network does, and given back (P19)."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select, update

from printers import languages, layouts
from printers.documents import Waybill as Paper
from printers.schema import print_job
from station.carriers.models import Waybill, WaybillRange
from station.carriers.service import rules
from station.carriers.service.asking import Asking
from station.carriers.service.models import NumberRequest, NumberService
from station.catalog import rules as catalog
from station.exchange.documents import CarrierLabel
from station.ground.vault import Vault
from station.ground.work import SYSTEM
from station.outbound.orders.models import DeliveryOrder
from station.outbound.packing.numbers import Numbers
from station.wiring import checks
from tests.floor import CHEN, Floor
from tests.station.carriers.waybill_server import KEY, Carrier, serving
from tests.station.outbound.bench import BOX, Bench
from tests.station.outbound.conftest import at_bench, books, shelved
from tests.station.scenarios.conftest import Day, order_of
from tests.station.storage.hall.test_pages import Desk

__all__ = ["at_bench", "books", "shelved"]
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def carrier() -> Iterator[Carrier]:
    with serving() as made:
        yield made


@pytest.fixture
def asking(floor: Floor, carrier: Carrier) -> Callable[[], None]:
    """ZTO's numbers come from the service; the call is one turn of both loops."""
    hub = floor.hub
    works = replace(hub.works, settings=replace(hub.settings, allow_addresses=("127.0.0.1",)))
    vault = Vault.in_folder(hub.settings.data)
    hub.db.write(lambda tx: rules.set_service(tx, catalog.carrier_ids(tx)["ZTO"], carrier.url, KEY, vault))
    wishes, asks = Numbers(works), Asking(works)

    def turn(**later: float) -> None:
        if later:
            hub.clock.advance(**later)  # type: ignore[attr-defined]
        wishes.turn()
        asks.turn()

    return turn


@pytest.fixture
def waved(shelved: Callable[..., Day], floor: Floor, asking: Callable[[], None]) -> Callable[..., Bench]:
    """The orders are in a wave; nobody has picked."""

    def begin(*documents: object) -> Bench:
        shelved(*documents)
        floor.release()
        return Bench(floor)

    return begin


def _requests(floor: Floor) -> list[tuple[str, str, str]]:
    with floor.hub.db.read() as tx:
        return [(one.state, one.waybill_no, one.why) for one in tx.scalars(select(NumberRequest))]


def _papers(floor: Floor) -> list[tuple[str, dict[str, Any]]]:
    query = select(print_job.c.kind, print_job.c.data).where(print_job.c.kind.like("%waybill"))
    with floor.hub.db.read() as tx:
        return [(row.kind, row.data) for row in tx.execute(query)]


def test_the_number_is_there_before_the_packer_is(
    waved: Callable[..., Bench], carrier: Carrier, asking: Callable[[], None], books: Callable[[], None]
) -> None:
    bench = waved(order_of(1, ("S0001", 2)))
    asking()
    (body,) = carrier.bodies
    assert body["request_key"] == f"{bench.order_no(1)}/1/1"
    assert body["receiver"]["name"] == "张三丰"
    assert body["goods"][0]["qty"] == 2
    with bench.floor.hub.db.read() as tx:
        before = tx.scalars(select(WaybillRange.next_serial)).all()
    bench.pick_all()
    assert bench.to_label(1, 1, 1) == "ZT900000000000"
    ((kind, data),) = _papers(bench.floor)
    assert (kind, data["route_code"]) == ("waybill", "320-A08-017")
    with bench.floor.hub.db.read() as tx:
        assert tx.scalars(select(WaybillRange.next_serial)).all() == before
        assert tx.scalars(select(NumberRequest.body)).one() is None
    books()


def test_the_carriers_finished_label_is_printed_as_it_is(
    waved: Callable[..., Bench], carrier: Carrier, asking: Callable[[], None]
) -> None:
    pages = layouts.render(Paper("ZT900000000000", "中通快递", route_code="1-2-3"), "waybill_76x130")
    data = base64.b64encode(languages.encode("zpl", pages)).decode()
    carrier.routing = {"label": {"format": "ZPL", "data": data, "dpi": 203}}
    bench = waved(order_of(1, ("S0001", 1)))
    asking()
    bench.pick_all()
    assert bench.to_label(1, 1) == "ZT900000000000"
    assert [kind for kind, _data in _papers(bench.floor)] == ["supplied_waybill"]


@pytest.mark.parametrize("wrong", ["lost", "silent", (500, {}), (200, b"<html>"), (200, {"waybill_no": "x"})])
def test_no_answer_is_looked_up_by_its_key_and_no_second_number_is_taken(
    waved: Callable[..., Bench], carrier: Carrier, asking: Callable[..., None], wrong: Any
) -> None:
    """A create that timed out may have given a number: two creates for one order gave two (domain P19)."""
    carrier.next_calls = [wrong]
    bench = waved(order_of(1, ("S0001", 1)))
    asking()
    assert [state for state, _no, _why in _requests(bench.floor)] == ["UNKNOWN"]
    asking(seconds=60)
    assert _requests(bench.floor) == [("GIVEN", "ZT900000000000", "")]
    assert len(carrier.given) == 1
    assert len({body["request_key"] for body in carrier.bodies}) == 1
    assert ("GET", f"/api/waybills/{bench.order_no(1)}%2F1%2F1") in carrier.calls


def test_a_station_that_died_in_the_middle_of_a_call_asks_what_became_of_it(
    waved: Callable[..., Bench], carrier: Carrier, asking: Callable[..., None]
) -> None:
    bench = waved(order_of(1, ("S0001", 1)))
    asking()
    lost = update(NumberRequest).values(state="ASKED", waybill_no="")
    bench.floor.hub.db.write(lambda tx: tx.execute(lost))
    asking(seconds=61)
    assert _requests(bench.floor) == [("GIVEN", "ZT900000000000", "")]
    assert len(carrier.bodies) == 1


def test_until_there_is_an_answer_the_packer_hears_so_and_can_go_on_with_another(
    waved: Callable[..., Bench], carrier: Carrier, asking: Callable[..., None]
) -> None:
    carrier.next_calls = ["silent"] * 3
    bench = waved(order_of(1, ("S0001", 1)))
    asking()
    bench.pick_all()
    bench.to_box(1, 1)
    assert (bench.scan(BOX).code, bench.state(1)) == ("E-WB-04", "CHECKED")
    carrier.next_calls = []
    asking(seconds=120)
    assert bench.scan(BOX).step == "label"


def test_what_the_carrier_refuses_is_told_in_its_words_and_asked_again_when_it_is_mended(
    waved: Callable[..., Bench], carrier: Carrier, asking: Callable[..., None]
) -> None:
    carrier.next_calls = [(422, {"error": "收件电话\x1b[31m无效"})]
    bench = waved(order_of(1, ("S0001", 1)))
    asking()
    bench.pick_all()
    bench.to_box(1, 1)
    refused = bench.scan(BOX)
    assert refused.code == "E-WB-07"
    assert "收件电话" in refused.body["message"]["zh"]
    assert "\x1b" not in refused.body["message"]["zh"]
    desk = Desk(bench.floor)
    assert "收件电话" in desk.get("/desk/carriers/ZTO/service")
    with bench.floor.hub.db.read() as tx:
        wish = tx.scalars(select(NumberRequest.id)).one()
    assert desk.post(f"/desk/carriers/requests/{wish}/again")[0] == 302
    asking(seconds=5)
    assert bench.scan(BOX).step == "label"


def test_a_stopped_orders_number_is_given_back(
    waved: Callable[..., Bench], carrier: Carrier, asking: Callable[..., None], books: Callable[[], None]
) -> None:
    bench = waved(order_of(1, ("S0001", 1)))
    asking()
    bench.cancel(1)
    asking(seconds=5)
    asking(seconds=5)
    assert carrier.taken_back == ["ZT900000000000"]
    assert [state for state, _no, _why in _requests(bench.floor)] == ["CANCELLED"]
    books()


def test_a_number_for_the_old_address_is_not_used_for_the_new_one(
    shelved: Callable[..., Day], floor: Floor, asking: Callable[..., None]
) -> None:
    """The carrier's label bears the address that it was told."""
    first = order_of(1, ("S0001", 1))
    shelved(first)
    bench = Bench(floor)
    with floor.hub.db.read() as tx:
        order_id = tx.scalars(select(DeliveryOrder.id)).one()
        carrier_id = catalog.carrier_ids(tx)["ZTO"]
    floor.hub.works.do(lambda work: rules.want(work, carrier_id, order_id, bench.order_no(1), 1, {}), SYSTEM)
    floor.erp(replace(first, version=2, buyer_note="请放门口"))
    assert [state for state, _no, _why in _requests(floor)] == ["WAITING"]
    floor.erp(replace(first, version=3, receiver=replace(first.receiver, address="别处9号")))
    assert [state for state, _no, _why in _requests(floor)] == ["CANCELLED"]


def test_a_number_the_carrier_keeps_is_on_the_list(
    waved: Callable[..., Bench], carrier: Carrier, asking: Callable[..., None]
) -> None:
    carrier.is_collected = True
    bench = waved(order_of(1, ("S0001", 1)))
    asking()
    bench.cancel(1)
    asking(seconds=5)
    asking(seconds=5)
    assert _requests(bench.floor) == [("KEPT", "ZT900000000000", "已揽收")]
    with bench.floor.hub.db.read() as tx:
        assert [one.waybill_no for one in rules.unreleased(tx, catalog.carrier_ids(tx)["ZTO"])] == [
            "ZT900000000000"
        ]
    assert "ZT900000000000" in Desk(bench.floor).get("/desk/carriers/ZTO/service")


def test_giving_back_is_tried_again_until_the_carrier_answers(
    waved: Callable[..., Bench], carrier: Carrier, asking: Callable[..., None]
) -> None:
    bench = waved(order_of(1, ("S0001", 1)))
    asking()
    bench.cancel(1)
    carrier.next_calls = ["silent", (503, {})]
    for _ in range(4):
        asking(seconds=120)
    assert carrier.taken_back == ["ZT900000000000"]


def test_an_order_nobody_asked_for_yet_is_dropped_without_a_call(
    waved: Callable[..., Bench], carrier: Carrier, asking: Callable[..., None], floor: Floor
) -> None:
    bench = waved(order_of(1, ("S0001", 1)))
    Numbers(floor.hub.works).turn()
    bench.cancel(1)
    Numbers(floor.hub.works).turn()
    asking()
    assert carrier.calls == []
    assert [state for state, _no, _why in _requests(floor)] == ["CANCELLED"]


@pytest.mark.parametrize(
    "routing", [{"label": {"format": "ZPL", "data": "%%%"}}, {"label": {"format": "EXE"}}]
)
def test_a_label_that_cannot_be_printed_is_a_refusal(
    waved: Callable[..., Bench], carrier: Carrier, asking: Callable[..., None], routing: dict[str, Any]
) -> None:
    carrier.routing = routing
    bench = waved(order_of(1, ("S0001", 1)))
    asking()
    ((state, _no, why),) = _requests(bench.floor)
    assert (state, "label" in why) == ("REFUSED", True)


def test_a_wrong_key_is_told_at_the_desk_and_nothing_is_refused(
    waved: Callable[..., Bench], carrier: Carrier, asking: Callable[..., None], floor: Floor
) -> None:
    vault = Vault.in_folder(floor.hub.settings.data)
    floor.hub.db.write(
        lambda tx: rules.set_service(tx, catalog.carrier_ids(tx)["ZTO"], carrier.url, "wrong", vault)
    )
    waved(order_of(1, ("S0001", 1)))
    asking()
    assert [state for state, _no, _why in _requests(floor)] == ["UNKNOWN"]
    assert "HTTP 401" in Desk(floor).get("/desk/carriers/ZTO/service")


def test_an_address_that_is_not_allowed_is_never_dialled(
    waved: Callable[..., Bench], asking: Callable[..., None], floor: Floor
) -> None:
    """Whoever may set a service must not make the station reach what only its own machine may."""
    vault = Vault.in_folder(floor.hub.settings.data)
    keepers = "http://169.254.169.254/latest"
    floor.hub.db.write(lambda tx: rules.set_service(tx, catalog.carrier_ids(tx)["ZTO"], keepers, KEY, vault))
    waved(order_of(1, ("S0001", 1)))
    asking()
    assert [state for state, _no, _why in _requests(floor)] == ["UNKNOWN"]
    assert "allow_addresses" in Desk(floor).get("/desk/carriers/ZTO/service")


def test_the_office_own_label_goes_first(
    waved: Callable[..., Bench], carrier: Carrier, asking: Callable[..., None]
) -> None:
    waved(order_of(1, ("S0001", 1)), CarrierLabel(erp_no="SO-1", waybill_no="ZTO00000077001", route_code="1"))
    asking()
    assert carrier.calls == []


def test_the_desk_sets_a_service_and_takes_it_away(floor: Floor) -> None:
    supervisor, owner = Desk(floor, CHEN), Desk(floor, "1008")
    fields = {"url": "https://waybills.example/api", "key": KEY}
    assert supervisor.post("/desk/carriers/ZTO/service", fields)[0] in {302, 403}
    with floor.hub.db.read() as tx:
        assert tx.scalars(select(NumberService)).all() == []
    assert owner.post("/desk/carriers/ZTO/service", fields)[0] == 302
    page = owner.get("/desk/carriers/ZTO/service")
    assert "https://waybills.example/api" in page
    assert KEY not in page
    with floor.hub.db.read() as tx:
        kept = tx.scalars(select(NumberService)).one()
        assert KEY not in kept.secrets
    for wrong in (
        {"url": "ftp://x/"},
        {"url": "https://u:p@x/"},
        {"url": "https://x/?a=1"},
        fields | {"key": "密"},
    ):
        assert owner.post("/desk/carriers/ZTO/service", wrong)[0] == 422
    assert owner.post("/desk/carriers/ZTO/service", {"url": "", "key": ""})[0] == 302
    with floor.hub.db.read() as tx:
        assert tx.scalars(select(NumberService)).all() == []
    assert checks.broken(floor.hub.db) == []


def test_numbers_of_one_order_are_one_waybill_each(
    waved: Callable[..., Bench], carrier: Carrier, asking: Callable[..., None]
) -> None:
    bench = waved(order_of(1, ("S0001", 1)), order_of(2, ("S0001", 1)))
    asking()
    bench.pick_all()
    bench.to_label(1, 1)
    with bench.floor.hub.db.read() as tx:
        assert len(tx.scalars(select(Waybill.waybill_no)).all()) == 1
    assert len(carrier.given) == 2
