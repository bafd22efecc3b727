"""Labels that came for an order and cannot be printed: the order waits (P19).

While one stands, nothing goes out under a number of the station's own: until the carrier's label comes anew,
or somebody decides, with a reason, that the station draws its own.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from station.ground.db import STRICT, Base, Str, is_one_of
from station.ground.documents.history import record
from station.ground.documents.lifecycle import Lifecycle
from station.ground.work import Work


class RefusalState(StrEnum):
    """What became of a label that could not be printed."""

    OPEN = "OPEN"
    REPLACED = "REPLACED"
    OVERRULED = "OVERRULED"


class LabelRefusal(Base):
    """The newest label of an order that could not be printed: `why` is one English sentence, which
    `printers.reasons` has in Chinese.
    """

    __tablename__ = "label_refusal"
    __table_args__ = (UniqueConstraint("order_id"), is_one_of("state", RefusalState), STRICT)

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("delivery_order.id"))
    order_no: Mapped[str] = mapped_column(Str(30))
    state: Mapped[str] = mapped_column(Str(16))
    waybill_no: Mapped[str] = mapped_column(Str(60))
    format: Mapped[str] = mapped_column(Str(10))
    why: Mapped[str] = mapped_column(Str(200))
    refused_at: Mapped[datetime]


_S = RefusalState

LABEL_REFUSAL = Lifecycle(
    "LR",
    LabelRefusal,
    {
        "refuse": ({_S.OPEN, _S.REPLACED, _S.OVERRULED}, _S.OPEN),
        "replace": ({_S.OPEN, _S.OVERRULED}, _S.REPLACED),
        "overrule": ({_S.OPEN}, _S.OVERRULED),
    },
    begins={_S.OPEN},
    number="order_no",
)


def of_order(tx: Session, order_id: int) -> LabelRefusal | None:
    """The label of the order that could not be printed, whatever became of it."""
    return tx.scalars(select(LabelRefusal).where(LabelRefusal.order_id == order_id)).first()


def standing(tx: Session, order_id: int) -> LabelRefusal | None:
    """The refused label for which the order waits; None when it does not."""
    known = of_order(tx, order_id)
    return known if known is not None and known.state == _S.OPEN else None


def note(work: Work, order_id: int, order_no: str, waybill_no: str, kind: str, why: str) -> None:
    """A label came for the order and cannot be printed."""
    known = of_order(work.tx, order_id)
    facts: dict[str, Any] = {
        "waybill_no": waybill_no[:60],
        "format": kind[:10],
        "why": why[:200],
        "refused_at": work.now,
    }
    if known is None:
        known = LabelRefusal(order_id=order_id, order_no=order_no, state=_S.OPEN, **facts)
        work.tx.add(known)
        work.tx.flush()
        record(work, "LR", order_no, "refuse", old="", new=_S.OPEN, detail={"why": why[:200]})
    else:
        LABEL_REFUSAL.move(work, known, "refuse", detail={"why": why[:200]}, **facts)


def replaced(work: Work, order_id: int) -> bool:
    """A label that can be printed came; whether one stood that could not."""
    known = of_order(work.tx, order_id)
    if known is None or known.state == _S.REPLACED:
        return False
    was_open = known.state == _S.OPEN
    LABEL_REFUSAL.move(work, known, "replace")
    return was_open


def overrule(work: Work, refusal: LabelRefusal, reason: str) -> None:
    """A person decided that the station draws its own label, with a number of its own."""
    LABEL_REFUSAL.move(work, refusal, "overrule", detail={"reason": reason})
