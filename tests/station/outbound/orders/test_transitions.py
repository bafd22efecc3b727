"""The transition table of delivery orders (§6.1): what is listed happens, anything else is E-ORD-01."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from station.ground.documents.history import History
from station.ground.words.messages import Refused
from station.outbound.orders.lifecycle import ORDER
from station.outbound.orders.models import DeliveryOrder, OrderState
from station.outbound.orders.models import OrderState as S
from tests.floor import Floor
from tests.station.scenarios.conftest import order_of
from tests.works import work

UP_TO_STAGED = {
    S.NEW, S.AUDITED, S.ALLOCATED, S.WAVED, S.PICKING, S.PICKED, S.CHECKED, S.PACKED, S.WEIGHED, S.STAGED,
}  # fmt: skip
LISTED: dict[str, set[OrderState]] = {
    "audit": {S.NEW, S.HOLD},
    "hold": UP_TO_STAGED,
    "allocate": {S.AUDITED},
    "deallocate": {S.ALLOCATED, S.WAVED},
    "join_wave": {S.ALLOCATED},
    "kick": {S.WAVED},
    "first_pick": {S.WAVED},
    "last_pick": {S.PICKING},
    "restock": {S.SHORT},
    "verify": {S.PICKED},
    "bind_label": {S.CHECKED},
    "weigh": {S.PACKED},
    "stage": {S.WEIGHED},
    "ship": {S.STAGED},
    "goods_back": {S.INTERCEPTING},
    "close_cancelled": {S.INTERCEPTED},
}
"""The rows of §6.1 that one event is in, as the specification has them."""
FINAL = {S.SHIPPED, S.CANCELLED}
sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.mark.parametrize("event", sorted(LISTED))
@pytest.mark.parametrize("state", sorted(OrderState))
def test_an_event_is_legal_exactly_where_it_is_listed(event: str, state: str) -> None:
    """§6.1, cell by cell."""
    assert ORDER.may(state, event) is (state in LISTED[event])


@pytest.mark.parametrize("state", sorted(UP_TO_STAGED | {S.HOLD, S.SHORT}))
def test_whatever_has_not_left_can_be_stopped(state: str) -> None:
    """Cancel request ≤ STAGED: stopped at once or intercepted, one of the two always."""
    assert ORDER.may(state, "cancel") or ORDER.may(state, "intercept")


@pytest.mark.parametrize("state", sorted(FINAL))
@pytest.mark.parametrize("event", ["hold", "cancel", "intercept", "short", "replace", "restock", "ship"])
def test_what_has_ended_stays_as_it_is(state: str, event: str) -> None:
    """I9, I14."""
    assert not ORDER.may(state, event)


@sqlite
@pytest.mark.parametrize(
    ("state", "event"),
    [
        (S.NEW, "join_wave"), (S.AUDITED, "first_pick"), (S.WAVED, "verify"), (S.PICKED, "bind_label"),
        (S.CHECKED, "ship"), (S.PACKED, "ship"), (S.HOLD, "ship"), (S.CANCELLED, "audit"), (S.SHIPPED, "hold"),
        (S.SHORT, "last_pick"), (S.INTERCEPTING, "ship"), (S.INTERCEPTED, "allocate"),
    ],
)  # fmt: skip
def test_an_unlisted_move_is_refused_and_leaves_no_trace(floor: Floor, state: str, event: str) -> None:
    """E-ORD-01 names the state; neither the order nor its history changes."""
    hub = floor.hub
    floor.erp(*_goods(), order_of(1, ("S0001", 1)))

    def force(tx: object) -> None:
        tx.scalars(select(DeliveryOrder)).one().state = state  # type: ignore[attr-defined]

    def move(tx: object) -> None:
        order = tx.scalars(select(DeliveryOrder)).one()  # type: ignore[attr-defined]
        ORDER.move(work(tx, hub.clock.now()), order, event)  # type: ignore[arg-type]

    hub.db.write(force)
    with hub.db.read() as tx:
        before = len(tx.scalars(select(History.id)).all())
    with pytest.raises(Refused) as caught:
        hub.db.write(move)
    assert (caught.value.code, caught.value.facts["st"]) == ("E-ORD-01", state)
    with hub.db.read() as tx:
        assert tx.scalars(select(DeliveryOrder.state)).one() == state
        assert len(tx.scalars(select(History.id)).all()) == before


def _goods() -> list[object]:
    from station.practice.demo import goods

    return list(goods.products(1))
