"""The answer of a scan, kept with it: the same `scan_id` gets it again (I8)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, insert, select

from station.ground.db import Prepared, table
from station.ground.scan.context import Context
from station.ground.scan.models import Scan
from station.ground.words.actor import Actor
from station.ground.words.messages import catalogue

RAW_LIMIT = 256
"""Longest scan that is looked at, in characters; the longest GS1 element strings are 128."""

STORED = Prepared(
    select(Scan.status, Scan.reply, Scan.user_id, Scan.workflow, Scan.raw).where(
        Scan.scan_id == bindparam("scan_id")
    )
)
_KEEP = Prepared(
    insert(table(Scan)),
    (
        "scan_id",
        "at",
        "user_id",
        "device",
        "workflow",
        "run_id",
        "step",
        "raw",
        "is_manual",
        "is_accepted",
        "code",
        "status",
        "reply",
    ),
)


@dataclass(frozen=True, slots=True)
class Reply:
    """What the handheld gets: HTTP status and the JSON body of domain §4.4."""

    status: int
    body: dict[str, Any]


def body(code: str, facts: Mapping[str, Any], *, accepted: bool) -> dict[str, Any]:
    """The JSON of an answer without its screen."""
    message = catalogue()[code]
    return {
        "accepted": accepted,
        "tone": message.tone,
        "code": code,
        "message": message.text(facts),
    }


def again(stored: Any, workflow: str, raw: str, actor: Actor) -> Reply:
    """The stored answer, to whoever sent the same scan; E-SYS-04 to anybody and anything else."""
    same = stored.user_id == actor.user_id and stored.workflow == workflow
    if same and stored.raw in {storable(raw), "•••"}:
        return Reply(stored.status, stored.reply)
    return Reply(422, body("E-SYS-04", {}, accepted=False))


def keep(
    ctx: Context,
    workflow: str,
    step: str,
    status: int,
    code: str,
    facts: Mapping[str, Any],
    *,
    screen: dict[str, Any] | None = None,
    secret: bool = False,
    raw: str = "",
) -> Reply:
    """Store the scan with its answer; accepted and refused alike. Without a screen the person may see
    none.
    """
    answer = body(code, facts, accepted=status == 200)  # noqa: PLR2004
    if screen is not None:
        answer |= {"screen": screen, "step_token": ctx.run.token}
    _KEEP.run(
        ctx.tx,
        scan_id=ctx.key,
        at=ctx.now,
        user_id=ctx.actor.user_id,
        device=ctx.actor.device,
        workflow=workflow,
        run_id=ctx.run.id,
        step=step,
        raw="•••" if secret else storable(raw),
        is_manual=ctx.manual,
        is_accepted=status == 200,  # noqa: PLR2004
        code=code,
        status=status,
        reply=answer,
    )
    return Reply(status, answer)


def storable(raw: str) -> str:
    """`raw` as it may be stored and shown: printable, no surrogates, no NUL, at most 300 characters."""
    return "".join(
        char if char.isprintable() or char == "\x1d" else f"\\x{ord(char):02x}" for char in raw[:RAW_LIMIT]
    )[:300]
