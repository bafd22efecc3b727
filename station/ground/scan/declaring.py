"""How a handheld process is declared: its steps, what each shows, and who deals with what is scanned."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sqlalchemy.orm import Session

from station.ground.scan.context import Context
from station.ground.scan.kinds import Kind
from station.ground.scan.steps import (
    LEAVE,
    WAYS_OUT,
    CommandHandler,
    Handler,
    ScreenFunction,
    Step,
)
from station.ground.words.actor import Role
from station.settings import Settings


class Declared:
    """The steps of one handheld process, and who deals with what is scanned at each."""

    def __init__(
        self,
        name: str,
        *,
        title: str,
        roles: Iterable[Role],
        start: str,
        waiting: Callable[[Session, Settings], int] | None = None,
        prints: bool = False,
        shows_papers: bool | None = None,
        aside: str = "",
        photos: str = "",
        pen: str = "",
        reasons: Mapping[str, Mapping[str, str]] | None = None,
        shares: str = "",
    ) -> None:
        """`waiting` counts what waits for this process, for the start page, the board and the simulator.

        `aside` is the address of a page's part beside the screen of a bench; `shows_papers` keeps what the
        printers of the place lack on the screen (by default where the process `prints`). `photos` is the
        address of a page that takes pictures of what is in hand, `pen` that of one to sign on. `reasons` are
        why a supervisor may allow what was refused, by the beginning of the refusal's code (number on the
        pad → label), where `REASONS` do not fit. `shares` is the label of one tile that this process shares
        with others on the start page of a person who may do much.
        """
        self.name = name
        self.title = title
        self.roles = frozenset(roles)
        self.start = start
        self.waiting = waiting
        self.prints = prints
        self.shows_papers = prints if shows_papers is None else shows_papers
        self.aside = aside
        self.shares = shares
        self.photos = photos
        self.pen = pen
        self.reasons: Mapping[str, Mapping[str, str]] = dict(reasons or {})
        self.steps: dict[str, Step] = {}
        self.undo_handler: Callable[[Context, Any], None] | None = None
        self.leave_handler: Callable[[Context], None] | None = None

    def screen(
        self, step: str, *, prompt: str, secret: bool = False, counting: bool = False
    ) -> Callable[[ScreenFunction], ScreenFunction]:
        """Declare `step` and what it shows. `secret` input is never stored; `counting` steps take
        the same code many times in a row.
        """

        def declare(function: ScreenFunction) -> ScreenFunction:
            self.steps[step] = Step(step, prompt, function, secret=secret, counting=counting)
            return function

        return declare

    def on(self, step: str, *kinds: Kind, to: str | tuple[str, ...]) -> Callable[[Handler], Handler]:
        """Declare who deals with a thing of `kinds` at `step`, and which steps may follow."""

        def declare(function: Handler) -> Handler:
            declaration = self.steps[step]
            for kind in kinds:
                declaration.handlers[kind] = function
            declaration.targets |= {to} if isinstance(to, str) else set(to)
            declaration.expected = frozenset(declaration.handlers) | {Kind.COMMAND, Kind.USER}
            declaration.wanted += kinds
            return function

        return declare

    def command(
        self, step: str, card: str, *, to: str | tuple[str, ...], label: str
    ) -> Callable[[CommandHandler], CommandHandler]:
        """Declare what the command card `card` does at `step`; `label` names its key on the screen."""

        def declare(function: CommandHandler) -> CommandHandler:
            declaration = self.steps[step]
            declaration.commands[card] = (function, label)
            declaration.targets |= {to} if isinstance(to, str) else set(to)
            declaration.expected = frozenset(declaration.handlers) | {Kind.COMMAND, Kind.USER}
            return function

        return declare

    def undo(self, function: Callable[[Context, Any], None]) -> Callable[[Context, Any], None]:
        """Declare how a scan's effect is reversed; it gets what that scan gave as `undo`."""
        self.undo_handler = function
        return function

    def leave(self, function: Callable[[Context], None]) -> Callable[[Context], None]:
        """Declare what leaving (CM-MENU) gives back, at whatever step the worker stands: the task to the
        others, goods to where the next one finds them. It must work whatever became of the task meanwhile.
        """
        self.leave_handler = function
        return function

    def ways_out(self, step: str) -> tuple[str, ...]:
        """The cards by which a worker can leave `step` without losing anything."""
        return (LEAVE, *(card for card in WAYS_OUT if card in self.steps[step].commands))

    def count_waiting(self, tx: Session, settings: Settings) -> int:
        """How much waits for this process."""
        return self.waiting(tx, settings) if self.waiting else 0

    def step(self, name: str) -> Step:
        """The step called `name` (the first one for an empty or vanished name)."""
        return self.steps.get(name) or self.steps[self.start]
