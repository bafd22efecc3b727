"""The manners of the API (§11): JSON only, a token instead of a session, and how a request is refused."""

from __future__ import annotations

import logging
import re
import secrets
from typing import Any

from flask import Blueprint, Response, g, jsonify, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, SecurityError

from station.erp.rest import replies, shapes, tokens
from station.erp.rest.endpoints import MOST_BYTES, MOST_ROWS, PAGE, ROOT
from station.ground.db import BULK
from station.ground.web.kit import hub

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
    "unknown_host": (
        400,
        "本站不认这个主机名, 请加到 station.toml 的 trusted_hosts",
        "the station does not answer to this host name: add it to trusted_hosts in station.toml",
    ),
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
    if isinstance(error, SecurityError):
        return _problem(Problem("unknown_host"))
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


# --- who asks, and what -----------------------------------------------------------------------


@blueprint.before_request
def _come_in() -> None:
    """Know the caller by its token; everything but the description needs one."""
    request.max_content_length = MOST_BYTES + 1  # a stream without a length is cut there, see _body
    if request.endpoint == "api.openapi":
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


def body(*, is_needed: bool = True) -> Any:
    """The parsed body."""
    raw = request.get_data(cache=False)
    if len(raw) > MOST_BYTES:
        raise Problem("too_large")
    if not raw and not is_needed:
        return {}
    if request.mimetype != "application/json":
        raise Problem("not_json")
    return shapes.parse(raw)


def key(*, is_needed: bool) -> str:
    """The idempotency key of the request; empty when it has none and needs none."""
    given = request.headers.get("Idempotency-Key")
    if given is None:
        if is_needed:
            raise Problem("key_missing", "Idempotency-Key")
        return ""
    if not re.fullmatch(rf"[!-~]{{1,{replies.MOST_KEY}}}", given):
        raise Problem("bad_key", "Idempotency-Key")
    return given


def limit() -> int:
    """How many rows a page is to have."""
    text = request.args.get("limit", str(PAGE))
    if not (text.isascii() and text.isdigit() and len(text) < 4 and 0 < int(text) <= MOST_ROWS):  # noqa: PLR2004
        raise Problem("bad_query", "limit", f"1 … {MOST_ROWS}")
    return int(text)
