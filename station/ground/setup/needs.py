"""What a station still lacks before its first order can leave: told on the desk and by `station doctor`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from station.ground.words.messages import say
from station.settings import Settings


@dataclass(frozen=True, slots=True)
class Need:
    """Something that is missing: its sentence in the catalogue, and the desk's page that mends it; "" when
    only the set-up file does. `may_wait`: an order can leave without it.
    """

    code: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    endpoint: str = ""
    may_wait: bool = False

    @property
    def text(self) -> dict[str, str]:
        """The sentence in both languages."""
        return say(self.code, self.facts)


Check = Callable[[Session, Settings], Iterable[Need]]
"""What a room declares: it looks at a few rows and tells what it lacks."""


def missing(checks: Iterable[Check], tx: Session, settings: Settings) -> list[Need]:
    """Everything that is missing, in the order in which a shop is set up."""
    return [need for check in checks for need in check(tx, settings)]


def words(codes: Iterable[str]) -> dict[str, str]:
    """Several texts of the catalogue as one fact of a sentence."""
    told = [say(code) for code in codes]
    return {"zh": "、".join(one["zh"] for one in told), "en": ", ".join(one["en"] for one in told)}
