"""Page texts in Chinese and English through Babel's catalogues; each person chooses."""

from __future__ import annotations

from datetime import UTC, date, datetime

from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal
from flask import Flask, g, has_request_context, request

from station.ground.web.kit import csrf_token, hub, token
from station.ground.words.messages import say
from station.ground.words.wording import LANGUAGES, translations


def language() -> str:
    """The language of the present person; before the sign-in the one chosen there, or the browser's."""
    who = getattr(g, "actor", None)
    if who is not None:
        return str(who.lang)
    return chosen_language() or _asked_for()


def chosen_language() -> str:
    """The language that somebody who is not signed in has switched to on this page; "" before that."""
    given = request.values.get("lang", "") if has_request_context() else ""
    return given if given in LANGUAGES else ""


def _asked_for() -> str:
    """What the browser would like best: Chinese unless it puts English before it."""
    if not has_request_context():
        return "zh"
    return request.accept_languages.best_match(LANGUAGES, "zh") or "zh"


def theme() -> str:
    """The theme of the present person: bright unless they chose dark."""
    who = getattr(g, "actor", None)
    return who.theme if who is not None else "bright"


def gettext(text: str) -> str:
    """`text` in the present person's language."""
    return translations(language()).get(text, text)


def ngettext(one: str, many: str, n: int) -> str:
    """The right form for `n`."""
    return gettext(one if n == 1 else many)


def local_time(value: datetime | None) -> str:
    """An instant as the warehouse's clock shows it."""
    if value is None:
        return ""
    zone = hub().settings.zone
    is_old = value.astimezone(zone).year != hub().clock.today().year
    return format_datetime(
        value.astimezone(UTC), _PATTERNS[language(), is_old] + " HH:mm", tzinfo=zone, locale=_locale()
    )


def local_date(value: date | None) -> str:
    """A day as the person writes it, always with its year: expiry dates are read off this."""
    return "" if value is None else format_date(value, _PATTERNS[language(), True], locale=_locale())


def local_number(value: int) -> str:
    """A whole number with the separators of the person's language."""
    return format_decimal(value, locale=_locale())


def _locale() -> str:
    return "zh_CN" if language() == "zh" else "en_GB"


_PATTERNS = {
    ("zh", False): "MM-dd",
    ("zh", True): "yyyy-MM-dd",
    ("en", False): "d MMM",
    ("en", True): "d MMM yyyy",
}
"""(language, whether the year must be said) → pattern of a day."""


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
    days = {"local_time": local_time, "local_date": local_date, "local_number": local_number}
    app.jinja_env.filters.update(days, big=pick, small=other, words=say)
    app.jinja_env.globals.update(language=language, chosen_language=chosen_language, theme=theme, csrf=_csrf)
