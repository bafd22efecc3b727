"""Registering gifts, labelling and shelving them (P7, S-07..S-09).

Food passes the same gates as at the dock (`stage1.dates.judge`). What is like something on sale is labelled
without exception, so that nobody sells it by mistake.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from station.catalog import rules as catalog
from station.catalog.models import Supplier
from station.ground.documents.numbers import next_no, next_nos
from station.ground.words.messages import Refused
from station.ground.work import Work
from station.inbound.gifts import documents
from station.inbound.gifts.models import ENTRY, LABEL, EntryState, GiftEntry, GiftLabel, GiftLabelState
from station.paper.sending import print_, seen, withdraw
from station.settings import Settings
from station.stock import ledger, lots, standing
from station.stock.ledger import Place, Posting
from station.stock.models import MovementType, StockStatus
from station.storage import telling
from station.storage.telling import Told

OPEN = (EntryState.LABELLING, EntryState.LABELLED)


@dataclass(frozen=True, slots=True)
class Given:
    """What a supplier gave: `qty` EACH of an article; `allowed`: what a supervisor allowed of its dates.
    `receipt_id`: with which truck it came.
    """

    supplier_id: int
    sku_id: int
    qty: int
    produced_on: date | None = None
    expires_on: date | None = None
    allowed: str = ""
    receipt_id: int | None = None


def supplier(tx: Session, said: str) -> int:
    """The id of the supplier with this code or name; E-GFT-06 when there is none."""
    query = select(Supplier.id).where(or_(Supplier.code == said, Supplier.name == said)).order_by(Supplier.id)
    found = tx.scalars(query.limit(1)).first()
    if found is None:
        raise Refused("E-GFT-06")
    return found


def is_like_one_on_sale(sku: Any) -> bool:
    """Whether the article is sold too: then its gifts must be told apart by their labels (S-09)."""
    return bool(sku.is_active and sku.item_type == "NORMAL")


def register(work: Work, given: Given) -> GiftEntry:
    """Write the gifts down; those that must be labelled get their labels, exactly as many."""
    sku = catalog.sku(work.tx, given.sku_id)
    is_labelled = is_like_one_on_sale(sku)
    lot_id = lots.make(
        work.tx,
        given.sku_id,
        received_on=work.today,
        receipt_id=None,
        produced_on=given.produced_on,
        expires_on=given.expires_on,
    )
    entry = GiftEntry(
        entry_no=next_no(work.tx, ENTRY.doc_type, work.today),
        state=EntryState.LABELLING if is_labelled else EntryState.LABELLED,
        supplier_id=given.supplier_id,
        sku_id=given.sku_id,
        lot_id=lot_id,
        qty=given.qty,
        allowed=given.allowed[:400],
        receipt_id=given.receipt_id,
        registered_at=work.now,
        registered_by=work.by.name,
    )
    work.tx.add(entry)
    work.tx.flush()
    if is_labelled:
        _print(work, entry, given.qty, is_again=False)
    return entry


def _print(work: Work, entry: GiftEntry, many: int, *, is_again: bool) -> None:
    for number in _numbers(work, many):
        label = GiftLabel(
            label_no=number,
            entry_id=entry.id,
            sku_id=entry.sku_id,
            state=GiftLabelState.PRINTED,
            is_again=is_again,
        )
        work.tx.add(label)
        entry.labels += 1
        paper = documents.gift_label(work.tx, entry, number)
        print_(work, paper, LABEL.doc_type, number, batch=entry.entry_no)
    work.tx.flush()


def _numbers(work: Work, many: int) -> list[str]:
    first = next_no(work.tx, LABEL.doc_type, work.today)
    return [first, *(next_nos(work.tx, LABEL.doc_type, work.today, many - 1) if many > 1 else ())]


def entry(tx: Session, entry_id: int) -> GiftEntry:
    """The entry with this id."""
    return tx.get_one(GiftEntry, entry_id, populate_existing=True)


def entry_of(tx: Session, label_no: str) -> GiftEntry:
    """The entry that a label was printed for; E-GFT-05 when it is nobody's."""
    label = _label(tx, label_no)
    return entry(tx, label.entry_id)


def _label(tx: Session, label_no: str) -> GiftLabel:
    label = tx.scalars(select(GiftLabel).where(GiftLabel.label_no == label_no)).first()
    if label is None:
        raise Refused("E-GFT-05", st="—")
    return label


def next_open(tx: Session) -> GiftEntry | None:
    """The oldest entry whose gifts do not lie in their area yet."""
    query = select(GiftEntry).where(GiftEntry.state.in_(OPEN)).order_by(GiftEntry.id)
    return tx.scalars(query.limit(1)).first()


def open_entries(tx: Session, limit: int) -> list[Any]:
    """Entries whose gifts do not lie in their area yet, the oldest first."""
    return list(
        tx.scalars(select(GiftEntry).where(GiftEntry.state.in_(OPEN)).order_by(GiftEntry.id).limit(limit))
    )


def count_open(tx: Session, _settings: Settings | None = None) -> int:
    """How many entries' gifts do not lie in their area yet."""
    query = select(func.count()).select_from(GiftEntry).where(GiftEntry.state.in_(OPEN))
    return tx.scalar(query) or 0


def in_hand(tx: Session, entry_id: int) -> int:
    """Labels of an entry that are printed and on no gift yet."""
    of_it = (GiftLabel.entry_id == entry_id, GiftLabel.state == GiftLabelState.PRINTED)
    return tx.scalar(select(func.count()).select_from(GiftLabel).where(*of_it)) or 0


def next_label(tx: Session, entry_id: int) -> str:
    """The first label of an entry that is on no gift yet; empty when all are."""
    of_it = (GiftLabel.entry_id == entry_id, GiftLabel.state == GiftLabelState.PRINTED)
    return tx.scalars(select(GiftLabel.label_no).where(*of_it).order_by(GiftLabel.id).limit(1)).first() or ""


def stick(work: Work, entry: GiftEntry, label_no: str) -> int:
    """The label is on a gift; how many are left. E-GFT-05 for one that is stuck or spoilt already, E-GFT-01
    for one of another entry. With the last one the entry is labelled.
    """
    label = _label(work.tx, label_no)
    if label.entry_id != entry.id:
        raise Refused("E-GFT-01")
    LABEL.move(work, label, "stick")
    seen(work, LABEL.doc_type, label_no)
    left = in_hand(work.tx, entry.id)
    if not left:
        ENTRY.move(work, entry, "label")
    return left


def spoil(work: Work, entry: GiftEntry, label_no: str) -> None:
    """The label is torn or lost: it counts no more (I13), and another one is printed for its gift."""
    label = _label(work.tx, label_no)
    if label.entry_id != entry.id:
        raise Refused("E-GFT-01")
    if entry.state != EntryState.LABELLING:
        raise Refused("E-GFT-04", st=entry.state)
    LABEL.move(work, label, "spoil")
    withdraw(work, LABEL.doc_type, label_no, "SPOILED")
    _print(work, entry, 1, is_again=True)


def check_all_stuck(tx: Session, entry: GiftEntry) -> None:
    """E-GFT-01 while labels are left: there are fewer gifts than labels, or one was not scanned."""
    if in_hand(tx, entry.id):
        raise Refused("E-GFT-01")


def cancel(work: Work, entry: GiftEntry, reason: str) -> None:
    """The entry was a mistake: all its labels are void, nothing became stock."""
    ENTRY.move(work, entry, "cancel", detail={"reason": reason})
    of_it = (GiftLabel.entry_id == entry.id, GiftLabel.state != GiftLabelState.SPOILED)
    for label in work.tx.scalars(select(GiftLabel).where(*of_it).order_by(GiftLabel.id)).all():
        LABEL.move(work, label, "spoil")
        withdraw(work, LABEL.doc_type, label.label_no, "CANCELLED")


def shelve(work: Work, entry: GiftEntry, place: Any) -> None:
    """The gifts lie in the gift area and are stock from now on, and the office hears of it.

    E-GFT-02 anywhere else.
    """
    ENTRY.move(work, entry, "shelve")
    goods = standing.goods_of(work, entry.sku_id, entry.lot_id, entry.qty, StockStatus.GIFT)
    standing.check_stand(work, goods, place.id)
    source, target = Place(ledger.SUPPLIER, StockStatus.GIFT), Place(place.id, StockStatus.GIFT)
    what = (MovementType.GIFT, entry.sku_id, entry.lot_id, entry.qty, source, target)
    ledger.post(work, Posting(*what, ENTRY.doc_type, entry.entry_no, f"{ENTRY.doc_type}:{entry.id}"))
    told = Told(entry.sku_id, entry.lot_id, entry.qty, StockStatus.GIFT, StockStatus.GIFT)
    telling.tell(work, entry.entry_no, entry.entry_no, "COUNT", "GIFT", [told])
