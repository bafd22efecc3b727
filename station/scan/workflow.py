"""The step machine that every handheld process runs on (design §3).

A process is a `Workflow`: named steps, what each step shows, and for each kind of thing scanned
the function that deals with it. Everything else is done once, here and in `door.py`: resolving the
code with the expected kinds first, "wrong thing", command cards, undo, supervisor override, task
lock and takeover, stale screens. A new process has no HTML and no JavaScript of its own.

    putaway = Workflow("putaway", title="L-PUTAWAY", roles={Role.KEEPER}, start="carton")

    @putaway.screen("carton", prompt="P-PUT-CARTON")
    def ask_carton(ctx): return Facts()

    @putaway.on("carton", Kind.CARTON, to="slot")
    def take_carton(ctx, code): ... return ctx.go("slot", "S-PUT-TAKEN")
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from station.db import Prepared, table
from station.scan.actor import Actor, Role
from station.scan.codes import Code, Kind
from station.scan.messages import Refused, catalogue, say
from station.scan.models import Run, Scan
from station.settings import Settings

_RECENT = Prepared(
    select(Scan.id, Scan.run_id, Scan.step, Scan.code, Scan.raw, Scan.at, Scan.is_accepted)
    .where(Scan.run_id == bindparam("run_id"))
    .order_by(Scan.id.desc())
    .limit(6)
)
_HOLDER = select(Run.id, Run.user_id, Run.step, Run.data).where(Run.subject == bindparam("subject"))
_LET_GO = (
    update(table(Run))
    .where(table(Run).c.id == bindparam("run_id"))
    .values(subject=None, step="", data={}, version=table(Run).c.version + 1, updated_at=bindparam("now"))
)

NO_UNDO = object()
"""The default of `Context.go`: this scan cannot be taken back by CM-UNDO."""


@dataclass
class Facts:
    """What a screen shows beside its prompt (domain §10.4). Texts here are data, never sentences."""

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

    def to_json(self) -> dict[str, Any]:
        """The facts of the JSON door; labels are resolved to both languages, empty ones left out."""
        shown: dict[str, Any] = {
            key: value
            for key in ("big", "name", "spec", "pad", "default", "hint")
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


@dataclass
class Override:
    """A supervisor's permission to go on after a refusal of level S."""

    code: str
    by: Actor
    reason: str


@dataclass
class Position:
    """A run in hand: see `station.scan.models.Run`."""

    user_id: int
    workflow: str
    updated_at: datetime
    id: int = 0
    subject: str | None = None
    step: str = ""
    version: int = 0
    data: dict[str, Any] = field(default_factory=dict)
    last_raw: str = ""

    @property
    def token(self) -> str:
        """The step token (domain §4.4): this run at this version."""
        return f"{self.id}-{self.version}"


@dataclass
class Context:
    """All that a step may use: the unit of work, the person, the position, the services."""

    tx: Session
    run: Position
    actor: Actor
    now: datetime
    today: date
    settings: Settings
    services: Any
    scan_id: str = ""
    manual: bool = False
    proofs: Mapping[tuple[int, str], bool] = field(default_factory=dict)
    _resume_at: str = ""

    @cached_property
    def refusals(self) -> list[Any]:
        """The refused scans since the last accepted one, newest first."""
        rows = _RECENT.all(self.tx, run_id=self.run.id)
        return list(itertools.takewhile(lambda row: not row.is_accepted, rows))

    @property
    def last(self) -> Any:
        """The last scan of this run if it was refused, else None."""
        return self.refusals[0] if self.refusals else None

    @property
    def data(self) -> dict[str, Any]:
        """Where this process stands; kept with the run, so a dead battery costs nothing."""
        return self.run.data

    def go(self, step: str, code: str, /, *, undo: Any = NO_UNDO, **facts: Any) -> Outcome:
        """Accept the scan and show `step`. `undo` (JSON) is handed back to the workflow's undo."""
        return Outcome(step, code, facts, undo)

    def restart(self, code: str, /, **facts: Any) -> Outcome:
        """Accept the scan and end this piece of work: back to the first step, task released."""
        self.run.data = {}
        self.run.subject = None
        return Outcome("", code, facts)

    def claim(self, subject: str) -> bool:
        """Hold the task `subject`: nobody else can work on it until this run lets go.

        When another person holds it, the scan is refused with E-TSK-01; the same scan again takes the
        task over, with the other's step and data (the other's screen becomes stale). True when it was
        taken over: the caller then answers with `resumed`.
        """
        other = self.tx.connection().execute(_HOLDER, {"subject": subject}).first()
        if other is None or other.id == self.run.id:
            self.run.subject = subject
            return False
        again = self.last is not None and self.last.code == "E-TSK-01"
        if not again:
            raise Refused("E-TSK-01", who=self.services.name_of(self.tx, other.user_id))
        self.tx.connection().execute(_LET_GO, {"run_id": other.id, "now": self.now})
        self.services.record_takeover(self, subject, other.user_id)
        self.run.subject = subject
        self.run.data = {key: value for key, value in other.data.items() if key != UNDO}
        self._resume_at = other.step
        return True

    def resumed(self, code: str, /, **facts: Any) -> Outcome:
        """After a takeover: go on where the other person stood."""
        return Outcome(self._resume_at, code, facts, is_resumed=True)

    def unless_allowed(self, code: str, /, **facts: Any) -> str:
        """Refuse with the S-level `code`, unless a supervisor has allowed exactly that during this
        piece of work; then who and why.
        """
        allowed = self.run.data.get(ALLOWED, {})
        if code not in allowed:
            raise Refused(code, **facts)
        return str(allowed[code])


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


class Workflow:
    """One handheld process: see the module's docstring."""

    def __init__(
        self, name: str, *, title: str, roles: Iterable[Role], start: str, waiting: str = ""
    ) -> None:
        self.name = name
        self.title = title
        self.roles = frozenset(roles)
        self.start = start
        self.waiting = waiting
        self.steps: dict[str, Step] = {}
        self.undo_handler: Callable[[Context, Any], None] | None = None

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
            found = self.steps[step]
            for kind in kinds:
                found.handlers[kind] = function
            found.targets |= {to} if isinstance(to, str) else set(to)
            found.expected = frozenset(found.handlers) | {Kind.COMMAND, Kind.USER}
            found.wanted += kinds
            return function

        return declare

    def command(
        self, step: str, card: str, *, to: str | tuple[str, ...], label: str
    ) -> Callable[[CommandHandler], CommandHandler]:
        """Declare what the command card `card` does at `step`; `label` names its key on the screen."""

        def declare(function: CommandHandler) -> CommandHandler:
            found = self.steps[step]
            found.commands[card] = (function, label)
            found.targets |= {to} if isinstance(to, str) else set(to)
            found.expected = frozenset(found.handlers) | {Kind.COMMAND, Kind.USER}
            return function

        return declare

    def undo(self, function: Callable[[Context, Any], None]) -> Callable[[Context, Any], None]:
        """Declare how a scan's effect is reversed; it gets what that scan gave as `undo`."""
        self.undo_handler = function
        return function

    def step(self, name: str) -> Step:
        """The step called `name` (the first one for an empty or vanished name)."""
        return self.steps.get(name) or self.steps[self.start]

    # --- judging one scan -------------------------------------------------------------------

    def take(self, ctx: Context, raw: str) -> Outcome:
        """Judge one scan at the run's present step and move the run; raises `Refused`."""
        before = json.dumps(ctx.run.data)
        step_name = ctx.run.step or self.start
        if step_name in _OVERRIDE_STEPS:
            outcome = self._override_step(ctx, raw, step_name)
        else:
            outcome = self._plain_step(ctx, raw, self.step(step_name))
        self._arrive(ctx, outcome, before, step_name)
        return outcome

    def _plain_step(self, ctx: Context, raw: str, step: Step) -> Outcome:
        code = ctx.services.resolve(ctx.tx, raw, step.expected)
        if code.kind is Kind.COMMAND:
            return self._command(ctx, code, step)
        handler = step.handlers.get(code.kind)
        if handler is None and code.kind is Kind.USER:
            return self._ask_override(ctx, code, step)
        if handler is None:
            raise _wrong_thing(code, step)
        return self._checked(step, handler(ctx, code))

    def _checked(self, step: Step, outcome: Outcome) -> Outcome:
        target = outcome.step or self.start
        if target not in step.targets and not outcome.is_resumed:
            raise AssertionError(f"{self.name}.{step.name} leads to {target}, which it does not declare")
        return outcome

    def _command(self, ctx: Context, code: Code, step: Step) -> Outcome:
        if code.text in step.commands:
            return self._checked(step, step.commands[code.text][0](ctx))
        if code.text == "CM-UNDO":
            return self._undo(ctx)
        raise Refused("E-CMD-01", card=code.text)

    def _undo(self, ctx: Context) -> Outcome:
        frame = ctx.run.data.get(UNDO)
        if not frame or frame["user"] != ctx.actor.user_id:
            raise Refused("E-CMD-02")
        if self.undo_handler is not None and frame["payload"] is not None:
            self.undo_handler(ctx, frame["payload"])
        ctx.run.data = frame["data"]
        return Outcome(frame["step"], "S-UNDO", {})

    def _arrive(self, ctx: Context, outcome: Outcome, before: str, step_name: str) -> None:
        """Move the run to the outcome's step and remember how to get back."""
        data = {key: value for key, value in ctx.run.data.items() if key != UNDO}
        if outcome.undo is not NO_UNDO:
            data[UNDO] = {
                "user": ctx.actor.user_id,
                "step": step_name,
                "data": {key: value for key, value in json.loads(before).items() if key != UNDO},
                "payload": outcome.undo,
            }
        ctx.run.data = data
        ctx.run.step = outcome.step or self.start

    # --- a supervisor allows what was refused (level S) --------------------------------------

    def _ask_override(self, ctx: Context, code: Code, step: Step) -> Outcome:
        last = next(
            (row for row in ctx.refusals if row.step == step.name and catalogue()[row.code].level == "S"),
            None,
        )
        if last is None:
            raise _wrong_thing(code, step)
        by = ctx.services.badge(ctx.tx, code.text)
        if by is None:
            raise Refused("E-AUTH-01")
        if Role.SUPERVISOR not in by.roles:
            raise Refused("E-AUTH-02")
        if by.user_id == ctx.actor.user_id:
            raise Refused("E-AUTH-03")
        ctx.run.data[OVERRIDE] = {"code": last.code, "raw": last.raw, "step": step.name, "badge": code.text}
        return Outcome("_pin", "S-OVR-BADGE", {"name": by.name})

    def _override_step(self, ctx: Context, raw: str, step_name: str) -> Outcome:
        frame = ctx.run.data[OVERRIDE]
        if raw.strip().upper() == "CM-UNDO":
            del ctx.run.data[OVERRIDE]
            return Outcome(frame["step"], "S-UNDO", {})
        by = ctx.services.badge(ctx.tx, frame["badge"])
        if step_name == "_pin":
            if by is None or not ctx.services.pin_is_right(ctx, by, raw):
                raise Refused("E-AUTH-04")
            return Outcome("_reason", "S-OVR-PIN", {})
        if raw.strip() not in REASONS:
            raise Refused("E-OVR-01")
        del ctx.run.data[OVERRIDE]
        ctx.run.step = frame["step"]
        override = Override(frame["code"], by, REASONS[raw.strip()])
        ctx.run.data.setdefault(ALLOWED, {})[override.code] = f"{by.name}: {say(override.reason)['zh']}"
        ctx.services.record_override(ctx, override)
        return self._plain_step(ctx, frame["raw"], self.step(frame["step"]))

    # --- showing ------------------------------------------------------------------------------

    def show(self, ctx: Context) -> dict[str, Any]:
        """The present screen as JSON (see `door.py` for the shape)."""
        name = ctx.run.step or self.start
        if name in _OVERRIDE_STEPS and OVERRIDE in ctx.run.data:
            return self._override_screen(ctx, name)
        step = self.step(name)
        facts = step.show(ctx)
        return {
            "workflow": self.name,
            "title": say(self.title),
            "step": step.name,
            "expects": [kind.value for kind in step.wanted],
            "instruction": say(step.prompt, facts.prompt),
            "facts": facts.to_json(),
            "secret": step.secret,
            "commands": [
                {"card": card, "label": say(label)} for card, (_handler, label) in step.commands.items()
            ],
            "can_undo": UNDO in ctx.run.data,
        }

    def _override_screen(self, ctx: Context, name: str) -> dict[str, Any]:
        frame = ctx.run.data[OVERRIDE]
        facts = Facts(pad="pin" if name == "_pin" else "choice")
        if name == "_reason":
            facts.table = [(number, say(label)["zh"], say(label)["en"]) for number, label in REASONS.items()]
        return {
            "workflow": self.name,
            "title": say(self.title),
            "step": name,
            "expects": [Kind.TEXT.value],
            "instruction": say("P-OVR-PIN" if name == "_pin" else "P-OVR-REASON"),
            "facts": facts.to_json() | {"banner": say(frame["code"])},
            "secret": name == "_pin",
            "commands": [],
            "can_undo": True,
        }


UNDO, OVERRIDE, ALLOWED = "_undo", "_override", "_allowed"
_OVERRIDE_STEPS = {"_pin", "_reason"}
REASONS = {
    "1": "L-REASON-REACH",
    "2": "L-REASON-DAMAGED",
    "3": "L-REASON-CUSTOMER",
    "4": "L-REASON-COUNTED",
    "5": "L-REASON-OTHER",
}
"""Why a supervisor allows an exception (P15): number on the pad → label in the catalogue."""


def _wrong_thing(code: Code, step: Step) -> Refused:
    if code.kind in {Kind.UNKNOWN, Kind.TEXT}:
        return Refused("E-BAR-01", raw=code.shown)
    wants = [say(f"L-KIND-{kind.value}") for kind in step.wanted] or [say("L-KIND-COMMAND")]
    want = {lang: " / ".join(dict.fromkeys(text[lang] for text in wants)) for lang in ("zh", "en")}
    return Refused("E-SCN-02", got=say(f"L-KIND-{code.kind.value}"), want=want)
