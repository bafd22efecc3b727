"""What all pages of the office share: who may come in, and how a table is laid out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, g, render_template, request, url_for

from station.ground.web.i18n import gettext, language, local_date, local_number, local_time, pick
from station.ground.web.kit import hub
from station.ground.web.sheets import PAGE, Line, Sheet
from station.ground.words.actor import Role
from station.ground.words.causes import told
from station.ground.words.messages import Refused
from station.ground.words.wording import word

blueprint = Blueprint("office", __name__)

DESK = (Role.SUPERVISOR, Role.CLERK, Role.FINANCE, Role.ADMIN)
RULERS = (Role.SUPERVISOR, Role.CLERK)
"""Who may change something from the desk."""

CODED = frozenset({"old", "new", "event", "type", "meaning", "roles", "flag"})
"""Columns that hold codes (of roles a comma-separated list): shown as words."""
CAUSES = frozenset({"reason", "hold_reason"})
"""Columns of what the station or a person wrote down as the cause of something."""
NAMING = frozenset({"source", "target", "place", "who", "actor", "by"})
"""Columns with names of people and places, among which a few are the station's own."""
OWN = frozenset({"SUPPLIER", "CUSTOMER", "ADJUST", "SCRAP", "system"})
"""The places outside the hall that goods come from and go to, and whoever is no person."""
NUMBERED = frozenset({"id", "copy_no"})
"""Whole numbers that name something: no thousands separator."""

Columns = list[tuple[str, str]]
"""(title, name of the row's attribute) of a table, from left to right."""


def page_number() -> int:
    """The page of a long list that is asked for; nonsense is the first one."""
    text = request.args.get("page", "0")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0  # noqa: PLR2004


def asked(name: str, limit: int) -> str:
    """A text of the address, without what no database takes."""
    return "".join(char for char in request.args.get(name, "")[:limit] if char.isprintable())


def shown(value: Any) -> Any:
    """A value as a cell shows it."""
    if isinstance(value, datetime):
        return local_time(value)
    if isinstance(value, date):
        return local_date(value)
    if isinstance(value, dict):
        return ", ".join(f"{state_word(key)} {shown(part)}" for key, part in value.items())
    if isinstance(value, list):
        return "; ".join(str(shown(part)) for part in value)
    return "" if value is None else value


REASON_LIMIT = 60


def asked_why() -> str:
    """The reason that a form asked for; E-TXT-01 without one."""
    reason = " ".join(request.form.get("reason", "").split())[:REASON_LIMIT]
    if not reason or not reason.isprintable():
        raise Refused("E-TXT-01", max=REASON_LIMIT)
    return reason


@blueprint.app_template_filter("state")
def state_word(code: Any) -> str:
    """A state, event or role in the person's language."""
    return word(str(code))[language()]


def state_fact(code: str) -> tuple[str, str]:
    """A state among a document's facts."""
    return gettext("State"), state_word(code)


def table(columns: Columns, rows: Iterable[Any], link: Callable[[Any], str] | None = None) -> Sheet:
    """A whole table; `link` gives the address of a row's first cell."""
    lines = [Line([_cell(row, name) for _title, name in columns], link(row) if link else "") for row in rows]
    return Sheet([title for title, _name in columns], lines, state_column=_state_column(columns))


def _cell(row: Any, name: str) -> Any:
    value = getattr(row, name)
    if value and name in CAUSES:
        return pick(told(str(value)))
    if value and name in CODED:
        return ", ".join(state_word(part) for part in str(value).split(","))
    if name in NAMING and value in OWN:
        return state_word(value)
    if isinstance(value, int) and not isinstance(value, bool) and name not in NUMBERED:
        return local_number(value)
    return shown(value)


def _state_column(columns: Columns) -> int:
    names = [name for _title, name in columns]
    return names.index("state") if "state" in names else -1


def paged(columns: Columns, rows: list[Any], link: Callable[[Any], str] | None = None) -> Sheet:
    """One page of a table, with the address of the next one when there is more."""
    sheet = table(columns, rows[:PAGE], link)
    if len(rows) > PAGE:
        others = {key: value for key, value in request.args.items() if key != "page"}
        sheet.more = f"{request.path}?{urlencode(others | {'page': str(page_number() + 1)})}"
    return sheet


def form(
    endpoint: str, button: str, label: str = "", choices: list[tuple[int, str]] | None = None, **values: Any
) -> list[dict[str, Any]]:
    """A form for those who may change something; nobody else sees it. `choices`: (value, text) to pick."""
    if not g.actor.may(frozenset(RULERS)):
        return []
    return [{"action": url_for(endpoint, **values), "button": button, "label": label, "choices": choices}]


def list_page(heading: str, *sheets: tuple[str, Sheet], **extra: Any) -> str:
    """A page of tables under each other."""
    return render_template(
        "office/list.html", heading=heading, sheets=sheets, demo=hub().demo_people, **{"counts": []} | extra
    )


def detail_page(
    heading: str, facts: list[tuple[str, Any]], sheets: list[tuple[str, Sheet]], **extra: Any
) -> str:
    """One document: its facts, then its tables; empty ones are left out."""
    kept = [(name, shown(value)) for name, value in facts if value not in {"", None}]
    return render_template(
        "office/detail.html",
        heading=heading,
        facts=kept,
        sheets=[(title, sheet) for title, sheet in sheets if sheet.rows],
        demo=hub().demo_people,
        **{"forms": []} | extra,
    )
