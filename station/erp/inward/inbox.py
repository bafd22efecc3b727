"""Taking documents over from an ERP: once per version, in short units of work (§11).

`take` is the one door for all connectors. Every document passes the gate (`validate`), is compared with
what is known of it, checked against what it refers to, and applied; what cannot be applied is kept as a
problem with its reason and never stops the others. A document that arrives again, or late behind a newer
one, changes nothing.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from printers import reasons
from station.erp.inward import applying, problems, validate, vetting
from station.erp.port import Item
from station.exchange import documents as erp
from station.exchange.models import InboxDocument
from station.ground.db import table
from station.ground.spreadsheets.reasons import LATE, OTHER_CONTENT, OTHER_SOURCE, REASONS
from station.outbound.orders import labels
from station.settings import Settings

STOPS = {"cancel": "order", "cancel_notice": "notice"}
"""What a cancel stops: it must come from the same system, or from the office's own folder."""

FOLDER = "folder"

SHARED = frozenset({"product", "supplier"})
"""Master data: the newest word counts, whichever system says it."""

_DOCUMENT = table(InboxDocument)


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one document; PROBLEM and LATE carry a code and what exactly."""

    doc_type: str
    doc_no: str
    result: str
    code: str = ""
    why: str = ""

    @property
    def is_changed(self) -> bool:
        """Whether it changed something here."""
        return self.result not in {"OLD", "SAME", "PROBLEM", "KNOWN"}


@dataclass(frozen=True, slots=True)
class _Known:
    id: int
    version: int
    source: str
    digest: str
    mark: str


@dataclass(slots=True)
class _Ready:
    """A document on its way in: as it will be applied, and the row it replaces."""

    item: Item
    doc: Any
    digest: str
    known: _Known | None


def items_of(documents: Iterable[Any]) -> list[Item]:
    """Documents as the items of a page."""
    return [Item(erp.doc_type_of(doc), erp.doc_no_of(doc), doc) for doc in documents]


def take(
    tx: Session,
    source: str,
    items: Sequence[Item],
    *,
    settings: Settings,
    today: date,
    now: datetime,
    via: str = "",
) -> list[Result]:
    """Apply documents in their order, as one short unit of work; one result each."""
    results: list[Result | None] = [None] * len(items)
    turn = applying.Turn(tx=tx, source=source, settings=settings, today=today, now=now)
    for run in _runs(items):
        for at, result in _take_run(turn, [(at, items[at]) for at in run], via or source):
            results[at] = result
    return [result for result in results if result is not None]


def _runs(items: Sequence[Item]) -> Iterable[list[int]]:
    """Neighbours of one type and different numbers, which may be applied together."""
    run: list[int] = []
    numbers: set[str] = set()
    for at, item in enumerate(items):
        if run and (item.doc_type != items[run[0]].doc_type or item.doc_no in numbers):
            yield run
            run, numbers = [], set()
        run.append(at)
        numbers.add(item.doc_no)
    if run:
        yield run


def _take_run(turn: applying.Turn, run: list[tuple[int, Item]], via: str) -> Iterable[tuple[int, Result]]:
    doc_type = run[0][1].doc_type
    numbers = [item.doc_no for _, item in run]
    known = _known(turn.tx, doc_type, numbers)
    owners = _known(turn.tx, STOPS[doc_type], numbers) if doc_type in STOPS else {}
    ready: list[tuple[int, _Ready]] = []
    for at, item in run:
        owner = owners.get(item.doc_no)
        if owner is not None and turn.source not in {owner.source, FOLDER}:
            yield at, _problem(turn, item, OTHER_SOURCE, owner.source)
            continue
        verdict = _judge(turn, item, known.get(item.doc_no))
        if isinstance(verdict, Result):
            yield at, verdict
        else:
            ready.append((at, verdict))
    if ready:
        outcomes = applying.apply(turn, doc_type, [one.doc for _, one in ready])
        yield from _settle(turn, ready, outcomes, via)


def _known(tx: Session, doc_type: str, numbers: Sequence[str]) -> dict[str, _Known]:
    columns = _DOCUMENT.c
    rows = tx.connection().execute(
        select(
            columns.id, columns.doc_no, columns.version, columns.source, columns.digest, columns.mark
        ).where(columns.doc_type == doc_type, columns.doc_no.in_(numbers))
    )
    return {row.doc_no: _Known(row.id, row.version, row.source, row.digest, row.mark) for row in rows}


def _judge(turn: applying.Turn, item: Item, known: _Known | None) -> Result | _Ready:
    """Whether a document goes on, is nothing new, or is a problem."""
    if item.code == vetting.REFUSED and item.doc is not None:
        labels.refuse(turn, item.doc.erp_no, item.doc, item.why)
    if item.doc is None or item.code:
        return _problem(turn, item, item.code, item.why)
    doc = item.doc
    wrong = validate.problems(doc)
    if wrong:
        field, code = wrong[0]
        return _problem(turn, item, code, field)
    if item.doc_type in vetting.FOREIGN and not item.is_vetted:
        raise vetting.Unvetted(item.doc_no)
    digest = erp.digest_of(doc)
    if known is not None and (verdict := _compared(turn, item, known, digest)) is not None:
        return verdict
    if not doc.version:
        doc = dataclasses.replace(doc, version=known.version + 1 if known else 1)
    return _Ready(item, doc, digest, known)


def _compared(turn: applying.Turn, item: Item, known: _Known, digest: str) -> Result | None:
    """A document beside what is known of it: of another system, nothing new, or one version that says two
    different things. None when it is newer; of articles and suppliers the newest word counts.
    """
    if known.source != turn.source:
        return None if item.doc_type in SHARED else _problem(turn, item, OTHER_SOURCE, known.source)
    version = item.doc.version
    if version and known.version >= version:
        if known.version > version or known.digest in {"", digest}:
            return Result(item.doc_type, item.doc_no, "OLD")
        if item.doc_type in SHARED:
            return None
        applying.doubt(turn, item.doc_type, item.doc_no)
        return _problem(turn, item, OTHER_CONTENT, f"v{version}")
    if not version and known.digest == digest:
        _note_mark(turn.tx, known, item.mark)
        problems.solve(turn.tx, turn.source, item.doc_type, [item.doc_no], turn.now)
        return Result(item.doc_type, item.doc_no, "SAME")
    return None


def version_of(tx: Session, item: Item) -> int:
    """The version of a document that is known; 0 for none."""
    known = _known(tx, item.doc_type, [item.doc_no]).get(item.doc_no)
    return known.version if known else 0


def _note_mark(tx: Session, known: _Known, mark: str) -> None:
    if mark and known.mark != mark:
        tx.execute(update(InboxDocument).where(InboxDocument.id == known.id).values(mark=mark))


def _problem(turn: applying.Turn, item: Item, code: str, why: str) -> Result:
    problems.keep(turn.tx, turn.source, item, code, why, turn.now)
    return Result(item.doc_type, item.doc_no, "PROBLEM", code, why)


def _settle(
    turn: applying.Turn, ready: list[tuple[int, _Ready]], outcomes: Sequence[applying.Outcome], via: str
) -> Iterable[tuple[int, Result]]:
    """Remember what was applied; keep what was not."""
    made: list[dict[str, Any]] = []
    changed: list[dict[str, Any]] = []
    solved: list[str] = []
    for (at, one), outcome in zip(ready, outcomes, strict=True):
        item = one.item
        if outcome.code and outcome.result == "PROBLEM":
            yield at, _problem(turn, item, outcome.code, outcome.why)
            continue
        values = _values(turn, one, outcome, via)
        if one.known is None:
            made.append({"doc_type": item.doc_type, "doc_no": item.doc_no} | values)
        else:
            changed.append({"b_id": one.known.id} | values)
        if outcome.result == "LATE":
            problems.keep(turn.tx, turn.source, item, LATE, outcome.why, turn.now)
        else:
            solved.append(item.doc_no)
        yield at, Result(item.doc_type, item.doc_no, outcome.result, outcome.code, outcome.why)
    connection = turn.tx.connection()
    if made:
        connection.execute(insert(_DOCUMENT), made)
    if changed:
        connection.execute(
            update(_DOCUMENT)
            .where(_DOCUMENT.c.id == bindparam("b_id"))
            .values({name: bindparam(name) for name in changed[0] if name != "b_id"}),
            changed,
        )
    problems.solve(turn.tx, turn.source, ready[0][1].item.doc_type, solved, turn.now)


def _values(turn: applying.Turn, one: _Ready, outcome: applying.Outcome, via: str) -> dict[str, Any]:
    return {
        "version": one.doc.version,
        "result": outcome.result,
        "file_name": via[:200],
        "source": turn.source,
        "digest": one.digest,
        "mark": one.item.mark[:120],
        "at": turn.now,
    }


# --- whole files -------------------------------------------------------------------------------


def misfits(tx: Session, source: str, documents: Sequence[Any]) -> dict[int, tuple[str, str]]:
    """Documents that `take` would not apply, by their place: (code, what exactly). Changes nothing.

    A file is looked through as a whole before anything of it is applied.
    """
    wrongs: dict[int, tuple[str, str]] = {}
    for at, doc in enumerate(documents):
        wrong = validate.problems(doc)
        if wrong:
            wrongs[at] = (wrong[0][1], wrong[0][0])
    if not wrongs and documents:
        doc_type = erp.doc_type_of(documents[0])
        known = _known(tx, doc_type, [erp.doc_no_of(doc) for doc in documents])
        foreign = {no: row.source for no, row in known.items() if row.source != source}
        for at, doc in enumerate(documents):
            if doc_type not in SHARED and erp.doc_no_of(doc) in foreign:
                wrongs[at] = (OTHER_SOURCE, foreign[erp.doc_no_of(doc)])
        wrongs |= applying.missing(tx, doc_type, documents)
    return wrongs


def explain(code: str, why: str) -> tuple[str, str]:
    """A problem in words, Chinese and English."""
    zh, en = REASONS.get(code, REASONS["E-ERP-90"])
    if code == vetting.REFUSED:
        said = reasons.in_both(why)
        return f"{zh}: {said['zh']}", f"{en}: {said['en']}"
    return (f"{zh}: {why}", f"{en}: {why}") if why else (zh, en)
