"""The scale of a bench: what may be believed of it (P18), and what its reader tells.

A reading counts for one parcel, and only when a zero was seen since the last one, the weight rests, and the
word is of this moment. The virtual scale is a scale on which the training bench or the simulator puts a
weight.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import and_, case, literal, select, update
from sqlalchemy.orm import Session

from station.devices.models import Scale, ScaleKind
from station.devices.says import SPEAKING, Says
from station.devices.scales.telling import Word
from station.ground.db import UtcDateTime, changed
from station.ground.words.messages import Refused

VIRTUAL = ScaleKind.VIRTUAL
FRESH, FRESH_IDLE = timedelta(seconds=4), timedelta(seconds=15)
"""How old the last word of a real scale may be, with a weight on it and without."""


def add(tx: Session, workstation: str, now: datetime, kind: str = VIRTUAL) -> None:
    """A scale stands at this bench."""
    tx.add(Scale(workstation=workstation, kind=kind, read_at=now))
    tx.flush()


def place(tx: Session, workstation: str, dg: int, now: datetime) -> bool:
    """Put `dg` tenths of a gram on the bench's virtual scale; False when it has none."""
    put = update(Scale).where(Scale.workstation == workstation, Scale.kind == VIRTUAL)
    return changed(tx, put.values(dg=dg, is_stable=True, zero_seen=True, read_at=now)) == 1


def of(tx: Session, workstation: str) -> Scale | None:
    """The scale of a bench."""
    return tx.scalars(select(Scale).where(Scale.workstation == workstation)).first()


def is_fresh(scale: Scale, now: datetime) -> bool:
    """Whether its last word is of this moment; a virtual scale's always is."""
    limit = FRESH if scale.says == Says.STILL else FRESH_IDLE
    return scale.kind == VIRTUAL or abs(now - scale.read_at) <= limit


def is_speaking(scale: Scale, now: datetime) -> bool:
    """Whether the scale works: it tells something that is understood."""
    return scale.kind == VIRTUAL or (scale.says in SPEAKING and is_fresh(scale, now))


def works(tx: Session, workstation: str, now: datetime) -> bool:
    """Whether a scale of this bench reports its readings."""
    scale = of(tx, workstation)
    return scale is not None and is_speaking(scale, now)


def read(tx: Session, workstation: str, now: datetime) -> int:
    """A stable weight in tenths of a gram: E-WGT-04 no scale, -05 tare set, -06 outside range, -02 moving,
    -03 not zeroed since the last parcel.
    """
    scale = of(tx, workstation)
    if scale is None or not is_speaking(scale, now):
        raise Refused("E-WGT-04")
    if scale.says == Says.TARED:
        raise Refused("E-WGT-05")
    if scale.says == Says.OUTSIDE:
        raise Refused("E-WGT-06")
    if scale.is_stable and scale.dg < 0:
        raise Refused("E-WGT-03")
    if not scale.is_stable or scale.dg == 0:
        raise Refused("E-WGT-02")
    if not scale.zero_seen:
        raise Refused("E-WGT-03")
    return scale.dg


def use(tx: Session, workstation: str) -> None:
    """The reading belongs to a parcel now: the next one needs a zero in between (E-WGT-03 for a second
    taker).
    """
    taken = update(Scale).where(Scale.workstation == workstation, Scale.zero_seen).values(zero_seen=False)
    if changed(tx, taken) != 1:
        raise Refused("E-WGT-03")


def pass_by(tx: Session, workstation: str) -> None:
    """A parcel went without its reading: what may still lie on the scale is that parcel, not the next one."""
    tx.execute(update(Scale).where(Scale.workstation == workstation).values(zero_seen=False))


# --- what its reader tells --------------------------------------------------------------------------


def begin(tx: Session, scale_id: int, now: datetime) -> int:
    """A reader takes over: what an earlier one saw counts no more, and what it tells is not heard.

    Its number; LookupError when there is no such scale (any more).
    """
    fresh = {"seq": 0, "zeros": 0, "zero_seen": False, "is_stable": False, "dg": 0, "says": Says.SILENT}
    taken = (
        update(Scale)
        .where(Scale.id == scale_id)
        .values(run=Scale.run + 1, since=now, read_at=now, frame="", guesses="", **fresh)
    )
    if changed(tx, taken) != 1:
        raise LookupError("there is no such scale")
    return tx.scalars(select(Scale.run).where(Scale.id == scale_id)).one()


def hear(tx: Session, scale_id: int, run: int, seq: int, word: Word, now: datetime) -> bool:
    """The `seq`-th word of reader `run`; False when it is not the present reader's, or older than one
    heard.
    """
    values: dict[str, object] = {
        "seq": seq,
        "says": word.says,
        "dg": word.dg,
        "is_stable": word.says in {Says.STILL, Says.EMPTY},
        "zeros": word.zeros,
        "zero_seen": case((Scale.zeros < word.zeros, True), else_=Scale.zero_seen),
        "since": case(
            (and_(Scale.says == word.says, Scale.since.is_not(None)), Scale.since),
            else_=literal(now, UtcDateTime()),
        ),
        "read_at": now,
        "frame": word.frame[:160],
        "guesses": word.guesses[:160],
    }
    if word.found is not None:
        found = word.found
        values |= {"family": found.family, "line": found.line, "unit": found.unit, "is_asked": found.is_asked}
    mine = update(Scale).where(Scale.id == scale_id, Scale.run == run, Scale.seq < seq)
    return changed(tx, mine.values(values)) == 1
