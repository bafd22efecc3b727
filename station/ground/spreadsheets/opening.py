"""Files of others are opened in a process apart: one that is a bomb is refused, and the next one read.

What comes back is text, row by row in small pieces, so that scans are answered in between.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict
from typing import Any

from printers.apart import CRASH, Limits, No, Room, TooMuch
from station.ground.spreadsheets.reading import Row, Table, read, table_of, wanted
from station.ground.spreadsheets.reasons import BadFile, Problem

LIMITS = Limits(cpu_s=90, clock_s=240, memory_mb=2500, answer_mb=250)
"""The largest workbook that is allowed takes half of that."""

TOO_MUCH = "E-ERP-29"

_ROOM = Room(LIMITS)
_PIECE = 500


def opened(name: str, data: bytes, known: Collection[str] = ()) -> tuple[list[str], list[Row]]:
    """What `reading.read` gives; BadFile, also when it takes too much time or memory; `apart.NotNow`."""
    table = _apart({"name": name, "known": _plain(known), "is_strict": True}, data)
    return table.header, table.rows


def table(name: str, data: bytes, known: Collection[str] = (), only: Collection[str] | None = None) -> Table:
    """What `reading.table_of` gives, likewise."""
    facts = {"name": name, "known": _plain(known), "only": None if only is None else sorted(only)}
    return _apart(facts, data)


def _plain(known: Collection[str]) -> Any:
    return dict(known) if isinstance(known, Mapping) else sorted(known)


def _apart(facts: dict[str, Any], data: bytes) -> Table:
    try:
        head, *pieces = _ROOM.run("station.ground.spreadsheets.opening:rows", facts, data)
    except No as no:
        raise BadFile(*(Problem(**item) for item in no.facts["problems"])) from None
    except TooMuch as ended:
        raise BadFile.because("E-ERP-02" if ended.what == CRASH else TOO_MUCH) from None
    told = _read(head)
    found = Table(told["header"], told["header_row"], told["places"])
    found.faults, found.notes = ([Problem(**item) for item in told[kind]] for kind in ("faults", "notes"))
    found.filled = frozenset((row, column) for row, column in told["filled"])
    names = told["kept"]
    for piece in pieces:
        found.rows += [
            Row(number, dict(zip(names, cells, strict=False)), fault) for number, cells, fault in _read(piece)
        ]
    return found


def rows(facts: dict[str, Any], data: bytes) -> Iterator[bytes]:
    """The job of `opened` and `table`: the header, then pieces of rows."""
    try:
        found = _found(facts, data)
    except BadFile as bad:
        raise No({"problems": [asdict(item) for item in bad.problems]}) from bad
    kept = wanted(found, facts.get("only"))
    yield _json(
        {
            "header": found.header,
            "header_row": found.header_row,
            "places": found.places,
            "faults": [asdict(item) for item in found.faults],
            "notes": [asdict(item) for item in found.notes],
            "filled": sorted(found.filled),
            "kept": kept,
        }
    )
    for at in range(0, len(found.rows), _PIECE):
        yield _json(
            [[row.number, list(row.cells.values()), row.fault] for row in found.rows[at : at + _PIECE]]
        )


def _found(facts: dict[str, Any], data: bytes) -> Table:
    known, name = facts.get("known", ()), facts["name"]
    if not facts.get("is_strict"):
        return table_of(name, data, known, only=facts.get("only"))
    header, found = read(name, data, known)
    return Table(header, 1, {}, found)


def _read(text: bytes) -> Any:
    return json.loads(text.decode("utf-8", "surrogatepass"))


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")
