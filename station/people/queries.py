"""What the desk looks up of scans."""

from __future__ import annotations

from typing import Any

from sqlalchemy import false, select
from sqlalchemy.orm import Session

from station.ground.scan.models import Scan
from station.people import rules
from station.people.models import AuditRow, User

_FIELDS = (
    Scan.id,
    Scan.at,
    Scan.run_id,
    Scan.device,
    Scan.workflow,
    Scan.step,
    Scan.code,
    Scan.raw,
    Scan.is_manual,
    Scan.reply,
)


def refusal(tx: Session, scan_id: int) -> Any:
    """One refused scan with the person's name, or None."""
    query = select(*_FIELDS, User.name, User.badge).join(User, User.id == Scan.user_id)
    return tx.execute(query.where(Scan.id == scan_id, Scan.is_accepted.is_(false()))).first()


def scans_before(tx: Session, run_id: int, scan_id: int, limit: int) -> list[Any]:
    """The person's scans in the same process before this one, newest first."""
    query = select(*_FIELDS).where(Scan.run_id == run_id, Scan.id < scan_id)
    return list(tx.execute(query.order_by(Scan.id.desc()).limit(limit)))


def free_number(tx: Session) -> str:
    """The number after the highest that is all digits: a suggestion for the next badge."""
    numbers = [rules.number_of(badge) for badge in tx.scalars(select(User.badge))]
    figures = [int(number) for number in numbers if number.isascii() and number.isdigit()]
    return str(max(figures, default=1000) + 1)[: rules.LONGEST_NUMBER]


def wrong_pins(tx: Session, badge: str, limit: int) -> list[Any]:
    """The last wrong PINs of a badge, newest first."""
    query = select(AuditRow.at, AuditRow.actor, AuditRow.user_id, AuditRow.detail)
    mine = query.where(AuditRow.subject == badge, AuditRow.action == "WRONG_PIN")
    return list(tx.execute(mine.order_by(AuditRow.id.desc()).limit(limit)))
