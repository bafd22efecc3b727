"""What the desk shows of its thresholds."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from station.ground.thresholds.models import SettingChange, SettingValue


def all_said(tx: Session) -> dict[str, str]:
    """What the desk has said, by name."""
    rows = tx.execute(select(SettingValue.name, SettingValue.value))
    return {row.name: row.value for row in rows}


def history(tx: Session, name: str, limit: int = 50) -> Sequence[SettingChange]:
    """The newest changes of a threshold."""
    query = select(SettingChange).where(SettingChange.name == name)
    return tx.scalars(query.order_by(SettingChange.id.desc()).limit(limit)).all()
