"""Documents of the ERP as a person reads them, and as a person may mend them."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from station.exchange import documents
from station.ground.web.desk import blueprint
from station.ground.web.i18n import gettext
from station.ground.web.kit import hub

MOST_ROWS, LONGEST = 200, 300
"""Rows of a table and characters of a value that are shown; the text below has all of it."""


INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?\+\d\d:\d\d")
"""How `documents.to_data` writes an instant."""


@dataclass
class Part:
    """A piece of a document: its plain fields, and a table for each list in it."""

    title: str
    facts: list[tuple[str, str]] = field(default_factory=list)
    tables: list[tuple[str, list[str], list[list[str]]]] = field(default_factory=list)


def readable(data: Any, title: str = "") -> Part:
    """JSON data as labelled values; what is empty is left out."""
    part = Part(title)
    if not isinstance(data, dict):
        part.facts.append((gettext("Content"), _short(data)))
        return part
    for name, value in data.items():
        if isinstance(value, dict):
            part.facts += [
                (f"{label(name)} · {label(key)}", _short(item))
                for key, item in value.items()
                if not _is_empty(item)
            ]
        elif isinstance(value, list) and value and all(isinstance(row, dict) for row in value):
            part.tables.append(_table(name, value))
        elif not _is_empty(value):
            part.facts.append((label(name), _short(value)))
    return part


def _table(name: str, rows: list[dict[str, Any]]) -> tuple[str, list[str], list[list[str]]]:
    keys = list(dict.fromkeys(key for row in rows for key in row))
    kept = [key for key in keys if any(not _is_empty(row.get(key)) for row in rows)]
    cells = [[_short(row.get(key)) for key in kept] for row in rows[:MOST_ROWS]]
    return f"{label(name)} ({len(rows)})", [label(key) for key in kept], cells


@blueprint.app_template_filter("named")
def label(name: str) -> str:
    """A name of the software in the person's language; made readable when nobody translated it."""
    told = gettext(name) if name else ""
    return told if told != name else name.removeprefix("ERP_").replace("_", " ").strip().capitalize()


def _is_empty(value: Any) -> bool:
    return value is None or (isinstance(value, str | list | dict) and not value)


def _short(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "✔" if value else "–"
    if isinstance(value, str) and INSTANT.fullmatch(value):
        return _on_the_wall(value)
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _on_the_wall(value: str) -> str:
    """An instant as the warehouse's clock showed it."""
    try:
        return datetime.fromisoformat(value).astimezone(hub().settings.zone).strftime("%Y-%m-%d %H:%M")
    except (ValueError, OverflowError):
        return value


def pretty(data: Any) -> str:
    """JSON as it is shown for editing."""
    return json.dumps(data, ensure_ascii=False, indent=2)


def mended(doc_type: str, text: str, doc_no: str) -> dict[str, Any]:
    """What a person wrote as the data of this very document; ValueError says why it is none."""
    try:
        data = json.loads(text, parse_constant=_no_constant)
        json.dumps(data, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        place = {"line": error.lineno, "column": error.colno}
        raise ValueError(
            gettext("the text is malformed at line %(line)s, column %(column)s") % place
        ) from None
    except RecursionError:
        raise ValueError("nested too deep") from None
    if not isinstance(data, dict) or "\\u0000" in json.dumps(data):
        raise ValueError("an object is expected")
    doc = documents.from_data(doc_type, data)
    if documents.doc_no_of(doc) != doc_no:
        raise ValueError(gettext("the number must stay the same"))
    return documents.to_data(doc)


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no number")


def changed_fields(old: Any, new: dict[str, Any]) -> list[str]:
    """Which fields a person changed, for the audit trail."""
    before = old if isinstance(old, dict) else {}
    return sorted(name for name in before.keys() | new.keys() if before.get(name) != new.get(name))
