"""Whoever changes the books behind the station's back is found by `station check` (P4, P5)."""

from __future__ import annotations

import json
import random
import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import Column, Table, UniqueConstraint, delete, func, insert, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from printers.layouts import render
from station.cli import main
from station.exchange.models import OutboxMessage
from station.ground import seals
from station.ground.db import Database, table
from station.ground.documents.lifecycle import Lifecycle
from station.ground.seals.chain import sealed_tables
from station.inbound.models import Receipt
from station.inbound.sign import documents as inbound_papers
from station.outbound import documents as outbound_papers
from station.outbound.dispatch.models import Manifest
from station.outbound.picking import documents as picking_papers
from station.outbound.picking.models import PickList
from station.outbound.waves.models import Wave
from station.people.models import OverrideRow
from station.stock.models import Movement
from station.wiring import checks
from station.wiring.hub import Hub
from tests.cluster import admin
from tests.lifecycles import lifecycles

pytestmark = pytest.mark.both_databases

SEAL = table(seals.Seal)


@pytest.fixture(scope="module")
def sealed(hall: Hub, done: Database) -> Hub:
    """A day's work, all of it under seals."""
    done.write(
        lambda tx: tx.execute(
            insert(table(OverrideRow)),
            [
                {"at": hall.clock.now(), "code": "E-PCK-03", "supervisor_id": 1, "user_id": 2, "reason": "R", "workflow": "pick",
                 "subject": f"PK-{number}", "scan_id": f"scan-{number}"}
                for number in range(3)
            ],
        )
    )  # fmt: skip
    seals.seal_all(hall.works)
    return hall


@pytest.fixture(scope="module")
def copy_of(sealed: Hub, request: pytest.FixtureRequest) -> Callable[[Path], Any]:
    """Makes a copy of that warehouse's database whose tables do not defend themselves any more."""
    if not sealed.db.is_sqlite:
        pg_url = request.getfixturevalue("pg_url")
        source = sealed.db.url.split("@/")[1].split("?")[0]

    @contextmanager
    def copy(folder: Path) -> Iterator[Database]:
        if sealed.db.is_sqlite:
            path = folder / f"{uuid.uuid4().hex}.sqlite3"
            raw = sealed.db.engine.raw_connection()
            raw.cursor().execute("VACUUM INTO ?", (str(path),))
            raw.close()
            found = Database(f"sqlite:///{path}")
        else:
            for engine in (sealed.db.engine, sealed.db._readers):
                engine.dispose()  # a template must have no guests
            name = f"c{uuid.uuid4().hex}"
            admin(pg_url, f"CREATE DATABASE {name} TEMPLATE {source}")
            found = Database(pg_url.format(name=name))
        try:
            yield found
        finally:
            found.close()
            if sealed.db.is_sqlite:
                path.unlink()
            else:
                admin(pg_url, f"DROP DATABASE {name} WITH (FORCE)")

    return copy


@contextmanager
def _undefended(db: Database) -> Iterator[Session]:
    """What somebody with a database tool and enough rights does: triggers and keys are no obstacle."""
    with db.engine.connect() as connection:
        if db.is_sqlite:
            connection.connection.dbapi_connection.cursor().execute("PRAGMA foreign_keys=OFF")  # type: ignore[union-attr]
        with Session(connection) as tx:
            if db.is_sqlite:
                for name in tx.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
                    tx.execute(text(f"DROP TRIGGER {name}"))
            else:
                tx.execute(text("SET session_replication_role = replica"))
            yield tx
            tx.commit()
            if not db.is_sqlite:
                tx.execute(text("SET session_replication_role = DEFAULT"))


def _other(value: Any, column: Column[Any]) -> Any:
    """Another value of the same kind."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, str):
        return value[:-1] + ("x" if not value.endswith("x") else "y")
    if isinstance(value, datetime):
        return value + timedelta(microseconds=1)
    if isinstance(value, dict | list):
        return {"edited": value}
    return {"int": 7, "str": "x"}.get(column.type.python_type.__name__, {"edited": 1})


class Vandal:
    """Does one random thing to the books; `done` says what."""

    def __init__(self, tx: Session, seed: int) -> None:
        self.tx, self.dice, self.done = tx, random.Random(seed), ""
        filled = [one for one in sealed_tables() if len(self._ids(one)) > 1]
        self.subject: Table = self.dice.choice([*filled, SEAL])

    def _ids(self, subject: Table) -> list[int]:
        return list(self.tx.scalars(select(subject.c.id).order_by(subject.c.id)))

    def strike(self) -> None:
        """Until something has really changed: an edit that a CHECK refuses is none."""
        while not self.done:
            what = self.dice.choice([self.edit, self.swap, self.remove, self.cut, self.cut_with_seals])
            try:
                with self.tx.begin_nested():
                    said = what()
            except IntegrityError:
                continue
            self.done = f"{what.__name__} {self.subject.name} {said}" if said else ""

    def _columns(self) -> list[Column[Any]]:
        return [column for column in self.subject.columns if column.name != "id"]

    def _row(self, row_id: int) -> Any:
        return self.tx.execute(select(self.subject).where(self.subject.c.id == row_id)).one()

    def edit(self) -> str:
        row_id, column = self.dice.choice(self._ids(self.subject)), self.dice.choice(self._columns())
        value = _other(getattr(self._row(row_id), column.key), column)
        self.tx.execute(update(self.subject).where(self.subject.c.id == row_id).values({column: value}))
        return f"{row_id}.{column.name}"

    def swap(self) -> str:
        one, two = self.dice.sample(self._ids(self.subject), 2)
        rows = [self._row(one), self._row(two)]
        same = [c.name for c in self._columns() if getattr(rows[0], c.key) == getattr(rows[1], c.key)]
        if len(same) == len(self._columns()):
            return ""
        for row_id in (one, two):
            self.tx.execute(delete(self.subject).where(self.subject.c.id == row_id))
        for row_id, row in zip((one, two), reversed(rows), strict=True):
            self.tx.execute(insert(self.subject), [{**row._mapping, "id": row_id}])
        return f"{one}-{two}"

    def remove(self) -> str:
        gone = self.dice.sample(self._ids(self.subject), self.dice.choice((1, 1, 2)))
        self.tx.execute(delete(self.subject).where(self.subject.c.id.in_(gone)))
        return str(gone)

    def cut(self) -> str:
        start = self.dice.choice(self._ids(self.subject))
        self.tx.execute(delete(self.subject).where(self.subject.c.id >= start))
        return f"from {start}"

    def cut_with_seals(self) -> str:
        """The end of the books and every seal on it: the chain that is left is whole."""
        first = self.dice.choice(self._ids(SEAL))
        for seal in self.tx.execute(select(SEAL).where(SEAL.c.id >= first)).all():
            subject = next(one for one in sealed_tables() if one.name == seal.subject)
            self.tx.execute(delete(subject).where(subject.c.id > seal.after_id))
        self.tx.execute(delete(SEAL).where(SEAL.c.id >= first))
        return f"from seal {first}"


def _seal_lines(db: Database, data: Path) -> list[str]:
    return list(seals.verify(db, data, seals.Verdict()))


@pytest.mark.parametrize("seeds", [range(30), pytest.param(range(30, 130), marks=pytest.mark.long)])
def test_random_edits_swaps_deletions_and_truncations_are_all_found(
    sealed: Hub, copy_of: Any, tmp_path: Path, seeds: range
) -> None:
    missed = []
    for seed in seeds:
        with copy_of(tmp_path) as db:
            assert seed != seeds[0] or _seal_lines(db, sealed.settings.data) == []
            with _undefended(db) as tx:
                vandal = Vandal(tx, seed)
                vandal.strike()
            if not _seal_lines(db, sealed.settings.data):
                missed.append((seed, vandal.done))
    assert missed == []


def _edits(tx: Session, cycle: Lifecycle) -> Iterator[tuple[int, str, str]]:
    """(id, state as it is, another one) for the first, the last and one row between, in all states."""
    rows = table(cycle.model)
    state = rows.c[cycle.column]
    known = tx.execute(select(rows.c.id, state.label("state")).where(rows.c.id > 0).order_by(rows.c.id)).all()
    for row in {known[0], known[len(known) // 2], known[-1]} if known else ():
        for word in sorted(cycle.states - {row.state}):
            yield row.id, row.state, word


def _said(tx: Session, model: Any = None) -> list[str]:
    """What I15 says, of all documents or of one kind."""
    rules = [rule for rule in checks.invariants() if rule.code == "I15" and model in {None, rule.looks_at}]
    assert rules
    return [line for rule in rules for line in rule.find(tx)]


def test_every_edited_state_is_found(sealed: Hub, copy_of: Any, tmp_path: Path) -> None:
    """Whatever a document is made to be, its sealed history says where it stands; one that never moved as well.

    A message that is simply waiting or delivered is no news: there the edit of a day's delivery shows only when
    the ERP is compared.
    """
    silent = frozenset({"PENDING", "LEASED", "DONE"})
    missed, tried = [], set()
    with copy_of(tmp_path) as db, _undefended(db) as tx:
        assert _said(tx) == []
        for cycle in (one for one in lifecycles() if one.doc_type):
            rows, is_message = table(cycle.model), cycle.model is OutboxMessage
            for row_id, old, new in _edits(tx, cycle):
                values: dict[str, Any] = {cycle.column: new}
                if is_message:
                    values["done_at"] = sealed.clock.now() if new in {"DONE", "DROPPED"} else None
                try:
                    with tx.begin_nested() as edit:
                        tx.execute(update(rows).where(rows.c.id == row_id).values(values))
                        lines = _said(tx, cycle.model)
                        edit.rollback()
                except IntegrityError:
                    continue  # the table itself says no
                tried.add(rows.name)
                should_be_seen = not (is_message and {old, new} <= silent)
                if bool(lines) is not should_be_seen:
                    missed.append((rows.name, row_id, old, new, lines))
    assert missed == []
    assert tried >= {
        "delivery_order",
        "parcel",
        "manifest",
        "receipt",
        "waybill",
        "outbox_message",
        "putaway_task",
    }


def test_changed_missing_and_added_rows_are_named(sealed: Hub, copy_of: Any, tmp_path: Path) -> None:
    with copy_of(tmp_path) as db:
        with _undefended(db) as tx:
            tx.execute(text("UPDATE movement SET qty = qty + 5 WHERE id = 2"))
            tx.execute(text("DELETE FROM movement WHERE id = 4"))
            columns = ", ".join(c.name for c in table(Movement).columns if c.name not in {"id", "idem_key"})
            tx.execute(
                text(
                    f"INSERT INTO movement (id, idem_key, {columns}) SELECT -3, 'x', {columns} FROM movement WHERE id = 1"
                )
            )
        (line,) = _seal_lines(db, sealed.settings.data)
        assert line.startswith("movement 2 changed, 4 missing, -3 put in afterwards (seal ")
        assert any(line.startswith("I1: ") for line in checks.broken(db, sealed.settings.data))


def test_the_seals_go_on_after_a_restart_and_new_rows_are_no_fault(
    sealed: Hub, copy_of: Any, tmp_path: Path
) -> None:
    """Rows that wait for their seal are not tampering; a later look seals them behind the same chain."""
    with copy_of(tmp_path) as db:
        db.write(
            lambda tx: tx.execute(
                text(
                    "INSERT INTO history (at, doc_type, doc_no, event, old, new, actor) "
                    "SELECT at, doc_type, 'NEW', event, old, new, actor FROM history WHERE id = 1"
                )
            )
        )
        seen = seals.Verdict()
        assert list(seals.verify(db, sealed.settings.data, seen)) == []
        assert seen.waiting == 1
        before = seen.head
        data = tmp_path / "data"
        seals.seal_all(type(sealed.works)(db, sealed.clock, sealed.settings.__class__(data=data)))
        seen = seals.Verdict()
        assert list(seals.verify(db, sealed.settings.data, seen)) == []
        assert before is not None
        assert seen.head is not None
        assert (seen.waiting, seen.head.number) == (0, before.number + 1)


@pytest.mark.parametrize("subject", [one.name for one in (*sealed_tables(), SEAL)])
def test_replacing_a_row_is_refused(sealed: Hub, copy_of: Any, tmp_path: Path, subject: str) -> None:
    """With the triggers in place: SQLite's INSERT OR REPLACE and its like on PostgreSQL, by every unique key."""
    found: Table = next(one for one in (*sealed_tables(), SEAL) if one.name == subject)
    with copy_of(tmp_path) as db, db.engine.connect() as connection:
        if not connection.scalar(select(func.count()).select_from(found)):
            pytest.skip("this day wrote none; the schema's test has its trigger")
        names = ", ".join(found.columns.keys())
        same = f"INSERT INTO {found.name} ({names}) SELECT {names} FROM {found.name} LIMIT 1"
        if db.is_sqlite:
            replace = same.replace("INSERT", "INSERT OR REPLACE", 1)
            statements = [replace]
            if any(isinstance(one, UniqueConstraint) for one in found.constraints):
                statements.append(replace.replace("SELECT id", "SELECT 9999"))
        else:
            statements = [f"{same} ON CONFLICT (id) DO UPDATE SET id = EXCLUDED.id"]
        for statement in statements:
            with pytest.raises(DBAPIError, match="append-only"):
                connection.execute(text(statement))
            connection.rollback()


def _station(db: Database, data: Path, monkeypatch: pytest.MonkeyPatch, *options: str) -> tuple[int, str]:
    monkeypatch.setenv("STATION_DATA", str(data))
    monkeypatch.setenv("STATION_DATABASE_URL", db.url)
    answer = CliRunner().invoke(main, ["check", *options])
    return answer.exit_code, answer.output


def test_the_command_says_it_in_one_sentence(
    sealed: Hub, copy_of: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Red on a cut end, green once an older copy is accepted; a head on a paper is looked up."""
    data = tmp_path / "data"
    shutil.copytree(sealed.settings.data, data)
    with copy_of(tmp_path) as db:
        with db.read() as tx:
            on_paper = seals.head_on_paper(tx)
        status, said = _station(db, data, monkeypatch, "--paper", on_paper)
        assert (status, f"head {on_paper}" in said) == (0, True)
        with _undefended(db) as tx:
            vandal = Vandal(tx, 1)
            vandal.cut_with_seals()
        status, said = _station(db, data, monkeypatch)
        assert status == 1
        assert "✘ SEAL" in said
        assert "the end was cut off, or an older copy was put back" in said
        status, said = _station(db, data, monkeypatch, "--after-restore", "--json", "--paper", on_paper)
        assert json.loads(said)["SEAL"] == [f"the seal on the paper, {on_paper}, is not in these books"]
        assert json.loads(_station(db, data, monkeypatch, "--json")[1])["SEAL"] == []


def test_the_head_lies_beside_the_database_and_never_goes_back(
    sealed: Hub, copy_of: Any, tmp_path: Path
) -> None:
    """Only its owner reads it; a station on a shortened chain does not make it forget what it knew."""
    kept = seals.anchor_path(sealed.settings.data)
    assert kept.stat().st_mode & 0o777 == 0o600
    data = tmp_path / "data"
    shutil.copytree(sealed.settings.data, data)
    before = seals.anchor_path(data).read_text()
    with copy_of(tmp_path) as db:
        with _undefended(db) as tx:
            Vandal(tx, 2).cut_with_seals()
        seals.seal_all(type(sealed.works)(db, sealed.clock, sealed.settings.__class__(data=data)))
        assert seals.anchor_path(data).read_text() == before
        assert _seal_lines(db, data)


def test_the_days_papers_carry_the_head(sealed: Hub) -> None:
    """Acceptance sheet, pick list and manifest; the draw shows it in the foot."""
    with sealed.db.read() as tx:
        head = seals.head_on_paper(tx)
        receipt, picked, manifest = (
            tx.scalars(select(Receipt)).first(),
            tx.scalars(select(PickList)).first(),
            tx.scalars(select(Manifest)).first(),
        )
        assert receipt is not None
        assert picked is not None
        assert manifest is not None
        papers = (
            inbound_papers.acceptance_sheet(tx, sealed.settings, receipt, 1),
            picking_papers.pick_lists(tx, tx.get_one(Wave, picked.wave_id), [picked])[0],
            outbound_papers.manifest(tx, manifest, sealed.settings, 1),
        )
    for paper in papers:
        assert paper.seal == head
        with_it, without = (
            [page.tobytes() for page in render(one)] for one in (paper, replace(paper, seal=""))
        )
        assert with_it != without


def _contents(db: Database) -> dict[str, list[Any]] | None:
    """Every sealed row as a reader gets it; None when the database is malformed."""
    try:
        with db.read() as tx:
            names = [one.name for one in (*sealed_tables(), SEAL)]
            return {
                name: [tuple(row) for row in tx.execute(text(f"SELECT * FROM {name} ORDER BY id"))]
                for name in names
            }
    except (DBAPIError, ValueError):
        return None


@pytest.mark.long
def test_flipped_bits_of_the_file_are_found(sealed: Hub, copy_of: Any, tmp_path: Path) -> None:
    """A flip counts when a row of the books reads otherwise or the file does not read at all; unused bytes, free
    pages and tables that change by design do not.
    """
    if not sealed.db.is_sqlite:
        pytest.skip("PostgreSQL's files have checksums of their own (initdb --data-checksums)")
    with copy_of(tmp_path) as db:
        whole, image = _contents(db), Path(str(db.engine.url.database)).read_bytes()
    dice, counted, found_else, else_ = random.Random(7), 0, 0, 0
    missed = []
    while counted < 100:
        place, bit = dice.randrange(len(image)), dice.randrange(8)
        path = tmp_path / "flipped.sqlite3"
        flipped = bytearray(image)
        flipped[place] ^= 1 << bit
        path.write_bytes(flipped)
        lines, counts = _look(path, whole, sealed.settings.data)
        counted += counts
        if counts and not lines:
            missed.append((place, bit))
        else_, found_else = else_ + (not counts), found_else + (not counts and bool(lines))
    assert missed == [], f"{counted} flips of the books; of {else_} other flips {found_else} were found"


def _look(path: Path, whole: Any, data: Path) -> tuple[list[str], bool]:
    for left in path.parent.glob("flipped.sqlite3-*"):
        left.unlink()
    db = Database(f"sqlite:///{path}")
    try:
        return checks.broken(db, data), _contents(db) != whole
    finally:
        db.close()
