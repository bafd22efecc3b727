"""Working with one ERP over days: nothing lost, nothing doubled, one bad document holds up no other (§11)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from station.erp import connections, port, vocabulary
from station.erp.inward import feeds, inbox, learning
from station.erp.inward.arrivals import Arrivals
from station.erp.models import InboxProblem
from station.exchange.models import ErpConnection, InboxDocument, OutboxMessage
from station.outbound.orders.models import DeliveryOrder
from station.practice.demo import goods
from tests.floor import Floor
from tests.station.erp.office import Office, install
from tests.station.scenarios.conftest import order_of

CODE = "head"


@pytest.fixture
def office(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> Office:
    """An ERP with four articles, connected as the main one."""
    install(monkeypatch)
    hub = floor.hub
    made = Office(name=CODE)
    made.rows["articles"] = inbox.items_of(goods.products(4))
    now = hub.clock.now()
    hub.db.write(
        lambda tx: connections.add(
            tx, hub.vault, code=CODE, name="总部", kind="test", values={"name": CODE}, now=now
        )
    )
    return made


def orders(count: int, start: int = 1) -> list[port.Item]:
    return inbox.items_of([order_of(number, ("S0001", 1)) for number in range(start, start + count)])


def taken(floor: Floor) -> list[str]:
    with floor.hub.db.read() as tx:
        return list(tx.scalars(select(DeliveryOrder.erp_no).order_by(DeliveryOrder.id)))


def row(floor: Floor) -> ErpConnection:
    with floor.hub.db.read() as tx:
        return connections.known(tx, CODE)


def later(floor: Floor, **span: int) -> None:
    floor.hub.clock.advance(**span)  # type: ignore[attr-defined]


def problems_of(floor: Floor) -> list[InboxProblem]:
    with floor.hub.db.read() as tx:
        return list(tx.scalars(select(InboxProblem).where(InboxProblem.state == "OPEN")))


# --- reading -------------------------------------------------------------------------------------


def test_a_first_import_tells_how_far_it_is(floor: Floor, office: Office) -> None:
    office.rows["orders"] = orders(8)
    told: list[tuple[str, int, int | None]] = []
    counts = floor.hub.sync().pull(CODE, lambda *page: told.append(page))
    assert counts == {"TAKEN": 4, "NEW": 8}
    assert told == [
        ("articles", 3, 4),
        ("articles", 1, 4),
        ("orders", 3, 8),
        ("orders", 3, 8),
        ("orders", 2, 8),
    ]
    with floor.hub.db.read() as tx:
        found = [
            (feed.feed, feed.taken, feed.total, feed.finished_at is None) for feed in feeds.list_all(tx, CODE)
        ]
    assert found == [("articles", 4, 4, False), ("orders", 8, 8, False)]


def test_a_line_that_breaks_between_pages_goes_on_where_it_was(floor: Floor, office: Office) -> None:
    office.rows["orders"] = orders(9)
    office.gone_after = 4
    sync = floor.hub.sync()
    with pytest.raises(port.Down):
        sync.pull(CODE)
    assert taken(floor) == ["SO-1", "SO-2", "SO-3", "SO-4", "SO-5", "SO-6"]
    assert row(floor).cancels_at is None
    office.gone_after, office.asked = None, []
    assert sync.pull(CODE) == {"NEW": 3}
    assert office.asked[1:] == [("orders", {"at": 6})]
    assert row(floor).cancels_at == floor.hub.clock.now()


def test_a_page_that_comes_again_changes_nothing(floor: Floor, office: Office) -> None:
    office.rows["orders"] = orders(5)
    sync = floor.hub.sync()
    sync.pull(CODE)
    floor.hub.db.write(lambda tx: feeds.rewind(tx, CODE))
    assert set(sync.pull(CODE)) <= {"OLD", "SAME", "TAKEN"}
    assert len(taken(floor)) == 5


def test_one_bad_document_stops_no_other(floor: Floor, office: Office) -> None:
    good = orders(3)
    broken = replace(good[1].doc, receiver=replace(good[1].doc.receiver, name="x" * 500))
    nobody = order_of(7, ("NOPE", 1))
    unread = port.Item("order", "SO-9", code="E-ERP-95", why="no lines", raw={"what": "came"})
    office.rows["orders"] = [good[0], *inbox.items_of([broken, nobody]), unread, good[2]]
    assert floor.hub.sync().pull(CODE) == {"TAKEN": 4, "NEW": 2, "PROBLEM": 3}
    assert taken(floor) == ["SO-1", "SO-3"]
    assert {(item.doc_no, item.code) for item in problems_of(floor)} == {
        ("SO-2", "E-ERP-13"), ("SO-7", "E-ERP-93"), ("SO-9", "E-ERP-95"),
    }  # fmt: skip


def test_a_document_that_breaks_our_own_rules_is_found_by_halving(
    floor: Floor, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What nobody foresaw: the culprit alone is set aside, with its type of error and none of its content."""
    office.rows["orders"], office.page_size = orders(9), 9
    sync = floor.hub.sync()
    real = Arrivals._taking

    def tripping(self: Arrivals, code: str, items: Any, via: str) -> Any:
        if any(item.doc_no == "SO-6" for item in items):
            return lambda _tx: 1 // 0
        return real(self, code, items, via)

    monkeypatch.setattr(Arrivals, "_taking", tripping)
    sync.pull(CODE)
    assert taken(floor) == [f"SO-{n}" for n in (1, 2, 3, 4, 5, 7, 8, 9)]
    (found,) = problems_of(floor)
    assert (found.doc_no, found.code, found.why) == ("SO-6", "E-ERP-90", "ZeroDivisionError")


def test_an_order_that_waits_for_its_article_is_taken_when_it_comes(floor: Floor, office: Office) -> None:
    sync = floor.hub.sync()
    office.rows["articles"], kept = office.rows["articles"][1:], office.rows["articles"][:1]
    office.rows["orders"] = orders(1)
    sync.pull(CODE)
    assert taken(floor) == []
    office.rows["articles"] += kept
    later(floor, minutes=1)
    sync.pull(CODE)
    assert taken(floor) == ["SO-1"]
    assert not problems_of(floor)


def learn(floor: Floor, kind: str, theirs: str, ours: str) -> None:
    hub = floor.hub
    connection_id, now = row(floor).id, hub.clock.now()
    hub.db.write(lambda tx: vocabulary.map_word(tx, connection_id, kind, theirs, ours, 1, "陈", now))
    hub.db.write(lambda tx: learning.learnt(tx, CODE, now))


def test_an_order_with_an_unknown_word_is_asked_for_again_when_it_is_known(
    floor: Floor, office: Office
) -> None:
    sync = floor.hub.sync()
    word = port.Item("order", "SO-1", code="E-ERP-92", why="carrier 'X'", unmapped=("carrier", "X"))
    office.rows["orders"], office.single["SO-1"] = [word], orders(1)[0]
    sync.pull(CODE)
    with floor.hub.db.read() as tx:
        assert vocabulary.words(tx, row(floor).id, floor.hub.settings).ours["carrier", "X"] == ("", 1)
    assert sync.pull(CODE) == {}
    assert taken(floor) == []
    learn(floor, "carrier", "X", "ZTO")
    sync.pull(CODE)
    assert taken(floor) == ["SO-1"]
    assert not problems_of(floor)


def test_articles_with_an_unknown_word_are_read_again_when_it_is_known(floor: Floor, office: Office) -> None:
    sync = floor.hub.sync()
    unit = port.Item("product", "S0004", code="E-ERP-92", why="unit 'box'", unmapped=("unit", "box"))
    article, office.rows["articles"][3] = office.rows["articles"][3], unit
    sync.pull(CODE)
    office.rows["articles"][3] = article
    assert sync.pull(CODE) == {}
    learn(floor, "unit", "box", "EACH")
    assert sync.pull(CODE)["TAKEN"] == 1
    assert not problems_of(floor)


def test_a_confirmation_with_an_unknown_word_goes_out_when_it_is_known(floor: Floor, office: Office) -> None:
    office.rows["orders"] = orders(1)
    office.answers = [port.Unmapped("status", "LOCKED")]
    sync = floor.hub.sync()
    sync.pull(CODE)
    floor.advance_orders()
    assert sync.push(CODE) == 0
    learn(floor, "status", "ZZ", "LOCKED")
    assert sync.push(CODE) == 1
    assert [doc.state for doc in office.got] == ["ACCEPT"]


def test_a_rewind_while_a_page_is_read_is_not_lost(floor: Floor, office: Office) -> None:
    hub = floor.hub
    page = port.Page([], {"at": 3})
    hub.db.write(lambda tx: feeds.advance(tx, CODE, "orders", page, [], hub.clock.now(), was={}))
    hub.db.write(lambda tx: feeds.rewind(tx, CODE))
    late = port.Page([], {"at": 6})
    hub.db.write(lambda tx: feeds.advance(tx, CODE, "orders", late, [], hub.clock.now(), was={"at": 3}))
    with hub.db.read() as tx:
        assert feeds.cursor(tx, CODE, "orders") == {}


# --- the set of open orders ----------------------------------------------------------------------


def test_an_order_deleted_without_a_trace_is_cancelled(floor: Floor, office: Office) -> None:
    office.rows["orders"] = [replace(item, mark=f"m{n}") for n, item in enumerate(orders(3))]
    office.opened = [port.OpenOrder("SO-1", "m0"), port.OpenOrder("SO-3", "m2")]
    sync = floor.hub.sync()
    counts = sync.pull(CODE)
    assert counts["CANCELLED"] == 1
    with floor.hub.db.read() as tx:
        found = dict(tx.execute(select(DeliveryOrder.erp_no, DeliveryOrder.state)).all())
        told = [message.payload["state"] for message in tx.scalars(select(OutboxMessage))]
    assert (found["SO-1"], found["SO-2"], found["SO-3"]) == ("NEW", "CANCELLED", "NEW")
    assert told == ["CANCELED"]


def test_an_order_with_another_stamp_is_read_again(floor: Floor, office: Office) -> None:
    first = replace(orders(1)[0].doc, version=0)
    office.rows["orders"] = [port.Item("order", "SO-1", first, mark="old")]
    sync = floor.hub.sync()
    sync.pull(CODE)
    more = replace(first, lines=(replace(first.lines[0], qty_each=4),))
    office.opened = [port.OpenOrder("SO-1", "new"), port.OpenOrder("SO-5", "x")]
    office.single = {"SO-1": port.Item("order", "SO-1", more, mark="new"), "SO-5": orders(1, 5)[0]}
    assert sync.pull(CODE) == {"REPLACED": 1, "NEW": 1}
    with floor.hub.db.read() as tx:
        mark = tx.scalar(select(InboxDocument.mark).where(InboxDocument.doc_no == "SO-1"))
    assert mark == "new"


# --- turns ---------------------------------------------------------------------------------------


def test_one_process_at_a_time_talks_to_an_erp(floor: Floor, office: Office) -> None:
    one, two = floor.hub.sync(), floor.hub.sync()
    office.rows["orders"] = orders(2)
    one.run_once(CODE)
    asked = len(office.asked)
    later(floor, seconds=30)
    two.run_once(CODE)
    assert len(office.asked) == asked
    later(floor, minutes=5)  # the first one died
    two.run_once(CODE)
    assert len(office.asked) > asked


def test_a_silent_erp_is_looked_for_ever_less_often_and_then_heard(floor: Floor, office: Office) -> None:
    sync = floor.hub.sync()
    office.silent = True
    waits = []
    for _ in range(6):
        sync.run_once(CODE)
        found = row(floor)
        assert found.down_since is not None
        assert found.retry_at is not None
        waits.append(round((found.retry_at - floor.hub.clock.now()).total_seconds()))
        before = len(office.asked)
        sync.run_once(CODE)
        assert len(office.asked) == before
        later(floor, seconds=waits[-1])
    assert waits == sorted(waits)
    assert waits[-1] <= 60
    office.silent = False
    sync.run_once(CODE)
    found = row(floor)
    assert (found.down_since, found.last_error, found.failures) == (None, "", 0)


def test_settings_that_cannot_be_used_are_no_crash(floor: Floor, office: Office) -> None:
    hub = floor.hub
    hub.db.write(lambda tx: connections.change(tx, hub.vault, CODE, name="x", values={"name": CODE}))
    Office.known.pop(CODE)
    with pytest.raises(KeyError):
        hub.sync().run_once(CODE)  # a broken connector: its loop logs it and goes on
    Office.known[CODE] = office
    assert hub.sync().probe(CODE).ok


# --- a day without the ERP -----------------------------------------------------------------------


def test_the_floor_works_a_day_without_the_erp(floor: Floor, office: Office) -> None:
    """T19, T80: everything is confirmed afterwards, in order per document, and nobody resends by hand."""
    articles = goods.products(4)
    wanted = [order_of(number, ("S0001", 1), ("S0002", 2)) for number in range(1, 5)]
    (notice,) = goods.notices(articles, goods.demand(wanted), "WH1", floor.hub.clock.today())
    office.rows["orders"] = inbox.items_of([*wanted])
    sync = floor.hub.sync()
    sync.arrivals.apply(CODE, inbox.items_of([*articles, notice]))
    sync.pull(CODE)
    office.silent = True
    dated = {item.code: "20260401" if item.is_shelf_life else "" for item in articles}
    floor.receive(
        notice.asn_no,
        [
            (goods.gtin(int(line.sku_code[1:])), line.qty_each // 12, 0, dated[line.sku_code])
            for line in notice.lines
        ],
    )
    floor.release()
    bills: list[str] = []
    while floor.look("1005", "pick")["facts"].get("hint"):
        floor.pick_next()
        bills += floor.pack_tote()
    floor.dispatch("ZTO", bills)
    for _ in range(24):
        sync.run_once(CODE)
        later(floor, hours=1)
    assert office.got == []
    office.silent = False
    sync.run_once(CODE)
    told: dict[str, list[str]] = {}
    for doc in office.got:
        told.setdefault(getattr(doc, "erp_no", notice.asn_no), []).append(
            getattr(doc, "state", type(doc).__name__)
        )
    states = ["ACCEPT", "PICK", "CHECK", "PACKAGE", "WEIGH", "READY", "ShipmentConfirmation"]
    assert told == {notice.asn_no: ["ReceiptConfirmation"], **{order.erp_no: states for order in wanted}}
    with floor.hub.db.read() as tx:
        assert set(tx.scalars(select(OutboxMessage.state))) == {"DONE"}
        assert tx.scalars(select(InboxProblem.doc_no).where(InboxProblem.state == "OPEN")).all() == []
