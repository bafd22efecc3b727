"""Pick lists and their stops (P15)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from station.ground.db import STRICT, Base, Flag, Str, is_one_of
from station.ground.documents.lifecycle import Lifecycle
from station.stock.models import Promise


class ListState(StrEnum):
    """P15: waits, is walked, its tote is at the bench, its goods are packed or gone; or nothing is left."""

    OPEN = "OPEN"
    TAKEN = "TAKEN"
    DONE = "DONE"
    EMPTY = "EMPTY"
    CANCELLED = "CANCELLED"


class StopState(StrEnum):
    """One stop: to be picked, picked, missing at the slot, or not wanted any more."""

    OPEN = "OPEN"
    DONE = "DONE"
    SHORT = "SHORT"
    CANCELLED = "CANCELLED"


class PickList(Base):
    """One walk through the slots: `walk_cm` centimetres from the benches and back, `fixed_cm` in the fixed
    sequence; 0 where slots lie in no rack. `due_at`: when its first order must leave.
    """

    __tablename__ = "pick_list"
    __table_args__ = (
        UniqueConstraint("pick_no"),
        Index("ix_pick_list_state", "state"),
        Index("ix_pick_list_wave_id", "wave_id"),
        Index("ix_pick_list_user_id", "user_id"),
        is_one_of("state", ListState),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    pick_no: Mapped[str] = mapped_column(Str(30))
    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"))
    state: Mapped[str] = mapped_column(Str(10), default=ListState.OPEN)
    user_id: Mapped[int | None]
    created_at: Mapped[datetime]
    picked_at: Mapped[datetime | None]
    walk_cm: Mapped[int] = mapped_column(default=0, server_default="0")
    fixed_cm: Mapped[int] = mapped_column(default=0, server_default="0")
    due_at: Mapped[datetime | None]
    is_urgent: Mapped[bool] = mapped_column(Flag, default=False, server_default="0")


class ToteState(StrEnum):
    """A tote of a list: carries or awaits its goods, or was emptied and is anybody's again."""

    IN_USE = "IN_USE"
    EMPTY = "EMPTY"


class ListTote(Base):
    """A tote that a list is picked into: one, the next when it is full, or one for each `cell` of a cart.

    Which units lie in which tote is what stock says: a tote is a place.
    """

    __tablename__ = "pick_list_tote"
    __table_args__ = (
        Index("ix_pick_list_tote_pick_list_id", "pick_list_id"),
        Index("ix_pick_list_tote_tote_id", "tote_id"),
        is_one_of("state", ToteState),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    pick_list_id: Mapped[int] = mapped_column(ForeignKey("pick_list.id"))
    tote_id: Mapped[int] = mapped_column(ForeignKey("location.id"))
    cell: Mapped[int] = mapped_column(default=0)
    state: Mapped[str] = mapped_column(Str(10), default=ToteState.IN_USE)


class PickTask(Base):
    """Take `qty` of one lot at one slot."""

    __tablename__ = "pick_task"
    __table_args__ = (
        CheckConstraint("qty > 0", name="qty"),
        CheckConstraint("qty_picked >= 0 AND qty_picked <= qty", name="picked"),
        Index("ix_pick_task_pick_list_id", "pick_list_id"),
        is_one_of("state", StopState),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    pick_list_id: Mapped[int] = mapped_column(ForeignKey("pick_list.id"))
    seq: Mapped[int]
    stock_id: Mapped[int] = mapped_column(ForeignKey("stock.id"))
    location_id: Mapped[int]
    sku_id: Mapped[int]
    lot_id: Mapped[int]
    qty: Mapped[int]
    qty_picked: Mapped[int] = mapped_column(default=0)
    state: Mapped[str] = mapped_column(Str(10), default=StopState.OPEN)


_UNSEEN = text("closed_at IS NULL")


class ShortPick(Base):
    """A picker found fewer good units than the book says (P15).

    What the book still has there is `qty_kept` from everybody by a promise of this row's, until somebody
    has counted and closed it.
    """

    __tablename__ = "short_pick"
    __table_args__ = (
        CheckConstraint("found >= 0 AND found < wanted", name="found"),
        Index("ix_short_pick_stock_id", "stock_id"),
        Index("ix_short_pick_open", "at", "id", sqlite_where=_UNSEEN, postgresql_where=_UNSEEN),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("pick_task.id"))
    stock_id: Mapped[int] = mapped_column(ForeignKey("stock.id"))
    location_id: Mapped[int]
    sku_id: Mapped[int]
    lot_id: Mapped[int]
    wanted: Mapped[int]
    found: Mapped[int]
    qty_kept: Mapped[int]
    reason: Mapped[str] = mapped_column(Str(20))
    by: Mapped[str] = mapped_column(Str(80))
    at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str] = mapped_column(Str(80), default="")
    closed_reason: Mapped[str] = mapped_column(Str(20), default="", server_default="")


class Kept(Promise):
    """Stock nobody is sent to, because a picker did not find it: `owner_id` is the short pick's."""

    __mapper_args__ = {"polymorphic_identity": "SHORT"}  # noqa: RUF012


PICK_LIST = Lifecycle(
    "PK",
    PickList,
    {
        "take": ({ListState.OPEN, ListState.TAKEN}, ListState.TAKEN),
        "give_back": ({ListState.TAKEN}, ListState.OPEN),
        "drop": ({ListState.TAKEN}, ListState.DONE),
        "empty": ({ListState.TAKEN, ListState.DONE}, ListState.EMPTY),
        "refill": ({ListState.EMPTY}, ListState.DONE),
        "cancel": ({ListState.OPEN, ListState.TAKEN}, ListState.CANCELLED),
    },
    begins={ListState.OPEN},
    number="pick_no",
    refusal="E-PCK-05",
)

STOP = Lifecycle(
    "",
    PickTask,
    {
        "pick": ({StopState.OPEN}, StopState.DONE),
        "unpick": ({StopState.DONE, StopState.OPEN}, StopState.OPEN),
        "short": ({StopState.OPEN}, StopState.SHORT),
        "cancel": ({StopState.OPEN}, StopState.CANCELLED),
    },
    begins={StopState.OPEN},
    refusal="E-INT-01",
)
"""A stop's history is the ledger's: each pick is a movement."""

LIST_TOTE = Lifecycle(
    "",
    ListTote,
    {"empty": ({ToteState.IN_USE}, ToteState.EMPTY)},
    begins={ToteState.IN_USE},
    refusal="E-TOT-01",
)
"""Where goods lie is the ledger's story; this says whose tote it is."""
