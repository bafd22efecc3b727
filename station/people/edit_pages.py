"""Adding and changing people at the desk: name, badge, roles, PIN."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import redirect, render_template, request, url_for

from station.ground.web.desk import blueprint
from station.ground.web.i18n import gettext as _
from station.ground.web.kit import actor, allow, hub
from station.ground.words.actor import Role
from station.ground.words.messages import Refused, say
from station.ground.work import Work
from station.people import editing, queries, rules, sessions
from station.people.desk import found
from station.people.editing import Wanted
from station.people.models import User
from station.people.pins import Pins

NEW_PERSON = Wanted("", "", ())


@blueprint.route("/desk/people/new", methods=["GET", "POST"])
@allow(Role.ADMIN)
def add_person() -> Any:
    """A new person: who they are, what they do, and their first PIN, typed by themselves."""
    if request.method == "GET":
        with hub().db.read() as tx:
            return _form(replace(NEW_PERSON, number=queries.free_number(tx)), None)
    wanted = editing.read(request.form)
    by = actor()
    try:
        editing.judge(wanted, hub().settings.rules, has_pin=False)
        pin_hash = hub().part(Pins).hash(wanted.pin)
        made = _do(lambda work: editing.add(work, wanted, pin_hash, by).id)
    except Refused as refusal:
        return _form(wanted, None, refusal), 422
    if request.form.get("then") == "another":
        return redirect(url_for("office.add_person", added=made))
    return redirect(url_for("office.person", user_id=made))


@blueprint.route("/desk/people/<int(max=2147483647):user_id>/edit", methods=["GET", "POST"])
@allow(Role.ADMIN)
def edit_person(user_id: int) -> Any:
    """Another name, badge, roles or PIN; what ends their sessions is said in `rules`."""
    with hub().db.read() as tx:
        user = found(tx, user_id)
        known = Wanted(rules.number_of(user.badge), user.name, tuple(sorted(sessions.roles_of(user.roles))))
    if request.method == "GET":
        return _form(known, user)
    by, is_self = actor(), actor().user_id == user_id
    wanted = editing.read(request.form, known.roles if is_self else None)
    try:
        editing.judge(wanted, hub().settings.rules, has_pin=bool(user.pin_hash))
        pin_hash = hub().part(Pins).hash(wanted.pin) if wanted.pin else ""
        _do(lambda work: editing.change(work, found(work.tx, user_id), wanted, pin_hash, by))
    except Refused as refusal:
        return _form(wanted, user, refusal), 422
    return redirect(url_for("office.person", user_id=user_id))


def _do(rule: Callable[[Work], Any]) -> Any:
    return hub().works.do(rule, actor())


def _added() -> str:
    """Who was added just before, when the form was asked for again."""
    text = request.args.get("added", "")
    if not (text.isascii() and text.isdigit() and len(text) < 10):  # noqa: PLR2004
        return ""
    with hub().db.read() as tx:
        user = tx.get(User, int(text))
    return user.name if user else ""


def _form(wanted: Wanted, user: User | None, refusal: Refused | None = None) -> str:
    back = url_for("office.person", user_id=user.id) if user else url_for("office.people")
    return render_template(
        "people/edit.html",
        heading=user.name if user else _("New person"),
        wanted=wanted,
        user=user,
        roles=list(Role),
        has_pin=bool(user and user.pin_hash),
        is_self=bool(user and user.id == actor().user_id),
        refusal=say(refusal.code, refusal.facts) if refusal else None,
        back=back,
        added=_added() if user is None else "",
    )
