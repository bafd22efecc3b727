"""Making and changing articles: one rule for the ERP's messages, for files and for the form at the desk.

The newest word counts, whoever says it. Who says only a part changes only that part; a whole article from
the ERP replaces what the office knows of it. Barcodes that somebody bound at the desk stay until they are
taken off there. What changed is in the article's history (SK).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from station.catalog.models import Sku, SkuBarcode
from station.ground.db import table
from station.ground.documents.history import History
from station.ground.scan import spellings
from station.ground.scan.cleaning import clean
from station.ground.setup.section import How
from station.ground.work import Work

FIELDS: Mapping[str, Any] = {
    "name_zh": "",
    "name_en": "",
    "spec": "",
    "unit": "件",
    "inner_qty": 0,
    "case_qty": 1,
    "gross_g": 0,
    "volume_cm3": 0,
    "is_valuable": False,
    "is_serial": False,
    "is_lot": False,
    "lot_regex": "",
    "is_shelf_life": False,
    "shelf_life_n": None,
    "shelf_life_unit": "D",
    "reject_days": None,
    "lockup_days": None,
    "advent_days": None,
    "abc": "B",
    "goods_class": "",
    "item_type": "NORMAL",
    "price_fen": None,
    "is_active": True,
}
"""Every field that somebody may say, with what a new article has when nobody says it."""
LEVELS = ("EACH", "INNER", "CASE")
MISSING = "E-ERP-07"
"""Something that an article must have is not said of it."""
AT_ONCE = 500


class Barcode(NamedTuple):
    """A barcode, its level, and how many EACH one scan of it means."""

    code: str
    level: str
    qty: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """An article as it is wanted: the fields that are said, and its barcodes of `levels`, which replace those
    that the office gave at these levels. `inner_per_case` inner packs make a case; None says nothing of it.
    """

    code: str
    values: Mapping[str, Any]
    barcodes: Sequence[Barcode] = ()
    levels: frozenset[str] = frozenset()
    inner_per_case: int | None = None


@dataclass(slots=True)
class Change:
    """What is done to one article, or would be: field → (before, after)."""

    code: str
    how: How | None = None
    fields: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    added: list[Barcode] = field(default_factory=list)
    removed: list[Barcode] = field(default_factory=list)

    @property
    def words(self) -> str:
        """What changed, for the history and for whoever looks at a rehearsal."""
        said = [f"{name} {_shown(old)} → {_shown(new)}" for name, (old, new) in self.fields.items()]
        said += [f"+ {code} {level} ×{qty}" for code, level, qty in self.added]
        said += [f"− {code} {level} ×{qty}" for code, level, qty in self.removed]
        return "; ".join(said)


def faults(tx: Session, wanted: Sequence[Wanted]) -> dict[int, tuple[str, str]]:
    """What cannot be, by its place: (code of the reasons, field). E-ERP-07 a new article without a name or
    a dated one without a shelf life, E-ERP-25 a case that does not divide into its inner packs.
    """
    known = _known(tx, [one.code for one in wanted])
    found: dict[int, tuple[str, str]] = {}
    for at, one in enumerate(wanted):
        row = known.get(one.code)
        values = (_values(row) if row is not None else dict(FIELDS)) | dict(one.values)
        if not values["name_zh"]:
            found[at] = ("E-ERP-07", "name_zh")
        elif values["is_shelf_life"] and not values["shelf_life_n"]:
            found[at] = ("E-ERP-07", "shelf_life_n")
        elif _inner(values, one) is None:
            found[at] = ("E-ERP-25", "inner_per_case")
    return found


def take(work: Work, wanted: Sequence[Wanted], *, rehearse: bool = False) -> list[Change]:
    """Bring the articles to what is said of them; one change each, in order. `faults` were asked before.

    A rehearsal only tells. Lots keep their dates when a shelf life changes (P10).
    """
    tx = work.tx
    known = _known(tx, [one.code for one in wanted])
    barcodes = _barcodes(tx, [row.id for row in known.values()])
    changes = [_change(one, known.get(one.code), barcodes) for one in wanted]
    if rehearse:
        return changes
    _write_fields(tx, wanted, changes, known)
    ids = {code: row.id for code, row in _known(tx, [one.code for one in wanted]).items()}
    _write_barcodes(tx, changes, ids)
    told = [change for change in changes if change.how is How.CHANGED]
    if told:
        rows = [_history(work, change.code, "change", change.words) for change in told]
        tx.connection().execute(table(History).insert(), rows)
    return changes


def _change(one: Wanted, row: Any, barcodes: Mapping[int, list[Any]]) -> Change:
    before = _values(row) if row is not None else dict(FIELDS)
    after = before | dict(one.values)
    after["inner_qty"] = _inner(after, one) or 0
    change = Change(one.code)
    there = barcodes.get(row.id, []) if row is not None else []
    _compare_barcodes(change, one, after, there)
    if row is None:
        change.how = How.NEW
        change.fields = {
            name: ("", value) for name, value in after.items() if value != FIELDS[name] or name == "name_zh"
        }
        return change
    change.fields = {name: (before[name], after[name]) for name in FIELDS if before[name] != after[name]}
    if change.fields or change.added or change.removed:
        change.how = How.CHANGED
    return change


def _inner(values: Mapping[str, Any], one: Wanted) -> int | None:
    """EACH in an inner pack after what is said; None when a case does not divide into its packs."""
    case = values["case_qty"]
    if one.inner_per_case is not None:
        return (
            None
            if one.inner_per_case and case % one.inner_per_case
            else case // (one.inner_per_case or case + 1)
        )
    inner: int = values["inner_qty"]
    return None if inner and case % inner else inner


def _compare_barcodes(change: Change, one: Wanted, values: Mapping[str, Any], there: Sequence[Any]) -> None:
    """What of the office's barcodes goes and comes. A level of which nothing is said keeps its codes, with
    the quantity that a pack has now.
    """
    wanted = {barcode.code: barcode for barcode in map(_as_scanned, one.barcodes)}
    qty = {"INNER": values["inner_qty"] or 1, "CASE": values["case_qty"]}
    for row in there:
        is_said = row.code in wanted
        if is_said or row.bound_by or row.level in one.levels:
            continue
        if row.level in qty and row.qty_each != qty[row.level] and _says_packs(one):
            wanted[row.code] = Barcode(row.code, row.level, qty[row.level])
    for row in there:
        old = Barcode(row.code, row.level, row.qty_each)
        if row.code in wanted:
            if wanted[row.code] != old:
                change.removed.append(old)
        elif row.level in one.levels and not row.bound_by:
            change.removed.append(old)
    known = {Barcode(row.code, row.level, row.qty_each) for row in there}
    change.added += [barcode for barcode in wanted.values() if barcode not in known]


def _as_scanned(barcode: Barcode) -> Barcode:
    """The code as a scanner sends it, whoever wrote it down with blanks, dashes or full-width figures."""
    return barcode._replace(code=spellings.canonical(clean(barcode.code)[0]) or barcode.code)


def _says_packs(one: Wanted) -> bool:
    return "case_qty" in one.values or one.inner_per_case is not None


def _write_fields(
    tx: Session, wanted: Sequence[Wanted], changes: Sequence[Change], known: Mapping[str, Any]
) -> None:
    made, changed = [], []
    for one, change in zip(wanted, changes, strict=True):
        row = known.get(one.code)
        after = (_values(row) if row is not None else dict(FIELDS)) | {
            name: new for name, (_old, new) in change.fields.items()
        }
        if row is None:
            made.append({"code": one.code, "min_qty": 0, "max_qty": 0, **after})
        elif change.fields:
            changed.append({"b_id": row.id, **after})
    if made:
        tx.connection().execute(insert(table(Sku)), made)
    if changed:
        statement = update(table(Sku)).where(table(Sku).c.id == bindparam("b_id"))
        tx.connection().execute(statement.values({name: bindparam(name) for name in FIELDS}), changed)


def _write_barcodes(tx: Session, changes: Sequence[Change], ids: Mapping[str, int]) -> None:
    rows = table(SkuBarcode)
    gone = [
        {"b_sku": ids[change.code], "b_code": barcode.code}
        for change in changes
        for barcode in change.removed
    ]
    if gone:
        statement = delete(rows).where(
            rows.c.sku_id == bindparam("b_sku"), rows.c.code == bindparam("b_code")
        )
        tx.connection().execute(statement, gone)
    new = [
        {
            "code": barcode.code,
            "sku_id": ids[change.code],
            "level": barcode.level,
            "qty_each": barcode.qty,
            "bound_by": "",
        }
        for change in changes
        for barcode in change.added
    ]
    if new:
        tx.connection().execute(insert(rows), new)


def _known(tx: Session, codes: Iterable[str]) -> dict[str, Any]:
    rows, wanted = table(Sku), sorted(set(codes))
    found: dict[str, Any] = {}
    for start in range(0, len(wanted), AT_ONCE):
        query = select(rows).where(rows.c.code.in_(wanted[start : start + AT_ONCE]))
        found |= {row.code: row for row in tx.connection().execute(query)}
    return found


def _barcodes(tx: Session, ids: Sequence[int]) -> dict[int, list[Any]]:
    rows = table(SkuBarcode)
    found: dict[int, list[Any]] = {}
    for start in range(0, len(ids), AT_ONCE):
        query = select(rows).where(rows.c.sku_id.in_(ids[start : start + AT_ONCE])).order_by(rows.c.id)
        for row in tx.connection().execute(query):
            found.setdefault(row.sku_id, []).append(row)
    return found


def _values(row: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in FIELDS}


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "✔" if value else "–"
    return "–" if value is None or value == "" else str(value)


def _history(work: Work, code: str, event: str, words: str) -> dict[str, Any]:
    return {
        "at": work.now,
        "doc_type": "SK",
        "doc_no": code,
        "event": event,
        "old": "",
        "new": "",
        "actor": work.by.name,
        "detail": {"why": words[:400]},
    }
