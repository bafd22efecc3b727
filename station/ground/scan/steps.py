"""What a process is made of: steps, what each shows, who deals with the thing scanned."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from station.ground.scan.context import Context
from station.ground.scan.kinds import Code, Kind
from station.ground.scan.outcome import Facts, Outcome
from station.ground.words.messages import Refused, say

LEAVE = "CM-MENU"
"""The way out of every step of every process (design: no dead ends)."""
WAYS_OUT = ("CM-SKIP", "CM-SHORT", "CM-DAMAGE", "CM-FULL")
"""Cards that lead on when the thing wanted is not there, is broken, or finds no room."""

Handler = Callable[[Context, Code], Outcome]
CommandHandler = Callable[[Context], Outcome]
ScreenFunction = Callable[[Context], Facts]


@dataclass
class Step:
    """One position of a process."""

    name: str
    prompt: str
    show: ScreenFunction
    handlers: dict[Kind, Handler] = field(default_factory=dict)
    commands: dict[str, tuple[CommandHandler, str]] = field(default_factory=dict)
    targets: set[str] = field(default_factory=set)
    secret: bool = False
    counting: bool = False
    expected: frozenset[Kind] = frozenset()
    wanted: tuple[Kind, ...] = ()


def wrong_thing(code: Code, step: Step) -> Refused:
    """The refusal of a thing that this step does not want: what it is, and what is wanted."""
    if code.kind in {Kind.UNKNOWN, Kind.TEXT}:
        return Refused("E-BAR-01", raw=code.shown)
    named = [kind for kind in step.wanted if kind not in {Kind.UNKNOWN, Kind.TEXT}]
    wants = [say(f"L-KIND-{kind.value}") for kind in named or step.wanted] or [say("L-KIND-COMMAND")]
    want = {lang: " / ".join(dict.fromkeys(text[lang] for text in wants)) for lang in ("zh", "en")}
    return Refused("E-SCN-02", got=say(f"L-KIND-{code.kind.value}"), want=want)
