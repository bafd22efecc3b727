"""Readings of the benches' scales (P18).

Every scale, real or virtual, writes its last reading into one row; the weigh step reads that row in its
own transaction and never waits for a cable. The virtual scale is a scale on which the training bench or
the simulator puts a weight.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from station.devices.models import Scale
from station.ground.db import changed
from station.ground.words.messages import Refused

VIRTUAL = "VIRTUAL"


def add(tx: Session, workstation: str, now: datetime, kind: str = VIRTUAL) -> None:
    """A scale stands at this bench."""
    tx.add(Scale(workstation=workstation, kind=kind, read_at=now))
    tx.flush()


def place(tx: Session, workstation: str, dg: int, now: datetime) -> bool:
    """Put `dg` tenths of a gram on the bench's virtual scale; False when it has none."""
    put = update(Scale).where(Scale.workstation == workstation, Scale.kind == VIRTUAL)
    return changed(tx, put.values(dg=dg, is_stable=True, zero_seen=True, read_at=now)) == 1


def works(tx: Session, workstation: str) -> bool:
    """Whether a scale of this bench reports its readings."""
    return tx.scalar(select(Scale.id).where(Scale.workstation == workstation)) is not None


def read(tx: Session, workstation: str) -> int:
    """A stable weight in tenths of a gram: E-WGT-04 no scale, -02 moving, -03 not zeroed since the
    last parcel.
    """
    row = tx.scalars(select(Scale).where(Scale.workstation == workstation)).first()
    if row is None:
        raise Refused("E-WGT-04")
    if not row.is_stable or row.dg <= 0:
        raise Refused("E-WGT-02")
    if not row.zero_seen:
        raise Refused("E-WGT-03")
    return row.dg


def use(tx: Session, workstation: str) -> None:
    """The reading belongs to a parcel now: the next one needs a zero in between."""
    tx.execute(update(Scale).where(Scale.workstation == workstation).values(zero_seen=False))
