"""Waves at a sort wall, and the cells of their orders (P16)."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from station.ground.db import STRICT, Base, Str, is_one_of
from station.ground.documents.lifecycle import Lifecycle


class SortingState(StrEnum):
    """Goods are put into cells; or all were, and what lacked is being brought."""

    OPEN = "OPEN"
    CLOSED = "CLOSED"


class CellState(StrEnum):
    """A cell is one order's; or anybody's again."""

    BOUND = "BOUND"
    FREE = "FREE"


class Sorting(Base):
    """One wave at one wall. Anybody may sort at it: who has what in hand is said by their runs alone."""

    __tablename__ = "sorting"
    __table_args__ = (
        UniqueConstraint("wave_id"),
        Index("ix_sorting_state", "state"),
        is_one_of("state", SortingState),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    wave_id: Mapped[int] = mapped_column(ForeignKey("wave.id"))
    wave_no: Mapped[str] = mapped_column(Str(30))
    wall: Mapped[str] = mapped_column(Str(40))
    state: Mapped[str] = mapped_column(Str(10), default=SortingState.OPEN)
    begun_at: Mapped[datetime]
    begun_by: Mapped[str] = mapped_column(Str(80))
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str] = mapped_column(Str(80), default="", server_default="")


_BOUND = text("state = 'BOUND'")


class SortCell(Base):
    """A wall cell in which one order's goods are gathered; an order that is too big for one has several.

    Which units lie in it is what stock says: a cell is a place.
    """

    __tablename__ = "sort_cell"
    __table_args__ = (
        Index("ix_sort_cell_order_id", "order_id"),
        Index("ix_sort_cell_sorting_id", "sorting_id"),
        Index("uq_sort_cell_bound", "location_id", unique=True, sqlite_where=_BOUND, postgresql_where=_BOUND),
        is_one_of("state", CellState),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    sorting_id: Mapped[int] = mapped_column(ForeignKey("sorting.id"))
    order_id: Mapped[int] = mapped_column(ForeignKey("delivery_order.id"))
    location_id: Mapped[int] = mapped_column(ForeignKey("location.id"))
    state: Mapped[str] = mapped_column(Str(10), default=CellState.BOUND)


SORTING = Lifecycle(
    "SRT",
    Sorting,
    {"close": ({SortingState.OPEN}, SortingState.CLOSED)},
    begins={SortingState.OPEN},
    number="wave_no",
    refusal="E-SRT-05",
)

SORT_CELL = Lifecycle(
    "",
    SortCell,
    {"free": ({CellState.BOUND}, CellState.FREE)},
    begins={CellState.BOUND},
    refusal="E-SRT-05",
)
"""What lies in a cell is the ledger's story; this says whose cell it is."""
