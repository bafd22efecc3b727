"""One person on the desk: who they are, who has been trying their PIN, and what may be done about it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import abort, g, redirect, url_for
from sqlalchemy.orm import Session

from station.ground.web.desk import DESK, blueprint, detail_page, state_word, table
from station.ground.web.i18n import gettext as _
from station.ground.web.kit import actor, allow, hub
from station.ground.words.actor import Actor, Role
from station.ground.words.messages import Refused
from station.people import queries, rules, tallies
from station.people.models import User
from station.people.registers import where

WRONG = 20
"""How many wrong PINs a person's page shows."""


@blueprint.app_template_global("tried_pins")
def tried_pins() -> list[tallies.Trouble]:
    """Whose PIN somebody has been trying so often that it is slowed down: a line on every page of the
    desk.
    """
    with hub().db.read() as tx:
        return tallies.troubles(tx, hub().clock.now())


@blueprint.get("/desk/people/<int(max=2147483647):user_id>")
@allow(*DESK)
def person(user_id: int) -> Any:
    """One person."""
    now = hub().clock.now()
    with hub().db.read() as tx:
        user = found(tx, user_id)
        trouble = tallies.troubles(tx, now, user_id)
        wrong = queries.wrong_pins(tx, user.badge, WRONG)
    opens = trouble[0].opens_at if trouble else now
    facts = [
        (_("Badge"), user.badge),
        (_("Roles"), ", ".join(map(state_word, user.roles.split(",")))),
        (_("Active"), _("Yes") if user.is_active else _("No")),
        (_("Since"), user.created_at),
        ("PIN", "" if user.pin_hash else _("none yet: nobody can sign in with this badge")),
        (_("PIN slowed down until"), opens if opens > now else ""),
    ]
    columns = [(_("Time"), "at"), (_("At"), "door"), (_("Asked by"), "by"), (_("Device"), "device")]
    sheet = table([*columns, (_("Address"), "address")], [where(row) for row in wrong])
    links = [(url_for("office.edit_person", user_id=user_id), _("Change"))]
    badge = (
        url_for("office.hall_labels", which=f"badge:{rules.number_of(user.badge)}"),
        _("Print the badge"),
    )
    return detail_page(
        user.name,
        facts,
        [(_("Wrong PINs"), sheet)],
        forms=_forms(user, is_tried=bool(trouble)),
        links=(links if g.actor.may(frozenset({Role.ADMIN})) else [])
        + ([badge] if user.is_active and g.actor.may(rules.POWER) else []),
    )


def _forms(user: User, *, is_tried: bool) -> list[dict[str, Any]]:
    """The buttons that the present person has over this one."""
    buttons = []
    if is_tried and rules.may_unlock(g.actor, user):
        buttons.append(("office.unlock_person", _("Unlock")))
    if rules.may_change(g.actor, user):
        switch = (
            ("office.disable_person", _("Switch off"))
            if user.is_active
            else ("office.enable_person", _("Switch on"))
        )
        buttons.append(switch)
    return [
        {"action": url_for(endpoint, user_id=user.id), "button": text, "label": "", "choices": None}
        for endpoint, text in buttons
    ]


@blueprint.post("/desk/people/<int(max=2147483647):user_id>/unlock")
@allow(Role.SUPERVISOR, Role.ADMIN)
def unlock_person(user_id: int) -> Any:
    """Let somebody else try their PIN again at once (E-AUTH-03, E-AUTH-09)."""
    return _change(user_id, rules.may_unlock, rules.unlock)


@blueprint.post("/desk/people/<int(max=2147483647):user_id>/disable")
@allow(Role.SUPERVISOR, Role.ADMIN)
def disable_person(user_id: int) -> Any:
    """A lost badge: signed out everywhere, and it opens nothing."""
    return _change(
        user_id,
        rules.may_change,
        lambda tx, user, now, by: rules.set_active(tx, user, now, by, is_active=False),
    )


@blueprint.post("/desk/people/<int(max=2147483647):user_id>/enable")
@allow(Role.SUPERVISOR, Role.ADMIN)
def enable_person(user_id: int) -> Any:
    """The badge opens again."""
    return _change(
        user_id,
        rules.may_change,
        lambda tx, user, now, by: rules.set_active(tx, user, now, by, is_active=True),
    )


def _change(
    user_id: int,
    may: Callable[[Actor, User], bool],
    change: Callable[[Session, User, datetime, Actor], None],
) -> Any:
    by, now = actor(), hub().clock.now()

    def work(tx: Session) -> None:
        user = found(tx, user_id)
        if not may(by, user):
            raise Refused("E-AUTH-03" if by.user_id == user.id else "E-AUTH-02")
        change(tx, user, now, by)

    hub().db.write(work)
    return redirect(url_for("office.person", user_id=user_id))


def found(tx: Session, user_id: int) -> User:
    """The person of an address, or 404."""
    user = tx.get(User, user_id)
    if user is None:
        abort(404)
    return user
