"""What the start page and the overview look up."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from station.ground.scan.models import Run
from station.people.models import User


def state_counts(tx: Session, model: Any, states: Sequence[str]) -> list[tuple[str, int]]:
    """How many rows are in each of these states."""
    query = select(model.state, func.count()).where(model.state.in_(states))
    return [(row[0], row[1]) for row in tx.execute(query.group_by(model.state).order_by(model.state))]


def held(tx: Session) -> Sequence[Any]:
    """What people hold in their hands, by the scan that moved them last."""
    query = select(Run.id, User.name, Run.workflow, Run.step, Run.subject, Run.device, Run.updated_at)
    query = query.join(User, User.id == Run.user_id).where(Run.subject.is_not(None))
    return tx.execute(query.order_by(Run.updated_at, Run.id)).all()
