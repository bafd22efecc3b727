"""What has waited for too long: told on the desk's first page and by `station doctor`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from station.ground.words.messages import say
from station.settings import Settings


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something that somebody must look after: its sentence in the catalogue, and the desk's page of it with
    what that page is asked for.
    """

    code: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    endpoint: str = ""
    asked: Mapping[str, Any] = field(default_factory=dict)

    @property
    def text(self) -> dict[str, str]:
        """The sentence in both languages."""
        return say(self.code, self.facts)


Watch = Callable[[Session, Settings, datetime], Iterable[Alarm]]
"""What a room declares: it looks at a few rows and tells what waits too long at this instant."""


def raised(watches: Iterable[Watch], tx: Session, settings: Settings, now: datetime) -> list[Alarm]:
    """Everything that has waited for too long."""
    return [alarm for watch in watches for alarm in watch(tx, settings, now)]
