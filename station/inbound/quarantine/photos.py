"""Photos of what was set apart (P5): the history of its entry names each by what is in it."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from station.catalog import proofs
from station.ground.words.messages import Refused
from station.ground.work import Work
from station.inbound.quarantine.models import SetApart
from station.inbound.quarantine.rules import IN
from station.stock.models import Stock

MOST = 12
"""So many are proof enough."""


def entry(tx: Session, entry_no: str) -> SetApart | None:
    """What was set apart under this number."""
    return tx.scalars(select(SetApart).where(SetApart.entry_no == entry_no)).first()


def last_of(tx: Session, name: str) -> SetApart | None:
    """What this person set apart last."""
    return tx.scalars(
        select(SetApart).where(SetApart.by == name).order_by(SetApart.id.desc()).limit(1)
    ).first()


def names(tx: Session, entry_no: str) -> list[str]:
    """The photos that the entry's history tells of, in the order in which they were taken."""
    return proofs.names(tx, IN, entry_no)


def may_add(tx: Session, one: SetApart, count: int) -> bool:
    """Whether another photo may be taken: some of the lot still lies in quarantine."""
    there = (Stock.lot_id == one.lot_id, Stock.location_id == one.location_id, Stock.on_hand > 0)
    return count < MOST and tx.scalar(select(Stock.id).where(*there).limit(1)) is not None


def tell(work: Work, entry_no: str, name: str) -> None:
    """The entry's history says who took it and when; E-QUAR-04 once the goods have left."""
    one, told = entry(work.tx, entry_no), names(work.tx, entry_no)
    if name in told:
        return
    if one is None or not may_add(work.tx, one, len(told)):
        raise Refused("E-QUAR-04")
    proofs.tell(work, IN, entry_no, one.now_status, name)
