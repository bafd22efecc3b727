"""What a scan comes to: what a screen shows, what is said, where the run then stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from station.ground.words.actor import Actor
from station.ground.words.messages import say

NO_UNDO = object()
"""The default of `Context.go`: this scan cannot be taken back by CM-UNDO."""


@dataclass
class Facts:
    """What a screen shows beside its prompt (domain §10.4). Texts here are data, never sentences.

    `photo` is the code of the article that `name` names, `photos` those of the table's rows. `aloud` is read
    to whoever has things read aloud.
    """

    big: str = ""
    big_label: str = ""
    name: str = ""
    spec: str = ""
    lines: list[tuple[str, str]] = field(default_factory=list)
    table: list[tuple[str, str, str]] = field(default_factory=list)
    progress: tuple[int, int] | None = None
    pad: str = ""
    default: str = ""
    hint: str = ""
    prompt: dict[str, Any] = field(default_factory=dict)
    banner: str = ""
    photo: str = ""
    photos: list[str] = field(default_factory=list)
    aloud: str = ""

    def to_json(self) -> dict[str, Any]:
        """The facts of the JSON door; labels are resolved to both languages, empty ones left out."""
        shown: dict[str, Any] = {
            key: value
            for key in ("big", "name", "spec", "pad", "default", "hint", "photo", "photos", "aloud")
            if (value := getattr(self, key))
        }
        if self.big_label:
            shown["big_label"] = say(self.big_label)
        if self.banner:
            shown["banner"] = say(self.banner)
        if self.lines:
            shown["lines"] = [{"label": say(label), "value": value} for label, value in self.lines if value]
        if self.table:
            shown["table"] = [list(row) for row in self.table]
        if self.progress:
            shown["progress"] = list(self.progress)
        return shown


@dataclass
class Outcome:
    """What came of a scan: the next step, what to say, and how to take it back."""

    step: str
    code: str
    facts: dict[str, Any]
    undo: Any = NO_UNDO
    is_resumed: bool = False
    is_undo: bool = False


@dataclass
class Override:
    """A supervisor's permission to go on after a refusal of level S."""

    code: str
    by: Actor
    reason: str


@dataclass
class Position:
    """A run in hand: see `station.ground.scan.models.Run`."""

    user_id: int
    workflow: str
    updated_at: datetime
    id: int = 0
    subject: str | None = None
    step: str = ""
    version: int = 0
    data: dict[str, Any] = field(default_factory=dict)
    last_raw: str = ""
    epoch: str = ""
    """The tag of the last restore of these books; empty when there was none."""

    @property
    def token(self) -> str:
        """The step token (domain §4.4): this run at this version, in these books since their last restore."""
        stamp = f"{self.id}-{self.version}"
        return f"{self.epoch}.{stamp}" if self.epoch else stamp
