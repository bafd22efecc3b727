"""The catalogue: every text a worker may see, in Chinese and English, with its tone.

One row of ``messages.tsv`` is ``code<TAB>level<TAB>zh<TAB>en``. Levels: **B** blocks, **S** a
supervisor may override, **W** warns, **I** intercept; for answers **OK**, **DONE** (a task ended) and
**TICK** (one unit counted); **P** prompts, **L** labels and words on the screen. No other text
reaches a worker (T96).
"""

from __future__ import annotations

import string
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from station.ground.words.wording import word

CODED = frozenset({"st"})
"""Facts whose value is the code of a state; a sentence shows its word."""

TONES = {
    "OK": "ok",
    "B": "error",
    "S": "error",
    "W": "warn",
    "DONE": "done",
    "I": "intercept",
    "TICK": "tick",
    "P": "none",
    "L": "none",
}


@dataclass(frozen=True, slots=True)
class Message:
    """One entry of the catalogue."""

    code: str
    level: str
    zh: str
    en: str

    @property
    def tone(self) -> str:
        """What the handheld plays (domain §10.5): ok, error, warn, done, intercept, tick or none."""
        return TONES[self.level]

    def text(self, facts: Mapping[str, Any] | None = None) -> dict[str, str]:
        """Both languages, with `facts` filled in; a missing fact shows as an ellipsis."""
        if not facts and "{" not in self.zh:
            return {"zh": self.zh, "en": self.en}
        values = _Facts(facts or {})
        return {
            lang: _FORMATTER.vformat(template, (), values.within(lang))
            for lang, template in (("zh", self.zh), ("en", self.en))
        }


class _Facts(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "…"

    def within(self, lang: str) -> _Facts:
        """Facts that are themselves bilingual give their text in `lang`, codes of states their word."""
        return _Facts({key: _said(key, value, lang) for key, value in self.items()})


def _said(key: str, value: Any, lang: str) -> Any:
    if isinstance(value, dict):
        return value[lang]
    return word(str(value))[lang] if key in CODED else value


class _PlainFormatter(string.Formatter):
    """Fills in ``{name}`` and nothing else: no attributes, no indexes, no conversions."""

    def get_field(self, field_name: str, args: Any, kwargs: Any) -> Any:  # noqa: ARG002
        return kwargs[field_name], field_name

    def format_field(self, value: Any, format_spec: str) -> Any:  # noqa: ARG002
        return str(value)


_FORMATTER = _PlainFormatter()


@cache
def catalogue() -> Mapping[str, Message]:
    """All messages by code."""
    text = resources.files("station.ground.words").joinpath("messages.tsv").read_text(encoding="utf-8")
    entries: dict[str, Message] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line or line.startswith("#"):
            continue
        parts = line.split("\t")
        if len(parts) != 4 or parts[1] not in TONES or parts[0] in entries:  # noqa: PLR2004
            raise ValueError(f"messages.tsv line {number} is malformed or repeats a code: {line!r}")
        entries[parts[0]] = Message(*parts)
    return entries


def say(code: str, facts: Mapping[str, Any] | None = None) -> dict[str, str]:
    """The text of `code` in both languages."""
    return catalogue()[code].text(facts)


class Refused(Exception):
    """An expected "no" with a code of the catalogue; caught once, at the door."""

    def __init__(self, code: str, /, **facts: Any) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts
        self.step: str | None = None
        self.forget: tuple[str, ...] = ()
        self.keep: Mapping[str, Any] = {}
        self.can_undo = False

    def back_to(
        self,
        step: str,
        forget: tuple[str, ...] = (),
        keep: Mapping[str, Any] | None = None,
        *,
        can_undo: bool = False,
    ) -> Refused:
        """Nothing is changed, but the worker must go on at `step`: the position loses the keys
        `forget` and gains `keep`. With `can_undo` CM-UNDO leads to where the refused answer was given.
        """
        self.can_undo = can_undo
        self.step = step
        self.forget = forget
        self.keep = keep or {}
        return self
