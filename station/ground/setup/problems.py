"""What is wrong in a set-up: row, reason, both languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from station.ground.words.messages import say


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake: a code of the catalogue with its facts, the line of the file (0: none), the key or row."""

    code: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    line: int = 0
    where: str = ""

    @property
    def text(self) -> dict[str, str]:
        """The sentence in both languages, after the place where the mistake is."""
        return {
            lang: f"{self.where}: {words}" if self.where else words
            for lang, words in say(self.code, self.facts).items()
        }


class SetupRefused(Exception):
    """A set-up that is not done, as a whole: its mistakes, and how many there are in all."""

    def __init__(self, problems: Sequence[Problem], count: int = 0) -> None:
        super().__init__(problems[0].text["en"])
        self.problems = tuple(problems)
        self.count = max(count, len(problems))
