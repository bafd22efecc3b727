"""The scan endpoint and the work page (domain §4.4, §10)."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, abort, g, jsonify, render_template, request
from flask_htmx import make_response

from station.ground.scan.door import Door, ScanRequest
from station.ground.scan.openapi import document
from station.ground.scan.replies import Reply
from station.ground.scan.speech import spoken
from station.ground.scan.why import explain
from station.ground.scan.workflow import Workflow
from station.ground.web.guard import look_who_asks
from station.ground.web.i18n import gettext
from station.ground.web.kit import actor, allow, hub, public, token, wants_json
from station.ground.words.messages import catalogue, say

log = logging.getLogger(__name__)

blueprint = Blueprint("scan", __name__)

EVENTS = {
    "ok": "scanAccepted",
    "tick": "scanAccepted",
    "done": "scanAccepted",
    "none": "scanAccepted",
    "warn": "scanWarned",
    "error": "scanRefused",
    "intercept": "scanIntercepted",
}
ID_LIMIT, TOKEN_LIMIT = 64, 40


def workflows() -> Mapping[str, Workflow]:
    """Every handheld process there is."""
    return hub().part(Door).workflows


def _workflow(name: str) -> Workflow:
    flow = workflows().get(name)
    if flow is None:
        abort(404)
    return flow


@blueprint.post("/scan/<workflow>")
@public  # the door identifies the person inside the scan's own transaction
def take(workflow: str) -> Any:
    """Judge one scan: JSON for programs, the screen's partial for htmx."""
    _workflow(workflow)
    fields = request.get_json(silent=True) if request.is_json else request.form
    asked = _request(workflow, fields)
    if asked is None:
        message = catalogue()["E-SYS-05"]
        reply = Reply(
            422, {"accepted": False, "tone": message.tone, "code": "E-SYS-05", "message": message.text()}
        )
    else:
        reply = hub().part(Door).take(asked)
    return _answer(reply)


def _request(workflow: str, fields: Any) -> ScanRequest | None:
    """The scan in the request, or None when a field is missing or absurd."""
    if not hasattr(fields, "get"):
        return None
    scan_id, raw, step_token = (fields.get(name) for name in ("scan_id", "raw", "step_token"))
    if not all(isinstance(value, str) for value in (scan_id, raw, step_token)):
        return None
    if not (8 <= len(scan_id) <= ID_LIMIT and scan_id.isascii() and scan_id.isprintable()):  # noqa: PLR2004
        return None
    if not 0 < len(step_token) <= TOKEN_LIMIT:
        return None
    manual = str(fields.get("manual", "")).lower() in {"1", "true", "on"}
    return ScanRequest(workflow, scan_id, raw, step_token, token(), manual, request.remote_addr or "")


def _answer(reply: Reply) -> Any:
    if wants_json() or not request.headers.get("HX-Request"):
        body = json.dumps(reply.body, ensure_ascii=False, separators=(",", ":"))
        return Response(body, reply.status, mimetype="application/json")
    if reply.status == 401:  # noqa: PLR2004
        abort(401)
    look_who_asks()  # the screen speaks the person's language
    tone = reply.body["tone"]
    event = {EVENTS[tone]: {"tone": tone, "code": reply.body["code"]}}
    body = _drawn(reply.body)
    response: Response = make_response(body, trigger=event)
    response.status_code = reply.status
    return response


def _drawn(reply: dict[str, Any]) -> str:
    """The answer as HTML, without its screen when that cannot be drawn: what was kept is no no."""
    try:
        return _partial(reply)
    except Exception:
        log.exception("no HTML for the answer %s", reply.get("code"))
        return render_template("scan/_band.html", reply=reply)


def _partial(reply: dict[str, Any]) -> str:
    if "screen" not in reply:
        return render_template("scan/_band.html", reply=reply)
    return render_template(
        "scan/_screen.html", screen=reply["screen"], reply=reply, step_token=reply["step_token"]
    )


@blueprint.get("/scan/<workflow>")
@allow(everybody=True)
def look(workflow: str) -> Any:
    """The present screen for a program of somebody who may work there."""
    flow = _workflow(workflow)
    if not g.actor.may(flow.roles):
        abort(403)
    with hub().db.read() as tx:
        return jsonify(hub().part(Door).look(tx, flow, actor()))


@blueprint.get("/work/<workflow>")
@allow(everybody=True)
def work(workflow: str) -> Any:
    """The scan screen: one shell for all processes."""
    flow = _workflow(workflow)
    if not g.actor.may(flow.roles):
        abort(403)
    with hub().db.read() as tx:
        shown = hub().part(Door).look(tx, flow, actor())
    return render_template(
        "scan/work.html", workflow=flow, screen=shown["screen"], step_token=shown["step_token"], reply=None
    )


@blueprint.get("/work/<workflow>/why")
@allow(everybody=True)
def why(workflow: str) -> Any:
    """Why the last scan was refused, and what to do: a partial that lies over the present screen."""
    flow = _workflow(workflow)
    if not g.actor.may(flow.roles):
        abort(403)
    with hub().db.read() as tx:
        screen = hub().part(Door).look(tx, flow, actor())["screen"]
        told = explain(tx, hub().part(Door).services.codes, flow, actor(), screen)
    that_is = [say(code, _in_words(facts)) for code, facts in told.that_is]
    return render_template("scan/_why.html", why=told, that_is=that_is)


def _in_words(facts: dict[str, Any]) -> dict[str, Any]:
    """States are codes in the database and words on a screen."""
    return facts | {"st": gettext(facts["st"])} if "st" in facts else facts


blueprint.add_app_template_filter(spoken)


@blueprint.get("/openapi.json")
@public
def openapi() -> Any:
    """The description of the JSON door."""
    return jsonify(document(sorted(workflows())))
