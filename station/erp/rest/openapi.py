"""The OpenAPI 3.1 description of the API, made from the endpoint table and the canonical documents."""

from __future__ import annotations

import dataclasses
import inspect
import re
import types
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import cache
from typing import Any, get_args, get_origin

from station.erp.folder.tables import MAX_QTY
from station.erp.inward.validate import CHOICES, MOST, POSITIVE, plan_of
from station.erp.rest import answers, guide
from station.erp.rest.endpoints import ENDPOINTS, MOST_DOCUMENTS, MOST_ROWS, NUMBERS, PAGE, ROOT, Endpoint
from station.erp.rest.shapes import fields_of
from station.erp.rest.signing import EXAMPLE
from station.exchange import documents as erp

Schema = dict[str, Any]

ABOUT = "\n".join([f"{guide.ABOUT[1]}\n", *(f"* {en}" for _zh, en in guide.RULES)])
WEBHOOK = "\n".join([*(f"* {en}" for _zh, en in guide.WEBHOOK), "", f"```python\n{EXAMPLE}```"])


def document() -> Schema:
    """The whole description."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "station", "version": "1", "summary": "Warehouse API", "description": ABOUT},
        "servers": [{"url": ROOT}],
        "security": [{"token": []}],
        "paths": _paths(),
        "webhooks": {name: _webhook(name) for name in erp.OUTGOING},
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "parameters": _parameters(),
            "responses": {
                name: _answer(en, answers.ref("Error")) for name, (_zh, en) in answers.FAILURES.items()
            },
            "schemas": schemas(),
        },
    }


# --- documents ---------------------------------------------------------------------------------


@cache
def schemas() -> Mapping[str, Schema]:
    """Every document, its parts, and every answer."""
    found: dict[str, Schema] = {}
    for cls in erp.DOC_TYPES.values():
        _add(cls, found)
    for doc_type, number in NUMBERS.items():
        schema = found[erp.schema_name(erp.DOC_TYPES[doc_type])]
        schema["required"] = sorted({*schema.get("required", ()), "version"} - {number})
        schema["properties"]["version"] = {
            "type": "integer",
            "minimum": 1,
            "maximum": MOST["version"],
        }
    return found | answers.schemas()


def _add(cls: type[Any], found: dict[str, Schema]) -> None:
    if erp.schema_name(cls) in found:
        return
    found[erp.schema_name(cls)] = {}
    properties = {
        item.name: _field(cls, item, fields_of(cls)[item.name][0], found)  # type: ignore[arg-type]
        for item in dataclasses.fields(cls)
    }
    required = [name for name, (_hint, is_required) in fields_of(cls).items() if is_required]  # type: ignore[arg-type]
    found[erp.schema_name(cls)] = {
        "type": "object",
        "description": re.sub(r"\s+", " ", inspect.getdoc(cls) or ""),
        "properties": properties,
        "additionalProperties": False,
    } | ({"required": required} if required else {})


def _field(cls: type[Any], item: dataclasses.Field[Any], hint: Any, found: dict[str, Schema]) -> Schema:
    schema = _type(cls, item.name, hint, found)
    default = item.default
    if default is not dataclasses.MISSING and default is not None and default != () and "$ref" not in schema:
        schema["default"] = default
    return schema


def _type(cls: type[Any], name: str, hint: Any, found: dict[str, Schema]) -> Schema:
    if get_origin(hint) is types.UnionType:
        inner = next(part for part in get_args(hint) if part is not type(None))
        schema = _type(cls, name, inner, found)
        if "$ref" in schema:
            return {"anyOf": [schema, {"type": "null"}]}
        return schema | {"type": [schema["type"], "null"]}
    if get_origin(hint) is tuple:
        return {"type": "array", "items": _type(cls, name, get_args(hint)[0], found)}
    if dataclasses.is_dataclass(hint):
        _add(hint, found)  # type: ignore[arg-type]
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
    and name.startswith(("Receipt", "Shipment", "OrderState", "Stock", "Adjustment", "Return"))
)
"""Documents and parts that we write ourselves: their values need no limits."""


# --- paths -------------------------------------------------------------------------------------


def _paths() -> Schema:
    found: dict[str, Schema] = {}
    for endpoint in ENDPOINTS:
        found.setdefault(endpoint.path, {})[endpoint.method.lower()] = _operation(endpoint)
    return found


def _operation(endpoint: Endpoint) -> Schema:
    names = re.findall(r"{(\w+)}", endpoint.path)
    parameters = [_path_parameter(name) for name in names]
    if endpoint.paged:
        parameters += [_parameter("after"), _parameter("limit")]
    if endpoint.doc_type:
        parameters.append(_parameter("key" if endpoint.method == "PUT" else "needed_key"))
    operation: Schema = {
        "operationId": endpoint.name,
        "summary": endpoint.en,
        "description": endpoint.zh,
        "parameters": parameters,
        "responses": _responses(endpoint),
    }
    if body := _body(endpoint):
        operation["requestBody"] = body
    return operation | ({"security": []} if endpoint.is_public else {})


def _path_parameter(name: str) -> Schema:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}


def _parameter(name: str) -> Schema:
    return {"$ref": f"#/components/parameters/{name}"}


def _parameters() -> Schema:
    key = {
        "name": "Idempotency-Key",
        "in": "header",
        "description": "1 to 120 visible ASCII characters, new for each request that is not a repetition",
        "schema": {"type": "string", "minLength": 1, "maxLength": 120},
    }
    limit = {"type": "integer", "minimum": 1, "maximum": MOST_ROWS, "default": PAGE}
    return {
        "after": {
            "name": "after",
            "in": "query",
            "description": "`next` of the page before",
            "schema": {"type": ["string", "integer"]},
        },
        "limit": {"name": "limit", "in": "query", "schema": limit},
        "key": key | {"required": False},
        "needed_key": key | {"required": True},
    }


def _body(endpoint: Endpoint) -> Schema | None:
    if endpoint.name == "acknowledge":
        text = {"type": "string", "maxLength": 120, "description": "what your system calls the result"}
        return _json(_object({"erp_ref": text}), is_required=False)
    if not endpoint.doc_type:
        return None
    schema: Schema = answers.ref(erp.schema_name(erp.DOC_TYPES[endpoint.doc_type]))
    example = guide.example(endpoint.doc_type)
    if not endpoint.many:
        return _json(schema, is_required=True, example=example)
    items = {"allOf": [schema, {"required": [NUMBERS[endpoint.doc_type]]}]}
    documents = {"type": "array", "items": items, "minItems": 1, "maxItems": MOST_DOCUMENTS}
    return _json(
        _object({"documents": documents}, "documents"),
        is_required=True,
        example={"documents": [example]},
    )


def _object(properties: Schema, *required: str) -> Schema:
    schema: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    return schema | ({"required": list(required)} if required else {})


def _json(schema: Schema, *, is_required: bool, example: Any = None) -> Schema:
    content = {"schema": schema} | ({"example": example} if example else {})
    return {"required": is_required, "content": {"application/json": content}}


def _responses(endpoint: Endpoint) -> Schema:
    found: Schema = {"200": _answer(*answers.of(endpoint))}
    if endpoint.doc_type and not endpoint.many:
        text = "kept, but it waits for another document or for a person"
        found["202"] = _answer(text, answers.ref("Pushed"))
    if endpoint.doc_type:
        found["200"]["headers"] = {
            "Idempotent-Replayed": {
                "description": "`true` when this is the answer of an earlier request",
                "schema": {"type": "string", "enum": ["true"]},
            }
        }
    for status in answers.failures_of(endpoint):
        found[status] = {"$ref": f"#/components/responses/{status}"}
    return found


def _answer(text: str, schema: Schema) -> Schema:
    return {"description": text, "content": {"application/json": {"schema": schema}}}


# --- webhooks ----------------------------------------------------------------------------------


def _webhook(doc_type: str) -> Schema:
    event = {
        "type": "object",
        "properties": {
            "event_key": {"type": "string"},
            "kind": {"const": doc_type},
            "document": answers.ref(erp.schema_name(erp.DOC_TYPES[doc_type])),
        },
        "required": ["event_key", "kind", "document"],
    }
    headers = {
        "Station-Event": "the kind of document",
        "Station-Delivery": "the event key",
        "Station-Timestamp": "seconds since 1970 when it was sent",
        "Station-Signature": "`v1=` and the HMAC-SHA256 of `timestamp.body` in hex",
    }
    return {
        "post": {
            "operationId": f"on_{doc_type}",
            "summary": inspect.cleandoc(erp.DOC_TYPES[doc_type].__doc__ or "").splitlines()[0],
            "description": WEBHOOK,
            "security": [],
            "parameters": [
                {
                    "name": name,
                    "in": "header",
                    "required": True,
                    "description": text,
                    "schema": {"type": "string"},
                }
                for name, text in headers.items()
            ],
            "requestBody": _json(event, is_required=True),
            "responses": {"2XX": {"description": 'taken; `{"ref": "…"}` may name your result'}},
        }
    }
