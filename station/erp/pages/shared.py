"""What the desk's ERP pages share: who may do what, how a page is made, how a decision is written down."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import abort, g, render_template, request
from sqlalchemy.orm import Session

from station.erp.pages import health, queries
from station.exchange.models import ErpConnection
from station.ground.web.desk import RULERS, blueprint, state_word
from station.ground.web.kit import actor, hub
from station.ground.words.actor import Role
from station.paper.pages.setup import number
from station.people import trail

SETTERS = (Role.ADMIN,)
KEEPERS = (Role.ADMIN, Role.SUPERVISOR)
ASKERS = (*RULERS, Role.ADMIN)

Change = Callable[[Session], object]


def may(roles: tuple[Role, ...]) -> bool:
    """Whether the present person may do what these roles may."""
    return bool(g.actor.may(frozenset(roles)))


def page(template: str, *, notice: str = "", **values: Any) -> str:
    """A page of the ERP with what all of them need."""
    return render_template(
        f"office/{template}.html",
        notice=notice,
        demo=hub().demo_people,
        now=hub().clock.now(),
        may_decide=may(RULERS),
        may_ask=may(ASKERS),
        may_keep=may(KEEPERS),
        may_set=may(SETTERS),
        states=health.STATES,
        **values,
    )


@blueprint.app_template_filter("state_choices")
def state_choices(codes: list[str]) -> list[tuple[str, str]]:
    """Codes as the choices of a select, each with its word."""
    return [(code, state_word(code)) for code in codes]


def found_connection(tx: Session, code: str) -> ErpConnection:
    """The connection of an address, or the page that is not there."""
    connection = queries.connection(tx, code)
    if connection is None:
        abort(404)
    return connection


def decide(action: str, subject: str, change: Change, **detail: Any) -> None:
    """Do it in one unit of work with the name of who did it, and let the workers look."""
    station, who = hub(), actor()
    now = station.clock.now()

    def work(tx: Session) -> None:
        change(tx)
        trail.note(tx, who, action, subject[:80], now, **detail)

    station.db.write(work)
    station.wake.set()


def plain(text: str, limit: int) -> str:
    """Words of a form on one line, without what no database takes."""
    return "".join(char for char in " ".join(text.split()) if char.isprintable())[:limit]


def given_number(name: str) -> int | None:
    """A whole number of a form; None for anything else."""
    return number(request.form.get(name, "").strip())
