"""为什么 · "why?": the last refused scan of a person, what was wanted, and what to do (F1, CM-HELP)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from station.ground.scan.cleaning import show
from station.ground.scan.diagnosis import Said, diagnose
from station.ground.scan.kinds import CodeError, Kind
from station.ground.scan.models import Run, Scan
from station.ground.scan.services import Codes
from station.ground.scan.workflow import Workflow
from station.ground.words.actor import Actor
from station.ground.words.messages import catalogue, say

Text = dict[str, str]
HELP = "CM-HELP"
LOOKED_AT = 6
HIDDEN = "•••"
"""What the door keeps of a PIN."""


@dataclass
class Why:
    """What a person is told. Without a refusal: what this step wants."""

    wanted: Text
    datum: str = ""
    code: str = ""
    refusal: Text | None = None
    scanned: str = ""
    is_secret: bool = False
    that_is: list[Said] = field(default_factory=list)
    todo: Text | None = None


def explain(tx: Session, codes: Codes, workflow: Workflow, actor: Actor, screen: dict[str, Any]) -> Why:
    """Why the last scan of `actor` in `workflow` was refused; `screen` is the present one."""
    row = _last_refused(tx, workflow, actor)
    if row is None:
        return Why(screen["instruction"], _datum(screen))
    then = row.reply.get("screen") or screen
    asked = then if then["step"] == row.step else screen
    is_secret = row.raw == HIDDEN
    advice = f"H-{row.code}"
    return Why(
        wanted=asked["instruction"],
        datum=_datum(asked),
        code=row.code,
        refusal=row.reply["message"],
        scanned="" if is_secret else show(row.raw),
        is_secret=is_secret,
        that_is=[] if is_secret else what_is(tx, codes, row.raw, workflow.step(row.step).expected),
        todo=say(advice) if advice in catalogue() else None,
    )


def _last_refused(tx: Session, workflow: Workflow, actor: Actor) -> Any:
    """The last scan if it was refused; a help card in between is no scan of the work."""
    rows = tx.execute(
        select(Scan.step, Scan.raw, Scan.code, Scan.reply, Scan.is_accepted)
        .join(Run, Run.id == Scan.run_id)
        .where(Run.user_id == actor.user_id, Run.workflow == workflow.name)
        .order_by(Scan.id.desc())
        .limit(LOOKED_AT)
    )
    last = next((row for row in rows if row.raw.upper() != HELP), None)
    return None if last is None or last.is_accepted else last


def _datum(screen: dict[str, Any]) -> str:
    facts = screen["facts"]
    return " · ".join(facts[name] for name in ("big", "name") if facts.get(name, "—") != "—")


def what_is(tx: Session, codes: Codes, raw: str, expected: frozenset[Kind]) -> list[Said]:
    """What was scanned, resolved as it was judged, and described by the room it belongs to."""
    try:
        code = codes.resolve(tx, raw, expected)
    except CodeError:
        return [diagnose(raw)]
    if code.kind is Kind.UNKNOWN or (code.kind is Kind.TEXT and Kind.NOTICE in expected):
        return [diagnose(raw)]
    if code.kind is Kind.COMMAND:
        return [("L-IS-CARD", {"card": code.text})]
    if code.kind in {Kind.QUANTITY, Kind.DATE, Kind.TEXT}:
        return [("L-IS-TYPED", {"text": code.shown})]
    kind = say(f"L-KIND-{code.kind}")
    return codes.describe(tx, code) or [("L-IS-GONE", {"kind": kind, "text": code.text})]
