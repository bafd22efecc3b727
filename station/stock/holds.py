"""What is held (P10): a slot, a lot or an article; and what of it nobody may sell meanwhile."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from station.ground.db import STRICT, Base, Str, is_one_of
from station.ground.documents.lifecycle import Lifecycle
from station.stock.models import Lot, StockStatus


class HoldKind(StrEnum):
    """What is held: everything in a slot, a lot wherever it is, an article whatever its lot."""

    SLOT = "SLOT"
    LOT = "LOT"
    ARTICLE = "ARTICLE"


class HoldState(StrEnum):
    """In force, or over."""

    HELD = "HELD"
    RELEASED = "RELEASED"


_HELD = text("state = 'HELD'")


class Hold(Base):
    """Goods that may not be sold, and why. In force until it is released, for goods that come later too."""

    __tablename__ = "hold"
    __table_args__ = (
        UniqueConstraint("hold_no"),
        is_one_of("state", HoldState),
        is_one_of("kind", HoldKind),
        CheckConstraint("(kind = 'SLOT') = (location_id IS NOT NULL)", name="slot"),
        CheckConstraint("(kind = 'LOT') = (lot_id IS NOT NULL)", name="lot"),
        CheckConstraint("(kind = 'SLOT') = (sku_id IS NULL)", name="article"),
        Index("ix_hold_in_force", "id", sqlite_where=_HELD, postgresql_where=_HELD),
        Index("ix_hold_at", "at"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    hold_no: Mapped[str] = mapped_column(Str(30))
    kind: Mapped[str] = mapped_column(Str(10))
    state: Mapped[str] = mapped_column(Str(10), default=HoldState.HELD)
    sku_id: Mapped[int | None] = mapped_column(ForeignKey("sku.id"))
    lot_id: Mapped[int | None] = mapped_column(ForeignKey("lot.id"))
    location_id: Mapped[int | None] = mapped_column(ForeignKey("location.id"))
    reason: Mapped[str] = mapped_column(Str(60))
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(Str(80))
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str] = mapped_column(Str(80), default="")


HOLD = Lifecycle(
    "HD",
    Hold,
    {"release": ({HoldState.HELD}, HoldState.RELEASED)},
    begins={HoldState.HELD},
    number="hold_no",
    refusal="E-HLD-01",
)


@dataclass(frozen=True, slots=True)
class Held:
    """Lots and articles that are held now."""

    lots: frozenset[int]
    articles: frozenset[int]

    def __bool__(self) -> bool:
        return bool(self.lots or self.articles)

    def has(self, sku_id: int, lot_id: int) -> bool:
        """Whether goods of this lot are held."""
        return lot_id in self.lots or sku_id in self.articles


def held(tx: Session) -> Held:
    """Every lot and article that is held now."""
    rows = tx.execute(
        select(Hold.lot_id, Hold.sku_id).where(Hold.state == HoldState.HELD, Hold.kind != HoldKind.SLOT)
    ).all()
    lots = frozenset(row.lot_id for row in rows if row.lot_id is not None)
    return Held(lots, frozenset(row.sku_id for row in rows if row.lot_id is None))


SOLD: Collection[str] = (StockStatus.GOOD, StockStatus.NEAR)
"""What a hold takes out of sale; goods that are not sold anyhow keep their status."""


def status_for(tx: Session, sku_id: int, lot_id: int, status: str) -> str:
    """The status that goods have where they arrive: HOLD when they are held or lack their date, else what
    they had.
    """
    if status not in SOLD:
        return status
    is_held = held(tx).has(sku_id, lot_id) or tx.get_one(Lot, lot_id).lacks_date
    return StockStatus.HOLD if is_held else status
