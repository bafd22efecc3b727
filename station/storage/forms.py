"""A small form of the desk: its fields, what was typed, and the refusal of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import render_template, request

from station.ground.web.kit import hub
from station.ground.words.messages import Refused, say

REASON_LIMIT = 60


@dataclass(frozen=True, slots=True)
class Field:
    """One field; `options` are (value, text) to choose from."""

    name: str
    label: str
    limit: int = 40
    needed: bool = False
    hint: str = ""
    options: Sequence[tuple[str, str]] = ()
    value: str = ""


def typed(name: str, limit: int = 40) -> str:
    """What was typed, without blanks around it and without what no database takes."""
    text = " ".join(request.form.get(name, "").split())[:limit]
    return "".join(char for char in text if char.isprintable())


def reason() -> str:
    """Why, as typed into the form; E-TXT-01 without."""
    text = typed("reason", REASON_LIMIT)
    if not text:
        raise Refused("E-TXT-01", max=REASON_LIMIT)
    return text


def page(
    heading: str, action: str, button: str, fields: Sequence[Field], refusal: Refused | None = None
) -> Any:
    """The form, with what was typed before where it was refused (then 422)."""
    shown = [
        Field(one.name, one.label, one.limit, one.needed, one.hint, one.options,
              request.form.get(one.name, one.value)[: one.limit])
        for one in fields
    ]  # fmt: skip
    text = render_template(
        "storage/form.html",
        heading=heading,
        action=action,
        button=button,
        fields=shown,
        problem=say(refusal.code, refusal.facts) if refusal else None,
        demo=hub().demo_people,
    )
    return (text, 422) if refusal else text
