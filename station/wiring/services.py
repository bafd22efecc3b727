"""What scan steps may call on besides their rooms' rules; wired by `create_app`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from station.catalog.rules import AT_ONCE
from station.ground.room import Lookup, Room
from station.ground.scan import spellings
from station.ground.scan.codes import completions, resolve
from station.ground.scan.diagnosis import Said
from station.ground.scan.door import PinNeeded
from station.ground.scan.kinds import Code, Kind, ProductHit
from station.ground.scan.services import PinAsked
from station.ground.scan.trade import Seen
from station.ground.scan.workflow import Context, Override
from station.ground.words.actor import Actor
from station.ground.words.messages import Refused, say
from station.people import sessions, trail
from station.people.gate import Gate
from station.people.models import OverrideRow, User
from station.settings import Settings

T = TypeVar("T")


class KnownCodes:
    """The resolver's look-ups, answered by the rooms from the database of this unit of work."""

    def __init__(self, tx: Session, lookups: Mapping[str, Lookup], sku_id: int | None = None) -> None:
        """With `sku_id` a barcode of several articles stands for that one."""
        self._tx = tx
        self._lookups = lookups
        self._sku_id = sku_id
        self._hits: dict[str, list[ProductHit]] = {}

    def product(self, code: str) -> list[ProductHit]:
        """The articles of a barcode; the other spellings of its number are looked up with it."""
        if code not in self._hits:
            asked = (code, *spellings.same(code))
            self._hits |= self._lookups["product"](self._tx, asked[:AT_ONCE])
        hits = self._hits[code]
        return [hit for hit in hits if hit.sku_id == self._sku_id] or hits

    def lot_regex(self, sku_id: int) -> str:
        return str(self._lookups["lot_regex"](self._tx, sku_id))

    def waybill(self, number: str) -> bool:
        return bool(self._lookups["waybill"](self._tx, number))

    def notice(self, number: str) -> bool:
        return bool(self._lookups["notice"](self._tx, number))


class KnownPeople:
    """See `station.ground.scan.services.People`."""

    def __init__(self, settings: Settings, gate: Gate) -> None:
        self._settings = settings
        self._gate = gate

    def identify(self, tx: Session, token: str, now: datetime) -> Actor | None:
        return sessions.identify(tx, token, now, self._settings.rules.idle_lock_s, touch=True)

    def identify_only(self, tx: Session, token: str, now: datetime) -> Actor | None:
        """Like `identify`, from a session that cannot write."""
        return sessions.identify(tx, token, now, self._settings.rules.idle_lock_s, touch=False)

    def badge(self, tx: Session, badge: str) -> Actor | None:
        person = sessions.by_badge(tx, badge)
        return person[0] if person else None

    def pin_is_right(self, ctx: Context, who: Actor, pin: str) -> bool:
        """True when `pin` is this person's; otherwise the refusal is raised that says why it does not count.

        The slow part happens outside the transaction.
        """
        if (who.user_id, pin) not in ctx.proofs:
            step = f"{ctx.run.workflow}.{ctx.run.step}"
            raise PinNeeded(PinAsked(who, ctx.actor, pin, step, ctx.address))
        refusal = ctx.proofs[who.user_id, pin]
        if refusal is not None:
            raise Refused(refusal.code, **refusal.facts)
        return True

    def proves(self, asked: PinAsked, now: datetime) -> Refused | None:
        try:
            return self._gate.refusal(
                asked.who, asked.pin, asked.by, now, step=asked.step, address=asked.address
            )
        except Refused as busy:
            return busy

    def record_override(self, ctx: Context, override: Override) -> None:
        ctx.tx.execute(
            insert(OverrideRow),
            {
                "at": ctx.now,
                "code": override.code,
                "supervisor_id": override.by.user_id,
                "user_id": ctx.by.user_id,
                "reason": override.reason,
                "workflow": ctx.run.workflow,
                "subject": ctx.run.subject or "",
                "scan_id": ctx.key,
            },
        )

    def record_takeover(self, ctx: Context, subject: str, from_user: int) -> None:
        trail.note(ctx.tx, ctx.by, "TAKE_OVER", subject, ctx.now, from_user=from_user)

    def name_of(self, tx: Session, user_id: int) -> str:
        return tx.scalar(select(User.name).where(User.id == user_id)) or "?"


class Resolver:
    """See `station.ground.scan.services.Codes`: every room names its own kinds of things."""

    def __init__(
        self, rooms: Sequence[Room], today: Callable[[], date], shop_codes: tuple[str, ...] = ()
    ) -> None:
        """`shop_codes` are how the shop builds its own numbers (`station.ground.scan.shop_codes`)."""
        self._today, self._shop_codes = today, shop_codes
        self._lookups = {name: lookup for room in rooms for name, lookup in room.codes.items()}
        self._describers = {kind: tell for room in rooms for kind, tell in room.describes.items()}

    def resolve(self, tx: Session, raw: str, expected: frozenset[Kind], sku_id: int | None = None) -> Code:
        seen = Seen(self._today().year, self._shop_codes)
        return resolve(raw, expected, KnownCodes(tx, self._lookups, sku_id), seen)

    def named(self, tx: Session, sku_ids: Sequence[int]) -> list[tuple[int, str, str]]:
        """Articles as a person tells them apart: id, number, name."""
        return self._lookups["named"](tx, sku_ids)  # type: ignore[no-any-return]

    def unknown(self, ctx: Context, raw: str, workflow: str, step: str, wanted: Sequence[Kind]) -> None:
        """Nobody knew this code: whoever keeps the articles hears of it."""
        self._lookups["unknown"](ctx, raw, workflow, step, ",".join(kind.value for kind in wanted))

    def complete(self, tx: Session, raw: str, expected: frozenset[Kind]) -> Code | None:
        """The one thing of ours that a person typed as it is printed; None when there is none, or several."""
        known = [
            code
            for code in completions(raw, expected)
            if code.kind in self._describers and self._describers[code.kind](tx, code)
        ]
        return known[0] if len(known) == 1 else None

    def describe(self, tx: Session, code: Code) -> list[Said]:
        """What a code is at this moment, for whoever asks why a scan was refused; empty when it is unknown.

        Gift labels, returns and printers have no table of their own yet: they are named by their kind.
        """
        describer = self._describers.get(code.kind)
        if describer is None:
            return [("L-IS-OTHER", {"kind": say(f"L-KIND-{code.kind}"), "text": code.text})]
        return describer(tx, code)


@dataclass(frozen=True)
class Services:
    """See `station.ground.scan.services.Services`."""

    people: KnownPeople
    codes: Resolver
    parts: tuple[object, ...] = ()

    def part(self, kind: type[T]) -> T:
        """The one part of this kind; there always is one, because the wiring put it in."""
        return next(part for part in self.parts if isinstance(part, kind))
