"""The station's API for ERPs and shop systems (§11): JSON only, a token instead of a session.

What it offers stands in `station.erp.rest.endpoints`; this module is its HTTP side.
"""

from __future__ import annotations

import json
import logging
import re
import secrets
from typing import Any

from flask import Blueprint, Response, current_app, g, jsonify, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from station.erp import connections
from station.erp.rest import guide_page as api_page
from station.erp.rest import openapi, replies, shapes, showing, tokens
from station.erp.rest.endpoints import KINDS, MOST_BYTES, MOST_DOCUMENTS, MOST_ROWS, PAGE, ROOT
from station.erp.rest.intake import Intake, Push
from station.ground.db import BULK
from station.ground.web.kit import hub, keyed

__all__ = ["api_page", "blueprint"]

log = logging.getLogger(__name__)

blueprint = Blueprint("api", __name__, url_prefix=ROOT)

ERRORS: dict[str, tuple[int, str, str]] = {
    "unknown_token": (401, "缺少令牌或令牌无效", "the token is missing or unknown"),
    "switched_off": (403, "此连接已停用", "this connection is switched off"),
    "not_found": (404, "没有这个地址或单据", "there is no such address or document"),
    "wrong_method": (405, "此地址不支持这个方法", "this address has no such method"),
    "in_flight": (409, "同一幂等键的请求正在处理", "a request with this key is being worked on"),
    "earlier_first": (409, "同一单据还有更早的回传未确认", "an earlier one of this document comes first"),
    "too_large": (413, "请求体超过 2 MB", "the body is larger than 2 MB"),
    "not_json": (415, "请求体必须是 application/json", "the body must be application/json"),
    "key_missing": (422, "缺少 Idempotency-Key", "Idempotency-Key is needed"),
    "bad_key": (
        422,
        "Idempotency-Key 应为 1-120 个可见字符",
        "Idempotency-Key must be 1 to 120 visible characters",
    ),
    "key_reused": (422, "同一幂等键用于不同内容", "this key came before with another body"),
    "too_many": (422, "每次 1-500 份单据", "send 1 to 500 documents at a time"),
    "bad_query": (422, "查询参数不对", "a query parameter cannot be used"),
    "bad_request": (400, "请求不对", "the request cannot be used"),
    "failed": (500, "内部错误, 请稍后原样重发", "an internal error: send the same again later"),
}
_BY_STATUS = {401: "unknown_token", 404: "not_found", 405: "wrong_method", 413: "too_large", 415: "not_json"}


class Problem(Exception):
    """A request that is answered with an error."""

    def __init__(self, code: str, field: str = "", detail: str = "") -> None:
        super().__init__(code)
        self.code, self.field, self.detail = code, field, detail


def _error(code: str, status: int, zh: str, en: str, field: str = "", **headers: str) -> Response:
    answer: Response = jsonify(error={"code": code, "message": {"zh": zh, "en": en}, "field": field})
    answer.status_code = status
    answer.headers.extend(headers)
    return answer


@blueprint.errorhandler(Problem)
def _problem(problem: Problem) -> Response:
    status, zh, en = ERRORS[problem.code]
    if problem.detail:
        zh, en = f"{zh}: {problem.detail}", f"{en}: {problem.detail}"
    answer = _error(problem.code, status, zh, en, problem.field)
    if status == 401:  # noqa: PLR2004
        answer.headers["WWW-Authenticate"] = 'Bearer realm="station"'
    if problem.code == "in_flight":
        answer.headers["Retry-After"] = "1"
    return answer


@blueprint.errorhandler(shapes.BadShape)
def _bad_shape(bad: shapes.BadShape) -> Response:
    return _error(bad.code, 400 if bad.code == "bad_json" else 422, bad.zh, bad.en, bad.field)


@blueprint.errorhandler(replies.KeyReused)
def _key_reused(_error: replies.KeyReused) -> Response:
    return _problem(Problem("key_reused"))


@blueprint.errorhandler(replies.InFlight)
def _in_flight(_error: replies.InFlight) -> Response:
    return _problem(Problem("in_flight"))


@blueprint.errorhandler(Exception)
def _unexpected(error: Exception) -> Response:
    if isinstance(error, HTTPException):
        return _http(error)
    incident = secrets.token_hex(4)
    log.error("incident %s at %s", incident, request.path, exc_info=error)
    return _problem(Problem("failed", detail=incident))


def _http(error: HTTPException) -> Response:
    """An error of the web layer, in the API's words."""
    status = error.code or 500
    _status, zh, en = ERRORS[code := _BY_STATUS.get(status, "bad_request" if status < 500 else "failed")]  # noqa: PLR2004
    answer = _error(code, status, zh, en)
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        answer.headers["Allow"] = ", ".join(sorted(error.valid_methods))
    return answer


@blueprint.after_app_request
def _never_html(response: Response) -> Response:
    """Below the API's root even what no route answers is JSON."""
    if f"{request.path}/".startswith("/api/") and response.mimetype != "application/json":
        error = request.routing_exception
        if error is None or error.code != response.status_code:
            error = HTTPException()
            error.code = response.status_code
        made = _http(error)
        response.set_data(made.get_data())
        response.mimetype = "application/json"
        if "Allow" in made.headers:
            response.headers["Allow"] = made.headers["Allow"]
    return response


# --- who asks, and what ------------------------------------------------------------------------


@blueprint.before_request
def _come_in() -> None:
    """Know the caller by its token; everything but the description needs one."""
    request.max_content_length = MOST_BYTES + 1  # a stream without a length is cut there, see _body
    if request.endpoint == "api.describe":
        return
    station = hub()
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        raise Problem("unknown_token")
    with station.db.read() as tx:
        caller = tokens.identify(tx, token.strip())
    if caller is None:
        raise Problem("unknown_token")
    if not caller.is_active:
        raise Problem("switched_off")
    g.caller = caller
    now = station.clock.now()
    if tokens.is_note_due(caller, now):
        station.db.write(lambda tx: tokens.note_used(tx, caller, now), BULK)


def _body(*, is_needed: bool = True) -> Any:
    """The parsed body."""
    raw = request.get_data(cache=False)
    if len(raw) > MOST_BYTES:
        raise Problem("too_large")
    if not raw and not is_needed:
        return {}
    if request.mimetype != "application/json":
        raise Problem("not_json")
    return shapes.parse(raw)


def _key(*, is_needed: bool) -> str:
    key = request.headers.get("Idempotency-Key")
    if key is None:
        if is_needed:
            raise Problem("key_missing", "Idempotency-Key")
        return ""
    if not re.fullmatch(rf"[!-~]{{1,{replies.MOST_KEY}}}", key):
        raise Problem("bad_key", "Idempotency-Key")
    return key


def _intake() -> Intake:
    """One per app: it knows which keys are being worked on."""
    return current_app.extensions["station-intake"]  # type: ignore[no-any-return]


@blueprint.record
def _prepare(state: Any) -> None:
    station = state.app.extensions["station"]
    state.app.extensions["station-intake"] = Intake(station.db, station.clock, station.settings)


def _limit() -> int:
    text = request.args.get("limit", str(PAGE))
    if not (text.isascii() and text.isdigit() and len(text) < 4 and 0 < int(text) <= MOST_ROWS):  # noqa: PLR2004
        raise Problem("bad_query", "limit", f"1 … {MOST_ROWS}")
    return int(text)


# --- pushing -----------------------------------------------------------------------------------


def _push_one(doc_type: str, number: str, *, is_post: bool) -> Response:
    key = _key(is_needed=is_post)
    data = _body()
    entry = shapes.entry(doc_type, data, number)
    if entry.bad is not None:
        raise entry.bad
    digest = replies.digest_of(request.method, request.path, data)
    taken = _intake().take(Push(g.caller, [entry], key, digest))
    answer = dict(taken.answers[0])
    return _pushed(answer, answer.pop("status"), is_replay=taken.is_replay)


def _pushed(body: Any, status: int, *, is_replay: bool) -> Response:
    response: Response = jsonify(body)
    response.status_code = status
    if is_replay:
        response.headers["Idempotent-Replayed"] = "true"
    return response


@blueprint.put("/products/<path:code>")
@keyed
def put_product(code: str) -> Response:
    """A product, whole."""
    return _push_one("product", code, is_post=False)


@blueprint.put("/suppliers/<path:code>")
@keyed
def put_supplier(code: str) -> Response:
    """A supplier."""
    return _push_one("supplier", code, is_post=False)


@blueprint.put("/notices/<path:asn_no>")
@keyed
def put_notice(asn_no: str) -> Response:
    """An inbound notice, whole."""
    return _push_one("notice", asn_no, is_post=False)


@blueprint.post("/notices/<path:asn_no>/cancel")
@keyed
def cancel_notice(asn_no: str) -> Response:
    """A notice is not expected any more."""
    return _push_one("cancel_notice", asn_no, is_post=True)


@blueprint.put("/orders/<path:erp_no>")
@keyed
def put_order(erp_no: str) -> Response:
    """A delivery order, whole."""
    return _push_one("order", erp_no, is_post=False)


@blueprint.post("/orders/<path:erp_no>/cancel")
@keyed
def cancel_order(erp_no: str) -> Response:
    """An order is stopped."""
    return _push_one("cancel", erp_no, is_post=True)


@blueprint.put("/orders/<path:erp_no>/label")
@keyed
def put_label(erp_no: str) -> Response:
    """The carrier's own label of an order."""
    return _push_one("carrier_label", erp_no, is_post=False)


_WORDS = ", ".join(f'"{word}"' for word in KINDS)


@blueprint.post(f"/<any({_WORDS}):word>")
@keyed
def post_many(word: str) -> Response:
    """Many documents of one kind; each has its own answer."""
    key = _key(is_needed=True)
    data = _body()
    documents = data.get("documents") if isinstance(data, dict) else None
    if not isinstance(documents, list) or len(data) != 1:
        raise shapes.BadShape("missing_field" if documents is None else "wrong_type", "documents", "list")
    if not 0 < len(documents) <= MOST_DOCUMENTS:
        raise Problem("too_many", "documents")
    entries = [shapes.entry(KINDS[word].doc_type, item) for item in documents]
    digest = replies.digest_of(request.method, request.path, data)
    taken = _intake().take(Push(g.caller, entries, key, digest))
    results = [{"index": at} | answer for at, answer in enumerate(taken.answers)]
    return _pushed({"results": results}, 200, is_replay=taken.is_replay)


# --- looking, and fetching confirmations -------------------------------------------------------


def _found(data: Any) -> Response:
    if data is None:
        raise Problem("not_found")
    return jsonify(data)


@blueprint.get("/orders/<path:erp_no>")
@keyed
def show_order(erp_no: str) -> Response:
    """An order as it stands now."""
    with hub().db.read() as tx:
        return _found(showing.order(tx, g.caller.code, erp_no))


@blueprint.get("/notices/<path:asn_no>")
@keyed
def show_notice(asn_no: str) -> Response:
    """A notice as it stands now."""
    with hub().db.read() as tx:
        return _found(showing.notice(tx, g.caller.code, asn_no))


@blueprint.get("/stock")
@keyed
def list_stock() -> Response:
    """Stock by article and status."""
    after, limit = request.args.get("after", ""), _limit()
    if len(after) > 40 or not after.isprintable():  # noqa: PLR2004
        raise Problem("bad_query", "after")
    with hub().db.read() as tx:
        rows, more = showing.stock(tx, after, limit, hub().clock.today())
    return jsonify(stock=rows, next=more)


@blueprint.get("/confirmations")
@keyed
def list_confirmations() -> Response:
    """What was not acknowledged yet, in order."""
    text, limit = request.args.get("after", "0"), _limit()
    if not (text.isascii() and text.isdigit() and len(text) < 19):  # noqa: PLR2004
        raise Problem("bad_query", "after")
    with hub().db.read() as tx:
        rows, more = showing.confirmations(tx, g.caller.code, int(text), limit)
    return jsonify(confirmations=rows, next=more)


@blueprint.post("/confirmations/<path:event_key>/ack")
@keyed
def acknowledge(event_key: str) -> Response:
    """The other side has this confirmation; again is harmless."""
    data = _body(is_needed=False)
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


@blueprint.post("/heartbeat")
@keyed
def heartbeat() -> Response:
    """Every cancel up to now has been pushed: the cancel list is fresh."""
    if _body(is_needed=False) != {}:
        raise shapes.BadShape("unknown_field", "")
    station, caller = hub(), g.caller
    now = station.clock.now()
    station.db.write(lambda tx: connections.note_ok(tx, caller.code, now, cancels_at=now))
    return jsonify(cancels_at=now.isoformat())


@blueprint.get("/openapi.json")
@keyed
def describe() -> Response:
    """The description of all this, for everybody."""
    body = json.dumps(openapi.document(), ensure_ascii=False, separators=(",", ":"))
    return Response(body, mimetype="application/json")
