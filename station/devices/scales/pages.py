"""The scales on the desk: each with what it says at this moment, as it came down its line (P18).

Everybody of the desk looks; supervisors and administrators put a scale at a bench, and take it away.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import g, redirect, render_template, request, url_for
from sqlalchemy import select

from station.devices.models import Scale, ScaleKind
from station.devices.says import Says
from station.devices.scales import fitting, lines, rules
from station.devices.scales.families import FAMILIES
from station.devices.scales.frames import UNITS
from station.devices.scales.telling import Line
from station.ground.web.desk import DESK, blueprint
from station.ground.web.i18n import gettext as _
from station.ground.web.i18n import language
from station.ground.web.kit import actor, allow, hub
from station.ground.words.actor import Role
from station.ground.words.messages import Refused, say
from station.ground.work import Work
from station.people import trail
from station.stock.models import Location, LocationKind

KEEPERS = (Role.SUPERVISOR, Role.ADMIN)


@blueprint.app_template_filter("scale_says")
def scale_says(says: str) -> str:
    """What a scale says, in words."""
    return {
        Says.LOST: _("The cable is out, or the port is not there"),
        Says.SILENT: _("Nothing comes: is the scale on?"),
        Says.FOREIGN: _("What comes is not understood"),
        Says.FINDING: _("Looking for its family"),
        Says.UNCLEAR: _("Can be read in several ways"),
        Says.OUTSIDE: _("Outside its range"),
        Says.TARED: _("A tare is set"),
        Says.MOVING: _("not still"),
        Says.EMPTY: _("Empty"),
        Says.STILL: _("At rest"),
    }[Says(says)]


@blueprint.app_template_filter("grams")
def grams(dg: int) -> str:
    """Tenths of a gram as a display shows them."""
    return f"{'-' if dg < 0 else ''}{abs(dg) // 10}.{abs(dg) % 10} g"


def _live() -> dict[str, Any]:
    station = hub()
    now = station.clock.now()
    with station.db.read() as tx:
        rows = fitting.list_all(tx)
    return {
        "rows": [(row, rules.is_fresh(row, now)) for row in rows],
        "guesses": {row.id: _guesses(row) for row in rows},
        "may_keep": g.actor.may(frozenset(KEEPERS)),
    }


def _guesses(row: Scale) -> list[tuple[str, int]]:
    """Families that fit, each with the weight that it would mean."""
    pairs = (guess.rsplit(":", 1) for guess in row.guesses.split())
    return [(family, int(dg)) for family, dg in pairs]


def _page(notice: str = "", token: str = "", bench: str = "") -> str:
    station = hub()
    with station.db.read() as tx:
        benches = tx.scalars(
            select(Location.code).where(Location.kind == LocationKind.PACK).order_by(Location.code)
        ).all()
    return render_template(
        "office/scales.html",
        benches=benches,
        ports=[*lines.ports(), *station.settings.serial_ports],
        families=FAMILIES,
        settings_of_line=lines.LINES,
        units=UNITS,
        notice=notice,
        token=token,
        token_bench=bench,
        demo=station.demo_people,
        **_live(),
    )


@blueprint.get("/desk/scales")
@allow(*DESK)
def scales() -> Any:
    """All scales, and the form for another."""
    return _page()


@blueprint.get("/desk/scales/live")
@allow(*DESK)
def scales_live() -> Any:
    """What they say now."""
    return render_template("office/_scales.html", **_live())


def _decide(action: str, bench: str, rule: Callable[[Work], Any], **detail: str) -> Any:
    """Do it in one unit of work with the name of who did it; a refusal is said on the page."""
    station, who = hub(), actor()

    def work(work: Work) -> Any:
        done = rule(work)
        trail.note(work.tx, who, action, bench, work.now, **detail)
        return done

    try:
        done = station.works.do(work, who)
    except Refused as refusal:
        return _page(say(refusal.code, refusal.facts)[language()]), 422
    if isinstance(done, str):
        return _page(token=done, bench=bench)
    return redirect(url_for("office.scales"))


def _given(name: str, limit: int = 120) -> str:
    return "".join(char for char in request.form.get(name, "").strip()[:limit] if char.isprintable())


@blueprint.post("/desk/scales/put")
@allow(*KEEPERS)
def put_scale() -> Any:
    """A scale at a bench: with the cable at this machine, or at the bench's own PC."""
    kind = ScaleKind.BENCH if _given("where") == "bench" else ScaleKind.SERIAL
    line = Line(_given("family"), _given("line"), _given("unit"), request.form.get("asked") == "yes")
    port = _given("port") if kind == ScaleKind.SERIAL else ""
    wanted = fitting.Wanted(_given("bench", 40), kind, port, line)
    said = {"kind": kind.value, "port": port, "family": line.family}
    if kind == ScaleKind.SERIAL:
        return _decide("SCALE_PUT", wanted.bench, lambda work: fitting.put(work, wanted), **said)

    def with_token(work: Work) -> str:
        fitting.put(work, wanted)
        return fitting.new_token(work, wanted.bench)

    return _decide("SCALE_PUT", wanted.bench, with_token, **said)


@blueprint.post("/desk/scales/<bench>/<any(look, remove, token):what>")
@allow(*KEEPERS)
def change_scale(bench: str, what: str) -> Any:
    """Look for its family again, take it away, or give the bench's PC another token."""
    rule = {"look": fitting.look_again, "remove": fitting.remove, "token": fitting.new_token}[what]
    return _decide(f"SCALE_{what.upper()}", bench[:40], lambda work: rule(work, bench))


@blueprint.post("/desk/scales/<bench>/choose")
@allow(*KEEPERS)
def choose_scale(bench: str) -> Any:
    """The display shows what this family would mean."""
    family = _given("family", 20)
    return _decide(
        "SCALE_CHOOSE", bench[:40], lambda work: fitting.choose(work, bench, family), family=family
    )
