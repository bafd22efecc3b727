"""The inspection: samples that are fine, samples that are not, and their taking back (P3)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from station.catalog import rules as catalog
from station.ground.db import changed
from station.ground.scan import levels
from station.ground.scan.kinds import Code
from station.ground.words.messages import Refused
from station.ground.work import Work
from station.inbound import faults, rules
from station.inbound.models import InboundLine, Receipt, ReceiptLine
from station.inbound.stage1.rules import excess
from station.inbound.stage2 import opening_cartons, plans
from station.stock import ledger, serials
from station.stock.ledger import Place, Posting
from station.stock.models import Lot, MovementType, StockStatus

Before = dict[str, Any]
"""What a line said before a sample, so that the sample can be taken back."""


def may_inspect(work: Work, receipt: Receipt) -> None:
    """Stage 2 is another person's work: always for valuables, else by setting (E-AUTH-03, T14)."""
    if work.by.user_id != receipt.stage1_by:
        return
    valuable = any(catalog.sku(work.tx, line.sku_id).is_valuable for line in rules.lines(work.tx, receipt.id))
    if work.rules.stage2_other_person or valuable:
        raise Refused("E-AUTH-03")


def line_to_sample(tx: Session, receipt_id: int) -> ReceiptLine | None:
    """The first line whose plan is not complete."""
    return tx.scalars(
        select(ReceiptLine)
        .where(ReceiptLine.receipt_id == receipt_id, ReceiptLine.samples_done < ReceiptLine.samples_due)
        .order_by(ReceiptLine.id)
        .limit(1)
    ).first()


def check_sample(work: Work, line: ReceiptLine, code: Code) -> None:
    """The sample is what the carton says: E-QC-01 another article, E-QC-02 another date; E-LVL-02 for the
    code of a pack that holds several samples.
    """
    if code.sku_id != line.sku_id:
        raise Refused("E-QC-01")
    levels.at_most(code, plans.each_of(work, line))
    expiry_differs = (
        code.expires_on and line.expires_on and abs(code.expires_on - line.expires_on) > timedelta(days=1)
    )
    made_differs = code.produced_on and line.produced_on and code.produced_on != line.produced_on
    if expiry_differs or made_differs:
        raise Refused("E-QC-02")


def sample_passed(work: Work, line: ReceiptLine, carton: int = 0) -> Before:
    """One more sample is fine, out of this carton where its number was said; E-QC-04 after its share."""
    before, draw = _before(line), line.draw
    if carton:
        opening_cartons.check_share(line, carton)
        draw = opening_cartons.with_one_more(line, carton)
    _set(work, line, before, samples_done=line.samples_done + 1, draw=_seen_by(draw, work))
    return before | {"carton": carton}


def sample_failed(work: Work, receipt: Receipt, line: ReceiptLine, fault: str) -> Before:
    """One sample is bad: it leaves the dock, and the whole lot must be inspected (T13)."""
    before, each = _before(line), plans.each_of(work, line)
    draw = _seen_by(line.draw, work)
    draw |= {} if line.defects else {"plan": {name: before[name] for name in _PLAN}}
    _set(
        work,
        line,
        before,
        samples_done=line.samples_done + 1,
        defects=line.defects + 1,
        samples_due=max(line.samples_due, plans.full(work, line).n),
        is_full_check=True,
        qty_rejected=line.qty_rejected + each,
        reject_reason=faults.together(line.reject_reason, fault),
        draw=draw,
    )
    assert line.lot_id is not None
    key = f"{work.key}:reject"
    ledger.post(
        work,
        Posting(
            MovementType.REJECT,
            line.sku_id,
            line.lot_id,
            each,
            Place(receipt.dock_id, StockStatus.INSPECT),
            Place(ledger.SUPPLIER, StockStatus.INSPECT),
            "RC",
            receipt.receipt_no,
            key,
        ),
    )
    return before | {"booked": key}


def take_back(work: Work, before: Before) -> None:
    """The last sample was judged wrongly: the line says what it said, the bad unit is at the dock again.

    E-RCV-05 when another truck has brought a good one in its place meanwhile.
    """
    values = dict(before)
    line = work.tx.get_one(ReceiptLine, values.pop("line"), populate_existing=True)
    carton = values.pop("carton", 0)
    if serial_no := values.pop("serial", None):
        serials.withdraw(work, serial_no)
    booked, dates = values.pop("booked", None), values.pop("dates", None)
    if booked is not None:
        over = excess(work, _expected(work, line), plans.each_of(work, line))
        if over:
            raise Refused("E-RCV-05", n=over)
        ledger.reverse(work, booked, f"{work.key}:take-back")
    if (line.samples_done, line.defects) != (values["samples_done"] + 1, values["defects"] + bool(booked)):
        values = _less_one(work, line, values, carton, is_bad=bool(booked))
    _set(work, line, {"samples_done": line.samples_done}, **values)
    if dates is not None:
        set_dates(work, line, *(date.fromisoformat(day) if day else None for day in dates))


_PLAN = ("is_full_check", "reject_reason", "samples_due")
"""What a line's first defect changes, kept with the draw until no defect is left."""


def _less_one(work: Work, line: ReceiptLine, before: Before, carton: int, *, is_bad: bool) -> Before:
    """A line without one of its samples, where colleagues have looked at others since: theirs stay."""
    values: Before = {"samples_done": line.samples_done - 1}
    if carton:
        values["draw"] = opening_cartons.with_one_more(line, carton, -1)
    if is_bad:
        values["defects"] = line.defects - 1
        values["qty_rejected"] = line.qty_rejected - plans.each_of(work, line)
        if line.defects == 1:
            values |= line.draw.get("plan", {name: before[name] for name in _PLAN})
            values["samples_due"] = max(values["samples_due"], values["samples_done"])
    return values


def set_dates(work: Work, line: ReceiptLine, produced: date | None, expires: date | None) -> None:
    """The line and its lot, which no label names yet, have these dates."""
    assert line.lot_id is not None
    line.produced_on, line.expires_on = produced, expires
    lot = work.tx.get_one(Lot, line.lot_id)
    lot.produced_on, lot.expires_on = produced, expires
    work.tx.flush()


def iso(day: date | None) -> str | None:
    """A day as a position keeps it."""
    return day.isoformat() if day else None


def _expected(work: Work, line: ReceiptLine) -> InboundLine:
    """The notice's line, locked: nobody counts another truck for it while its room is judged."""
    query = select(InboundLine).where(InboundLine.id == line.inbound_line_id)
    return work.tx.scalars(query.with_for_update()).one()


def _before(line: ReceiptLine) -> Before:
    kept = (
        "samples_done",
        "samples_due",
        "defects",
        "is_full_check",
        "qty_rejected",
        "reject_reason",
        "draw",
    )
    return {"line": line.id} | {name: getattr(line, name) for name in kept}


def _seen_by(draw: dict[str, Any], work: Work) -> dict[str, Any]:
    """The line's draw, and that this person looked at a sample of it."""
    return {**draw, "by": list(dict.fromkeys([*draw.get("by", []), work.by.user_id]))}


def inspectors(lines: Iterable[ReceiptLine]) -> list[int]:
    """Who inspected these lines (ids of people), in the order in which they began."""
    return list(dict.fromkeys(one for line in lines for one in (line.draw or {}).get("by", [])))


def _set(work: Work, line: ReceiptLine, before: Before, **values: Any) -> None:
    """Change a line that still says what it said; E-SYS-03 when somebody else sampled it meanwhile."""
    same = ReceiptLine.samples_done == before["samples_done"]
    statement = update(ReceiptLine).where(ReceiptLine.id == line.id, same).values(**values)
    if changed(work.tx, statement) != 1:
        raise Refused("E-SYS-03")
    work.tx.refresh(line)
