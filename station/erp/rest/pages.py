"""The API on HTTP (§11): a view for each of `station.erp.rest.endpoints`, which the routes are made from."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from flask import Response, current_app, g, jsonify, request

from station.erp import liveness
from station.erp.rest import guide_page as api_page
from station.erp.rest import openapi, replies, shapes, showing
from station.erp.rest.endpoints import ENDPOINTS, MOST_DOCUMENTS, Endpoint
from station.erp.rest.intake import Intake, Push
from station.erp.rest.manners import Problem, blueprint, body, key, limit
from station.exchange.documents import on_the_wall
from station.ground.web.kit import hub, keyed

__all__ = ["api_page", "blueprint"]

View = Callable[..., Response]


# --- pushing -----------------------------------------------------------------------------------


def _intake() -> Intake:
    """One per app: it knows which keys are being worked on."""
    return current_app.extensions["station-intake"]  # type: ignore[no-any-return]


@blueprint.record
def _prepare(state: Any) -> None:
    station = state.app.extensions["station"]
    state.app.extensions["station-intake"] = Intake(station.db, station.clock, station.settings)


def _one(endpoint: Endpoint) -> View:
    """One document, whole, or the cancel of one."""

    def push(**number: str) -> Response:
        idempotency = key(is_needed=endpoint.method == "POST")
        data = body()
        entry = shapes.entry(endpoint.doc_type, data, *number.values())
        if entry.bad is not None:
            raise entry.bad
        digest = replies.digest_of(request.method, request.path, data)
        taken = _intake().take(Push(g.caller, [entry], idempotency, digest))
        answer = dict(taken.answers[0])
        return _pushed(answer, answer.pop("status"), is_replay=taken.is_replay)

    return push


def _many(endpoint: Endpoint) -> View:
    """Many documents of one kind; each has its own answer."""

    def push() -> Response:
        idempotency = key(is_needed=True)
        data = body()
        documents = data.get("documents") if isinstance(data, dict) else None
        if not isinstance(documents, list) or len(data) != 1:
            raise shapes.BadShape("missing_field" if documents is None else "wrong_type", "documents", "list")
        if not 0 < len(documents) <= MOST_DOCUMENTS:
            raise Problem("too_many", "documents")
        entries = [shapes.entry(endpoint.doc_type, item) for item in documents]
        digest = replies.digest_of(request.method, request.path, data)
        taken = _intake().take(Push(g.caller, entries, idempotency, digest))
        results = [{"index": at} | answer for at, answer in enumerate(taken.answers)]
        return _pushed({"results": results}, 200, is_replay=taken.is_replay)

    return push


def _pushed(body: Any, status: int, *, is_replay: bool) -> Response:
    response: Response = jsonify(body)
    response.status_code = status
    if is_replay:
        response.headers["Idempotent-Replayed"] = "true"
    return response


# --- looking, and fetching confirmations -------------------------------------------------------


def _shown(data: Any) -> Response:
    if data is None:
        raise Problem("not_found")
    return jsonify(data)


def show_order(erp_no: str) -> Response:
    """An order as it stands now."""
    with hub().db.read() as tx:
        return _shown(showing.order(tx, g.caller.code, erp_no, hub().settings.zone))


def show_notice(asn_no: str) -> Response:
    """A notice as it stands now."""
    with hub().db.read() as tx:
        return _shown(showing.notice(tx, g.caller.code, asn_no, hub().settings.zone))


def list_stock() -> Response:
    """Stock by article and status."""
    after, most = request.args.get("after", ""), limit()
    if len(after) > 40 or not after.isprintable():  # noqa: PLR2004
        raise Problem("bad_query", "after")
    with hub().db.read() as tx:
        rows, more = showing.stock(tx, after, most, hub().clock.today())
    return jsonify(stock=rows, next=more)


def list_confirmations() -> Response:
    """What was not acknowledged yet, in order."""
    text, most = request.args.get("after", "0"), limit()
    if not (text.isascii() and text.isdigit() and len(text) < 19):  # noqa: PLR2004
        raise Problem("bad_query", "after")
    with hub().db.read() as tx:
        rows, more = showing.confirmations(tx, g.caller.code, int(text), most, hub().settings.zone)
    return jsonify(confirmations=rows, next=more)


def acknowledge(event_key: str) -> Response:
    """The other side has this confirmation; again is harmless."""
    data = body(is_needed=False)
    ref = data.get("erp_ref", "") if isinstance(data, dict) else None
    if not isinstance(ref, str) or not ref.isprintable() or len(ref) > 120:  # noqa: PLR2004
        raise shapes.BadShape("bad_value", "erp_ref")
    if unknown := data.keys() - {"erp_ref"}:
        raise shapes.BadShape("unknown_field", min(unknown))
    station, caller = hub(), g.caller
    now = station.clock.now()
    try:
        done = station.db.write(lambda tx: showing.acknowledge(tx, caller.code, event_key, ref, now))
    except showing.Early as early:
        raise Problem("earlier_first", "event_key", str(early)) from None
    if done is None:
        raise Problem("not_found")
    return jsonify(event_key=event_key, result="ACKNOWLEDGED" if done else "ALREADY")


def heartbeat() -> Response:
    """Every cancel up to now has been pushed: the cancel list is fresh, if it is watched at all."""
    if body(is_needed=False) != {}:
        raise shapes.BadShape("unknown_field", "")
    station, caller = hub(), g.caller
    now = station.clock.now()
    known_at = station.db.write(lambda tx: liveness.note_heartbeat(tx, caller.code, now))
    return jsonify(cancels_at=on_the_wall(known_at, station.settings.zone) if known_at else None)


def describe() -> Response:
    """The description of all this, for everybody."""
    body = json.dumps(openapi.document(), ensure_ascii=False, separators=(",", ":"))
    return Response(body, mimetype="application/json")


# --- the routes --------------------------------------------------------------------------------

VIEWS: dict[str, View] = {
    "show_order": show_order,
    "show_notice": show_notice,
    "list_stock": list_stock,
    "list_confirmations": list_confirmations,
    "acknowledge": acknowledge,
    "heartbeat": heartbeat,
    "openapi": describe,
}
"""What is not a push, by the name of its endpoint."""


def _view_of(endpoint: Endpoint) -> View:
    if endpoint.doc_type:
        return _many(endpoint) if endpoint.many else _one(endpoint)
    return VIEWS[endpoint.name]


for _endpoint in ENDPOINTS:
    blueprint.add_url_rule(
        re.sub(r"{(\w+)}", r"<path:\1>", _endpoint.path),
        _endpoint.name,
        keyed(_view_of(_endpoint)),
        methods=[_endpoint.method],
    )
