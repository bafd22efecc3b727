"""The audit trail: one row for everything a person did that is not a scan."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from station.ground.db import table
from station.ground.words.actor import Actor
from station.people.models import AuditRow


def note(tx: Session, actor: Actor | None, action: str, subject: str, now: datetime, **detail: Any) -> None:
    """Write down that `actor` (None: the system) did `action` to `subject`."""
    tx.execute(
        insert(table(AuditRow)),
        {
            "at": now,
            "user_id": actor.user_id if actor else None,
            "actor": actor.name if actor else "system",
            "device": actor.device if actor else "",
            "action": action,
            "subject": subject,
            "detail": detail,
        },
    )
