"""The answers of the API as schemas, for its OpenAPI description."""

from __future__ import annotations

from typing import Any

from station.erp.rest.endpoints import Endpoint
from station.exchange import documents as erp
from station.outbound.orders.standing import STATES
from station.stock.models import StockStatus

Schema = dict[str, Any]

FAILURES = {
    "400": ("请求体不是有效的 JSON", "the body is not valid JSON"),
    "401": ("缺少令牌或令牌无效", "the token is missing or unknown"),
    "403": ("此连接已停用", "this connection is switched off"),
    "404": ("此连接没有这份单据", "there is no such document of this connection"),
    "409": (
        "同一幂等键正在处理, 或有更早的回传未确认",
        "a request with this key is being worked on, or an earlier confirmation comes first",
    ),
    "413": ("请求体超过 2 MB", "the body is larger than 2 MB"),
    "415": ("请求体必须是 application/json", "the body must be application/json"),
    "422": (
        "格式不对, field 指出位置; 什么都没有留存",
        "the request has the wrong shape, field says where; nothing was kept",
    ),
    "500": (
        "内部错误, 请稍后用同一键原样重发",
        "an internal error: send the same again later, with the same key",
    ),
}
RESULTS = {
    "NEW": "taken over",
    "TAKEN": "taken over",
    "REPLACED": "replaced the version before",
    "OLD": "not newer than what is known: nothing changed",
    "SAME": "nothing new",
    "CANCELLED": "stopped before it left",
    "INTERCEPTING": "stopped, the goods are being brought back",
    "TOO_LATE": "it left already, the cancel failed",
    "ALREADY": "it was stopped before",
    "UNKNOWN": "a cancel of something unknown: remembered, it wins when that comes",
    "LATE": "work has begun: kept for a person",
    "PROBLEM": "kept: it waits for something else or for a person",
    "INVALID": "wrong shape: nothing was kept",
}


def ref(name: str) -> Schema:
    """A reference to a schema."""
    return {"$ref": f"#/components/schemas/{name}"}


def _object(properties: Schema, *optional: str) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": [name for name in properties if name not in optional],
    }


def _list(schema: Schema) -> Schema:
    return {"type": "array", "items": schema}


TEXT: Schema = {"type": "string"}
WHOLE: Schema = {"type": "integer"}
MAYBE: Schema = {"type": ["string", "null"]}
INSTANT: Schema = {"type": ["string", "null"], "format": "date-time"}


def _pushed() -> Schema:
    results = "; ".join(f"{word}: {text}" for word, text in RESULTS.items())
    return {
        "kind": {"enum": list(erp.INCOMING)},
        "number": TEXT,
        "version": WHOLE,
        "result": {"enum": list(RESULTS), "description": results},
        "problem": ref("Reason"),
    }


def schemas() -> dict[str, Schema]:
    """Every answer by its name."""
    pushed = _pushed()
    one_of_many = {"index": WHOLE, "status": {"enum": [200, 202, 422]}, **pushed, "error": ref("Fault")}
    return {
        "Text": _object({"zh": TEXT, "en": TEXT}),
        "Reason": _object(
            {"code": TEXT, "message": ref("Text"), "kind": TEXT, "version": WHOLE}, "kind", "version"
        ),
        "Fault": _object({"code": TEXT, "message": ref("Text"), "field": TEXT}),
        "Error": _object({"error": ref("Fault")}),
        "Pushed": _object(pushed, "problem"),
        "PushedMany": _object({"results": _list(_object(one_of_many, "version", "problem", "error"))}),
        "OrderNow": _order(),
        "NoticeNow": _notice(),
        "StockPage": _object({"stock": _list(_stock_row()), "next": MAYBE}),
        "ConfirmationPage": _object(
            {"confirmations": _list(_confirmation()), "next": {"type": ["integer", "null"]}}
        ),
        "Acknowledged": _object({"event_key": TEXT, "result": {"enum": ["ACKNOWLEDGED", "ALREADY"]}}),
        "Heartbeat": _object(
            {"cancels_at": INSTANT | {"description": "null: the connection is not watched for cancels"}}
        ),
    }


def _problem() -> Schema:
    return {"anyOf": [ref("Reason"), {"type": "null"}]}


def _order() -> Schema:
    line = {"line_key": TEXT, "sku_code": TEXT}
    line |= dict.fromkeys(("qty_each", "qty_picked", "qty_packed", "qty_shipped"), WHOLE)
    details = {
        "order_no": TEXT,
        "version": WHOLE,
        "hold_reason": TEXT,
        "hold_reason_en": TEXT,
        "carrier_code": TEXT,
        "waybills": _list(_object({"waybill_no": TEXT, "state": TEXT})),
        "created_at": INSTANT,
        "shipped_at": INSTANT,
        "lines": _list(_object(line)),
    }
    state = {
        "enum": [*STATES, None],
        "description": "null: it was not taken over, see `problem`",
    }
    return _object({"erp_no": TEXT, "state": state, "problem": _problem(), **details}, *details)


def _notice() -> Schema:
    line = {"line_key": TEXT, "sku_code": TEXT, "qty_each": WHOLE, "qty_received": WHOLE}
    receipt = {"receipt_no": TEXT, "grn_no": MAYBE, "state": TEXT, "posted_at": INSTANT}
    details = {
        "version": WHOLE,
        "warehouse": TEXT,
        "expected_on": {"type": ["string", "null"], "format": "date"},
        "lines": _list(_object(line)),
        "receipts": _list(_object(receipt)),
    }
    state = {"enum": ["EXPECTED", "ARRIVED", "CLOSED", None]}
    return _object({"asn_no": TEXT, "state": state, "problem": _problem(), **details}, *details)


def _stock_row() -> Schema:
    status = {"enum": [status.value for status in StockStatus]}
    free = WHOLE | {"description": "what can still be sold: good, in an open slot, promised to no order"}
    return _object({"sku_code": TEXT, "status": status, "qty_each": WHOLE, "free_each": free})


def _confirmation() -> Schema:
    return _object(
        {
            "id": WHOLE,
            "event_key": TEXT,
            "kind": {"enum": list(erp.OUTGOING)},
            "created_at": {"type": "string", "format": "date-time"},
            "document": {"anyOf": [ref(erp.schema_name(erp.DOC_TYPES[name])) for name in erp.OUTGOING]},
        }
    )


_ANSWERS = {
    "show_order": ("the order", "OrderNow"),
    "show_notice": ("the notice", "NoticeNow"),
    "list_stock": ("a page of articles, never an article in part", "StockPage"),
    "list_confirmations": ("a page of confirmations", "ConfirmationPage"),
    "acknowledge": ("it will not be listed again", "Acknowledged"),
    "heartbeat": ("noted", "Heartbeat"),
}


def of(endpoint: Endpoint) -> tuple[str, Schema]:
    """What a successful answer means, and its schema."""
    if endpoint.is_public:
        return "an OpenAPI 3.1 document", {"type": "object"}
    if endpoint.doc_type:
        return "what became of it", ref("PushedMany" if endpoint.many else "Pushed")
    text, name = _ANSWERS[endpoint.name]
    return text, ref(name)


def failures_of(endpoint: Endpoint) -> list[str]:
    """The statuses an endpoint may fail with."""
    if endpoint.is_public:
        return ["500"]
    statuses = {"401", "403", "500"}
    if "{" in endpoint.path and not endpoint.doc_type:
        statuses.add("404")
    if endpoint.paged:
        statuses.add("422")
    if endpoint.method != "GET":
        statuses |= {"400", "413", "415", "422"}
    if endpoint.doc_type or endpoint.name == "acknowledge":
        statuses.add("409")
    return sorted(statuses)
