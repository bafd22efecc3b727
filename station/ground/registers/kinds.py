"""What a column of a register holds, and how that is shown to people and written into files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from printers.wording import yuan
from station.ground.web.desk import state_word
from station.ground.web.i18n import gettext, language, local_date, local_number, local_time
from station.ground.web.kit import hub
from station.ground.words.messages import say

Written = str | int | Decimal | date | datetime | None
"""What a file's cell may be; an instant is the warehouse's wall clock, as spreadsheets know no zones."""


@dataclass(frozen=True)
class Kind:
    """One kind of value; plain text unless a subclass says otherwise."""

    is_figure: bool = False

    def shown(self, value: Any) -> str:
        """The value as a page and a paper show it."""
        return "" if value is None else str(value)

    def written(self, value: Any) -> Written:
        """The value as a file's cell."""
        return self.shown(value)


class _Words(Kind):
    """A code, or several with commas between, shown as words."""

    def shown(self, value: Any) -> str:
        return ", ".join(state_word(code) for code in str(value or "").split(",") if code)


@dataclass(frozen=True)
class Label(Kind):
    """A code whose words are a line of the catalogue: `prefix` and the code."""

    prefix: str = ""

    def shown(self, value: Any) -> str:
        return str(say(f"{self.prefix}{value}")[language()]) if value else ""


class _Sentence(Kind):
    """A text of the page catalogue."""

    def shown(self, value: Any) -> str:
        return gettext(str(value)) if value else ""


class _Quantity(Kind):
    """A whole number of base units."""

    def shown(self, value: Any) -> str:
        return "" if value is None else local_number(value)

    def written(self, value: Any) -> Written:
        return None if value is None else int(value)


class _Serial(Kind):
    """A whole number that names something: no thousands separator."""

    def written(self, value: Any) -> Written:
        return None if value is None else int(value)


class _Money(Kind):
    """Integer fen; a file gets yuan as an exact decimal."""

    def shown(self, value: Any) -> str:
        return "" if value is None else yuan(value)

    def written(self, value: Any) -> Written:
        return None if value is None else Decimal(value).scaleb(-2)


class _Instant(Kind):
    """A moment, told by the warehouse's clock."""

    def shown(self, value: Any) -> str:
        return local_time(value)

    def written(self, value: Any) -> Written:
        if value is None:
            return None
        return value.astimezone(hub().settings.zone).replace(tzinfo=None, microsecond=0)  # type: ignore[no-any-return]


class _Day(Kind):
    """A calendar day."""

    def shown(self, value: Any) -> str:
        return local_date(value)

    def written(self, value: Any) -> Written:
        return value  # type: ignore[no-any-return]


class _Yes(Kind):
    """Whether something is so."""

    def shown(self, value: Any) -> str:
        return gettext("Yes") if value else gettext("No")


TEXT, WORDS, SENTENCE = Kind(), _Words(), _Sentence()
STATE = _Words()
"""The state of a document: a word, which the page shows as a badge."""
QUANTITY, SERIAL, MONEY = _Quantity(is_figure=True), _Serial(), _Money(is_figure=True)
INSTANT, DAY, YES = _Instant(), _Day(), _Yes()
