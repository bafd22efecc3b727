"""What the columns of a shop's or supplier's file are: said once, and its rows become rows of ours. Pure.

A mapping is data (`spec`): for each column of ours the columns of theirs from which it comes, put together or
the first that is filled, a constant, and their words for ours. Rows may be chosen by a state.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from station.erp.folder.filetypes import FILES
from station.ground.spreadsheets.headers import plain
from station.ground.spreadsheets.numbers import PIECES, number
from station.ground.spreadsheets.reading import Row, Table
from station.ground.spreadsheets.reasons import BadCell, Problem

UNIT = "unit_word"
"""A column of ours that no document has: the word of a unit, by whose factor the quantity is multiplied."""
KINDS = tuple(prefix for prefix in FILES if prefix != "waybills")
MOST_WORDS = 200
_AREA = re.compile(
    r"(\S{2,12}?(?:省|自治区|特别行政区|市)|北京|上海|天津|重庆)\s+(\S{2,20})\s+(\S{2,20})\s+(\S.*)",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Source:
    """Where a column of ours comes from: columns of theirs, joined `by` something or the first filled one;
    else the constant; `words` are theirs for ours.
    """

    of: tuple[str, ...] = ()
    by: str | None = None
    const: str = ""
    words: Mapping[str, str] = field(default_factory=dict)

    def text(self, cells: Mapping[str, str]) -> str:
        """What a row says of it."""
        told = [cells[name] for name in self.of if cells.get(name)]
        value = (self.by.join(told) if self.by is not None else told[0]) if told else self.const
        return self.words.get(value.strip(), value)


@dataclass(frozen=True, slots=True)
class FileMap:
    """A mapping by its `name`: what kind of file it reads, how such a file is called and headed."""

    name: str
    kind: str
    columns: Mapping[str, Source]
    pattern: str = "*"
    signature: tuple[str, ...] = ()
    keep: tuple[str, tuple[str, ...]] = ("", ())
    splits_area: bool = False

    @property
    def headers(self) -> list[str]:
        """Every header of theirs that means something."""
        told = [name for source in self.columns.values() for name in source.of]
        return list(dict.fromkeys([*self.signature, *told, *filter(None, [self.keep[0]])]))

    def fits(self, name: str, header: Iterable[str]) -> bool:
        """Whether a file of this name and header is one of these."""
        there = {plain(cell) for cell in header}
        wanted = self.signature or [name for source in self.columns.values() for name in source.of[:1]]
        return self.is_called(name) and bool(wanted) and all(plain(cell) in there for cell in wanted)

    def is_called(self, name: str) -> bool:
        """Whether a file of this name may be one of these."""
        return fnmatch.fnmatchcase(name.casefold(), self.pattern.casefold() or "*")


def read(name: str, spec: Mapping[str, Any]) -> FileMap:
    """A mapping from its data; ValueError for what is none."""
    if spec.get("kind") not in KINDS:
        raise ValueError("kind")
    known = {column.name for column in FILES[spec["kind"]].all_columns} | {UNIT}
    columns: dict[str, Source] = {}
    for target, said in dict(spec.get("columns", {})).items():
        if target not in known:
            raise ValueError(target)
        of = said.get("of", [])
        columns[target] = Source(
            tuple([of] if isinstance(of, str) else of),
            said.get("by"),
            str(said.get("const", "")),
            {str(theirs): str(ours) for theirs, ours in dict(said.get("words", {})).items()},
        )
    keep = spec.get("keep", {})
    return FileMap(
        name,
        spec["kind"],
        columns,
        str(spec.get("pattern", "*")),
        tuple(spec.get("signature", ())),
        (str(keep.get("column", "")), tuple(keep.get("values", ()))),
        bool(spec.get("splits_area", False)),
    )


def apply(mapping: FileMap, table: Table) -> Table:
    """Their table as one of ours; addresses of cells stay those of the file."""
    theirs = {plain(cell): cell for cell in reversed(table.header)}
    names = {name: theirs[plain(name)] for name in mapping.headers if plain(name) in theirs}
    header = [target for target in mapping.columns if target != UNIT]
    if mapping.splits_area:
        header += [name for name in ("province", "city", "district") if name not in header]
    mapped = Table(header, table.header_row, _places(mapping, names, table))
    rows, left_out = _chosen(mapping, names, table.rows)
    pickers = _pickers(mapping, names)
    mapped.rows = [_row(mapping, pickers, names, row) for row in rows]
    mapped.notes = [*table.notes, Problem(None, "", mapping.name, "N-ERP-11", mapping.name)]
    used = set(names.values())
    unused = [cell for cell in table.header if cell not in used]
    if unused:
        mapped.notes.append(Problem(table.header_row, "", "", "N-ERP-07", ", ".join(unused)[:200]))
    if left_out:
        mapped.notes.append(Problem(None, names[mapping.keep[0]], "", "N-ERP-10", str(left_out)))
    return mapped


def _places(mapping: FileMap, names: Mapping[str, str], table: Table) -> dict[str, int]:
    """Our columns at the places of theirs from which they come first."""
    places: dict[str, int] = {}
    for target, source in mapping.columns.items():
        of = next((names[name] for name in source.of if name in names), None)
        if of is not None and target != UNIT:
            places[target] = table.places[of]
    return places


def _chosen(mapping: FileMap, names: Mapping[str, str], rows: Sequence[Row]) -> tuple[list[Row], int]:
    """The rows in a state that counts; a row without a state has that of the row before of its order."""
    column, values = mapping.keep
    if not values or column not in names:
        return list(rows), 0
    wanted = {value.strip() for value in values}
    key = mapping.columns.get(FILES[mapping.kind].key, Source())
    last: dict[str, str] = {}
    kept = []
    for row in rows:
        number_, state = _pick(key, names, row), row.cells.get(names[column], "").strip()
        state = state or last.get(number_, "")
        last[number_] = state
        if state in wanted or not any(row.cells.values()):
            kept.append(row)
    return kept, len(rows) - len(kept)


def _pick(source: Source, names: Mapping[str, str], row: Row) -> str:
    return source.text({name: row.cells.get(cell, "") for name, cell in names.items() if name in source.of})


Picker = tuple[str, list[str], Source]


def _pickers(mapping: FileMap, names: Mapping[str, str]) -> list[Picker]:
    """Each column of ours with the columns of this file from which it comes."""
    return [
        (target, [names[name] for name in source.of if name in names], source)
        for target, source in mapping.columns.items()
        if target != UNIT
    ]


def _row(mapping: FileMap, pickers: list[Picker], names: Mapping[str, str], row: Row) -> Row:
    cells: dict[str, str] = {}
    for target, of, source in pickers:
        told = [text for cell in of if (text := row.cells.get(cell))]
        value = (told[0] if source.by is None else source.by.join(told)) if told else source.const
        cells[target] = source.words.get(value, value) if source.words else value
    if UNIT in mapping.columns and cells.get("qty"):
        cells["qty"] = _in_pieces(cells["qty"], mapping.columns[UNIT], names, row)
    if mapping.splits_area and (match := _AREA.fullmatch(cells.get("address", ""))):
        for name, part in zip(("province", "city", "district"), match.groups()[:3], strict=True):
            cells[name] = cells.get(name) or part
        cells["address"] = match[4]
    return Row(row.number, cells, row.fault)


def _in_pieces(qty: str, source: Source, names: Mapping[str, str], row: Row) -> str:
    """A quantity in EACH; one in a unit that nobody explained keeps its word and is refused by name."""
    word = Source(source.of, source.by, source.const).text(
        {name: row.cells.get(cell, "") for name, cell in names.items()}
    )
    if not word or word.casefold() in PIECES:
        return qty
    factor = source.words.get(word, "")
    if not factor.isdecimal():
        return f"{qty}{word}"
    try:
        return str(number(1)(qty, ZoneInfo("UTC")) * int(factor))
    except BadCell:
        return qty
