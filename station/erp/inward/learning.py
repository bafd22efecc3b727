"""A person said what a word of the ERP means: whatever waited for it goes on by itself."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from station.erp.inward import feeds, problems
from station.erp.models import InboxProblem, ProblemState
from station.exchange.models import MESSAGE, OutboxMessage
from station.ground.spreadsheets.reasons import UNMAPPED
from station.ground.work import SYSTEM


def learnt(tx: Session, code: str, now: datetime) -> None:
    """Orders are asked for one by one; of the rest the feeds are read anew; confirmations go out again."""
    problems.hasten(tx, code, UNMAPPED, now)
    waiting = tx.scalar(
        select(InboxProblem.id)
        .where(
            InboxProblem.source == code,
            InboxProblem.state == ProblemState.OPEN,
            InboxProblem.code == UNMAPPED,
            InboxProblem.doc_type != "order",
        )
        .limit(1)
    )
    if waiting is not None:
        feeds.rewind(tx, code)
    waited = and_(OutboxMessage.target == code, OutboxMessage.last_error.startswith("Unmapped:"))
    MESSAGE.move_where(tx, waited, "resend", now=now, who=SYSTEM.name, refusals=0, next_at=now)
