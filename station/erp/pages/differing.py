"""What a comparison says, in words: its codes and figures as a person reads them."""

from __future__ import annotations

import re

from station.erp.compare.models import Difference, Reconciliation, RunState
from station.erp.pages.fields import label
from station.ground.web.desk import blueprint, state_word
from station.ground.web.i18n import gettext as _

COUNTED = re.compile(r"(\w+)=(\d+)")


def _words() -> dict[str, str]:
    """Codes of `station.erp.compare.comparison` that mean something else elsewhere, or nothing."""
    return {
        "OPEN": _("still to be shipped there"),
        "NOT_OPEN": _("not to be shipped there"),
        "NONE": _("not known here"),
        "NOT_SHIPPED": _("not shipped there"),
        "UNKNOWN": _("the ERP cannot tell"),
    }


def _notes() -> dict[str, str]:
    """Remarks of a comparison that is DONE."""
    return {
        "NO_STOCK": _("The ERP cannot tell its stock."),
        "NOT_MAIN": _("Stock is compared with the main connection only."),
        "NO_ORDERS": _("The ERP cannot tell its open orders."),
        "NO_SHIPPED": _("The ERP cannot tell what it counts as shipped."),
        "MOVING": _("moving, not judged"),
        "EXPLAINED": _("explained by what waits"),
    }


@blueprint.app_template_filter("thing")
def thing(row: Difference) -> str:
    """What differs: an article with status and lot, or the number of an order."""
    parts = row.key.split("|")
    if row.what != "stock" or len(parts) < 2:  # noqa: PLR2004
        return row.key
    return " · ".join([parts[0], state_word(parts[1]), *parts[2:]])


@blueprint.app_template_filter("said")
def said(text: str) -> str:
    """What one side says: a word for its code, and the rest as it is."""
    code, _blank, rest = text.partition(" ")
    word = _words().get(code) or (state_word(code) if code.isupper() else code)
    return f"{word} {rest}".strip()


@blueprint.app_template_filter("explained")
def explained(text: str) -> str:
    """Which messages that wait account for a difference."""
    counts = COUNTED.findall(text)
    if not counts:
        return state_word(text)
    special = {"DEAD": _("of them refused"), "problem": _("set aside, waits for a person")}
    return ", ".join(f"{count} × {special.get(kind) or label(kind)}" for kind, count in counts)


@blueprint.app_template_filter("remarks")
def remarks(run: Reconciliation) -> list[str]:
    """What a comparison could not compare, or why it failed."""
    if run.state != RunState.DONE:
        return [run.error] if run.error else []
    notes, lines = _notes(), []
    for part in run.error.split():
        name, _equals, count = part.partition("=")
        word = notes.get(name, name)
        lines.append(f"{count} {word}" if count else word)
    return lines


@blueprint.app_template_filter("wisher")
def wisher(name: str) -> str:
    """Who asked for a comparison; the one of the night nobody did."""
    return _("every night") if name == "night" else name
