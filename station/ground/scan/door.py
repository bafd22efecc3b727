"""The one scan endpoint (design §3): one unit of work per scan, one answer, one tone.

A known `scan_id` gets its stored answer. Otherwise the worker's step judges the scan inside a
savepoint: a refusal rolls back to it, and the scan row keeps code and facts either way. The answer
is the same JSON for programs and, rendered, for htmx.
"""

from __future__ import annotations

import json
import logging
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from station.clock import Clock, age
from station.ground.db import SCAN, Database, FateUnknown, savepoint
from station.ground.documents import epoch
from station.ground.scan import runs
from station.ground.scan.kinds import CodeError
from station.ground.scan.models import Run
from station.ground.scan.replies import RAW_LIMIT, STORED, Reply, again, body, keep, storable
from station.ground.scan.services import PinAsked, Services
from station.ground.scan.workflow import UNDO, Context, Position, Workflow, way_back
from station.ground.words.actor import Actor
from station.ground.words.messages import Refused
from station.settings import Settings

log = logging.getLogger(__name__)

START = "start"
NOBODY_KNOWS = frozenset({"E-BAR-01", "E-BAR-03"})


@dataclass(frozen=True, slots=True)
class ScanRequest:
    """What the handheld sends. `token` is the session's, `step_token` the screen's."""

    workflow: str
    scan_id: str
    raw: str
    step_token: str
    token: str
    manual: bool = False
    address: str = ""


class PinNeeded(Exception):
    """A step asks whether a PIN is right. Argon2 is slow, so the door finds out outside the
    transaction and runs the unit again with the answer.
    """

    def __init__(self, asked: PinAsked) -> None:
        super().__init__(asked.who.user_id)
        self.asked = asked


class ScreenFailed(Exception):
    """The next screen cannot be drawn: the unit runs again and shows the plain one with the way out."""


@dataclass
class _How:
    """What earlier tries of the same unit have found out."""

    proofs: dict[tuple[int, str], Refused | None] = field(default_factory=dict)
    is_plain: bool = False
    incident: str = ""
    is_unknown: bool = False


@dataclass
class Door:
    """Judges scans for all workflows of one station."""

    db: Database
    clock: Clock
    settings: Settings
    services: Services
    workflows: Mapping[str, Workflow]
    on_commit: list[Callable[[], None]] = field(default_factory=list)
    _since: tuple[str, str] | None = field(default=None, init=False)
    """What `_restored` found; once is enough, because nobody restores beside a server."""

    # --- POST ---------------------------------------------------------------------------------

    def take(self, request: ScanRequest) -> Reply:
        """Judge one scan, durably. Never raises for anything a scanner can send."""
        return self._without_room(request) if self.db.trouble else self._take(request)

    def _take(self, request: ScanRequest) -> Reply:
        how = _How()
        try:
            for _ in range(5):
                try:
                    reply = self.db.write(lambda tx: self._unit(tx, request, how), SCAN)
                except PinNeeded as need:
                    refusal = self.services.people.proves(need.asked, self.clock.now())
                    how.proofs[need.asked.who.user_id, need.asked.pin] = refusal
                except ScreenFailed:
                    log.exception("no screen after scan %s", request.scan_id)
                    how.is_plain = True
                except FateUnknown:  # the same scan again: it finds its own row, or does it now
                    log.warning("the commit of scan %s got no answer, asking", request.scan_id)
                    how.is_unknown = True
                except (DBAPIError, TimeoutError):
                    raise
                except Exception:
                    if how.incident:
                        raise
                    how.incident = secrets.token_hex(4)
                    log.exception("scan %s failed, incident %s", request.scan_id, how.incident)
                else:
                    self._tell()
                    return reply
            raise RuntimeError("a scan was judged five times without an end")  # noqa: TRY301
        except Exception:
            incident = secrets.token_hex(4)
            log.exception("scan %s failed, incident %s", request.scan_id, incident)
            return _failed(how, incident)

    def _without_room(self, request: ScanRequest) -> Reply:
        """Nothing can be kept: a scan that is kept gets its answer, any other is refused before it begins."""
        try:
            with self.db.read() as tx:
                actor = self.services.people.identify_only(tx, request.token, self.clock.now())
                if actor is None:
                    return Reply(401, body("E-AUTH-05", {}, accepted=False))
                stored = STORED.first(tx, scan_id=request.scan_id)
                if stored is not None:
                    return again(stored, request.workflow, request.raw, actor)
                shown = self.look(tx, self.workflows[request.workflow], actor)
        except Exception:
            log.exception("whether scan %s counts cannot be read", request.scan_id)
            return Reply(503, body("E-SYS-08", {}, accepted=False))
        return Reply(422, body("E-SYS-12", {}, accepted=False) | shown)

    def _tell(self) -> None:
        """Wake who waits for commits; what fails there is no failure of the scan, which is kept already."""
        for wake in self.on_commit:
            try:
                wake()
            except Exception:
                log.exception("nobody was woken after a commit")

    def _unit(self, tx: Session, request: ScanRequest, how: _How) -> Reply:
        now = self.clock.now()
        actor = self.services.people.identify(tx, request.token, now)
        if actor is None:
            return Reply(401, body("E-AUTH-05", {}, accepted=False))
        stored = STORED.first(tx, scan_id=request.scan_id)
        if stored is not None:
            return again(stored, request.workflow, request.raw, actor)
        workflow = self.workflows[request.workflow]
        run = self._run(tx, actor, workflow, now, lock=True)
        ctx = self._context(tx, run, actor, now, request=request, how=how)
        if how.incident:  # the step itself is broken: nothing changed, and the worker is told how to leave
            facts = {"incident": how.incident}
            return self._keep(
                ctx, workflow, run.step or workflow.start, 422, "E-SYS-07", facts, raw=request.raw
            )
        return self._judge(ctx, workflow, request)

    def free(self, run_id: int, by: Actor) -> str:
        """A supervisor frees a worker of the task held by this run, from the desk; what it was.

        LookupError when there is no such run. The worker's screen becomes stale; nothing else is lost.
        """

        def work(tx: Session) -> str:
            row = tx.execute(select(Run.user_id, Run.workflow).where(Run.id == run_id)).first()
            if row is None or row.workflow not in self.workflows:
                raise LookupError("no such position")
            worker = replace(by, user_id=row.user_id)
            workflow, now = self.workflows[row.workflow], self.clock.now()
            run = self._run(tx, worker, workflow, now, lock=True)
            ctx = self._context(tx, run, worker, now)
            subject = run.subject or workflow.name
            workflow.leave_now(ctx)
            run.step, ctx.by = workflow.start, by
            runs.move(ctx, "")
            self.services.people.record_takeover(ctx, subject, row.user_id)
            return subject

        return self.db.write(work)

    def _judge(self, ctx: Context, workflow: Workflow, request: ScanRequest) -> Reply:
        step = workflow.step(ctx.run.step)
        secret = step.secret or ctx.run.step == "_pin"
        name = ctx.run.step or workflow.start
        if not ctx.actor.may(workflow.roles):  # the screen is not for them
            return keep(ctx, workflow.name, name, 422, "E-AUTH-02", {}, secret=True)
        if not self._is_fresh(ctx, request):
            is_lost = self._is_of_lost_time(ctx, request)
            code, facts = ("E-SYS-11", {"at": self._restored(ctx.tx)[1]}) if is_lost else ("E-SYS-03", {})
            return self._keep(ctx, workflow, name, 409, code, facts, secret=secret, raw=request.raw)
        if self._is_bounce(ctx, step.counting, request):
            return self._keep(ctx, workflow, name, 200, "S-BOUNCE", {}, raw=request.raw)
        saved = (ctx.run.step, json.dumps(ctx.run.data), ctx.run.subject)
        try:
            with savepoint(ctx.tx, Refused, CodeError):
                outcome = workflow.take(ctx, request.raw[:RAW_LIMIT])
        except (Refused, CodeError) as refusal:
            ctx.run.step, ctx.run.data, ctx.run.subject = saved[0], json.loads(saved[1]), saved[2]
            ctx.forget()
            if isinstance(refusal, Refused) and refusal.step is not None:
                ctx.run.step = refusal.step
                kept = {k: v for k, v in ctx.run.data.items() if k not in {*refusal.forget, UNDO}}
                ctx.run.data = kept | dict(refusal.keep)
                if refusal.can_undo:
                    ctx.run.data[UNDO] = way_back(ctx, saved[0], saved[1], None)
                runs.move(ctx, "")
            if refusal.code in NOBODY_KNOWS and not secret:
                ctx.services.codes.unknown(ctx, request.raw[:RAW_LIMIT], workflow.name, name, step.wanted)
            return self._keep(
                ctx, workflow, name, 422, refusal.code, refusal.facts, secret=secret, raw=request.raw
            )
        runs.move(ctx, "" if secret else storable(request.raw))
        return self._keep(
            ctx, workflow, name, 200, outcome.code, outcome.facts, secret=secret, raw=request.raw
        )

    def _is_fresh(self, ctx: Context, request: ScanRequest) -> bool:
        """Whether the scan was made on the present screen; a first scan may say "start"."""
        return request.step_token == ctx.run.token or (request.step_token == START and not ctx.run.version)

    def _is_of_lost_time(self, ctx: Context, request: ScanRequest) -> bool:
        """Whether its screen was shown before the books were restored: it may show what never happened."""
        return request.step_token != START and request.step_token.rpartition(".")[0] != ctx.run.epoch

    def _is_bounce(self, ctx: Context, counting: bool, request: ScanRequest) -> bool:
        """The trigger bounced: the same code within `dup_ms` of an accepted one (§4.4)."""
        return (
            not counting
            and ctx.run.last_raw == request.raw
            and len(request.raw) > 5  # noqa: PLR2004 — quantities and choices may well repeat
            and not request.raw.upper().startswith("CM-")
            and age(ctx.run.updated_at, ctx.now) < timedelta(milliseconds=self.settings.rules.dup_ms)
        )

    def _keep(
        self,
        ctx: Context,
        workflow: Workflow,
        step: str,
        status: int,
        code: str,
        facts: Mapping[str, Any],
        *,
        secret: bool = False,
        raw: str = "",
    ) -> Reply:
        """Store the scan with its answer; accepted and refused alike."""
        screen = _screen(workflow, ctx)
        return keep(ctx, workflow.name, step, status, code, facts, screen=screen, secret=secret, raw=raw)

    def _run(self, tx: Session, actor: Actor, workflow: Workflow, now: datetime, *, lock: bool) -> Position:
        run = runs.find(tx, actor, workflow.name, now, lock=lock, rows_lock=not self.db.is_sqlite)
        run.epoch = self._restored(tx)[0]
        return run

    def _restored(self, tx: Session) -> tuple[str, str]:
        """The tag of the last restore and the moment of its copy, as people say it."""
        if self._since is None:
            latest = epoch.latest(tx)
            at = f"{latest.copied_at.astimezone(self.clock.zone):%m-%d %H:%M}" if latest else "–"
            self._since = (latest.tag if latest else "", at)
        return self._since

    # --- GET ----------------------------------------------------------------------------------

    def look(self, tx: Session, workflow: Workflow, actor: Actor) -> dict[str, Any]:
        """The present screen without scanning: after a reload, a crash, or on another device."""
        now = self.clock.now()
        run = self._run(tx, actor, workflow, now, lock=False)
        ctx = self._context(tx, run, actor, now)
        try:
            screen = workflow.show(ctx)
        except Exception:
            log.exception("no screen for %s at %s.%s", actor.badge, workflow.name, run.step)
            screen = workflow.plain_screen(ctx)
        return {"screen": screen, "step_token": run.token if run.id else START}

    # --- shared -------------------------------------------------------------------------------

    def _context(
        self,
        tx: Session,
        run: Position,
        actor: Actor,
        now: datetime,
        *,
        request: ScanRequest | None = None,
        how: _How | None = None,
    ) -> Context:
        return Context(
            tx=tx,
            run=run,
            by=actor,
            now=now,
            today=now.astimezone(self.clock.zone).date(),
            settings=self.settings,
            services=self.services,
            key=request.scan_id if request else "",
            raw=storable(request.raw) if request else "",
            manual=request.manual if request else False,
            address=request.address if request else "",
            proofs=how.proofs if how else {},
            is_plain=how.is_plain if how else False,
        )


def _failed(how: _How, incident: str) -> Reply:
    """Unknown, when a commit of this scan got no answer; else a no: nothing has happened."""
    if how.is_unknown:
        return Reply(503, body("E-SYS-08", {}, accepted=False))
    return Reply(500, body("E-SYS-02", {"incident": incident}, accepted=False))


def _screen(workflow: Workflow, ctx: Context) -> dict[str, Any]:
    if ctx.is_plain:
        return workflow.plain_screen(ctx)
    try:
        return workflow.show(ctx)
    except Exception as error:
        raise ScreenFailed(f"{workflow.name}.{ctx.run.step}") from error
