"""What a gift label on a unit says: all that other processes know of gifts (S-09)."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from station.ground.words.messages import Refused
from station.inbound.gifts.models import GiftLabel, GiftLabelState


def article(tx: Session, label_no: str) -> int:
    """The article of the unit that bears this label; E-GFT-05 for a label that is on no unit."""
    label = tx.scalars(select(GiftLabel).where(GiftLabel.label_no == label_no)).first()
    if label is None or label.state != GiftLabelState.APPLIED:
        raise Refused("E-GFT-05", st=label.state if label else "—")
    return label.sku_id
