"""赠品登记本/领取本: what gifts came in, what left, and what is left (S-07, S-10, §8)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, aliased

from printers import documents as paper
from station.catalog.models import Sku, Supplier
from station.ground.scan.kit.choice import Reason
from station.ground.words.messages import say
from station.inbound.gifts.issuing import DOC, PURPOSES
from station.inbound.gifts.models import EntryState, GiftEntry, GiftIssue, GiftLabel
from station.people.models import User
from station.settings import Settings
from station.stock.models import VIRTUAL, Location, Lot, Movement

MOST_ROWS = 500
"""Of one book; for more choose fewer days."""
_GONE = {"SCRAP": "L-QUA-SCRAP", "SUPPLIER": "L-QUA-RETURN", "ADJUST": "L-LOC-ADJUST"}
_from, _to = aliased(Location), aliased(Location)


@dataclass(frozen=True, slots=True)
class Period:
    """Days of the warehouse, both included."""

    since: date
    until: date

    def bounds(self, settings: Settings) -> tuple[datetime, datetime]:
        """The instants it lies between."""
        begin = datetime.combine(self.since, time(), settings.zone)
        return begin, datetime.combine(self.until + timedelta(days=1), time(), settings.zone)


def of(tx: Session, period: Period, settings: Settings) -> list[paper.GiftLine]:
    """A row for everything that came in or left on these days, in order of time; `balance_qty` is what the
    house has left of that gift's entry then. At most MOST_ROWS and one more.
    """
    begin, end = period.bounds(settings)
    moves = _moves(tx, begin, end)
    lots = sorted({move.lot_id for move in moves})
    entries = {entry.lot_id: entry for entry in _entries(tx, lots)}
    taken = _taken(tx, [move.doc_no for move in moves if move.doc_type == DOC])
    labels = _labels(tx, [entry.id for entry in entries.values()])
    left = _left_before(tx, lots, begin)
    rows = []
    for move in moves:
        entry = entries[move.lot_id]
        comes = move.source_kind in VIRTUAL
        left[move.lot_id] += move.qty if comes else -move.qty
        day = f"{move.at.astimezone(settings.zone):%Y-%m-%d}"
        known = {"balance_qty": left[move.lot_id], "product_name": entry.name_zh, "qty": 0}
        if comes and move.doc_no == entry.entry_no:
            known |= _came(entry, day, labels.get(entry.id, ("", "")))
        elif comes:
            known |= {
                "entered_on": day,
                "qty": move.qty,
                "registrar_name": move.actor,
                "issued_for": move.doc_no,
            }
        else:
            known |= _went(move, day, taken.get((move.doc_no, move.lot_id)))
        rows.append(paper.GiftLine(**known))
    return rows


def _came(entry: Any, day: str, labels: tuple[str, str]) -> dict[str, Any]:
    return {
        "entered_on": day,
        "supplier_name": entry.supplier,
        "qty": entry.qty,
        "produced_on": str(entry.produced_on or ""),
        "expires_on": str(entry.expires_on or ""),
        "registrar_name": entry.registered_by,
        "label_from": labels[0],
        "label_to": labels[1],
    }


def _went(move: Any, day: str, issue: Any) -> dict[str, Any]:
    """Given out against a signature, sent with an order, thrown away, or sent back."""
    left = {"issued_on": day, "issued_qty": move.qty}
    if issue is not None:
        why = f"{say(_label(issue.purpose))['zh']} {issue.note}".strip()
        return left | {"recipient_name": issue.taker, "issued_for": f"{why} {move.doc_no}"}
    word = say(_GONE[move.target_kind])["zh"] if move.target_kind in _GONE else ""
    return left | {"recipient_name": move.actor, "issued_for": f"{word} {move.doc_no}".strip()}


def _label(purpose: str) -> str:
    reason: Reason = next((one for one in PURPOSES if one.name == purpose), PURPOSES[-1])
    return reason.label


def _crossing() -> Any:
    """Bookings of gift lots into the house or out of it."""
    return (
        select(
            Movement.id, Movement.at, Movement.lot_id, Movement.qty, Movement.doc_type, Movement.doc_no,
            func.coalesce(User.name, "").label("actor"), _from.kind.label("source_kind"),
            _to.kind.label("target_kind"),
        )
        .join(GiftEntry, GiftEntry.lot_id == Movement.lot_id)
        .outerjoin(User, User.id == Movement.user_id)
        .join(_from, _from.id == Movement.from_location_id)
        .join(_to, _to.id == Movement.to_location_id)
        .where(
            GiftEntry.state == EntryState.SHELVED,
            Movement.sku_id == GiftEntry.sku_id,
            or_(_from.kind.in_(sorted(VIRTUAL)), _to.kind.in_(sorted(VIRTUAL))),
        )
    )  # fmt: skip


def _moves(tx: Session, begin: datetime, end: datetime) -> Sequence[Any]:
    query = _crossing().where(Movement.at >= begin, Movement.at < end)
    return tx.execute(query.order_by(Movement.id).limit(MOST_ROWS + 1)).all()


def _left_before(tx: Session, lots: Sequence[int], begin: datetime) -> defaultdict[int, int]:
    """EACH of each lot that were in the house when the days began."""
    left: defaultdict[int, int] = defaultdict(int)
    for move in tx.execute(_crossing().where(Movement.lot_id.in_(lots), Movement.at < begin)):
        left[move.lot_id] += move.qty if move.source_kind in VIRTUAL else -move.qty
    return left


def _entries(tx: Session, lots: Sequence[int]) -> Sequence[Any]:
    return tx.execute(
        select(
            GiftEntry.id, GiftEntry.entry_no, GiftEntry.lot_id, GiftEntry.qty, GiftEntry.registered_by,
            Supplier.name.label("supplier"), Sku.name_zh, Lot.produced_on, Lot.expires_on,
        )
        .join(Supplier, Supplier.id == GiftEntry.supplier_id)
        .join(Sku, Sku.id == GiftEntry.sku_id)
        .join(Lot, Lot.id == GiftEntry.lot_id)
        .where(GiftEntry.lot_id.in_(lots))
    ).all()  # fmt: skip


def _taken(tx: Session, numbers: Sequence[str]) -> dict[tuple[str, int], Any]:
    rows = tx.execute(
        select(
            GiftIssue.issue_no, GiftIssue.lot_id, GiftIssue.taker, GiftIssue.purpose, GiftIssue.note
        ).where(GiftIssue.issue_no.in_(sorted(set(numbers))))
    )
    return {(row.issue_no, row.lot_id): row for row in rows}


def _labels(tx: Session, entries: Sequence[int]) -> dict[int, tuple[str, str]]:
    """First and last label of each entry."""
    rows = tx.execute(
        select(GiftLabel.entry_id, func.min(GiftLabel.label_no), func.max(GiftLabel.label_no))
        .where(GiftLabel.entry_id.in_(entries))
        .group_by(GiftLabel.entry_id)
    )
    return {row[0]: (row[1], row[2]) for row in rows}
