"""A task is taken once, done once, and can always be given back: tables, and two people at a time."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from station.ground.db import Database
from station.ground.documents.history import History
from station.ground.tasks import Origin, TaskState
from station.ground.words.messages import Refused
from station.ground.work import Machine, Work
from station.settings import Settings
from tests.toy.models import ERRANDS, Errand, ToyBase

NOW = datetime(2026, 5, 1, 4, tzinfo=UTC)
ANN, BEN = 1, 2
S = TaskState


def by(tx: Session, user: int) -> Work:
    return Work(
        tx=tx, now=NOW, today=NOW.date(), settings=Settings(data=Path()), by=Machine(f"user {user}", user)
    )


@pytest.fixture
def toys(db: Database) -> Database:
    with db.engine.begin() as connection:
        ToyBase.metadata.create_all(connection)
    return db


def _add(db: Database, *priorities: int, origin: str = "1") -> list[int]:
    def do(tx: Session) -> list[int]:
        errands = [
            Errand(origin_type="XX", origin_no=origin, priority=one, tote=f"T{i}", created_at=NOW)
            for i, one in enumerate(priorities)
        ]
        tx.add_all(errands)
        tx.flush()
        return [errand.id for errand in errands]

    return db.write(do)


def _do(db: Database, task: int, user: int, rule: Callable[[Work, Errand], None]) -> str:
    """The task's state afterwards, or the refusal's code; refused means that nothing changed."""

    def do(tx: Session) -> str:
        errand = ERRANDS.load(tx, task)
        rule(by(tx, user), errand)
        return errand.state

    try:
        return str(db.write(do))
    except Refused as refusal:
        return refusal.code


def _row(db: Database, task: int) -> Errand:
    with db.read() as tx:
        return tx.get_one(Errand, task)


RULES: dict[str, Callable[[Work, Errand], None]] = {
    "take": ERRANDS.take,
    "give_back": ERRANDS.give_back,
    "hand_over": lambda work, errand: ERRANDS.hand_over(work, errand, BEN),
    "finish": ERRANDS.finish,
    "cancel": lambda work, errand: ERRANDS.cancel(work, errand, "why"),
}


@pytest.mark.parametrize(
    ("before", "event", "after"),
    [
        ((), "take", S.TAKEN),
        ((), "give_back", "E-TSK-03"),
        ((), "hand_over", "E-TSK-03"),
        ((), "finish", "E-TSK-05"),
        ((), "cancel", S.CANCELLED),
        (("take",), "take", "E-TSK-05"),
        (("take",), "give_back", S.OPEN),
        (("take",), "hand_over", S.TAKEN),
        (("take",), "finish", S.DONE),
        (("take",), "cancel", S.CANCELLED),
        (("take", "hand_over"), "finish", "E-TSK-05"),
        (("take", "give_back"), "take", S.TAKEN),
        (("take", "give_back"), "finish", "E-TSK-05"),
        (("take", "finish"), "take", "E-TSK-03"),
        (("take", "finish"), "give_back", "E-TSK-03"),
        (("take", "finish"), "hand_over", "E-TSK-03"),
        (("take", "finish"), "finish", "E-TSK-03"),
        (("take", "finish"), "cancel", "E-TSK-03"),
        (("cancel",), "take", "E-TSK-04"),
        (("cancel",), "hand_over", "E-TSK-04"),
        (("cancel",), "finish", "E-TSK-04"),
        (("cancel",), "cancel", "E-TSK-04"),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_may_happen_when(toys: Database, before: tuple[str, ...], event: str, after: str) -> None:
    """Ann does all of it; handed over, it is Ben's."""
    (task,) = _add(toys, 0)
    for one in before:
        _do(toys, task, ANN, RULES[one])
    state = _row(toys, task).state
    assert _do(toys, task, ANN, RULES[event]) == after
    assert _row(toys, task).state == (state if after.startswith("E-") else after)


def test_who_when_and_in_which_order_is_kept(toys: Database) -> None:
    (task,) = _add(toys, 0)
    for name in ("take", "give_back", "take", "hand_over"):
        _do(toys, task, ANN, RULES[name])
    row = _row(toys, task)
    assert (row.task_no, row.origin, row.taken_by, row.taken_at) == (
        f"TOY{task}",
        Origin("XX", "1"),
        BEN,
        NOW,
    )
    assert _do(toys, task, BEN, lambda work, one: ERRANDS.finish(work, one, slot="A-1")) == S.DONE
    row = _row(toys, task)
    assert (row.slot, row.done_at, row.taken_by) == ("A-1", NOW, BEN)
    with toys.read() as tx:
        rows = tx.scalars(select(History).where(History.doc_no == row.task_no).order_by(History.id)).all()
        assert [(one.event, one.new, one.actor) for one in rows] == [
            ("take", "TAKEN", "user 1"),
            ("give_back", "OPEN", "user 1"),
            ("take", "TAKEN", "user 1"),
            ("hand_over", "TAKEN", "user 1"),
            ("finish", "DONE", "user 2"),
        ]
        assert rows[3].detail == {"from": ANN, "to": BEN}


def test_the_urgent_first_then_the_oldest(toys: Database) -> None:
    plain, urgent, later = _add(toys, 0, 5, 0)
    took = [toys.write(lambda tx: ERRANDS.take_next(by(tx, ANN)).id) for _ in range(3)]
    assert took == [urgent, plain, later]
    with pytest.raises(Refused, match="E-TSK-02"):
        toys.write(lambda tx: ERRANDS.take_next(by(tx, ANN)))


def test_next_can_be_of_one_sort(toys: Database) -> None:
    _plain, other = _add(toys, 0, 0)
    assert toys.write(lambda tx: ERRANDS.take_next(by(tx, ANN), Errand.tote == "T1").id) == other
    with pytest.raises(Refused, match="E-TSK-02"):
        toys.write(lambda tx: ERRANDS.take_next(by(tx, ANN), Errand.tote == "T1"))


def test_given_back_for_later_it_waits_behind_the_others(toys: Database) -> None:
    first, second = _add(toys, 0, 0)
    _do(toys, first, ANN, RULES["take"])
    _do(toys, first, ANN, lambda work, one: ERRANDS.give_back(work, one, later=True, tote="T9"))
    assert _row(toys, first).tote == "T9"
    with toys.read() as tx:
        assert [one.id for one in tx.scalars(ERRANDS.waiting())] == [second, first]


def test_what_waits_and_what_is_left_are_counted(toys: Database) -> None:
    """Waiting is what nobody has; left, for a document, is what is not over."""
    one, two, three = _add(toys, 0, 0, 0)
    _add(toys, 0, origin="2")
    _do(toys, one, ANN, RULES["take"])
    _do(toys, two, ANN, RULES["take"])
    _do(toys, two, ANN, RULES["finish"])
    _do(toys, three, ANN, RULES["cancel"])
    with toys.read() as tx:
        assert ERRANDS.count_waiting(tx) == 1
        assert [ERRANDS.left(tx, Origin("XX", number)) for number in ("1", "2", "3")] == [1, 1, 0]
        assert ERRANDS.left(tx, Origin("YY", "1")) == 0


@pytest.mark.parametrize(
    ("before", "code"),
    [
        ((), "E-TSK-05"),
        (("take", "hand_over"), "E-TSK-05"),
        (("take", "finish"), "E-TSK-03"),
        (("cancel",), "E-TSK-04"),
    ],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_is_not_held_says_why(toys: Database, before: tuple[str, ...], code: str) -> None:
    (task,) = _add(toys, 0)
    for one in before:
        _do(toys, task, ANN, RULES[one])
    with pytest.raises(Refused, match=code):
        toys.write(lambda tx: ERRANDS.held(by(tx, ANN), task))


@pytest.mark.parametrize("before", [(), ("take", "hand_over"), ("take", "finish"), ("cancel",)])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_letting_go_never_fails(toys: Database, before: tuple[str, ...]) -> None:
    """Whatever became of the task, and when there is none: nothing of somebody else's is touched."""
    (task,) = _add(toys, 0)
    for one in before:
        _do(toys, task, ANN, RULES[one])
    state = _row(toys, task).state
    toys.write(lambda tx: ERRANDS.let_go(by(tx, ANN), task))
    toys.write(lambda tx: ERRANDS.let_go(by(tx, ANN), 0))
    assert _row(toys, task).state == state


def test_letting_go_of_ones_own_gives_it_back(toys: Database) -> None:
    (task,) = _add(toys, 0)
    _do(toys, task, ANN, RULES["take"])
    toys.write(lambda tx: ERRANDS.let_go(by(tx, ANN), task))
    row = _row(toys, task)
    assert (row.state, row.taken_by, row.taken_at) == (S.OPEN, None, None)


def test_many_hands_take_every_task_once(toys: Database) -> None:
    """Ten people press "next" at the same time over six tasks."""
    _add(toys, *[0] * 6)

    def take(user: int) -> int:
        try:
            return toys.write(lambda tx: ERRANDS.take_next(by(tx, user)).id)
        except Refused as refusal:
            assert refusal.code == "E-TSK-02"
            return 0

    with ThreadPoolExecutor(10) as pool:
        got = list(pool.map(take, range(1, 11)))
    taken = sorted(task for task in got if task)
    assert len(set(taken)) == 6
    assert len(taken) == 6


@pytest.mark.parametrize("values", [{"state": "TAKEN"}, {"state": "DONE"}, {"state": "LOST"}])
def test_the_database_keeps_the_states(toys: Database, values: dict[str, str]) -> None:
    """Nobody holds a taken one, a done one has no time, a word that is no state."""
    with pytest.raises(IntegrityError):
        toys.write(
            lambda tx: tx.add(Errand(origin_type="XX", origin_no="1", tote="T", created_at=NOW, **values))
        )
