"""The gift books: what came in, which labels were used, who took what for what (S-07, S-10)."""

from __future__ import annotations

from sqlalchemy import func, select

from station.catalog.models import Sku, Supplier
from station.ground.registers.filters import Days, Number, State
from station.ground.registers.kinds import DAY, INSTANT, QUANTITY, STATE, Label
from station.ground.registers.register import Col, Register
from station.ground.web.desk import DESK
from station.inbound.gifts.models import EntryState, GiftEntry, GiftIssue, GiftLabel, GiftLabelState
from station.inbound.gifts.rules import OPEN
from station.stock.models import Location, Lot


def _labels(state: GiftLabelState) -> object:
    """How many labels of an entry are in a state."""
    of_it = (GiftLabel.entry_id == GiftEntry.id, GiftLabel.state == state)
    return select(func.count()).select_from(GiftLabel).where(*of_it).correlate(GiftEntry).scalar_subquery()


GIFTS = Register(
    name="gifts",
    title="Gift register",
    path="gifts",
    query=select(
        GiftEntry.entry_no,
        GiftEntry.state,
        GiftEntry.registered_at,
        Supplier.name,
        Sku.name_zh,
        GiftEntry.qty,
        Lot.produced_on,
        Lot.expires_on,
        GiftEntry.labels,
        _labels(GiftLabelState.APPLIED).label("used"),  # type: ignore[attr-defined]
        _labels(GiftLabelState.SPOILED).label("spoilt"),  # type: ignore[attr-defined]
        GiftEntry.registered_by,
    )
    .join(Supplier, Supplier.id == GiftEntry.supplier_id)
    .join(Sku, Sku.id == GiftEntry.sku_id)
    .join(Lot, Lot.id == GiftEntry.lot_id),
    key=GiftEntry.id,
    newest=GiftEntry.registered_at,
    columns=(
        Col("entry_no", "Number", share=14),
        Col("state", "State", STATE),
        Col("registered_at", "Time", INSTANT),
        Col("name", "Supplier", share=14),
        Col("name_zh", "Name", share=14),
        Col("qty", "Quantity", QUANTITY, share=7),
        Col("produced_on", "Produced", DAY),
        Col("expires_on", "Expires", DAY),
        Col("labels", "Labels printed", QUANTITY, share=7),
        Col("used", "Labels used", QUANTITY, share=7),
        Col("spoilt", "Labels spoilt", QUANTITY, share=7),
        Col("registered_by", "Who"),
    ),
    filters=(
        Days(GiftEntry.registered_at),
        State(GiftEntry.state, tuple(EntryState), open=frozenset(OPEN)),
        Number(GiftEntry.entry_no, GiftEntry.registered_by),
    ),
    roles=DESK,
)
GIFT_LABELS = Register(
    name="gift-labels",
    title="Gift labels",
    path="gift-labels",
    query=select(
        GiftLabel.label_no, GiftLabel.state, GiftEntry.entry_no, Sku.name_zh, GiftEntry.registered_at
    )
    .join(GiftEntry, GiftEntry.id == GiftLabel.entry_id)
    .join(Sku, Sku.id == GiftLabel.sku_id),
    key=GiftLabel.id,
    columns=(
        Col("label_no", "Label", share=16),
        Col("state", "State", STATE),
        Col("entry_no", "Gift register", share=16),
        Col("name_zh", "Name", share=20),
        Col("registered_at", "Time", INSTANT),
    ),
    filters=(
        State(GiftLabel.state, tuple(GiftLabelState), open=frozenset({GiftLabelState.PRINTED})),
        Number(GiftLabel.label_no),
    ),
    roles=DESK,
)
GIFT_ISSUES = Register(
    name="gift-issues",
    title="Gift issue book",
    path="gift-issues",
    query=select(
        GiftIssue.issue_no,
        GiftIssue.at,
        Sku.name_zh,
        GiftIssue.qty,
        Lot.expires_on,
        Location.code.label("place"),
        GiftIssue.purpose,
        GiftIssue.note,
        GiftIssue.taker,
        GiftIssue.keeper,
    )
    .join(Sku, Sku.id == GiftIssue.sku_id)
    .join(Lot, Lot.id == GiftIssue.lot_id)
    .join(Location, Location.id == GiftIssue.location_id),
    key=GiftIssue.id,
    newest=GiftIssue.at,
    columns=(
        Col("issue_no", "Number", share=14),
        Col("at", "Time", INSTANT),
        Col("name_zh", "Name", share=16),
        Col("qty", "Quantity", QUANTITY, share=7),
        Col("expires_on", "Expires", DAY),
        Col("place", "Slot"),
        Col("purpose", "Reason", Label(prefix="L-GFT-")),
        Col("note", "Note", share=14),
        Col("taker", "Taken by"),
        Col("keeper", "Who"),
    ),
    filters=(Days(GiftIssue.at), Number(GiftIssue.issue_no, GiftIssue.note, GiftIssue.taker)),
    roles=DESK,
)
