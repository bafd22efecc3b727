"""What the history has of messages, set-aside documents and comparisons: who decided what, and nothing of routine."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import event, insert, select

from station.erp import port
from station.erp.compare import wishes
from station.erp.compare.models import RECONCILIATION
from station.erp.inward import problems
from station.erp.models import PROBLEM, InboxProblem
from station.erp.outward import courier
from station.exchange import documents as erp
from station.exchange.models import MESSAGE, ErpConnection, MessageState, OutboxMessage
from station.ground.db import table
from station.ground.documents.history import History
from station.ground.documents.lifecycle import Lifecycle
from station.outbound.orders.lifecycle import ORDER
from station.wiring import checks
from station.wiring.hub import Hub
from tests.station.erp.office import Office
from tests.station.erp.test_outbox import a_courier, kept, put


def told(hub: Hub, cycle: Lifecycle) -> list[tuple[str, ...]]:
    """(number, event, from, to, who) of one kind of document, and that every state is what they say."""
    with hub.db.read() as tx:
        rules = [rule for rule in checks.invariants() if rule.code == "I15"]
        assert [line for rule in rules for line in rule.find(tx)] == []
        rows = tx.execute(
            select(History.doc_no, History.event, History.old, History.new, History.actor)
            .where(History.doc_type == cycle.doc_type)
            .order_by(History.id)
        )
        return [tuple(row) for row in rows]


def test_of_messages_it_has_what_a_person_had_to_look_at(hub: Hub) -> None:
    put(hub, "A-PICK", "B-PICK", "C-PICK")
    a_courier(hub, Office(answers=[port.Declined("no"), port.Declined("no")])).push()
    one, two = kept(hub, "DEAD")
    hub.db.write(lambda tx: courier.resend(tx, one.id, None, who="陈", now=hub.clock.now()))
    hub.db.write(lambda tx: courier.drop(tx, two.id, who="李", now=hub.clock.now()))
    a_courier(hub, Office()).push()
    assert [row.id for row in kept(hub, "DONE")] == [1, 3]
    assert told(hub, MESSAGE) == [
        ("1", "set_aside", "LEASED", "DEAD", "system"),
        ("2", "set_aside", "LEASED", "DEAD", "system"),
        ("1", "resend", "DEAD", "PENDING", "陈"),
        ("2", "let_go", "DEAD", "DROPPED", "李"),
    ]


def test_of_a_document_set_aside_it_has_each_end_and_each_return(hub: Hub) -> None:
    supplier = erp.Supplier(code="V9", name="x")
    now = hub.clock.now()

    def keep(doc: Any) -> None:
        item = port.Item("supplier", "V9", doc)
        hub.db.write(lambda tx: problems.keep(tx, "shop", item, "E-ERP-90", "why", now))

    keep(supplier)
    keep(supplier)  # a second try is no news
    hub.db.write(lambda tx: problems.drop(tx, 1, "陈", now))
    keep(supplier)  # a person decided about exactly this
    with hub.db.read() as tx:
        assert tx.get_one(InboxProblem, 1).state == "DROPPED"
    keep(erp.Supplier(code="V9", name="y"))
    hub.db.write(lambda tx: problems.solve(tx, "shop", "supplier", ["V8", "V9"], now))
    hub.db.write(lambda tx: problems.solve(tx, "shop", "supplier", ["V9"], now))
    assert told(hub, PROBLEM) == [
        ("1", "let_go", "OPEN", "DROPPED", "陈"),
        ("1", "reopen", "DROPPED", "OPEN", "ERP"),
        ("1", "solve", "OPEN", "DONE", "ERP"),
    ]


def test_of_a_comparison_it_has_when_it_began_and_how_it_ended(hub: Hub) -> None:
    now = hub.clock.now()
    row = {"code": "shop", "name": "", "kind": "rest", "created_at": now}
    hub.db.write(lambda tx: tx.execute(insert(ErpConnection), row))
    wish = hub.db.write(lambda tx: wishes.ask(tx, "shop", "陈", now))
    assert hub.db.write(lambda tx: wishes.claim(tx, "shop", "night", wish, now)) == wish
    assert hub.db.write(lambda tx: wishes.claim(tx, "shop", "night", wish, now)) is None
    hub.clock.advance(hours=1)  # type: ignore[attr-defined]
    assert hub.db.write(lambda tx: wishes.fail_left_over(tx, hub.clock.now())) == 1
    assert told(hub, RECONCILIATION) == [
        (str(wish), "start", "ASKED", "RUNNING", "night"),
        (str(wish), "fail", "RUNNING", "FAILED", "system"),
    ]


@pytest.mark.both_databases
def test_many_are_moved_by_two_statements_and_others_stay(hub: Hub) -> None:
    """Also those that the event may not move: one that waits is not sent again."""
    now = hub.clock.now()
    put(hub, *(f"A{number}-PICK" for number in range(40)))
    rows = table(OutboxMessage)

    def set_aside(tx: Any) -> int:
        MESSAGE.move_where(tx, rows.c.id <= 30, "lease", now=now, who="x")
        return MESSAGE.move_where(tx, rows.c.id <= 35, "set_aside", now=now, who="x", last_error="no")

    assert hub.db.write(set_aside) == 30
    said: list[str] = []
    event.listen(hub.db.engine, "before_cursor_execute", lambda *args: said.append(args[2].split()[0]))
    moved = hub.db.write(lambda tx: MESSAGE.move_where(tx, rows.c.id > 20, "resend", now=now, who="陈"))
    assert moved == 10
    assert [word for word in said if word in {"UPDATE", "INSERT", "SELECT"}] == ["UPDATE", "INSERT"]
    assert [row.id for row in kept(hub, MessageState.DEAD)] == list(range(1, 21))
    assert [one[:2] for one in told(hub, MESSAGE)][30:] == [(str(n), "resend") for n in range(21, 31)]


def test_what_is_moved_one_by_one_is_not_moved_by_lists(hub: Hub) -> None:
    """Who must hear of an order's move would not."""
    with pytest.raises(ValueError, match="one by one"):
        hub.db.write(
            lambda tx: ORDER.move_where(
                tx, table(ORDER.model).c.id > 0, "audit", now=hub.clock.now(), who="x"
            )
        )
