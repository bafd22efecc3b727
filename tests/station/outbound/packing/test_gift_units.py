"""A unit with a gift label is never picked or packed for a line that was sold (S-09, E-GFT-03)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from station.catalog.models import Sku, Supplier
from station.exchange import documents as erp
from station.ground.scan.codes import internal
from station.inbound.gifts.models import EntryState, GiftEntry, GiftLabel, GiftLabelState
from station.stock.models import Lot
from tests.floor import SUN, Floor
from tests.station.outbound.bench import Bench, ean, tote
from tests.station.scenarios.conftest import order_of

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
AtBench = Callable[..., Bench]
LABEL = internal("GF", "2605010001")


def _labelled(floor: Floor) -> None:
    """A gift label is stuck on a unit of the second article."""

    def make(tx: Any) -> None:
        sku = tx.scalars(select(Sku.id).where(Sku.code == "S0002")).one()
        supplier = Supplier(code="SUP-G", name="Gifts")
        tx.add(supplier)
        tx.flush()
        entry = GiftEntry(
            entry_no="GB1", state=EntryState.SHELVED, supplier_id=supplier.id, sku_id=sku, qty=1, labels=1,
            lot_id=tx.scalars(select(Lot.id).where(Lot.sku_id == sku).limit(1)).one(),
            registered_at=floor.hub.clock.now(), registered_by="",
        )  # fmt: skip
        tx.add(entry)
        tx.flush()
        tx.add(GiftLabel(label_no=LABEL, entry_id=entry.id, sku_id=sku, state=GiftLabelState.APPLIED))

    floor.hub.db.write(make)


def _order(number: int, *, is_gift: bool) -> erp.OrderDocument:
    """One of the first article, and one of the second, sold or given."""
    order = order_of(number, ("S0001", 1), ("S0002", 1))
    return replace(order, lines=(order.lines[0], replace(order.lines[1], is_gift=is_gift)))


def test_a_gift_is_not_packed_for_what_was_sold(at_bench: AtBench, floor: Floor) -> None:
    """T25: a labelled gift for a sales line is E-GFT-03."""
    bench = at_bench(_order(1, is_gift=False))
    _labelled(floor)
    bench.scans(tote(1))
    assert bench.scan(LABEL).code == "E-GFT-03"
    assert bench.scans(ean(2), ean(1)).step == "box"


def test_a_gift_line_takes_the_labelled_unit(at_bench: AtBench, floor: Floor) -> None:
    bench = at_bench(_order(1, is_gift=True), gifts=[("S0002", 1)])
    _labelled(floor)
    assert bench.scans(tote(1), LABEL, ean(1)).step == "box"


def test_a_single_item_that_was_sold_is_no_gift(at_bench: AtBench, floor: Floor) -> None:
    """A tote of many orders of one article each: the label finds none that wants a gift."""
    bench = at_bench(order_of(1, ("S0002", 1)), order_of(2, ("S0002", 1)))
    _labelled(floor)
    assert bench.scans(tote(1)).step == "item"
    assert bench.scan(LABEL).code == "E-GFT-03"


def test_a_gift_is_not_picked_for_what_was_sold(shelved: Callable[..., object], floor: Floor) -> None:
    shelved(order_of(1, ("S0002", 1)))
    floor.release()
    _labelled(floor)
    answer = floor.scans(SUN, "pick", "CM-OK", tote(1))
    floor.scans(SUN, "pick", answer.facts["hint"])
    assert floor.scan(SUN, "pick", LABEL).code == "E-GFT-03"
