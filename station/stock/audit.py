"""The checker behind ``station check``: the invariants I1–I14 over a whole database.

Each check is a query for rows that break its rule; an empty answer is a proof for this database. Those
whose process does not exist yet say so instead of pretending.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy import text
from sqlalchemy.orm import Session

LIMIT = 20
"""Violations shown per invariant."""


@dataclass
class Finding:
    """What one invariant's check found; `violations` are sentences, `note` says what was looked at."""

    code: str
    title: str
    violations: list[str] = field(default_factory=list)
    note: str = ""
    is_empty: bool = False


_BALANCE = """
WITH moves AS (
  SELECT sku_id, lot_id, to_location_id AS loc, to_status AS status, to_hu_id AS hu, qty FROM movement
  UNION ALL
  SELECT sku_id, lot_id, from_location_id, from_status, from_hu_id, -qty FROM movement
), ledger AS (
  SELECT sku_id, lot_id, loc, status, hu, SUM(qty) AS qty FROM moves
  JOIN location l ON l.id = loc AND l.kind NOT IN ('SUPPLIER', 'CUSTOMER', 'ADJUST', 'SCRAP')
  GROUP BY sku_id, lot_id, loc, status, hu
), book AS (
  SELECT sku_id, lot_id, location_id AS loc, status, hu_id AS hu, on_hand AS qty FROM stock
)
SELECT COALESCE(b.sku_id, l.sku_id) AS sku, COALESCE(b.lot_id, l.lot_id) AS lot,
       COALESCE(b.loc, l.loc) AS loc, COALESCE(b.qty, 0) AS on_hand, COALESCE(l.qty, 0) AS ledger
FROM book b FULL OUTER JOIN ledger l
  ON b.sku_id = l.sku_id AND b.lot_id = l.lot_id AND b.loc = l.loc AND b.status = l.status AND b.hu = l.hu
WHERE COALESCE(b.qty, 0) <> COALESCE(l.qty, 0)
"""

_CONSERVED = """
WITH ends AS (
  SELECT sku_id, lot_id, qty, to_location_id AS loc FROM movement
  UNION ALL SELECT sku_id, lot_id, -qty, from_location_id FROM movement
)
SELECT e.sku_id AS sku, e.lot_id AS lot, SUM(e.qty) AS total FROM ends e
LEFT JOIN location l ON l.id = e.loc WHERE l.id IS NOT NULL
GROUP BY e.sku_id, e.lot_id HAVING SUM(e.qty) <> 0
"""

_PROMISED = """
SELECT s.id AS stock, s.allocated AS allocated, COALESCE(SUM(a.qty - a.qty_picked), 0) AS promised
FROM stock s LEFT JOIN allocation a ON a.stock_id = s.id AND a.state = 'OPEN'
GROUP BY s.id, s.allocated HAVING s.allocated <> COALESCE(SUM(a.qty - a.qty_picked), 0)
"""

_YOUNGER_FIRST = """
SELECT a.id AS allocation, o.order_no AS order_no, older.id AS older_lot
FROM allocation a
JOIN order_line ol ON ol.id = a.order_line_id
JOIN delivery_order o ON o.id = ol.order_id
JOIN lot mine ON mine.id = a.lot_id
JOIN lot older ON older.sku_id = mine.sku_id AND older.id <> mine.id
JOIN stock s ON s.lot_id = older.id AND s.status = 'GOOD' AND s.on_hand > s.allocated
JOIN location l ON l.id = s.location_id AND l.kind IN ('PICK', 'RSV', 'NEW', 'VAULT') AND l.state = 'OPEN'
WHERE a.state <> 'RELEASED' AND a.age_override = '' AND ol.is_gift = {false}
  AND o.min_left_days = 0
  AND (COALESCE(older.expires_on, older.received_on) < COALESCE(mine.expires_on, mine.received_on)
    OR (COALESCE(older.expires_on, older.received_on) = COALESCE(mine.expires_on, mine.received_on)
      AND (older.received_on < mine.received_on
        OR (older.received_on = mine.received_on AND older.id < mine.id))))
  AND (older.expires_on IS NULL OR older.expires_on >= CAST(a.made_at AS {day}))
  AND NOT EXISTS (SELECT 1 FROM movement m WHERE m.to_location_id = s.location_id
    AND m.lot_id = older.id AND m.at > a.made_at)
  AND NOT EXISTS (SELECT 1 FROM allocation r WHERE r.stock_id = s.id AND r.ended_at > a.made_at)
"""

_RECEIVED = """
SELECT r.receipt_no AS receipt, rl.id AS line, rl.qty_delivered - rl.qty_rejected AS accepted,
       COALESCE(SUM(CASE WHEN m.type = 'RECEIVE' THEN m.qty WHEN m.type = 'REJECT' THEN -m.qty END), 0)
       AS booked
FROM receipt_line rl JOIN receipt r ON r.id = rl.receipt_id
LEFT JOIN movement m ON m.lot_id = rl.lot_id AND m.type IN ('RECEIVE', 'REJECT')
GROUP BY r.receipt_no, rl.id, rl.qty_delivered, rl.qty_rejected
HAVING rl.qty_delivered - rl.qty_rejected <>
  COALESCE(SUM(CASE WHEN m.type = 'RECEIVE' THEN m.qty WHEN m.type = 'REJECT' THEN -m.qty END), 0)
"""

_PUT_AWAY = """
SELECT h.lpn AS carton, t.qty AS task, COALESCE(SUM(m.qty), 0) AS moved
FROM putaway_task t JOIN handling_unit h ON h.id = t.hu_id
LEFT JOIN movement m ON m.type = 'PUT_AWAY' AND m.doc_no = h.lpn
GROUP BY h.lpn, t.qty, t.state
HAVING (t.state = 'DONE' AND COALESCE(SUM(m.qty), 0) <> t.qty)
    OR (t.state = 'OPEN' AND COALESCE(SUM(m.qty), 0) <> 0)
"""

_LINE_MOVES = """
SELECT o.order_no AS order_no, ol.id AS line, ol.qty_shipped AS shipped, COALESCE(SUM(m.qty), 0) AS moved
FROM delivery_order o JOIN order_line ol ON ol.order_id = o.id
LEFT JOIN movement m ON m.doc_no = o.order_no AND m.type = 'SHIP' AND m.sku_id = ol.sku_id
WHERE NOT EXISTS (SELECT 1 FROM order_line x
  WHERE x.order_id = o.id AND x.sku_id = ol.sku_id AND x.id <> ol.id)
GROUP BY o.order_no, ol.id, ol.qty_shipped HAVING ol.qty_shipped <> COALESCE(SUM(m.qty), 0)
"""

_HANDED_TWICE = """
SELECT w.waybill_no AS waybill, COUNT(*) AS manifests FROM waybill w
JOIN manifest_parcel p ON p.parcel_id = w.parcel_id
JOIN manifest m ON m.id = p.manifest_id AND m.state IN ('SIGNED', 'REPORTED')
WHERE w.state = 'HANDED' GROUP BY w.waybill_no HAVING COUNT(*) <> 1
"""

_HANDED_UNLISTED = """
SELECT w.waybill_no AS waybill FROM waybill w WHERE w.state = 'HANDED' AND NOT EXISTS (
  SELECT 1 FROM manifest_parcel p JOIN manifest m ON m.id = p.manifest_id
  WHERE p.parcel_id = w.parcel_id AND m.state IN ('SIGNED', 'REPORTED'))
"""

_STOPPED_LEFT = """
SELECT o.order_no AS order_no, o.state AS state, p.parcel_no AS parcel FROM parcel p
JOIN delivery_order o ON o.id = p.order_id
WHERE p.state = 'SHIPPED' AND o.state <> 'SHIPPED'
"""

_UNPRINTED = """
SELECT w.waybill_no AS waybill, w.print_count AS prints, COUNT(j.id) AS jobs FROM waybill w
LEFT JOIN print_job j ON j.subject_type = 'waybill' AND j.subject_no = w.waybill_no
WHERE w.state IN ('PRINTED', 'BOUND', 'HANDED')
GROUP BY w.waybill_no, w.print_count HAVING COUNT(j.id) <> w.print_count
"""

_CHANGED_AFTER_CLOSE = """
SELECT m.manifest_no AS manifest, p.parcel_id AS parcel FROM manifest m
JOIN manifest_parcel p ON p.manifest_id = m.id
WHERE m.state IN ('SIGNED', 'REPORTED') AND p.scanned_at > m.closed_at
UNION ALL
SELECT grn_no, id FROM receipt WHERE grn_no IS NOT NULL AND posted_at IS NULL
"""

_TWICE = """
SELECT 'outbox' AS what, doc_no AS key, COUNT(*) AS times FROM outbox_message
WHERE kind = 'shipment_confirmation' GROUP BY doc_no HAVING COUNT(*) > 1
UNION ALL SELECT 'parcel', CAST(order_id AS VARCHAR(20)), COUNT(*) FROM parcel
WHERE state <> 'VOID' GROUP BY order_id HAVING COUNT(*) > 1
"""

_UNTOLD = """
SELECT o.order_no AS order_no FROM delivery_order o WHERE o.state = 'SHIPPED' AND NOT EXISTS (
  SELECT 1 FROM outbox_message x WHERE x.doc_no = o.order_no AND x.kind = 'shipment_confirmation')
"""


def _simple(title: str, *queries: str, looks_at: str) -> Callable[[Session, str], Finding]:
    def check(tx: Session, code: str) -> Finding:
        finding = Finding(code, title)
        for query in queries:
            postgres = tx.connection().dialect.name == "postgresql"
            sql = query.format(false="FALSE" if postgres else "0", day="DATE" if postgres else "TEXT")
            for row in tx.execute(text(sql)).mappings().fetchmany(LIMIT):
                finding.violations.append(", ".join(f"{key} {value}" for key, value in row.items()))
        rows = tx.scalar(text(f"SELECT COUNT(*) FROM {looks_at}")) or 0  # noqa: S608 — a constant
        finding.note = f"{rows} × {looks_at}"
        finding.is_empty = not rows
        return finding

    return check


def _nothing(title: str, why: str) -> Callable[[Session, str], Finding]:
    def check(_tx: Session, code: str) -> Finding:
        return Finding(code, title, note=f"nothing to check yet: {why}", is_empty=True)

    return check


CHECKS: dict[str, Callable[[Session, str], Finding]] = {
    "I1": _simple("stock equals the ledger", _BALANCE, looks_at="stock"),
    "I2": _simple("nothing appears or vanishes", _CONSERVED, looks_at="movement"),
    "I3": _simple("no place is negative", "SELECT id FROM stock WHERE on_hand < 0", looks_at="stock"),
    "I4": _simple(
        "promised ≤ on hand, and every promise has an owner",
        "SELECT id FROM stock WHERE allocated < 0 OR allocated > on_hand",
        _PROMISED,
        looks_at="allocation",
    ),
    "I5": _simple(
        "shipped ≤ packed ≤ picked ≤ ordered",
        "SELECT id FROM order_line WHERE NOT (qty_shipped <= qty_packed AND qty_packed <= qty_picked "
        "AND qty_picked <= qty)",
        looks_at="order_line",
    ),
    "I6": _simple(
        "no unit is shipped twice", _HANDED_TWICE, _HANDED_UNLISTED, _LINE_MOVES, looks_at="manifest"
    ),
    "I7": _simple("the oldest lot goes first", _YOUNGER_FIRST, looks_at="allocation"),
    "I8": _simple("one request, one effect", _TWICE, _UNTOLD, looks_at="scan"),
    "I9": _simple("closed documents never change", _CHANGED_AFTER_CLOSE, looks_at="manifest"),
    "I10": _simple("every label print has a row", _UNPRINTED, looks_at="waybill"),
    "I11": _simple(
        "received = accepted + rejected, and is where it should be",
        _RECEIVED,
        _PUT_AWAY,
        looks_at="receipt_line",
    ),
    "I12": _nothing("month close adds up", "month end has not been built"),
    "I13": _nothing("gift labels add up", "gift receiving has not been built"),
    "I14": _simple("no stopped parcel leaves", _STOPPED_LEFT, looks_at="parcel"),
}


def check(tx: Session) -> list[Finding]:
    """Run every check in one read of one consistent state."""
    return [run(tx, code) for code, run in CHECKS.items()]


def report(findings: list[Finding], say: Callable[[str], object]) -> None:
    """Tell a person what was found, one line per invariant."""
    for found in findings:
        mark = "✘" if found.violations else ("·" if found.is_empty else "✔")
        say(f"{mark} {found.code:<4} {found.title} ({found.note})")
        for violation in found.violations:
            say(f"       {violation}")
    broken = sum(bool(found.violations) for found in findings)
    say(f"{broken} of {len(findings)} invariants broken" if broken else "all invariants hold")
