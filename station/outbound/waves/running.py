"""Releases as they run: asked for by a key or by the station itself, carried out by a loop, told on the page.

A release that was cut off is begun again: what is in a wave already is not looked at twice.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from station.ground.db import changed
from station.ground.thresholds.reading import rules_of
from station.ground.work import SYSTEM, Machine, Work, Works
from station.outbound.orders.models import DeliveryOrder, OrderState
from station.outbound.waves import rules, triggers
from station.outbound.waves.models import WaveRun
from station.outbound.waves.triggers import Standing, Why
from station.settings import Rules


def ask(work: Work, why: Why) -> int:
    """Waves are to be released; the number of the run. While one runs, it is that one."""
    present = work.tx.scalar(select(WaveRun.id).where(WaveRun.finished_at.is_(None)).limit(1))
    if present is not None:
        return present
    run = WaveRun(why=why, asked_by=work.by.name, workstation=work.by.workstation, asked_at=work.now)
    work.tx.add(run)
    work.tx.flush()
    return run.id


def note_done(work: Work, done: rules.Released) -> None:
    """A release that whoever asked for it has waited for."""
    counts = {"waves": len(done.waves), "orders": done.orders, "waiting": len(done.waiting)}
    looked_at = done.orders + len(done.waiting)
    work.tx.add(
        WaveRun(
            why=Why.BUTTON,
            asked_by=work.by.name,
            workstation=work.by.workstation,
            asked_at=work.now,
            finished_at=work.now,
            planned=looked_at,
            done=looked_at,
            unprinted=len(done.unprinted),
            **counts,
        )
    )


def last(tx: Session) -> WaveRun | None:
    """The newest run."""
    return tx.scalars(select(WaveRun).order_by(WaveRun.id.desc()).limit(1)).first()


def standing(tx: Session) -> Standing:
    """How things stand by which a release is due."""
    row = tx.execute(
        select(func.count(), func.min(DeliveryOrder.latest_ship_at)).where(
            DeliveryOrder.state == OrderState.ALLOCATED
        )
    ).one()
    return Standing(row[0], row[1], tx.scalar(select(func.max(WaveRun.asked_at))))


class Releasing:
    """The loop that carries out what was asked for, and asks itself when it is time."""

    def __init__(self, works: Works) -> None:
        self._works = works

    def turn(self) -> bool:
        """Carry out one run; whether there was one."""
        with self._works.db.read() as tx:
            run = tx.scalars(select(WaveRun).where(WaveRun.finished_at.is_(None)).limit(1)).first()
            why = None if run else self._due(tx)
        if why is not None:
            self._works.do(partial(ask, why=why), SYSTEM)
            return True
        if run is None:
            return False
        carry_out(self._works, run)
        return True

    def _due(self, tx: Session) -> Why | None:
        known = rules_of(tx, self._works.settings)
        if not (known.wave_from or known.wave_every_min or known.wave_lead_min):
            return None
        now, stands = self._works.clock.now(), standing(tx)
        newest = last(tx)
        if newest is not None and newest.waiting and now < newest.asked_at + PAUSE:
            return None  # what was left over waits for goods; looked at again a little later
        return triggers.due(stands, known, now)


PAUSE = timedelta(minutes=1)
"""After a release that left orders behind nothing is released by itself for so long."""


def carry_out(works: Works, run: WaveRun) -> rules.Released:
    """Release what the run asks for, and note after each wave how far it is, also of what was done before it
    was cut off.
    """
    by = Machine(run.asked_by, workstation=run.workstation)
    done = rules.release(works, by, _until(works, run), partial(note, run_id=run.id, before=run.done))
    works.do(partial(_finish, run_id=run.id), by)
    return done


def _until(works: Works, run: WaveRun) -> datetime | None:
    """The cut-off releases those that must leave soon, and leaves the others to share later walks."""
    if run.why != Why.CUT_OFF:
        return None
    with works.db.read() as tx:
        known: Rules = rules_of(tx, works.settings)
    return works.clock.now() + timedelta(minutes=known.wave_lead_min)


def note(work: Work, made: rules.Released, planned: int, looked_at: int, run_id: int, before: int) -> None:
    """One wave more of a run that was done with `before` orders when it began, or began again."""
    changed(
        work.tx,
        update(WaveRun)
        .where(WaveRun.id == run_id)
        .values(
            planned=before + planned,
            done=WaveRun.done + looked_at,
            waves=WaveRun.waves + len(made.waves),
            orders=WaveRun.orders + made.orders,
            waiting=WaveRun.waiting + len(made.waiting),
            unprinted=WaveRun.unprinted + len(made.unprinted),
        ),
    )


def _finish(work: Work, run_id: int) -> None:
    changed(work.tx, update(WaveRun).where(WaveRun.id == run_id).values(finished_at=work.now))
