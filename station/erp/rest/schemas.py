"""Every document of the exchange and every answer of the API as a schema."""

from __future__ import annotations

import dataclasses
import inspect
import re
import types
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import cache
from typing import Any, get_args, get_origin

from station.erp.inward.validate import CHOICES, MOST, POSITIVE, plan_of
from station.erp.rest import answers
from station.erp.rest.endpoints import NUMBERS
from station.erp.rest.shapes import fields_of
from station.exchange import documents as erp
from station.ground.spreadsheets.numbers import MAX_QTY

Schema = dict[str, Any]


@cache
def schemas() -> Mapping[str, Schema]:
    """Every document, its parts, and every answer."""
    made: dict[str, Schema] = {}
    for cls in erp.DOC_TYPES.values():
        _add(cls, made)
    for doc_type, number in NUMBERS.items():
        schema = made[erp.schema_name(erp.DOC_TYPES[doc_type])]
        schema["required"] = sorted({*schema.get("required", ()), "version"} - {number})
        schema["properties"]["version"] = {
            "type": "integer",
            "minimum": 1,
            "maximum": MOST["version"],
        }
    return made | answers.schemas()


def _add(cls: type[Any], definitions: dict[str, Schema]) -> None:
    if erp.schema_name(cls) in definitions:
        return
    definitions[erp.schema_name(cls)] = {}
    properties = {
        item.name: _field(cls, item, fields_of(cls)[item.name][0], definitions)  # type: ignore[arg-type]
        for item in dataclasses.fields(cls)
    }
    required = [name for name, (_hint, is_required) in fields_of(cls).items() if is_required]  # type: ignore[arg-type]
    definitions[erp.schema_name(cls)] = {
        "type": "object",
        "description": re.sub(r"\s+", " ", inspect.getdoc(cls) or ""),
        "properties": properties,
        "additionalProperties": False,
    } | ({"required": required} if required else {})


def _field(cls: type[Any], item: dataclasses.Field[Any], hint: Any, definitions: dict[str, Schema]) -> Schema:
    schema = _type(cls, item.name, hint, definitions)
    default = item.default
    if default is not dataclasses.MISSING and default is not None and default != () and "$ref" not in schema:
        schema["default"] = default
    return schema


def _type(cls: type[Any], name: str, hint: Any, definitions: dict[str, Schema]) -> Schema:
    if get_origin(hint) is types.UnionType:
        inner = next(part for part in get_args(hint) if part is not type(None))
        schema = _type(cls, name, inner, definitions)
        if "$ref" in schema:
            return {"anyOf": [schema, {"type": "null"}]}
        return schema | {"type": [schema["type"], "null"]}
    if get_origin(hint) is tuple:
        return {"type": "array", "items": _type(cls, name, get_args(hint)[0], definitions)}
    if dataclasses.is_dataclass(hint):
        _add(hint, definitions)  # type: ignore[arg-type]
        return answers.ref(erp.schema_name(hint))  # type: ignore[arg-type]
    return _PLAIN[hint](cls, name)


def _text(cls: type[Any], name: str) -> Schema:
    schema: Schema = {"type": "string"}
    if cls not in _OUTGOING:
        limits = {field: (most, needed) for field, most, _code, needed in plan_of(cls)}  # type: ignore[arg-type]
        most, needed = limits[name]
        schema |= {"maxLength": most} | ({"minLength": 1} if needed else {})
    if (cls, name) in CHOICES:
        schema["enum"] = sorted(CHOICES[cls, name])
    return schema


def _whole(cls: type[Any], name: str) -> Schema:
    if cls in _OUTGOING:
        return {"type": "integer"}
    low = 1 if name in POSITIVE else 0
    return {"type": "integer", "minimum": low, "maximum": MOST.get(name, MAX_QTY)}


_PLAIN: dict[type, Callable[[type[Any], str], Schema]] = {
    str: _text,
    int: _whole,
    bool: lambda _cls, _name: {"type": "boolean"},
    date: lambda _cls, _name: {"type": "string", "format": "date"},
    datetime: lambda _cls, _name: {"type": "string", "format": "date-time"},
}


_OUTGOING = frozenset(
    cls
    for name, cls in vars(erp).items()
    if dataclasses.is_dataclass(cls)
    and name.startswith(
        ("Receipt", "Shipment", "OrderState", "OrderShortage", "Stock", "Adjustment", "Return")
    )
)
"""Documents and parts that we write ourselves: their values need no limits."""
