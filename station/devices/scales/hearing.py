"""What a bench's own PC tells of its scale: ``/scale/begin`` and ``/scale/tell``, with its token.

A word counts once, in order, from the reader that began last, and only while it is young: it carries the
time that the server gave it and how long ago that was, so neither a copy of it nor one that was held up on
the way is believed.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Response, jsonify, request

from station.devices.models import Scale
from station.devices.says import Says
from station.devices.scales import fitting, rules
from station.devices.scales.families import BY_CODE
from station.devices.scales.frames import HEAVIEST_DG, UNITS
from station.devices.scales.lines import is_line
from station.devices.scales.telling import Line, Word
from station.ground.web.desk import blueprint
from station.ground.web.kit import hub, keyed
from station.ground.work import SYSTEM, Work

LATE_MS = 2000
"""A word that is older than this when it comes is of the past."""
MOST_BYTES = 4096
_MOST = 2**31 - 1


class BadWord(Exception):
    """A body that is no word."""


@blueprint.post("/scale/begin")
@keyed
def begin_scale() -> Any:
    """A reader takes over the scale of this token."""
    return _answered(lambda work, scale: _began(work, scale))  # noqa: PLW0108 — as tell_scale


@blueprint.post("/scale/tell")
@keyed
def tell_scale() -> Any:
    """One word of the reader that began last: 200 heard, 409 from another or late, 422 no word."""
    try:
        body = _body()
        word = _word(body)
        run, seq, stamp, elapsed_ms = (_whole(body, name) for name in ("run", "seq", "stamp", "elapsed_ms"))
    except BadWord as bad:
        return _say({"code": "bad", "field": str(bad)}, 422)

    def hear(work: Work, scale: Scale) -> tuple[dict[str, Any], int]:
        if abs(_ms(work.now) - stamp - elapsed_ms) > LATE_MS:
            return {"code": "late"}, 409
        if not rules.hear(work.tx, scale.id, run, seq, word, work.now):
            return {"code": "other"}, 409
        work.tx.refresh(scale)
        return {"line": _line(scale)}, 200

    return _answered(hear)


def _began(work: Work, scale: Scale) -> tuple[dict[str, Any], int]:
    return {"run": rules.begin(work.tx, scale.id, work.now), "line": _line(scale)}, 200


def _answered(rule: Any) -> Response:
    token = request.headers.get("Authorization", "").removeprefix("Bearer ")[:100]
    station = hub()
    with station.db.read() as tx:  # a stranger costs no turn of the writer
        if fitting.by_token(tx, token) is None:
            return _say({"code": "unknown_token"}, 401)

    def work(work: Work) -> tuple[dict[str, Any], int]:
        scale = fitting.by_token(work.tx, token)
        if scale is None:
            return {"code": "unknown_token"}, 401
        told, status = rule(work, scale)
        return told | {"now": _ms(work.now)}, status

    return _say(*station.works.do(work, SYSTEM))


def _say(told: Mapping[str, Any], status: int) -> Response:
    answer: Response = jsonify(told)
    answer.status_code = status
    return answer


def _ms(now: datetime) -> int:
    return int(now.timestamp() * 1000)


def _line(scale: Scale) -> dict[str, Any]:
    return {"family": scale.family, "line": scale.line, "unit": scale.unit, "asked": scale.is_asked}


# --- reading a body -----------------------------------------------------------------------------------


def _body() -> Mapping[str, Any]:
    body = request.get_json(silent=True) if (request.content_length or 0) <= MOST_BYTES else None
    if not isinstance(body, dict):
        raise BadWord("body")
    return body


def _word(body: Mapping[str, Any]) -> Word:
    says = body.get("says")
    if says not in set(Says):
        raise BadWord("says")
    dg = _whole(body, "dg", -HEAVIEST_DG, HEAVIEST_DG)
    return Word(
        Says(says), dg, _whole(body, "zeros"), _text(body, "frame"), _found(body.get("found")), _guesses(body)
    )


def _found(told: Any) -> Line | None:
    if told is None:
        return None
    if not isinstance(told, dict) or not isinstance(told.get("asked"), bool):
        raise BadWord("found")
    family, line, unit = (_text(told, name) for name in ("family", "line", "unit"))
    if family not in {"", *BY_CODE} or not (line == "" or is_line(line)) or unit not in {"", *UNITS}:
        raise BadWord("found")
    return Line(family, line, unit, told["asked"])


def _guesses(body: Mapping[str, Any]) -> str:
    """``code:dg`` of known families; anything else is not kept."""
    text = _text(body, "guesses")
    for guess in text.split():
        family, _colon, dg = guess.rpartition(":")
        if family not in BY_CODE or not dg.removeprefix("-").isdecimal() or not dg.isascii():
            raise BadWord("guesses")
    return text


def _text(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str) or len(value) > 160 or not value.isprintable():  # noqa: PLR2004 — the column
        raise BadWord(name)
    return value


def _whole(body: Mapping[str, Any], name: str, least: int = 0, most: int = 2**53) -> int:
    value = body.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise BadWord(name)
    if name in {"run", "seq", "zeros"} and value > _MOST:
        raise BadWord(name)
    return value
