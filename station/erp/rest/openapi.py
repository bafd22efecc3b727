"""The OpenAPI 3.1 description of the API, made from the endpoint table and the canonical documents."""

from __future__ import annotations

import inspect
import re
from typing import Any

from station.erp.rest import answers, guide
from station.erp.rest.endpoints import ENDPOINTS, MOST_DOCUMENTS, MOST_ROWS, NUMBERS, PAGE, ROOT, Endpoint
from station.erp.rest.schemas import Schema, schemas
from station.erp.rest.signing import EXAMPLE
from station.exchange import documents as erp

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


# --- paths -------------------------------------------------------------------------------------


def _paths() -> Schema:
    paths: dict[str, Schema] = {}
    for endpoint in ENDPOINTS:
        paths.setdefault(endpoint.path, {})[endpoint.method.lower()] = _operation(endpoint)
    return paths


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
    responses: Schema = {"200": _answer(*answers.of(endpoint))}
    if endpoint.doc_type and not endpoint.many:
        text = "kept, but it waits for another document or for a person"
        responses["202"] = _answer(text, answers.ref("Pushed"))
    if endpoint.doc_type:
        responses["200"]["headers"] = {
            "Idempotent-Replayed": {
                "description": "`true` when this is the answer of an earlier request",
                "schema": {"type": "string", "enum": ["true"]},
            }
        }
    for status in answers.failures_of(endpoint):
        responses[status] = {"$ref": f"#/components/responses/{status}"}
    return responses


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
