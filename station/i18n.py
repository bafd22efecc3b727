"""Page texts in Chinese and English through Babel's catalogues; each person chooses.

The message ids are English; ``translations/zh/LC_MESSAGES/messages.po`` is read as it is, so that no
compiled file has to be kept.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from babel.dates import format_datetime
from babel.messages.pofile import read_po
from flask import Flask, g

from station.people.sessions import csrf_token
from station.scan.messages import say
from station.web import hub, token

FOLDER = Path(__file__).parent / "translations"


@cache
def _catalogue(lang: str) -> dict[str, str]:
    path = FOLDER / lang / "LC_MESSAGES" / "messages.po"
    if not path.exists():
        return {}
    with path.open("rb") as file:
        return {
            str(message.id): str(message.string) for message in read_po(file) if message.id and message.string
        }


def language() -> str:
    """The language of the present person: zh unless they chose en."""
    who = getattr(g, "actor", None)
    return who.lang if who is not None else "zh"


def theme() -> str:
    """The theme of the present person: bright unless they chose dark."""
    who = getattr(g, "actor", None)
    return who.theme if who is not None else "bright"


def gettext(text: str) -> str:
    """`text` in the present person's language."""
    return _catalogue(language()).get(text, text)


def ngettext(one: str, many: str, n: int) -> str:
    """The right form for `n`."""
    return gettext(one if n == 1 else many)


def local_time(value: datetime | None) -> str:
    """An instant as the warehouse's clock shows it."""
    if value is None:
        return ""
    locale = "zh_CN" if language() == "zh" else "en_GB"
    return format_datetime(value.astimezone(UTC), "MM-dd HH:mm", tzinfo=hub().settings.zone, locale=locale)


def pick(text: dict[str, str]) -> str:
    """The part of a bilingual text that is shown large."""
    return text[language()]


def other(text: dict[str, str]) -> str:
    """The part that is shown small beside it."""
    return text["en" if language() == "zh" else "zh"]


def _csrf() -> str:
    """The synchroniser token for forms and htmx."""
    return csrf_token(token()) if token() else ""


def install(app: Flask) -> None:
    """Teach the templates both languages."""
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]
    app.jinja_env.filters.update(big=pick, small=other, local_time=local_time, words=say)
    app.jinja_env.globals.update(language=language, theme=theme, csrf=_csrf)
