"""Confirmations reach the ERP exactly once, in order per document, whatever it answers (P22, §11)."""

from __future__ import annotations

import contextlib
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from station.clock import MovableClock
from station.erp import port
from station.erp.outward import courier
from station.erp.outward.courier import Courier
from station.exchange import documents as erp
from station.exchange import outbox
from station.exchange.models import OutboxMessage
from station.ground.db import Database
from station.wiring.hub import Hub
from tests.patience import beside
from tests.station.erp.office import LOST, Office

SHOP = ("shop", "order_state")


def state_of(order: str, state: str, clock: MovableClock) -> erp.OrderStateDocument:
    key = f"STATE-{order}-{state}"
    return erp.OrderStateDocument(
        event_key=key, erp_no=f"SO-{order}", order_no=order, state=state, at=clock.now(), operator="孙"
    )


def put(hub: Hub, *names: str) -> None:
    """Messages called ``order-state``, one unit of work each."""
    for name in names:
        order, _, state = name.partition("-")
        doc = state_of(order, state, hub.clock)  # type: ignore[arg-type]
        hub.db.write(
            lambda tx, doc=doc: outbox.put(tx, doc, doc_no=doc.order_no, now=hub.clock.now(), target=SHOP)  # type: ignore[misc]
        )


def a_courier(hub: Hub, office: Office) -> Courier:
    return Courier(hub.db, hub.clock, "shop", lambda: office)


def names(office: Office) -> list[str]:
    return [key.removeprefix("STATE-") for key in office.keys]


def kept(hub: Hub, state: str) -> list[OutboxMessage]:
    with hub.db.read() as tx:
        return list(
            tx.scalars(select(OutboxMessage).where(OutboxMessage.state == state).order_by(OutboxMessage.id))
        )


def later(hub: Hub, **span: int) -> None:
    hub.clock.advance(**span)  # type: ignore[attr-defined]


def test_a_no_holds_back_its_own_document_only(hub: Hub) -> None:
    """Set aside with the reason; a person sends it again with the same key, and the rest follows in order."""
    put(hub, "A-PICK", "B-PICK", "A-CHECK", "B-CHECK")
    office = Office(answers=[port.Declined("unknown order")])
    assert a_courier(hub, office).push() == 2
    assert names(office) == ["B-PICK", "B-CHECK"]
    (dead,) = kept(hub, "DEAD")
    assert "unknown order" in dead.last_error
    assert a_courier(hub, office).push() == 0
    mended = {**dead.payload, "operator": "李"}
    hub.db.write(lambda tx: courier.resend(tx, dead.id, mended, who="陈", now=hub.clock.now()))
    assert a_courier(hub, office).push() == 2
    assert names(office) == ["B-PICK", "B-CHECK", "A-PICK", "A-CHECK"]
    assert (office.got[2].event_key, office.got[2].operator) == (dead.event_key, "李")


def test_the_key_of_a_message_cannot_be_changed(hub: Hub) -> None:
    put(hub, "A-PICK")
    office = Office(answers=[port.Declined("no")])
    a_courier(hub, office).push()
    (dead,) = kept(hub, "DEAD")
    other = {**dead.payload, "event_key": "OTHER"}
    with pytest.raises(ValueError, match="the key must stay"):
        hub.db.write(lambda tx: courier.resend(tx, dead.id, other, who="陈", now=hub.clock.now()))
    with pytest.raises(LookupError):
        hub.db.write(lambda tx: courier.resend(tx, dead.id + 1, None, who="陈", now=hub.clock.now()))
    assert kept(hub, "DEAD")[0].payload == dead.payload


def test_a_message_that_is_let_go_lets_the_next_one_pass(hub: Hub) -> None:
    put(hub, "A-PICK", "A-CHECK")
    office = Office(answers=[port.Declined("no")])
    a_courier(hub, office).push()
    (dead,) = kept(hub, "DEAD")
    hub.db.write(lambda tx: courier.drop(tx, dead.id, who="陈", now=hub.clock.now()))
    a_courier(hub, office).push()
    assert names(office) == ["A-CHECK"]


def test_a_stale_document_is_tried_again_later_and_ten_times_at_most(hub: Hub) -> None:
    put(hub, "A-PICK", "A-CHECK")
    office = Office(answers=[port.Stale("somebody edits it")] * 10)
    tries = 0
    while not kept(hub, "DEAD"):
        a_courier(hub, office).push()
        tries += 1
        assert tries <= courier.MOST_REFUSALS
        before = len(office.tried)
        a_courier(hub, office).push()
        assert len(office.tried) == before  # not before its time
        later(hub, hours=1)
    assert len(office.tried) == courier.MOST_REFUSALS
    assert office.got == []


def test_a_silent_erp_costs_no_try_and_is_heard_of(hub: Hub) -> None:
    """Down for a day: asked again and again, nothing is set aside, all arrives in order afterwards."""
    put(hub, "A-PICK", "B-PICK", "A-CHECK")
    office = Office(silent=True)
    for _ in range(24):
        with pytest.raises(port.Down):
            a_courier(hub, office).push()
        later(hub, hours=1)
    put(hub, "B-CHECK")
    office.silent = False
    assert a_courier(hub, office).push() == 4
    assert names(office) == ["A-PICK", "B-PICK", "A-CHECK", "B-CHECK"]
    assert not kept(hub, "DEAD")
    assert {row.refusals for row in kept(hub, "DONE")} == {0}


@pytest.mark.both_databases
def test_what_a_dead_process_held_goes_out_when_its_lease_ends(hub: Hub) -> None:
    put(hub, "A-PICK", "A-CHECK")
    office = Office()
    leased = hub.db.write(lambda tx: courier.lease(tx, "shop", hub.clock.now()))
    assert len(leased) == 2
    office.deliver(erp.from_data(leased[0].kind, leased[0].payload))  # and then the power went
    assert a_courier(hub, office).push() == 0
    later(hub, minutes=6)
    assert a_courier(hub, office).push() == 2
    assert names(office) == ["A-PICK", "A-CHECK"]


@pytest.mark.both_databases
def test_two_processes_deliver_each_message_once(hub: Hub) -> None:
    put(hub, *(f"{order}-{state}" for order in "ABCDEFGH" for state in ("PICK", "CHECK", "WEIGH")))
    offices = [Office(name="one"), Office(name="two")]
    beside(*(a_courier(hub, office).push for office in offices))
    tried = [key for office in offices for key in office.tried]
    assert sorted(tried) == sorted(set(tried))
    assert len(tried) == 24


def test_an_overlong_reason_is_kept_short(hub: Hub) -> None:
    put(hub, "A-PICK")
    a_courier(hub, Office(answers=[port.Declined("否" * 1000)])).push()
    assert len(kept(hub, "DEAD")[0].last_error) <= 300


_ANSWERS = st.sampled_from(["", "", "", LOST, "down", "stale", "refused", "limited", "bug"])


def _answer(word: str) -> Any:
    made = {
        "down": port.Down("no"), "stale": port.Stale("changed"), "refused": port.Declined("no"),
        "limited": port.Limited("slow down", 1), "bug": ZeroDivisionError("ours"),
    }  # fmt: skip
    return made.get(word, word)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(_ANSWERS, max_size=25), st.permutations(["A-1", "A-2", "A-3", "B-1", "B-2", "C-1"]))
def test_whatever_is_answered_all_have_their_effect_once_and_in_order(
    hub: Hub, answers: list[str], order: list[str]
) -> None:
    """A person sends again what was set aside; the order within a document is the order of writing."""
    hub.db.write(lambda tx: tx.execute(delete(OutboxMessage)))
    put(hub, *order)
    office = Office(answers=[_answer(word) for word in answers])
    for _ in range(60):
        with contextlib.suppress(port.ErpError):
            a_courier(hub, office).push()
        later(hub, hours=1)
        for row in kept(hub, "DEAD"):
            hub.db.write(lambda tx, row=row: courier.resend(tx, row.id, None, who="陈", now=hub.clock.now()))  # type: ignore[misc]
    assert len(names(office)) == len(set(names(office))) == len(order)
    for document in "ABC":
        told = [name for name in names(office) if name.startswith(document)]
        assert told == [name for name in order if name.startswith(document)]
    assert not kept(hub, "PENDING")


def test_a_backlog_of_any_size_is_leased_by_an_index(db: Database) -> None:
    """The plan of the lease walks the open messages of one connection in their order."""
    if db.engine.dialect.name != "sqlite":
        return  # only SQLite tells its plan in words
    with db.read() as tx:
        plan = tx.connection().exec_driver_sql(
            "EXPLAIN QUERY PLAN SELECT id FROM outbox_message "
            "WHERE target = 'x' AND done_at IS NULL ORDER BY id LIMIT 20"
        )
        told = " ".join(str(row[-1]) for row in plan)
    assert "ix_outbox_message_target_done_at" in told
    assert "TEMP B-TREE" not in told
