"""What becomes of a lot whose samples raise doubts (P3): the older date, or a supervisor's word."""

from __future__ import annotations

from datetime import date

from station.catalog import rules as catalog
from station.ground.documents.history import record
from station.ground.documents.signatures import sign, signed_as
from station.ground.scan.kit.choice import Reason
from station.ground.words.actor import Actor
from station.ground.words.messages import Refused, say
from station.ground.work import Work
from station.inbound import parting, refusing
from station.inbound.models import RECEIPT, Receipt, ReceiptLine
from station.inbound.stage2 import plans, rules
from station.stock import shelf_life
from station.stock.models import Lot

SAMPLED, LOT, FULL, WAIT = "SAMPLED", "LOT", "FULL", "WAIT"
VERDICTS = (
    Reason(SAMPLED, "L-WHY-SAMPLED"),
    Reason(LOT, "L-WHY-LOT"),
    Reason(FULL, "L-WHY-FULL"),
    Reason(WAIT, "L-WHY-WAIT"),
)
"""What a supervisor may say of a lot: 按抽检接受/整批拒收/全检/先放行其余."""


def redate(
    work: Work, receipt: Receipt, line: ReceiptLine, produced: date | None, expires: date | None
) -> rules.Before:
    """The lot is as old as its oldest pack: labels and books follow. The sample with that date is fine.

    What the line said before. E-EXP-… when the dock would not have received goods of that age: then they are
    bad, or a supervisor decides.
    """
    sku = catalog.sku(work.tx, line.sku_id)
    older = _older(line.produced_on, produced)
    until = _older(line.expires_on, expires)
    if produced and not expires and sku.shelf_life_n and older == produced:
        derived = shelf_life.expiry(
            produced, sku.shelf_life_n, sku.shelf_life_unit, day0=work.rules.shelf_day0
        )
        until = _older(until, derived)
    assert line.lot_id is not None
    lot = work.tx.get_one(Lot, line.lot_id)
    gate = shelf_life.Gate.of(work.rules, sku.reject_days)
    if until is not None:
        fault = shelf_life.judge_receipt(older, until, lot.received_on, gate.rule, gate.reject_days)
        if fault:
            raise Refused(fault)
    before = rules.sample_passed(work, line) | {
        "dates": [rules.iso(line.produced_on), rules.iso(line.expires_on)]
    }
    rules.set_dates(work, line, older, until)
    _tell(
        work, receipt, "redate", {"line": line.id, "produced": rules.iso(older), "expires": rules.iso(until)}
    )
    return before


def _older(one: date | None, other: date | None) -> date | None:
    return min((day for day in (one, other) if day), default=None)


def decide(work: Work, receipt: Receipt, line: ReceiptLine, verdict: str, boss: Actor) -> None:
    """A supervisor signed for one of `VERDICTS`.

    E-QC-03 when nothing was looked at yet, or when valuables would be taken in unseen; E-QC-07 when nothing
    else is ready to be released.
    """
    sku = catalog.sku(work.tx, line.sku_id)
    if verdict == SAMPLED:
        if not line.samples_done or sku.is_valuable or sku.is_serial:
            raise Refused("E-QC-03", a=line.samples_done, b=line.samples_due)
        line.samples_due = line.samples_done
        line.override = "\n".join(filter(None, (line.override, f"{SAMPLED} {boss.name}")))[:400]
    elif verdict == LOT:
        refusing.send_back(work, receipt, line, LOT, f"{work.key}:lot")
    elif verdict == WAIT:
        parting.part(work, receipt, say("L-WHY-WAIT")["zh"])
    else:
        line.samples_due = max(line.samples_due, plans.full(work, line).n)
        line.is_full_check = True
    work.tx.flush()
    times = signed_as(work.tx, RECEIPT.doc_type, receipt.receipt_no, "decide")
    sign(work, RECEIPT.doc_type, receipt.receipt_no, f"decide{times or ''}", signer=boss)
    _tell(work, receipt, "decide", {"line": line.id, "verdict": verdict, "by": boss.name})


def _tell(work: Work, receipt: Receipt, event: str, said: dict[str, object]) -> None:
    state = receipt.state
    record(work, RECEIPT.doc_type, receipt.receipt_no, event, old=state, new=state, detail=said)
