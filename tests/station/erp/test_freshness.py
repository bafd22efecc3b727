"""How old our knowledge of cancels is, as a rule and for the orders of a connection."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from station.erp import liveness
from station.exchange import freshness
from station.exchange.models import ErpConnection
from station.outbound.orders import origin
from station.outbound.orders.models import DeliveryOrder
from station.practice.demo import goods
from tests.floor import Floor
from tests.station.erp.arrivals import connect, deliver
from tests.station.scenarios.conftest import order_of

NOW = datetime(2026, 5, 1, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("age_s", "is_active", "stale"),
    [
        (0, True, False),
        (600, True, False),
        (601, True, True),
        (86_400, True, True),
        (-600, True, False),
        (-601, True, True),
        (0, False, True),
        (601, False, True),
        (None, True, False),
        (None, False, False),
    ],
)
def test_the_rule(age_s: int | None, is_active: bool, stale: bool) -> None:
    at = None if age_s is None else NOW - timedelta(seconds=age_s)
    assert freshness.is_stale(at, is_active=is_active, now=NOW, stale_s=600) is stale


@pytest.fixture
def two_shops(floor: Floor) -> Floor:
    """SO-1 came by the folder, SO-2 from a shop system that is watched for cancels."""
    deliver(floor.hub, "folder", *goods.products(1), order_of(1, ("S0001", 1)))
    connect(floor.hub, "shop", "网店")
    deliver(floor.hub, "shop", order_of(2, ("S0001", 1)))
    return floor


def _known_at(floor: Floor, code: str, at: datetime) -> None:
    floor.hub.db.write(lambda tx: liveness.note_ok(tx, code, at, cancels_at=at))


def _stale(floor: Floor) -> tuple[list[bool], list[str]]:
    """Of each order by its number, and the connections' names for all of them."""
    now, sources = floor.hub.clock.now(), select(DeliveryOrder.source)
    with floor.hub.db.read() as tx:
        ids = tx.scalars(select(DeliveryOrder.id).order_by(DeliveryOrder.erp_no)).all()
        each = [origin.is_stale(tx, order_id, now=now, stale_s=600) for order_id in ids]
        return each, [found.name for found in freshness.stale_sources(tx, sources, now=now, stale_s=600)]


def test_an_order_is_as_fresh_as_its_own_source(two_shops: Floor) -> None:
    floor, clock = two_shops, two_shops.hub.clock
    assert _stale(floor) == ([False, False], [])
    _known_at(floor, "shop", clock.now())
    assert _stale(floor) == ([False, False], [])
    clock.advance(seconds=601)  # type: ignore[attr-defined]
    assert _stale(floor) == ([False, True], ["网店"])
    _known_at(floor, "folder", clock.now() - timedelta(hours=2))
    assert _stale(floor) == ([True, True], ["文件夹 Folder", "网店"])
    _known_at(floor, "shop", clock.now())
    assert _stale(floor) == ([True, False], ["文件夹 Folder"])


def test_a_watched_connection_that_is_switched_off_tells_nothing(two_shops: Floor) -> None:
    floor = two_shops
    _known_at(floor, "shop", floor.hub.clock.now())
    floor.hub.db.write(
        lambda tx: tx.execute(
            update(ErpConnection).where(ErpConnection.code == "shop").values(is_active=False)
        ).close()
    )
    assert _stale(floor) == ([False, True], ["网店"])


def test_an_order_nobody_sent_is_not_watched(two_shops: Floor) -> None:
    with two_shops.hub.db.read() as tx:
        assert not origin.is_stale(tx, 4711, now=NOW, stale_s=600)
