"""What is behind ``station check``: the invariants of all rooms over a whole database, and the file itself.

An empty answer is a proof for this database. A rule whose process does not exist yet says so instead of
pretending.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from station.ground import seals
from station.ground.db import Database, reason, table
from station.ground.db.invariants import Invariant
from station.rooms import ROOMS
from station.wiring import tables

WHOLE = "the database is whole"

LIMIT = 20
"""Violations shown per rule."""

SEALED = "the books are as they were sealed"

AWAITED = {
    "I12": ("month close adds up", "no month has been closed: month end has not been built"),
}
"""Rules that no room brings yet, and why there is nothing they could be asked of."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found; `violations` are sentences, `note` says what was looked at."""

    code: str
    title: str
    violations: list[str] = field(default_factory=list)
    note: str = ""
    is_empty: bool = False
    seconds: float = 0


def invariants() -> list[Invariant]:
    """Those of all rooms, by number; parts of one number in the order of the rooms."""
    return sorted((rule for room in ROOMS for rule in room.invariants), key=lambda rule: int(rule.code[1:]))


def run(
    db: Database,
    begin: Callable[[str, str], object] = lambda _code, _title: None,
    *,
    data: Path | None = None,
    paper: str = "",
) -> Iterator[Finding]:
    """Check everything, one finding after another; `begin` hears code and title before each.

    `data` is the folder with the head of the seals; without it only the database is judged. `paper` is a head
    that stands on a paper. Each rule reads one consistent state, in a transaction of its own: a long one over
    all of them would keep SQLite's log growing beside a working floor.
    """
    begin("FILE", WHOLE)
    yield _file(db) if db.is_sqlite else _indexes(db)
    begin("SEAL", SEALED)
    yield _seals(db, data, paper, begin)
    for rule in invariants():
        begin(rule.code, rule.title)
        yield _ask(db, rule)
    for code, (title, why) in AWAITED.items():
        yield Finding(code, title, note=f"nothing to check yet: {why}", is_empty=True)


@contextmanager
def _snapshot(db: Database) -> Iterator[Session]:
    """One state for all queries of a rule; PostgreSQL gives each statement its own unless told."""
    with db.read() as tx:
        if not db.is_sqlite:
            tx.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        yield tx


def _ask(db: Database, rule: Invariant) -> Finding:
    began = time.monotonic()
    looked_at = table(rule.looks_at) if isinstance(rule.looks_at, type) else rule.looks_at
    violations, rows = [], 1
    try:
        with _snapshot(db) as tx:
            violations = list(islice(rule.find(tx), LIMIT))
            rows = tx.scalar(select(func.count()).select_from(looked_at)) or 0
    except seals.UNREADABLE as error:  # a damaged file must be named, whatever it breaks
        violations.append(f"cannot be read: {error}".splitlines()[0])
    seconds = time.monotonic() - began
    return Finding(rule.code, rule.title, violations, f"{rows} × {looked_at.name}", not rows, seconds)


def _file(db: Database) -> Finding:
    """SQLite's own look at its pages, indexes and constraints."""
    began = time.monotonic()
    try:
        with db.read() as tx:
            lines = list(tx.execute(text(f"PRAGMA integrity_check({LIMIT})")).scalars())
    except seals.UNREADABLE as error:
        lines = [f"cannot be read: {error}".splitlines()[0]]
    broken = [] if lines == ["ok"] else lines
    return Finding("FILE", WHOLE, broken, "integrity_check", seconds=time.monotonic() - began)


_INDEXES = text(
    "SELECT index.oid, index.relname FROM pg_class AS index JOIN pg_am ON pg_am.oid = index.relam"
    " WHERE index.relkind = 'i' AND amname = 'btree' AND relnamespace = current_schema()::regnamespace"
    " ORDER BY index.relname"
)


def _indexes(db: Database) -> Finding:
    """PostgreSQL looks at its pages only where the extension amcheck is installed; else this says so."""
    began = time.monotonic()
    with db.read() as tx:
        sums = tx.scalar(text("SHOW data_checksums"))
        has_amcheck = tx.scalar(text("SELECT count(*) FROM pg_extension WHERE extname = 'amcheck'"))
        indexes = tx.execute(_INDEXES).all() if has_amcheck else []
    if not has_amcheck:
        why = f"nobody looked at the pages: no extension amcheck; data checksums {sums}"
        return Finding("FILE", WHOLE, note=why, is_empty=True)
    broken: list[str] = []
    for oid, name in indexes:
        try:
            with db.read() as tx:
                tx.execute(text("SELECT bt_index_check(cast(:oid AS regclass), true)"), {"oid": oid})
        except DBAPIError as error:
            broken.append(f"{name}: {reason(error)}")
    note = f"{len(indexes)} × bt_index_check; data checksums {sums}"
    return Finding("FILE", WHOLE, broken[:LIMIT], note, seconds=time.monotonic() - began)


def _seals(db: Database, data: Path | None, paper: str, begin: Callable[[str, str], object]) -> Finding:
    """Every row that was written once against its seal, and the end of the chain against its head."""
    began, seen = time.monotonic(), seals.Verdict()
    tables.metadatas()  # a table that nobody has declared yet would not be looked at
    sentences = seals.verify(db, data, seen, lambda text: begin("SEAL", f"{SEALED}: {text}"))
    violations = list(islice(sentences, LIMIT))
    if paper and not seals.is_in_the_books(db, paper):
        violations.append(f"the seal on the paper, {paper}, is not in these books")
    return Finding("SEAL", SEALED, violations, str(seen), not seen.seals, time.monotonic() - began)


def by_code(findings: Iterable[Finding]) -> dict[str, list[str]]:
    """Violations by number, every number named."""
    sentences: dict[str, list[str]] = {}
    for finding in findings:
        sentences.setdefault(finding.code, []).extend(finding.violations)
    return sentences


def broken(db: Database, data: Path | None = None) -> list[str]:
    """Every violation as one line, ``I5: order …``; empty when all is well."""
    return [f"{code}: {line}" for code, lines in by_code(run(db, data=data)).items() for line in lines]


def report(
    db: Database,
    say: Callable[[str], object],
    hint: Callable[[str], object],
    *,
    data: Path | None = None,
    paper: str = "",
) -> dict[str, list[str]]:
    """Check, and tell a person each finding as it comes; `hint` hears what is being looked at just now."""
    findings: list[Finding] = []
    for finding in run(db, lambda code, title: hint(f"… {code:<4} {title}"), data=data, paper=paper):
        findings.append(finding)
        mark = "✘" if finding.violations else ("·" if finding.is_empty else "✔")
        say(f"{mark} {finding.code:<4} {finding.title} ({finding.note}; {finding.seconds:.1f} s)")
        for violation in finding.violations:
            say(f"       {violation}")
    bad = sum(bool(finding.violations) for finding in findings)
    say(f"{bad} of {len(findings)} checks broken" if bad else "all invariants hold")
    return by_code(findings)
