"""What steps may call on besides the rules of their room; the wiring hands it in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol, TypeVar

from sqlalchemy.orm import Session

from station.ground.scan.diagnosis import Said
from station.ground.scan.kinds import Code, Kind
from station.ground.words.actor import Actor
from station.ground.words.messages import Refused

if TYPE_CHECKING:
    from station.ground.scan.context import Context
    from station.ground.scan.outcome import Override

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class PinAsked:
    """Whether `pin` proves that `who` stands at the handheld of `by`; `step` is ``process.step``."""

    who: Actor
    by: Actor
    pin: str
    step: str
    address: str


class People(Protocol):
    """Who somebody is, and whether it is really them."""

    def identify(self, tx: Session, token: str, now: datetime) -> Actor | None: ...
    def identify_only(self, tx: Session, token: str, now: datetime) -> Actor | None: ...
    def badge(self, tx: Session, badge: str) -> Actor | None: ...
    def name_of(self, tx: Session, user_id: int) -> str: ...
    def pin_is_right(self, ctx: Context, who: Actor, pin: str) -> bool: ...
    def proves(self, asked: PinAsked, now: datetime) -> Refused | None: ...
    def record_override(self, ctx: Context, override: Override) -> None: ...
    def record_takeover(self, ctx: Context, subject: str, from_user: int) -> None: ...


class Codes(Protocol):
    """What a scan stands for, and what that is at this moment."""

    def resolve(
        self, tx: Session, raw: str, expected: frozenset[Kind], sku_id: int | None = None
    ) -> Code: ...
    def named(self, tx: Session, sku_ids: Sequence[int]) -> list[tuple[int, str, str]]: ...
    def unknown(self, ctx: Context, raw: str, workflow: str, step: str, wanted: Sequence[Kind]) -> None: ...
    def complete(self, tx: Session, raw: str, expected: frozenset[Kind]) -> Code | None: ...
    def describe(self, tx: Session, code: Code) -> list[Said]: ...


class Services(Protocol):
    """All of them; `part` finds a port to the outside by its type (scales, a carrier's numbers)."""

    @property
    def people(self) -> People: ...
    @property
    def codes(self) -> Codes: ...
    def part(self, kind: type[T]) -> T: ...
