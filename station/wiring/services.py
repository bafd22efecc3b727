"""What scan steps may call on besides their rooms' rules; wired by `create_app`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from printers import queue
from printers.errors import JobRefused, NoRoute, WrongMedia
from station.carriers.models import Waybill
from station.carriers.port import WaybillService
from station.catalog.models import Sku, SkuBarcode
from station.ground.db import Prepared
from station.ground.scan.codes import Code, Kind, ProductHit, resolve
from station.ground.scan.diagnosis import Said
from station.ground.scan.door import PinNeeded
from station.ground.scan.workflow import Context, Override
from station.ground.words.actor import Actor
from station.ground.words.messages import Refused
from station.inbound.models import InboundNotice
from station.people import sessions, trail
from station.people.models import DeviceSession, OverrideRow, User
from station.people.pins import Pins
from station.settings import Settings
from station.wiring import describing

_PRODUCT = Prepared(
    select(SkuBarcode.sku_id, SkuBarcode.level, SkuBarcode.qty_each).where(
        SkuBarcode.code == bindparam("code")
    )
)
_LOT_REGEX = Prepared(select(Sku.lot_regex).where(Sku.id == bindparam("sku_id")))
_WAYBILL = Prepared(select(Waybill.id).where(Waybill.waybill_no == bindparam("number")))
_NOTICE = Prepared(select(InboundNotice.id).where(InboundNotice.asn_no == bindparam("number")))


class KnownCodes:
    """The resolver's look-ups, answered from the database of this unit of work."""

    def __init__(self, tx: Session) -> None:
        self._tx = tx

    def product(self, code: str) -> list[ProductHit]:
        return [ProductHit(row.sku_id, row.level, row.qty_each) for row in _PRODUCT.all(self._tx, code=code)]

    def lot_regex(self, sku_id: int) -> str:
        return _LOT_REGEX.scalar(self._tx, sku_id=sku_id) or ""

    def waybill(self, number: str) -> bool:
        return _WAYBILL.first(self._tx, number=number) is not None

    def notice(self, number: str) -> bool:
        return _NOTICE.first(self._tx, number=number) is not None


@dataclass
class Services:
    """See `station.ground.scan.door.Services`."""

    settings: Settings
    pins: Pins
    waybills: WaybillService

    def identify(self, tx: Session, token: str, now: datetime) -> Actor | None:
        return sessions.identify(tx, token, now, self.settings.rules.idle_lock_s, touch=True)

    def identify_only(self, tx: Session, token: str, now: datetime) -> Actor | None:
        """Like `identify`, from a session that cannot write."""
        return sessions.identify(tx, token, now, self.settings.rules.idle_lock_s, touch=False)

    def badge(self, tx: Session, badge: str) -> Actor | None:
        found = sessions.by_badge(tx, badge)
        return found[0] if found else None

    def pin_is_right(self, ctx: Context, who: Actor, pin: str) -> bool:
        """Whether `pin` is this person's; the slow part happens outside the transaction."""
        answer = ctx.proofs.get((who.user_id, pin))
        if answer is None:
            found = sessions.by_badge(ctx.tx, who.badge)
            if found is None:
                return False
            raise PinNeeded(who.user_id, found[1], pin)
        return answer

    def verify_pin(self, pin_hash: str, pin: str) -> bool:
        return self.pins.verify(pin_hash, pin)

    def record_override(self, ctx: Context, override: Override) -> None:
        ctx.tx.execute(
            insert(OverrideRow),
            {
                "at": ctx.now,
                "code": override.code,
                "supervisor_id": override.by.user_id,
                "user_id": ctx.actor.user_id,
                "reason": override.reason,
                "workflow": ctx.run.workflow,
                "subject": ctx.run.subject or "",
                "scan_id": ctx.scan_id,
            },
        )

    def record_takeover(self, ctx: Context, subject: str, from_user: int) -> None:
        trail.note(ctx.tx, ctx.actor, "TAKE_OVER", subject, ctx.now, from_user=from_user)

    def name_of(self, tx: Session, user_id: int) -> str:
        return tx.scalar(select(User.name).where(User.id == user_id)) or "?"

    def set_workstation(self, ctx: Context, workstation: str) -> None:
        ctx.tx.execute(
            update(DeviceSession)
            .where(DeviceSession.id == ctx.actor.session_id)
            .values(workstation=workstation)
        )
        object.__setattr__(ctx.actor, "workstation", workstation)

    def resolve(self, tx: Session, raw: str, expected: frozenset[Kind]) -> Code:
        return resolve(raw, expected, KnownCodes(tx))

    def describe(self, tx: Session, code: Code) -> list[Said]:
        """What a code is at this moment, for whoever asks why a scan was refused."""
        return describing.describe(tx, code)

    def paper_seen(self, ctx: Context, subject_type: str, subject_no: str) -> None:
        """A printed barcode was scanned: that is proof that the paper exists (P30)."""
        queue.confirm(ctx.tx, subject_type, subject_no, now=ctx.now, proof="scan")

    def reprint(self, ctx: Context, subject_type: str, subject_no: Any, reason: str) -> int:
        """Print the newest paper of a subject again, marked 补打; E-PRN-07 while it is on its way."""
        jobs = queue.list_jobs(ctx.tx, subject_type=subject_type, subject_no=str(subject_no), limit=1)
        if not jobs:
            raise Refused("E-PRN-05")
        try:
            return queue.reprint(
                ctx.tx,
                jobs[0].id,
                reason=reason,
                requested_by=ctx.actor.name,
                now=ctx.now,
                idem_key=f"reprint:{ctx.scan_id}",
            )
        except NoRoute:
            raise Refused("E-PRN-05") from None
        except WrongMedia:
            raise Refused("E-PRN-06") from None
        except JobRefused:
            raise Refused("E-PRN-07") from None
