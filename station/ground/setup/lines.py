"""On which line of a TOML text each key stands: what a refusal of a set-up file says.

Python's reader gives values without lines. This one gives lines without values, for a text that Python's
reader has taken already; so it need not judge anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

Path = tuple[str | int, ...]
"""Keys and numbers of tables from the top: ``("hall", "rack", 2, "aisles")``."""

_KEY = re.compile(r"""[ \t]*("(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[A-Za-z0-9_-]+)[ \t]*(\.?)""")
_STRINGS = (
    r'"""(?:[^\\]|\\.)*?"""+',
    r"'''.*?'''+",
    r'"(?:[^"\\\n]|\\.)*"',
    r"'[^'\n]*'",
)
_STRING = re.compile("|".join(_STRINGS), flags=re.DOTALL)
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)")
_ESCAPED = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r"}


def lines_of(text: str) -> dict[Path, int]:
    """Line (from 1) of every table and of every key outside inline tables."""
    found: dict[Path, int] = {}
    counts: dict[Path, int] = {}
    table: Path = ()
    for at, is_header, is_list, keys in _statements(text):
        line = text.count("\n", 0, at) + 1
        if not is_header:
            _note(found, table + keys, line)
            continue
        table = _numbered(keys[:-1], counts) + keys[-1:]
        if is_list:
            counts[table] = counts.get(table, -1) + 1
        if table in counts:
            table = (*table, counts[table])
        _note(found, table, line)
    return found


def line_of(lines: dict[Path, int], path: Path) -> int:
    """The line of a key, or of the nearest thing around it; 0 when nothing of it stands anywhere."""
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 0)


def _note(found: dict[Path, int], path: Path, line: int) -> None:
    for length in range(1, len(path) + 1):
        found.setdefault(path[:length], line)


def _numbered(keys: Path, counts: dict[Path, int]) -> Path:
    """The path with the number of the present table behind each list of tables."""
    path: Path = ()
    for key in keys:
        path = (*path, key)
        if path in counts:
            path = (*path, counts[path])
    return path


def _statements(text: str) -> Iterator[tuple[int, bool, bool, Path]]:
    """(position, is a header, is of a list of tables, its keys) of each statement."""
    at = 0
    while at < len(text):
        char = text[at]
        if char in " \t\r\n\ufeff":
            at += 1
        elif char == "#":
            at = _line_end(text, at)
        elif char == "[":
            is_list = text.startswith("[[", at)
            keys, end = _keys(text, at + 1 + is_list)
            yield at, True, is_list, keys
            at = _line_end(text, end)
        else:
            keys, end = _keys(text, at)
            if not keys:
                return
            yield at, False, False, keys
            at = _value_end(text, end + 1)


def _keys(text: str, at: int) -> tuple[Path, int]:
    keys: list[str | int] = []
    while match := _KEY.match(text, at):
        keys.append(_plain(match[1]))
        at = match.end()
        if not match[2]:
            break
    return tuple(keys), at


def _plain(key: str) -> str:
    if key.startswith('"'):
        return _ESCAPE.sub(lambda found: _unescaped(found[1]), key[1:-1])
    return key[1:-1] if key.startswith("'") else key


def _unescaped(body: str) -> str:
    if body[0] in "uU" and len(body) > 1:
        return chr(int(body[1:], 16))
    return _ESCAPED.get(body, body)


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end + 1


def _value_end(text: str, at: int) -> int:
    """Behind the line on which a value ends; brackets and strings may hold line ends."""
    depth = 0
    while at < len(text):
        char = text[at]
        if char in "\"'" and (string := _STRING.match(text, at)):
            at = string.end()
            continue
        if char == "#":
            at = _line_end(text, at) - 1
            if at < 0 or text[at : at + 1] != "\n":
                return len(text)
            char = "\n"
        depth += (char in "[{") - (char in "]}")
        at += 1
        if char == "\n" and depth <= 0:
            return at
    return at
