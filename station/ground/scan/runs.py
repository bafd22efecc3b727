"""Where a worker stands, found and moved inside the unit of work of a scan."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from station.ground.db import Prepared, table
from station.ground.scan.context import Context
from station.ground.scan.models import Run
from station.ground.scan.outcome import Position
from station.ground.words.actor import Actor

_FIND_RUN = select(Run.id, Run.subject, Run.step, Run.version, Run.data, Run.last_raw, Run.updated_at).where(
    Run.user_id == bindparam("user_id"), Run.workflow == bindparam("workflow")
)
_RUN = Prepared(_FIND_RUN)
_RUN_LOCKED = Prepared(_FIND_RUN.with_for_update())
_OPEN_RUN = insert(table(Run))
_MOVE_RUN = Prepared(
    update(table(Run))
    .where(table(Run).c.id == bindparam("run_id"), table(Run).c.version == bindparam("seen"))
    .values(
        step=bindparam("new_step"),
        version=bindparam("new_version"),
        data=bindparam("new_data"),
        subject=bindparam("new_subject"),
        device=bindparam("new_device"),
        last_raw=bindparam("new_raw"),
        updated_at=bindparam("now"),
    )
)


def find(tx: Session, actor: Actor, workflow: str, now: datetime, *, lock: bool, rows_lock: bool) -> Position:
    """The person's position in a process; a new one is written down when `lock` says that a scan follows.

    `rows_lock` locks its row, where the database has more than one writer.
    """
    key: dict[str, Any] = {"user_id": actor.user_id, "workflow": workflow}
    row = (_RUN_LOCKED if lock and rows_lock else _RUN).first(tx, **key)
    if row is not None:
        return Position(
            **key,
            id=row.id,
            subject=row.subject,
            step=row.step,
            version=row.version,
            data=row.data,
            last_raw=row.last_raw,
            updated_at=row.updated_at,
        )
    run = Position(**key, updated_at=now)
    if lock:
        values = {
            **key,
            "device": actor.device,
            "step": "",
            "version": 0,
            "data": {},
            "last_raw": "",
            "updated_at": now,
        }
        result = tx.connection().execute(_OPEN_RUN, values)
        run.id = result.inserted_primary_key[0]  # type: ignore[index]
    return run


def move(ctx: Context, raw: str) -> None:
    """Write down where the worker stands now; the screen before becomes stale."""
    run = ctx.run
    moved = _MOVE_RUN.run(
        ctx.tx,
        run_id=run.id,
        seen=run.version,
        new_step=run.step,
        new_version=run.version + 1,
        new_data=run.data,
        new_subject=run.subject,
        new_device=ctx.actor.device,
        new_raw=raw,
        now=ctx.now,
    )
    if moved != 1:
        raise RuntimeError("the run moved under a locked unit of work")
    run.version += 1


def in_hand(tx: Session, user_id: int, workflows: Collection[str], key: str) -> int:
    """The id under `key` in the person's newest position in one of these processes; 0 when there is none."""
    query = select(Run.data).where(Run.user_id == user_id, Run.workflow.in_(workflows))
    for data in tx.scalars(query.order_by(Run.updated_at.desc(), Run.id)):
        if data.get(key):
            return int(data[key])
    return 0
