"""Where a worker stands in a process, as a typed value: a dataclass of the process, kept as JSON.

Fields are whole numbers, texts, flags, days, other such dataclasses, lists of any of these, or None.
Values at their default are not kept; keys that the process no longer has are forgotten.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")
Reader = Callable[[Any], Any]


def load(kind: type[T], data: Mapping[str, Any]) -> T:
    """The position that `dump` kept; fields that are missing have their defaults."""
    readers = _readers(kind)  # type: ignore[arg-type]
    return kind(**{name: readers[name](value) for name, value in data.items() if name in readers})


def dump(position: Any) -> dict[str, Any]:
    """What is kept of a position."""
    return {
        field.name: _plain(value)
        for field in fields(position)
        if (value := getattr(position, field.name)) != _default(field)
    }


def _default(field: Field[Any]) -> Any:
    if field.default is not MISSING:
        return field.default
    return field.default_factory() if field.default_factory is not MISSING else MISSING


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return dump(value)
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value


@cache
def _readers(kind: type[Any]) -> Mapping[str, Reader]:
    hints = get_type_hints(kind)
    return {field.name: _reader(hints[field.name]) for field in fields(kind)}


def _reader(hint: Any) -> Reader:
    if get_origin(hint) in {types.UnionType, Union}:
        (inner,) = (_reader(arg) for arg in get_args(hint) if arg is not type(None))
        return lambda value: None if value is None else inner(value)
    if get_origin(hint) is list:
        item = _reader(get_args(hint)[0])
        return lambda values: [item(value) for value in values]
    if is_dataclass(hint):
        return lambda value: load(hint, value)  # type: ignore[arg-type]
    return date.fromisoformat if hint is date else _same


def _same(value: Any) -> Any:
    return value
