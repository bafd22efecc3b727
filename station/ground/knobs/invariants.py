"""What must hold of the desk's thresholds: each is what its last change said (I15)."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from station.ground.db.invariants import Invariant
from station.ground.thresholds.models import SettingChange, SettingValue


def _odd(tx: Session) -> Iterator[str]:
    last = select(func.max(SettingChange.id)).group_by(SettingChange.name)
    changes = select(SettingChange.name, SettingChange.new).where(SettingChange.id.in_(last))
    told = {row.name: row.new for row in tx.execute(changes)}
    now = {row.name: row.value for row in tx.execute(select(SettingValue.name, SettingValue.value))}
    for name in sorted(told.keys() | now.keys()):
        if now.get(name, "") != told.get(name, ""):
            yield f"setting {name}, is {now.get(name, '')!r}, its history says {told.get(name, '')!r}"


INVARIANTS = (Invariant("I15", "a threshold is what its history says", _odd, SettingChange),)
