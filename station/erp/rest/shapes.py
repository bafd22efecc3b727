"""Whether JSON says what a canonical document may say, strictly; the first thing wrong is named by its place.

Types, required and unknown fields come from the dataclasses; texts, ranges and contradictions are judged
by the same gate as every other connector's documents (`station.erp.inward.validate`).
"""

from __future__ import annotations

import dataclasses
import json
import re
import types
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, NoReturn, get_args, get_origin, get_type_hints

from station.erp.inward import validate
from station.erp.rest.endpoints import NUMBERS
from station.exchange import documents as erp
from station.ground.spreadsheets.reasons import REASONS

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,6})?(Z|[+-]\d{2}:\d{2})")
MOST_INT = 2**63

FAULTS: dict[str, tuple[str, str]] = {
    "bad_json": ("请求体不是有效的 JSON", "the body is not valid JSON"),
    "unknown_field": ("没有这个字段", "there is no such field"),
    "missing_field": ("缺少必填字段", "a required field is missing"),
    "wrong_type": ("类型不对", "the type is wrong"),
    "wrong_number": ("单号与地址中的不一致", "the number differs from the one in the address"),
    "bad_value": ("取值不对", "the value cannot be used"),
}


class BadShape(Exception):
    """What cannot be read: a code, the field's path, and both languages."""

    def __init__(self, code: str, field: str, detail: str = "") -> None:
        super().__init__(f"{field}: {code}")
        zh, en = FAULTS.get(code) or REASONS[code]
        self.code, self.field = code, _shown(field)
        self.zh, self.en = (f"{zh}: {detail}", f"{en}: {detail}") if detail else (zh, en)


def _shown(text: str) -> str:
    """A name from outside as an answer may repeat it."""
    return "".join(char if char.isprintable() else "?" for char in text)[:120]


@dataclass(frozen=True)
class Entry:
    """One document as it was sent: read, or what is wrong with it."""

    doc_type: str
    doc_no: str
    doc: Any = None
    bad: BadShape | None = None


def parse(body: bytes) -> Any:
    """Strict JSON: UTF-8, no name twice, no NaN."""
    try:
        return json.loads(body.decode("utf-8"), object_pairs_hook=_object, parse_constant=_constant)
    except (ValueError, RecursionError):
        raise BadShape("bad_json", "") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise ValueError("a name stands twice in an object")
    return fields


def _constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def entry(doc_type: str, data: Any, number: str = "") -> Entry:
    """One document; `number` of the address fills in the body's and must not contradict it."""
    field = NUMBERS[doc_type]
    if number and isinstance(data, dict):
        data = {field: number} | data
    told = data.get(field) if isinstance(data, dict) else None
    doc_no = number or (_shown(told) if isinstance(told, str) else "")
    try:
        if number and told != number:
            raise BadShape("wrong_number", field)  # noqa: TRY301 — one way out for every fault
        return Entry(doc_type, doc_no, read(doc_type, data))
    except BadShape as bad:
        return Entry(doc_type, doc_no, bad=bad)


def read(doc_type: str, data: Any) -> Any:
    """The document; BadShape names the first thing that is wrong."""
    cls = erp.DOC_TYPES[doc_type]
    _check(cls, data, "")
    if "version" not in data:
        raise BadShape("missing_field", "version")
    if data["version"] < 1:
        raise BadShape("E-ERP-09", "version", "1 …")
    doc = validate.on_one_line(erp.from_data(doc_type, data))
    for field, code in validate.problems(doc):
        raise BadShape(code, field)
    return doc


@cache
def fields_of(cls: type[Any]) -> Mapping[str, tuple[Any, bool]]:
    """Name → (type, is required) of a document's fields."""
    hints = get_type_hints(cls)
    return {
        item.name: (hints[item.name], item.default is dataclasses.MISSING) for item in dataclasses.fields(cls)
    }


def _check(hint: Any, value: Any, path: str) -> None:
    """Raise BadShape unless `value` is what `hint` says."""
    if get_origin(hint) is types.UnionType:
        if value is None:
            return
        hint = next(part for part in get_args(hint) if part is not type(None))
    if get_origin(hint) is tuple:
        _check_list(get_args(hint)[0], value, path)
    elif dataclasses.is_dataclass(hint):
        _check_object(hint, value, path)  # type: ignore[arg-type]
    elif hint in {date, datetime}:
        _check_time(hint, value, path)
    elif not isinstance(value, hint) or (hint is int and isinstance(value, bool)):
        raise BadShape("wrong_type", path, hint.__name__)
    elif hint is int and not -MOST_INT <= value < MOST_INT:
        raise BadShape("E-ERP-09", path)


def _check_list(hint: Any, value: Any, path: str) -> None:
    if not isinstance(value, list):
        raise BadShape("wrong_type", path, "list")
    for at, item in enumerate(value):
        _check(hint, item, f"{path}[{at}]")


def _check_object(cls: type[Any], value: Any, path: str) -> None:
    if not isinstance(value, dict):
        raise BadShape("wrong_type", path, "object")
    known = fields_of(cls)  # type: ignore[arg-type]  # classes are hashable
    start = f"{path}." if path else ""
    for name in value:
        if name not in known:
            raise BadShape("unknown_field", start + name)
    for name, (hint, is_required) in known.items():
        if name in value:
            _check(hint, value[name], start + name)
        elif is_required:
            raise BadShape("missing_field", start + name)


def _check_time(hint: type[date], value: Any, path: str) -> None:
    """RFC 3339: a date, or an instant with its zone."""
    code, pattern = ("E-ERP-11", _INSTANT) if hint is datetime else ("E-ERP-10", _DAY)
    if not isinstance(value, str):
        raise BadShape("wrong_type", path, "text")
    try:
        if not pattern.fullmatch(value) or not value.isascii():
            raise ValueError(value)  # noqa: TRY301 — the same answer as for the 31st of April
        hint.fromisoformat(value)
    except ValueError:
        raise BadShape(code, path, "2026-01-31T09:30:00+08:00" if hint is datetime else "") from None
