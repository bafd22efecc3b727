"""What stage 2 must inspect of each line, drawn when the count is closed (P3, S-03)."""

from __future__ import annotations

from sqlalchemy import or_, select

from station.catalog import rules as catalog
from station.ground.work import Work
from station.inbound import cartons, rules
from station.inbound.models import Receipt, ReceiptLine
from station.inbound.stage2 import sampling
from station.inbound.stage2.sampling import Plan
from station.stock.models import Lot, Movement


def draw(work: Work, receipt: Receipt) -> None:
    """Compute the plan of every line with accepted goods; the draw of cartons is stored, so re-opening
    shows the same ones (T11). A line that was inspected before the count was re-opened keeps its plan.
    """
    knobs = work.rules
    is_watched = rules.parties(work.tx, receipt)[1].is_watched
    for line in rules.lines(work.tx, receipt.id):
        if not line.qty_accepted or line.samples_done:
            continue
        sku = catalog.sku(work.tx, line.sku_id)
        filled = cartons.of(line)
        plan = sampling.sample_size(
            units=line.qty_accepted,
            inner_packs=line.qty_accepted // sku.inner_qty if sku.inner_qty else 0,
            cartons=filled,
            is_valuable=sku.is_valuable or sku.is_serial,
            is_first_delivery=is_watched or (knobs.first_delivery_full and _is_first(work, receipt, line)),
            plain_pct=knobs.sample_plain_pct,
            inner_pct=knobs.sample_inner_pct,
        )
        line.samples_due = plan.n
        line.is_full_check = plan.is_full
        line.draw = {
            "unit": plan.unit,
            "of": filled,
            "each": sku.inner_qty if plan.unit == "INNER" else 1,
            "seed": line.id,
            "cartons": list(sampling.draw_cartons(filled, plan.cartons_to_open, line.id)),
        }
    work.tx.flush()


def _is_first(work: Work, receipt: Receipt, line: ReceiptLine) -> bool:
    """Whether nothing of the article was ever in the house before this truck."""
    before = select(Movement.id).join(Lot, Lot.id == Movement.lot_id).where(Movement.sku_id == line.sku_id)
    others = or_(Lot.receipt_id.is_(None), Lot.receipt_id != receipt.id)
    return work.tx.scalar(before.where(others).limit(1)) is None


def each_of(work: Work, line: ReceiptLine) -> int:
    """EACH in one sample of this line."""
    return int(catalog.sku(work.tx, line.sku_id).inner_qty) if line.draw["unit"] == "INNER" else 1


def full(work: Work, line: ReceiptLine) -> Plan:
    """The whole lot, after a defect was found: what is left of it and what was found bad (T13)."""
    each = each_of(work, line)
    population = line.qty_accepted // each + line.defects
    now = Plan(line.samples_due, line.draw["unit"], len(line.draw["cartons"]), is_full=line.is_full_check)
    return sampling.escalate(now, units=population, inner_packs=population, cartons=cartons.of(line))
