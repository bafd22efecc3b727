"""How a room declares a threshold that the desk may change: data, no code. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from station.ground.words.messages import Refused, say
from station.settings import Rules, SettingsError, rule_of, rule_text


@dataclass(frozen=True, slots=True)
class Setting:
    """A field of `station.settings.Rules` that a supervisor may change, and how far.

    `title`, `hint` and `unit` are English message ids. Whole numbers lie in `least`…`most`; a text is one of
    `choices`, each with its message id. What the field is (switch, number, text) says its default.
    """

    name: str
    title: str
    hint: str = ""
    unit: str = ""
    least: int = 0
    most: int = 0
    choices: tuple[tuple[str, str], ...] = ()

    @property
    def is_switch(self) -> bool:
        """Whether it is on or off."""
        return isinstance(getattr(Rules(), self.name), bool)

    @property
    def is_number(self) -> bool:
        """Whether it is a whole number."""
        return isinstance(getattr(Rules(), self.name), int) and not self.is_switch

    def read(self, text: str) -> str:
        """The value's one spelling; E-SET-03, -04 or -10 for what it cannot be."""
        text = " ".join(text.split())
        if self.choices and text not in dict(self.choices):
            known = ", ".join(code for code, _title in self.choices)
            raise Refused("E-SET-10", got=text[:20], known=known)
        try:
            value = rule_of(self.name, text)
        except SettingsError:
            raise Refused(
                "E-SET-03", key=self.name, want=say("L-SET-WHOLE" if self.is_number else "L-SET-FLAG")
            ) from None
        if self.is_number and not self.least <= int(str(value)) <= self.most:
            raise Refused("E-SET-04", key=self.name, got=text[:20], least=self.least, most=self.most)
        return rule_text(value)
