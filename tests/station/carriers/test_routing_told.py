"""Routing and numbers that the office was told by the carrier itself: they come with the order, or after it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import delete, select

from printers.schema import print_job
from station.carriers.models import CarrierRoute, Waybill, WaybillRange
from station.exchange import documents as erp
from tests.station.outbound.bench import BOX, Bench, ean, tote
from tests.station.outbound.conftest import at_bench, books, shelved
from tests.station.scenarios.conftest import order_of
from tests.station.scenarios.test_paper import carrier_label

__all__ = ["at_bench", "books", "shelved"]
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
TOLD: dict[str, Any] = {"route_code": "320-A08-017", "sortation": "杭州", "consolidation": "杭州转运中心"}
NUMBER = erp.CarrierLabel(erp_no="SO-1", waybill_no="ZTO00000077001", **TOLD)


def _printed(bench: Bench) -> tuple[Waybill, dict[str, str]]:
    """The waybill of the order, and what its label was drawn from."""
    with bench.floor.hub.db.read() as tx:
        (job,) = tx.execute(select(print_job.c.data).where(print_job.c.kind == "waybill")).all()
        return tx.scalars(select(Waybill)).one(), job.data


def test_what_the_order_brings_goes_before_the_table(
    at_bench: Callable[..., Bench], books: Callable[[], None]
) -> None:
    bench = at_bench(replace(order_of(1, ("S0001", 1)), **TOLD))
    bench.to_label(1, 1)
    bill, paper = _printed(bench)
    assert (bill.route_code, bill.sortation, bill.consolidation) == tuple(TOLD.values())
    assert paper["route_code"] == "320-A08-017"
    books()


def test_without_any_table_the_orders_own_code_is_enough(at_bench: Callable[..., Bench]) -> None:
    bench = at_bench(replace(order_of(1, ("S0001", 1)), **TOLD))
    bench.floor.hub.db.write(lambda tx: tx.execute(delete(CarrierRoute)))
    bench.to_label(1, 1)
    assert _printed(bench)[0].route_code == "320-A08-017"


def test_another_address_without_a_code_has_none_of_the_old_one(at_bench: Callable[..., Bench]) -> None:
    """A code that was right for the old address missorts the parcel."""
    first = replace(order_of(1, ("S0001", 1)), **TOLD)
    moved = replace(order_of(1, ("S0001", 1)), version=2, receiver=replace(first.receiver, city="南京市"))
    bench = at_bench(first, moved)
    bench.to_label(1, 1)
    assert _printed(bench)[0].route_code == "演示 · DEMO"


def test_a_number_that_comes_without_a_label_is_printed_on_ours(at_bench: Callable[..., Bench]) -> None:
    bench = at_bench(order_of(1, ("S0001", 1)), NUMBER)
    with bench.floor.hub.db.read() as tx:
        before = tx.scalars(select(WaybillRange.next_serial)).all()
    bench.to_label(1, 1)
    bill, paper = _printed(bench)
    assert (bill.waybill_no, bill.consolidation) == ("ZTO00000077001", "杭州转运中心")
    assert paper["waybill_no"] == "ZTO00000077001"
    with bench.floor.hub.db.read() as tx:
        assert tx.scalars(select(WaybillRange.next_serial)).all() == before


def test_a_label_for_the_old_address_is_never_printed(at_bench: Callable[..., Bench]) -> None:
    """The office changes the address and the carrier has not made the new label yet."""
    first = order_of(1, ("S0001", 1))
    moved = replace(first, version=2, receiver=replace(first.receiver, address="别处9号"))
    bench = at_bench(first, carrier_label("ZTO00000077001"), moved)
    bench.to_label(1, 1)
    assert _printed(bench)[0].waybill_no != "ZTO00000077001"


def test_the_same_order_again_keeps_its_label(at_bench: Callable[..., Bench]) -> None:
    first = order_of(1, ("S0001", 1))
    bench = at_bench(first, NUMBER, replace(first, version=2, buyer_note="请放门口"))
    bench.scans(tote(1), ean(1), "CM-OK", BOX)
    assert _printed(bench)[0].waybill_no == "ZTO00000077001"


@pytest.mark.parametrize("torn", [{"label_format": "ZPL"}, {"label_data": "XlhBXlha"}])
def test_half_a_label_is_none(at_bench: Callable[..., Bench], torn: dict[str, Any]) -> None:
    bench = at_bench(order_of(1, ("S0001", 1)))
    assert bench.floor.erp(replace(NUMBER, **torn)) == {"PROBLEM": 1}
