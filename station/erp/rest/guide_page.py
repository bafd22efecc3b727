"""The API as a person at the desk reads it: made from the same tables as its OpenAPI description."""

from __future__ import annotations

import json
from typing import Any

from flask import render_template, request

from station.erp.rest import answers, guide
from station.erp.rest.endpoints import ENDPOINTS, ROOT, Endpoint
from station.erp.rest.signing import EXAMPLE
from station.ground.web.desk import DESK, blueprint
from station.ground.web.kit import allow


@blueprint.get("/desk/api")
@allow(*DESK)
def api() -> Any:
    """What other systems may ask, with one example each."""
    host = request.host_url.rstrip("/")
    return render_template(
        "office/api.html",
        endpoints=[(item, _call(item, host), _statuses(item)) for item in ENDPOINTS],
        about=_both(*guide.ABOUT),
        rules=[_both(*rule) for rule in guide.RULES],
        webhook=[_both(*rule) for rule in guide.WEBHOOK],
        posted=_pretty(_posted()),
        check=EXAMPLE,
        root=ROOT,
    )


def _statuses(endpoint: Endpoint) -> list[tuple[str, dict[str, str]]]:
    """Status and meaning of every failure of an endpoint."""
    return [(status, _both(*answers.FAILURES[status])) for status in answers.failures_of(endpoint)]


def _both(zh: str, en: str) -> dict[str, str]:
    return {"zh": zh, "en": en}


def _call(endpoint: Endpoint, host: str) -> str:
    """The request as a command that can be copied."""
    path = endpoint.path.format(code="S0001", erp_no="SO-1", asn_no="PO-1", event_key="SHIP-PC2605010001")
    query = "?limit=100" if endpoint.paged else ""
    lines = [f"curl -X {endpoint.method} '{host}{ROOT}{path}{query}'"]
    if not endpoint.is_public:
        lines.append("-H 'Authorization: Bearer st_…'")
    if not endpoint.doc_type:
        return " \\\n  ".join(lines)
    if endpoint.method == "POST":
        lines.append("-H 'Idempotency-Key: 0d9c1f6e'")
    lines.append("-H 'Content-Type: application/json'")
    example = guide.example(endpoint.doc_type)
    body = _pretty({"documents": [example]} if endpoint.many else example)
    return " \\\n  ".join([*lines, f"-d '{body}'"])


def _posted() -> dict[str, Any]:
    document = guide.example("shipment_confirmation")
    return {"event_key": document["event_key"], "kind": "shipment_confirmation", "document": document}


def _pretty(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, indent=2)
