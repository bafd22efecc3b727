"""Where the header of a table stands, and what its cells are called."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from station.ground.spreadsheets.reasons import Problem
from station.ground.spreadsheets.sheets import Numbered, letters

UPPER = 30
"""So many filled rows may hold titles before the header comes."""
ENOUGH = 2
"""Known headers that make a row the header."""
_MUST = re.compile(r"[*＊]+|[(\[【](?:必填|必选|选填|required|optional|)[)\]】]", re.IGNORECASE)
_SPACE = re.compile(r"\s+")


class Place(NamedTuple):
    """A row among the filled ones, and how many known headers it holds."""

    at: int
    score: int


def plain(header: str) -> str:
    """A header as it is compared: without marks of what is required, case and width."""
    if header.isascii() and header.isalnum():
        return header.casefold()
    text = unicodedata.normalize("NFKC", header)
    return _SPACE.sub(" ", _MUST.sub("", text)).strip(" :").casefold()


def find(rows: Sequence[Numbered], known: Mapping[str, str]) -> Place:
    """The upper row with most known headers; where there are none, the first as wide as the table."""
    if not known:
        return Place(0, 0)
    scores = [
        len({known[name] for cell in cells if (name := plain(cell)) in known}) for _, cells in rows[:UPPER]
    ]
    best = max(scores)
    if best >= ENOUGH or (best and len(set(known.values())) < 4):  # noqa: PLR2004 — a table of two columns
        return Place(scores.index(best), best)
    filled = [sum(map(bool, cells)) for _, cells in rows[:UPPER]]
    return Place(next(at for at, count in enumerate(filled) if count * 3 >= max(filled) * 2), best)


def named(
    row: int, head: Sequence[str], below: Sequence[Numbered]
) -> tuple[list[str], dict[str, int], list[Problem]]:
    """Header, places and faults of a `Table`: every column has a name of its own, and faults say which the
    file gave none or twice. Columns without a name and without values are none.
    """
    faults: list[Problem] = []
    places: dict[str, int] = {}
    counts: dict[str, int] = {}
    for place, cell in enumerate(head):
        if not cell and not any(place < len(cells) and str(cells[place]).strip() for _, cells in below):
            continue
        name = cell
        if not cell:
            name = f"[{letters(place)}]"
            faults.append(Problem(row, "", "", "E-ERP-04", "", f"{letters(place)}{row}"))
        elif cell in places:
            counts[cell] = counts.get(cell, 1) + 1
            name = f"{cell} [{letters(place)}]"
            if counts[cell] == 2:  # noqa: PLR2004 — told once
                faults.append(Problem(row, cell, cell, "E-ERP-21", "", f"{letters(place)}{row}"))
        places[name] = place
    return list(places), places, faults
