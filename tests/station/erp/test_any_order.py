"""Messages out of order and more than once: the same documents end in the same state (§11, P24)."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from station.erp.inward import retrying
from station.erp.models import InboxProblem
from station.exchange import documents as erp
from station.exchange.models import InboxDocument, OutboxMessage
from station.inbound.models import InboundLine, InboundNotice
from station.outbound.orders.models import DeliveryOrder, OrderLine
from station.practice.demo import goods
from tests.floor import LI, Floor
from tests.station.erp.arrivals import deliver
from tests.station.scenarios.conftest import order_of

PLAN = "plan"
"""Not a message: the planner passes by."""

_numbers = itertools.count(1000)
_some = settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
EVERY_ORDER = sorted(set(itertools.permutations([0, 0, 1, 1, 2, 2])))
"""Three messages, each delivered twice, in every order: ninety."""


@pytest.fixture
def hall(floor: Floor) -> Floor:
    """Two articles, a carton of each: a reservation that is not given back is missed."""
    articles = goods.products(2)
    (notice,) = goods.notices(articles, {item.code: 12 for item in articles}, "WH1", floor.hub.clock.today())
    deliver(floor.hub, "folder", *articles, notice)
    floor.receive(notice.asn_no, [(item.barcodes[0].code, 1, 0, _made_on(item)) for item in articles])
    return floor


def _made_on(article: erp.Product) -> str:
    return "20260401" if article.is_shelf_life else ""


def _order_messages() -> list[Any]:
    first = order_of(next(_numbers), ("S0001", 3))
    second = replace(first, version=2, lines=(replace(first.lines[0], qty_each=5),))
    return [first, second, erp.CancelOrder(erp_no=first.erp_no, version=3)]


def _notice_messages() -> list[Any]:
    line = erp.NoticeLine(line_key="1", sku_code="S0001", qty_each=12)
    first = erp.NoticeDocument(
        asn_no=f"N-{next(_numbers)}", supplier_code="V01", warehouse="WH1", lines=(line,)
    )
    second = replace(first, version=2, lines=(replace(line, qty_each=24),))
    return [first, second, erp.CancelNotice(asn_no=first.asn_no, version=3)]


def _arrive(floor: Floor, messages: Sequence[Any], pages: Sequence[Sequence[int | str]]) -> None:
    """Pages of messages; what never came is delivered at the end, once."""
    for page in pages:
        if PLAN in page:
            floor.advance_orders()
        deliver(floor.hub, "folder", *(messages[at] for at in page if isinstance(at, int)))
    came = {at for page in pages for at in page}
    deliver(floor.hub, "folder", *(doc for at, doc in enumerate(messages) if at not in came))
    floor.advance_orders()


def _kept(tx: Any, number: str) -> tuple[set[tuple[str, int]], int]:
    versions = tx.execute(
        select(InboxDocument.doc_type, InboxDocument.version).where(InboxDocument.doc_no == number)
    )
    problems = tx.scalar(
        select(func.count())
        .select_from(InboxProblem)
        .where(InboxProblem.doc_no == number, InboxProblem.state == "OPEN")
    )
    return {(row.doc_type, row.version) for row in versions}, problems


def _check_order(floor: Floor, number: str) -> None:
    with floor.hub.db.read() as tx:
        assert _kept(tx, number) == ({("order", 2), ("cancel", 3)}, 0)
        order = tx.scalars(select(DeliveryOrder).where(DeliveryOrder.erp_no == number)).one()
        reserved = tx.scalar(select(func.sum(OrderLine.qty_reserved)).where(OrderLine.order_id == order.id))
        told = tx.execute(
            select(OutboxMessage.event_key, OutboxMessage.payload).where(
                OutboxMessage.doc_no == order.order_no
            )
        ).all()
        assert (order.state, reserved) == ("CANCELLED", 0)
        assert [(row.event_key, row.payload["state"]) for row in told] == [
            (f"CANCEL-{number}-3-CANCELED", "CANCELED")
        ]


def _check_notice(floor: Floor, number: str) -> None:
    with floor.hub.db.read() as tx:
        assert _kept(tx, number) == ({("notice", 2), ("cancel_notice", 3)}, 0)
        found = tx.scalars(select(InboundNotice).where(InboundNotice.asn_no == number)).one()
        wanted = tx.scalars(select(InboundLine.qty_expected).where(InboundLine.notice_id == found.id)).all()
        assert (found.version, found.is_closed, wanted) == (2, True, [24])


@pytest.mark.parametrize("kind", ["order", pytest.param("notice", marks=pytest.mark.long)])
def test_three_messages_twice_each_in_every_order(hall: Floor, kind: str) -> None:
    make, check = {"order": (_order_messages, _check_order), "notice": (_notice_messages, _check_notice)}[
        kind
    ]
    for arrival in EVERY_ORDER:
        messages = make()
        _arrive(hall, messages, [[at] for at in arrival])
        check(hall, erp.doc_no_of(messages[0]))
    assert hall.scan(LI, "arrive", erp.doc_no_of(messages[0])).code in {"E-RCV-01", "E-BAR-01", "E-SCN-02"}


@st.composite
def _pages(draw: st.DrawFn) -> list[list[int | str]]:
    """Any of the messages any number of times, one by one or several in a page, the planner in between."""
    piece = st.one_of(st.integers(0, 2), st.just(PLAN))
    return draw(st.lists(st.lists(piece, min_size=1, max_size=4), max_size=6))


@_some
@given(pages=_pages())
def test_orders_in_pages_with_the_planner_in_between(hall: Floor, pages: list[list[int | str]]) -> None:
    messages = _order_messages()
    _arrive(hall, messages, pages)
    _check_order(hall, messages[0].erp_no)


@_some
@given(pages=_pages())
def test_notices_in_pages(hall: Floor, pages: list[list[int | str]]) -> None:
    messages = _notice_messages()
    _arrive(hall, messages, pages)
    _check_notice(hall, messages[0].asn_no)


# --- what else may come after a cancel ---------------------------------------------------------------


def _order(floor: Floor, erp_no: str) -> tuple[str, int]:
    with floor.hub.db.read() as tx:
        row = tx.execute(
            select(DeliveryOrder.state, DeliveryOrder.version).where(DeliveryOrder.erp_no == erp_no)
        ).one()
        return row.state, _kept(tx, erp_no)[1]


@pytest.mark.parametrize("cancel_first", [True, False])
def test_a_version_after_the_cancel_begins_anew(hall: Floor, *, cancel_first: bool) -> None:
    """The office's later word counts; an older one that comes late stops nothing, the next cancel does."""
    first, second, cancel = _order_messages()
    deliver(hall.hub, "folder", *([cancel] if cancel_first else [first, cancel]))
    again = replace(first, version=4)
    assert deliver(hall.hub, "folder", again) == ["NEW" if cancel_first else "REVIVED"]
    assert deliver(hall.hub, "folder", second, cancel, again) == ["OLD"] * 3
    hall.advance_orders()
    assert _order(hall, first.erp_no)[0] == "ALLOCATED"
    assert deliver(hall.hub, "folder", replace(cancel, version=5)) == ["CANCELLED"]


def test_one_version_with_two_contents_waits_for_a_person(hall: Floor) -> None:
    """Neither the old nor the new one goes out by itself."""
    first, _second, _cancel = _order_messages()
    other = replace(first, receiver=replace(first.receiver, address="另一条路9号"))
    assert deliver(hall.hub, "folder", first, other, first) == ["NEW", "PROBLEM", "OLD"]
    assert _order(hall, first.erp_no)[0] == "HOLD"
    hall.advance_orders()
    assert _order(hall, first.erp_no)[0] == "HOLD"
    with hall.hub.db.read() as tx:
        (problem,) = tx.scalars(select(InboxProblem).where(InboxProblem.doc_no == first.erp_no))
    assert (problem.code, problem.state) == ("E-ERP-45", "OPEN")
    item = retrying.item_of(problem, None, hall.hub.db)
    told: dict[str, Any] = {
        "settings": hall.hub.settings,
        "today": hall.hub.clock.today(),
        "now": hall.hub.clock.now(),
    }
    found = hall.hub.db.write(lambda tx: retrying.retry(tx, problem.id, item, who="李", **told))
    assert (found.result, _order(hall, first.erp_no)[0]) == ("REPLACED", "NEW")


def test_two_orders_of_one_platform_number_are_looked_at(hall: Floor) -> None:
    """The same goods under two numbers: the second waits. Parts of one platform order are none of that."""
    first, _second, _cancel = _order_messages()
    first = replace(first, platform_no=f"TB{first.erp_no}")
    double = replace(first, erp_no=f"{first.erp_no}-A")
    part = replace(first, erp_no=f"{first.erp_no}-B", lines=(replace(first.lines[0], sku_code="S0002"),))
    deliver(hall.hub, "folder", first)
    hall.advance_orders()
    deliver(hall.hub, "folder", double, part)
    hall.advance_orders()
    assert [_order(hall, one.erp_no)[0] for one in (first, double, part)] == [
        "ALLOCATED",
        "HOLD",
        "ALLOCATED",
    ]


def test_orders_without_versions_are_cancelled_too(hall: Floor) -> None:
    """Such an ERP counts nothing: what we number ourselves must not let an order escape."""
    first, _second, cancel = _order_messages()
    first, cancel = replace(first, version=0), replace(cancel, version=0)
    assert deliver(hall.hub, "folder", cancel, first, cancel, first) == [
        "UNKNOWN", "CANCELLED", "SAME", "SAME",
    ]  # fmt: skip
    assert _order(hall, first.erp_no) == ("CANCELLED", 0)


def test_a_notice_after_its_cancel_is_open_again(hall: Floor) -> None:
    first, second, cancel = _notice_messages()
    assert deliver(hall.hub, "folder", cancel, first, second) == ["UNKNOWN", "CANCELLED", "CANCELLED"]
    assert hall.scan(LI, "arrive", first.asn_no).code == "E-RCV-01"
    assert deliver(hall.hub, "folder", replace(second, version=4)) == ["TAKEN"]
    assert hall.scan(LI, "arrive", first.asn_no).ok


def test_goods_at_the_dock_are_received_although_an_older_version_comes_after_the_cancel(hall: Floor) -> None:
    first, second, cancel = _notice_messages()
    deliver(hall.hub, "folder", second)
    hall.arrive(first.asn_no, 2)
    assert deliver(hall.hub, "folder", cancel, first) == ["LATE", "OLD"]
    with hall.hub.db.read() as tx:
        found = tx.scalars(select(InboundNotice).where(InboundNotice.asn_no == first.asn_no)).one()
        assert not found.is_closed
