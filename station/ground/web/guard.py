"""What stands before and after every page: who asks, CSRF, security headers, errors."""

from __future__ import annotations

import hashlib
import hmac
import logging
import secrets
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, abort, current_app, g, jsonify, redirect, render_template, request, url_for
from werkzeug.exceptions import HTTPException, SecurityError

from station.ground.db import FateUnknown
from station.ground.web.kit import Station, csrf_token, hub, is_keyed, token, wants_json
from station.ground.words.messages import Refused, catalogue

log = logging.getLogger(__name__)
SCAN_BYTES = 64 * 1024
"""Largest request body that is read."""
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
CSP_IN_DEMO = CSP.replace("frame-ancestors 'none'", "frame-src 'self'; frame-ancestors 'self'")
"""The training bench shows a handheld in a frame; a real warehouse has no such page."""
SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def install(app: Flask, station: Station, is_ours: Callable[[str], bool] = lambda _host: True) -> None:
    """Put the shared behaviour into an app; `is_ours` judges the host by whose name it is called."""
    app.extensions["station"] = station
    app.config["MAX_CONTENT_LENGTH"] = SCAN_BYTES
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = 365 * 86_400

    def know_host() -> None:
        if not is_ours(request.environ.get("HTTP_HOST", "")):
            raise SecurityError

    app.before_request(know_host)
    app.before_request(_identify)
    app.before_request(_guard)
    app.after_request(_headers)
    app.url_defaults(_name_version)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(FateUnknown, _unknown)
    app.register_error_handler(Exception, _unexpected)


def check_marked(app: Flask, exempt: Iterable[str] = ("static",)) -> None:
    """Deny by default: a route without `allow` or `public` stops the start."""
    for endpoint, view in app.view_functions.items():
        if endpoint not in exempt and not getattr(view, "allowed", False):
            raise RuntimeError(f"the view {endpoint} says neither who may use it nor that it is public")


def _identify() -> None:
    g.actor = None
    if not request.path.isprintable():
        abort(404)
    if request.endpoint not in {"static", "scan.take"} and not is_keyed():
        look_who_asks()  # the door identifies scans itself, in its own transaction


def look_who_asks() -> None:
    """Find the person behind this request; `g.actor` stays None without a live session."""
    if token():
        g.actor = hub().identify(token(), is_in_use=_is_by_hand())


def _is_by_hand() -> bool:
    """Whether a person did this: opened a page or sent something. What a page asks by itself is no use."""
    if request.method not in {"GET", "HEAD"}:
        return True
    return "HX-Request" not in request.headers and "text/html" in request.headers.get("Accept", "")


def _guard() -> None:
    """CSRF: what changes something comes from our own pages and carries the session's token."""
    if request.method in {"GET", "HEAD", "OPTIONS"} or is_keyed():
        return
    origin = request.headers.get("Origin")
    if origin and urlsplit(origin).netloc != request.host:
        abort(403)
    if not token():
        return
    given = request.headers.get("X-CSRF-Token") or request.form.get("csrf", "")
    if not hmac.compare_digest(given.encode(), csrf_token(token()).encode()):
        if request.endpoint == "people.sign_in" and request.is_json:
            return  # a program signs in anew over an old cookie
        abort(403)


def _headers(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", CSP_IN_DEMO if hub().demo_people else CSP)
    for name, value in SECURITY_HEADERS.items():
        response.headers.setdefault(name, value)
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    return response


def _name_version(endpoint: str, values: dict[str, Any]) -> None:
    """Addresses of static files name their content, so browsers may keep them for good."""
    if endpoint == "static" and "filename" in values:
        values["v"] = _version(Path(str(current_app.static_folder), values["filename"]))


@cache
def _version(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10]


def _http_error(error: HTTPException) -> Any:
    status = error.code or 500
    if isinstance(error, SecurityError):  # under a name that is not ours nothing of ours is told
        message = catalogue()["E-SYS-13"].text()
        return Response(f"E-SYS-13\n{message['zh']}\n{message['en']}\n", status, mimetype="text/plain")
    if status == 401:  # noqa: PLR2004
        return _to_sign_in()
    code = {403: "E-AUTH-02", 404: "E-SYS-06"}.get(status, "E-SYS-05")
    return _plain(code, status)


def _to_sign_in() -> Any:
    if wants_json():
        return jsonify(accepted=False, code="E-AUTH-05", message=catalogue()["E-AUTH-05"].text()), 401
    if request.headers.get("HX-Request"):
        response = Response(status=401)
        response.headers["HX-Redirect"] = url_for("people.sign_in")
        return response
    return redirect(url_for("people.sign_in", next=request.path))


def _refused(refusal: Refused) -> Any:
    """A rule said no to a page: its sentence, in both languages."""
    return _plain(refusal.code, 422, facts=refusal.facts)


def _plain(code: str, status: int, incident: str = "", facts: Mapping[str, Any] | None = None) -> Any:
    message = catalogue()[code].text(facts)
    if wants_json() or not hasattr(g, "actor"):
        return jsonify(accepted=False, code=code, message=message, incident=incident), status
    back = _came_from() if status == 422 else ""  # noqa: PLR2004
    return render_template("error.html", code=code, message=message, incident=incident, back=back), status


def _came_from() -> str:
    """The page of ours that a refused form stood on."""
    before = urlsplit(request.referrer or "")
    return before.path if before.netloc == request.host and before.path.startswith("/desk") else ""


def _unknown(error: FateUnknown) -> Any:
    """Not a no: whoever asked looks whether it is there before doing it again."""
    log.error("the commit of a page got no answer: %s", error.__cause__)
    return _plain("E-SYS-08", 503)


def _unexpected(error: Exception) -> Any:
    incident = secrets.token_hex(4)
    log.error("incident %s at %s", incident, request.path, exc_info=error)
    return _plain("E-SYS-02", 500, incident)
