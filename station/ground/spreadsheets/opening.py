"""Files of others are opened in a process apart: one that is a bomb is refused, and the next one read.

What comes back is text, row by row in small pieces, so that scans are answered in between.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from typing import Any

from printers.apart import CRASH, Limits, No, Room, TooMuch
from station.ground.spreadsheets.reading import Row, read
from station.ground.spreadsheets.reasons import BadFile, Problem

LIMITS = Limits(cpu_s=60, clock_s=180, memory_mb=1500, answer_mb=100)
"""The largest workbook that is allowed takes half of that."""

TOO_MUCH = "E-ERP-29"

_ROOM = Room(LIMITS)
_PIECE = 500


def opened(name: str, data: bytes, known: Collection[str] = ()) -> tuple[list[str], list[Row]]:
    """What `reading.read` gives; BadFile, also when it takes too much time or memory; `apart.NotNow`."""
    facts = {"name": name, "known": sorted(known)}
    try:
        head, *pieces = _ROOM.run("station.ground.spreadsheets.opening:rows", facts, data)
    except No as no:
        raise BadFile(*(Problem(**item) for item in no.facts["problems"])) from None
    except TooMuch as ended:
        raise BadFile.because("E-ERP-02" if ended.what == CRASH else TOO_MUCH) from None
    header: list[str] = _read(head)
    pairs = [row for piece in pieces for row in _read(piece)]
    return header, [Row(number, dict(zip(header, cells, strict=True))) for number, cells in pairs]


def rows(facts: dict[str, Any], data: bytes) -> Iterator[bytes]:
    """The job of `opened`: the header, then pieces of rows."""
    try:
        header, records = read(facts["name"], data, facts.get("known", ()))
    except BadFile as bad:
        problems = [
            {
                "row": item.row,
                "column": item.column,
                "value": item.value,
                "code": item.code,
                "detail": item.detail,
            }
            for item in bad.problems
        ]
        raise No({"problems": problems}) from bad
    yield _json(header)
    for at in range(0, len(records), _PIECE):
        piece = [[row.number, list(row.cells.values())] for row in records[at : at + _PIECE]]
        yield _json(piece)


def _read(text: bytes) -> Any:
    return json.loads(text.decode("utf-8", "surrogatepass"))


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")
