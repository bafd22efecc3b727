"""Reading a set-up file: typed, with every mistake named by its line, and nothing taken when there is one.

A section asks a `Table` for its keys. What nobody asked for is a wrong key; what is of the wrong kind, too
long or written with full-width or small letters is noted, and the reading goes on, so that a person hears
of all mistakes at once.
"""

from __future__ import annotations

import difflib
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from station.ground.setup.lines import Path, line_of, lines_of
from station.ground.setup.problems import Problem, SetupRefused
from station.ground.words.messages import say

MOST_PROBLEMS = 50
"""So many mistakes of one file are told."""
ISO = "2026-01-31"
"""How a day is written."""
SIZE = 4_000_000
"""Characters of the longest file that is read."""
_KINDS = {str: "L-SET-TEXT", int: "L-SET-WHOLE", bool: "L-SET-FLAG", list: "L-SET-LIST", dict: "L-SET-TABLE"}


class Notes:
    """The mistakes found in one file, with its lines."""

    def __init__(self, lines: Mapping[Path, int]) -> None:
        self.lines = dict(lines)
        self.problems: list[Problem] = []
        self.tables: list[Table] = []

    def at(self, path: Path, code: str, /, **facts: Any) -> Problem:
        """A mistake at a key."""
        return Problem(code, facts, line_of(self.lines, path), _named(path))

    def settle(self) -> None:
        """Refuse what has been read with all its mistakes, wrong keys among them."""
        for table in self.tables:
            table.note_unasked()
        if self.problems:
            told = sorted(self.problems, key=lambda problem: problem.line)
            raise SetupRefused(told[:MOST_PROBLEMS], len(told))


def opened(text: str) -> Table:
    """The top of a set-up file; SetupRefused when it is no TOML. `settle` comes when all was asked for."""
    if len(text) > SIZE:
        raise SetupRefused([Problem("E-SET-04", {"key": "", "got": len(text), "least": 0, "most": SIZE})])
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    try:
        content = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        why = str(error) or "nested too deeply"
        found = [word for word in why.split("line ")[1:] if word[:1].isdigit()]
        line = int("".join(char for char in found[0].split(",")[0] if char.isdigit())) if found else 0
        raise SetupRefused([Problem("E-SET-05", {"why": why}, line)]) from None
    return Table(content, (), Notes(lines_of(text)))


def of_values(content: Mapping[str, Any]) -> Table:
    """The top of something given otherwise than by a file, such as a form: without lines."""
    return Table(content, (), Notes({}))


class Table:
    """One table of the file. Each method answers a harmless value after noting a mistake."""

    def __init__(self, content: Mapping[str, Any], path: Path, notes: Notes) -> None:
        self._content = content
        self.path = path
        self.notes = notes
        self._asked: set[str] = set()
        notes.tables.append(self)

    def __contains__(self, key: str) -> bool:
        return key in self._content

    def keys(self) -> list[str]:
        """All keys, which are thereby asked for: of a table whose keys are names."""
        self._asked |= self._content.keys()
        return list(self._content)

    def name(self, key: str = "") -> str:
        """The table, or one of its keys, as a person says it: ``hall.rack 3.aisles``."""
        return _named((*self.path, key) if key else self.path)

    def may_hold(self, keys: Iterable[str]) -> None:
        """Keys that are right although nobody asks for them."""
        self._asked |= set(keys)

    def wrong(self, key: str, code: str, /, **facts: Any) -> None:
        """Note a mistake at one of the table's keys ("" means the table itself)."""
        self.notes.problems.append(self.problem(key, code, **facts))

    def problem(self, key: str | Path, code: str, /, **facts: Any) -> Problem:
        """A mistake at one of the table's keys, or further below, that shows itself when all was read."""
        below = key if isinstance(key, tuple) else (key,) if key else ()
        return self.notes.at((*self.path, *below), code, **facts)

    def text(self, key: str, default: str | None = None, *, most: int = 80) -> str:
        """A text without control characters, at most `most` characters; required without a `default`."""
        value: str = self._value(key, str, default)
        if not value.isprintable():
            self.wrong(key, "E-SET-06", key=key)
        elif len(value) > most:
            self.wrong(key, "E-SET-04", key=key, got=len(value), least=0, most=most)
        else:
            return value
        return ""

    def code(self, key: str, default: str | None = None, *, most: int = 20) -> str:
        """A text of capital letters, digits and hyphens; what was meant by other letters is said."""
        value = self.text(key, default, most=most)
        return value if self.is_code(key, value) else ""

    def is_code(self, key: str, value: str) -> bool:
        """Whether `value` is written as our codes are; noted when it is not, with what was meant."""
        meant = meant_by(value)
        if meant == value and all(char.isascii() and (char.isalnum() or char == "-") for char in value):
            return True
        known = "".join(char for char in meant if char.isascii() and (char.isalnum() or char == "-"))
        self.wrong(key, "E-SET-07", got=value, meant=known or "…")
        return False

    def whole(self, key: str, default: int | None = None, *, least: int = 0, most: int) -> int:
        """A whole number from `least` to `most`."""
        value: int = self._value(key, int, default)
        if value is not default and not least <= value <= most:
            self.wrong(key, "E-SET-04", key=key, got=value, least=least, most=most)
            return least
        return value

    def flag(self, key: str, default: bool | None = None) -> bool:
        """True or false."""
        value: bool = self._value(key, bool, default)
        return value

    def day(self, key: str) -> date | None:
        """A day, ``2026-01-31`` with quotes or without; None when it is not there."""
        self._asked.add(key)
        value = self._content.get(key)
        try:
            value = date.fromisoformat(value) if isinstance(value, str) and len(value) == len(ISO) else value
        except ValueError:
            value = ""
        if value is None or (isinstance(value, date) and not isinstance(value, datetime)):
            return value
        self.wrong(key, "E-SET-03", key=key, want=say("L-SET-DAY"))
        return None

    def texts(self, key: str) -> list[str]:
        """A list of texts, empty when it is not there."""
        values: list[Any] = self._value(key, list, [])
        if not all(isinstance(value, str) for value in values):
            self.wrong(key, "E-SET-03", key=key, want=say("L-SET-LIST"))
            return []
        return values

    def table(self, key: str) -> Table:
        """The table under a key, an empty one when it is not there."""
        return Table(self._value(key, dict, {}), (*self.path, key), self.notes)

    def tables(self, key: str) -> Iterator[Table]:
        """The tables of a list ``[[key]]``, with their numbers in their paths."""
        values = self._value(key, list, [])
        if not all(isinstance(value, dict) for value in values):
            self.wrong(key, "E-SET-03", key=key, want=say("L-SET-TABLES"))
            return
        for number, value in enumerate(values):
            yield Table(value, (*self.path, key, number), self.notes)

    def settle(self) -> None:
        """Refuse the whole file when there was a mistake anywhere (`SetupRefused`)."""
        self.notes.settle()

    def note_unasked(self) -> None:
        """Note the keys that nobody asked for, with what may have been meant."""
        for key in self._content.keys() - self._asked:
            near = difflib.get_close_matches(key, self._asked, 1, 0.6)
            known = ", ".join(near or sorted(self._asked))
            self.wrong(key, "E-SET-01", key=key, known=known)

    def _value(self, key: str, kind: type[Any], default: Any) -> Any:
        self._asked.add(key)
        if key not in self._content:
            if default is None:
                self.wrong("", "E-SET-02", key=key)
            return kind() if default is None else default
        value = self._content[key]
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            self.wrong(key, "E-SET-03", key=key, want=say(_KINDS[kind]))
            return kind() if default is None else default
        return value


def meant_by(text: str) -> str:
    """What was meant by full-width forms, other hyphens and small letters."""
    plain = unicodedata.normalize("NFKC", text)
    return "".join("-" if unicodedata.category(char) == "Pd" else char for char in plain).strip().upper()


def _named(path: Path) -> str:
    """A path as a person says it: ``hall.rack 3.aisles``."""
    name = ""
    for part in path:
        name += f" {part + 1}" if isinstance(part, int) else f".{part}" if name else part
    return name
