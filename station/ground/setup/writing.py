"""Writing a set-up file: the few kinds of values our sections hold, one key a line, lists of tables below."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r"}


def written(content: Mapping[str, Any]) -> str:
    """TOML of texts, whole numbers, flags, lists of them, tables and lists of tables."""
    return "\n".join(_table(content, ())).lstrip("\n") + "\n"


def _table(content: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[str]:
    for key, value in content.items():
        if not _is_table(value) and not _is_tables(value):
            yield f"{_key(key)} = {_value(value)}"
    for key, value in content.items():
        below = (*path, key)
        if _is_table(value):
            yield from ("", f"[{'.'.join(map(_key, below))}]")
            yield from _table(value, below)
        elif _is_tables(value):
            for one in value:
                yield from ("", f"[[{'.'.join(map(_key, below))}]]")
                yield from _table(one, below)


def _is_table(value: Any) -> bool:
    return isinstance(value, Mapping)


def _is_tables(value: Any) -> bool:
    is_list = isinstance(value, Sequence) and not isinstance(value, str)
    return is_list and bool(value) and all(isinstance(one, Mapping) for one in value)


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else _text(key)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        return _text(value)
    return f"[{', '.join(map(_value, value))}]"


def _text(text: str) -> str:
    return '"' + "".join(_ESCAPES.get(char) or _plain(char) for char in text) + '"'


def _plain(char: str) -> str:
    is_control = ord(char) < 0x20 or ord(char) == 0x7F  # noqa: PLR2004 — what TOML forbids
    return f"\\u{ord(char):04x}" if is_control else char
