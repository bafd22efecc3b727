"""Thresholds at the desk: what counts, what the file says, and every change (domain §12)."""

from __future__ import annotations

from typing import Any

from flask import abort, redirect, render_template, request, url_for

from station.ground.knobs import changing, queries
from station.ground.thresholds.setting import Setting
from station.ground.web.desk import DESK, asked_why, blueprint, table
from station.ground.web.i18n import gettext as _
from station.ground.web.kit import actor, allow, hub
from station.ground.words.actor import Role
from station.ground.words.messages import Refused, say

SETTERS = (Role.SUPERVISOR, Role.ADMIN)


@blueprint.get("/desk/settings")
@allow(*DESK)
def settings() -> Any:
    """All that may be changed, by room."""
    station = hub()
    with station.db.read() as tx:
        said = queries.all_said(tx)
    rooms = [
        (room.name, [_shown(one, said.get(one.name)) for one in room.settings])
        for room in station.rooms
        if room.settings
    ]
    return render_template("office/settings.html", rooms=rooms, demo=station.demo_people)


@blueprint.get("/desk/settings/<name>")
@allow(*DESK)
def setting(name: str) -> Any:
    """One threshold with its history; a supervisor changes it here."""
    return _page(_declared(name))


@blueprint.post("/desk/settings/<name>")
@allow(*SETTERS)
def change_setting(name: str) -> Any:
    """Another value, or the file's again; from its commit on it counts in every process."""
    wanted, who, was = _declared(name), actor(), request.form.get("was", "")
    value = request.form.get("value", "")[: changing.LONGEST]
    try:
        reason = asked_why()
        if "file" in request.form:
            hub().works.do(lambda work: changing.take_back(work, wanted, was=was, reason=reason), who)
        else:
            hub().works.do(lambda work: changing.change(work, wanted, value, was=was, reason=reason), who)
    except Refused as refusal:
        return _page(wanted, refusal, value), 422
    return redirect(url_for("office.setting", name=name))


def _declared(name: str) -> Setting:
    found = next((one for room in hub().rooms for one in room.settings if one.name == name), None)
    if found is None:
        abort(404)
    return found


def _page(one: Setting, refusal: Refused | None = None, typed: str | None = None) -> str:
    with hub().db.read() as tx:
        shown = _shown(one, changing.said(tx, one.name))
        history = queries.history(tx, one.name)
    columns = [(_("Time"), "at"), (_("Before"), "before"), (_("After"), "after"), (_("Who"), "actor")]
    told = [_Told(row, one) for row in history]
    return render_template(
        "office/setting.html",
        one=shown,
        typed=shown["now"] if typed is None else typed,
        refusal=say(refusal.code, refusal.facts) if refusal else None,
        may_change=actor().may(frozenset(SETTERS)),
        sheet=table([*columns, (_("Reason"), "reason"), (_("Device"), "device")], told),
        demo=hub().demo_people,
    )


def _shown(one: Setting, said: str | None) -> dict[str, Any]:
    """A threshold as the templates take it; `now_word` and `file_word` are for people."""
    of_file = changing.of_file(hub().settings, one.name)
    now = of_file if said is None else said
    return {
        "is": one,
        "name": one.name,
        "title": _(one.title),
        "hint": _(one.hint) if one.hint else "",
        "unit": _(one.unit) if one.unit else "",
        "now": now,
        "file": of_file,
        "now_word": _word(one, now),
        "file_word": _word(one, of_file),
        "is_said": said is not None,
        "choices": [(code, _(title)) for code, title in one.choices],
    }


def _word(one: Setting, text: str) -> str:
    """A value as people say it."""
    if one.is_switch:
        return _("Yes") if text == "on" else _("No")
    if text in dict(one.choices):
        return _(dict(one.choices)[text])
    return f"{text} {_(one.unit)}" if one.unit else text


class _Told:
    """One change, as its table shows it."""

    def __init__(self, row: Any, one: Setting) -> None:
        self.at, self.actor, self.reason, self.device = row.at, row.actor, row.reason, row.device
        self.before = _word(one, row.old)
        self.after = _word(one, row.new) if row.new else _("As in station.toml")
