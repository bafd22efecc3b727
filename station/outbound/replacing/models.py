"""Orders that wait at a bench for a unit (P17): what was seen of them, where they wait, who brings it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from station.ground.db import STRICT, Base, Json, Str


class Replacement(Base):
    """The walk (`pick_list_id`) that brings `qty` EACH which a bench lacks for one order.

    The order's other goods wait in their totes at the bench `bench_id`. `seen` says how many of each line
    were seen already (line id → EACH); it counts as long as no later list of the order is at a bench and it
    has not more than `parcels` parcels. How far it is, the pick list and the order say.
    """

    __tablename__ = "replacement"
    __table_args__ = (
        Index("ix_replacement_pick_list_id", "pick_list_id"),
        Index("ix_replacement_order_id", "order_id"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    pick_list_id: Mapped[int] = mapped_column(ForeignKey("pick_list.id"))
    order_id: Mapped[int] = mapped_column(ForeignKey("delivery_order.id"))
    bench_id: Mapped[int] = mapped_column(ForeignKey("location.id"))
    qty: Mapped[int]
    parcels: Mapped[int]
    seen: Mapped[Any] = mapped_column(Json, default=dict)
    reason: Mapped[str] = mapped_column(Str(20))
    by: Mapped[str] = mapped_column(Str(80))
    at: Mapped[datetime]
