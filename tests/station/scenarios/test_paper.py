"""Paper on the floor: reprints with reasons, doubtful labels, batches, cancelled orders (P19, P30)."""

from __future__ import annotations

import base64
import dataclasses
from typing import Any

from sqlalchemy import select, update

from printers import languages, layouts, queue
from printers.documents import Waybill
from printers.schema import print_job, printer
from printers.transports import Delivery
from printers.worker import PrintWorker
from station.exchange import documents as erp
from station.ground.scan.codes import internal
from station.outbound.orders.models import DeliveryOrder
from station.paper import trouble as paper
from station.practice.demo import world
from tests.floor import CHEN, LI, QIAN, ZHAO, Answer, Floor
from tests.station.scenarios.conftest import order_of

BROKEN = Delivery(1000, error="Connection reset.")
TAKEN = Delivery(5000)


def attempt(floor: Floor, kind: str, delivery: Delivery) -> int:
    """The printer of the oldest waiting paper of this kind does as told; the job."""

    def work(tx: Any) -> int:
        now = floor.hub.clock.now()
        (oldest,) = sorted(
            job.id for job in queue.list_jobs(tx, states=("QUEUED",), limit=500) if job.kind == kind
        )[:1]
        tx.execute(update(print_job).where(print_job.c.id == oldest).values(state="SENDING"))
        queue.settle(tx, oldest, delivery, None, None, now)
        return oldest

    return floor.hub.db.write(work)


def jobs(floor: Floor, kind: str) -> list[queue.Job]:
    with floor.hub.db.read() as tx:
        return [job for job in reversed(queue.list_jobs(tx, limit=500)) if job.kind == kind]


def claimable(floor: Floor) -> set[str]:
    """Kinds of paper a printer would take now."""

    def work(tx: Any) -> set[str]:
        kinds = set()
        while (job := queue.claim(tx, floor.hub.clock.now())) is not None:
            kinds.add(job.kind)
        return kinds

    return floor.hub.db.write(work)


def at_label(shelved: Any, floor: Floor) -> Answer:
    """A packer holds a parcel whose waybill is printing."""
    day = shelved(order_of(1, ("S0001", 2)))
    day.receive()
    floor.release()
    floor.pick_next()
    answer = floor.scans(ZHAO, "pack", internal("WS", "PACK1"), internal("TT", "T001"))
    while answer.step != "label":
        answer = floor.pack_step(answer, ZHAO, [])
    return answer


def test_a_waybill_is_printed_again_with_a_reason_and_the_third_time_with_a_supervisor(
    start: Any, floor: Floor
) -> None:
    """T61: 补打 1 and 2 by the packer, the third wants a supervisor; I10: each is a row with its reason."""
    number = at_label(start, floor).facts["hint"]
    assert floor.scans(ZHAO, "pack", "CM-REPRINT").step == "reprint"
    assert floor.scan(ZHAO, "pack", "2").code == "E-PRN-07", "the first one is still on its way"
    attempt(floor, "waybill", TAKEN)
    for _ in range(2):
        assert floor.scans(ZHAO, "pack", "2").step == "label"
        attempt(floor, "waybill", TAKEN)
        floor.scans(ZHAO, "pack", "CM-REPRINT")
    refused = floor.scan(ZHAO, "pack", "5")
    assert refused.code == "E-WB-10"
    assert "3" in refused.body["message"]["zh"]
    assert floor.scans(ZHAO, "pack", world.badge(CHEN), world.PIN, "5").step == "label"
    printed = jobs(floor, "waybill")
    assert [job.copy_no for job in printed] == [1, 2, 3, 4]
    assert [job.reason for job in printed] == [None, "卡纸", "卡纸", "丢失"]
    attempt(floor, "waybill", TAKEN)
    floor.scans(ZHAO, "pack", "CM-REPRINT")
    assert floor.scan(ZHAO, "pack", "1").code == "E-WB-10", "each further one is asked for again"
    floor.scans(ZHAO, "pack", "CM-SKIP", number)


def test_a_doubtful_waybill_is_told_at_the_bench_and_its_scan_settles_it(start: Any, floor: Floor) -> None:
    """T63: offline in mid job → UNKNOWN, nothing by itself; scanning the label confirms."""
    number = at_label(start, floor).facts["hint"]
    job_id = attempt(floor, "waybill", BROKEN)
    now = floor.hub.clock.now()
    with floor.hub.db.read() as tx:
        assert queue.show(tx, job_id).state == "UNKNOWN"
        assert ("E-PRN-04", number) in paper.troubles(tx, "PACK-1", now)
    assert floor.scans(ZHAO, "pack", number).step == "weigh"
    with floor.hub.db.read() as tx:
        assert (queue.show(tx, job_id).state, queue.show(tx, job_id).proof) == ("CONFIRMED", "scan")
        assert paper.troubles(tx, "PACK-1", now) == []
    assert len(jobs(floor, "waybill")) == 1


def test_carton_labels_stop_at_the_first_doubtful_one(start: Any, floor: Floor) -> None:
    """P30: 已打 j/k, and on after CM-REPRINT."""
    day = start()
    receipt = floor.arrive(day.notice.asn_no, sum(line[1] for line in day.lines))
    floor.count(receipt, day.lines)
    floor.inspect(receipt)
    floor.scans(LI, "sign", receipt, world.badge(LI), world.PIN, "CM-OK", receipt)
    total = len(jobs(floor, "carton_label"))
    assert total > 2
    attempt(floor, "carton_label", TAKEN)
    doubtful = attempt(floor, "carton_label", BROKEN)
    shown = floor.look(LI, "sign")["facts"]
    assert shown["banner"]["zh"].startswith("不确定是否出纸")
    assert ("已打", f"1/{total}") in [(line["label"]["zh"], line["value"]) for line in shown["lines"]]
    assert "carton_label" not in claimable(floor)
    answer = floor.scans(LI, "sign", "CM-REPRINT", "1")
    assert answer.step == "labels"
    assert "banner" not in answer.facts
    with floor.hub.db.read() as tx:
        assert queue.show(tx, doubtful).state == "FAILED"
        again = [job for job in queue.list_jobs(tx, limit=500) if job.reprint_of == doubtful]
        assert [job.reason for job in again] == ["没出纸"]


def test_papers_nobody_needs_any_more_are_not_printed(start: Any, floor: Floor) -> None:
    """An order stopped at the bench: what no printer has taken is withdrawn."""
    answer = at_label(start, floor)
    floor.erp(erp.CancelOrder(erp_no="SO-1", reason="buyer"))
    refused = floor.scan(ZHAO, "pack", answer.facts["hint"])
    assert refused.code == "E-INT-01"
    shelf = floor.slot("INTC-1")
    floor.scans(QIAN, "intercept", answer.facts["hint"], shelf)
    assert {job.state for job in jobs(floor, "waybill")} == {"CANCELLED"}


def test_wrong_paper_and_no_printer_are_told_apart(shelved: Any, floor: Floor) -> None:
    """E-PRN-05 without a route, E-PRN-06 when the printer holds other paper."""
    at_box = shelved(order_of(1, ("S0001", 2)))
    at_box.receive()
    floor.release()
    floor.pick_next()
    answer = floor.scans(ZHAO, "pack", internal("WS", "PACK1"), internal("TT", "T001"))
    while answer.step != "box":
        answer = floor.pack_step(answer, ZHAO, [])
    floor.hub.db.write(
        lambda tx: tx.execute(
            update(printer).where(printer.c.media == "waybill_76x130").values(media="label_60x40")
        )
    )
    assert floor.scan(ZHAO, "pack", internal("BX", "03")).code == "E-PRN-06"
    floor.hub.db.write(lambda tx: tx.execute(update(printer).values(is_active=False)))
    assert floor.scan(ZHAO, "pack", internal("BX", "03")).code == "E-PRN-05"
    with floor.hub.db.read() as tx:
        assert tx.scalar(select(print_job.c.id).where(print_job.c.kind == "waybill")) is None


def test_a_workplace_is_chosen_by_its_label(floor: Floor) -> None:
    """P30: the bench's label, the dock's label; anything else is no workplace."""
    answer = floor.scans(ZHAO, "place", internal("WS", "PACK1"))
    assert answer.facts["big"] == "PACK-1"
    assert [row[0] for row in answer.facts["table"]] == ["小票机 PACK-1", "面单机 PACK-1"]
    assert floor.scans(LI, "place", floor.slot("DOCK-1")).facts["big"] == "DOCK-1"
    assert floor.scan(LI, "place", floor.slot("A-01-01-2-01")).code == "E-LOC-03"


def carrier_label(number: str, shown: str = "", **more: Any) -> erp.CarrierLabel:
    """What a carrier's system makes: its own layout, here drawn by ours for the number `shown`."""
    pages = layouts.render(Waybill(shown or number, "中通快递", route_code="1-2-3"), "waybill_76x130")
    data = base64.b64encode(languages.encode("zpl", pages)).decode()
    return erp.CarrierLabel(erp_no="SO-1", waybill_no=number, label_format="ZPL", label_data=data, **more)


def test_a_carriers_own_label_gives_number_and_paper_and_is_verified_by_its_scan(
    shelved: Any, floor: Floor
) -> None:
    """P19 RAW: number and label come from the carrier; nothing is taken from our ranges."""
    day = shelved(order_of(1, ("S0001", 2)))
    floor.erp(carrier_label("ZTO00000077001"))
    day.receive()
    floor.release()
    floor.pick_next()
    answer = floor.scans(ZHAO, "pack", internal("WS", "PACK1"), internal("TT", "T001"))
    while answer.step != "label":
        answer = floor.pack_step(answer, ZHAO, [])
    assert answer.facts["hint"] == "ZTO00000077001"
    (job,) = jobs(floor, "supplied_waybill")
    assert (job.subject_no, job.state) == ("ZTO00000077001", "QUEUED")
    worker = PrintWorker(floor.hub.db.write, floor.hub.clock.now)
    while worker.run_once():
        pass
    with floor.hub.db.read() as tx:
        picture = queue.picture(tx, job.id)
        assert queue.show(tx, job.id).state == "CONFIRMED"
    assert picture is not None
    assert floor.scans(ZHAO, "pack", "ZTO00000077001").step == "weigh"


def test_a_label_that_is_dangerous_or_for_nobody_is_rejected_by_the_office_folder(
    start: Any, floor: Floor
) -> None:
    start(order_of(1, ("S0001", 2)))
    good = carrier_label("ZTO00000077001")
    unknown = dataclasses.replace(good, erp_no="SO-999")
    evil = dataclasses.replace(good, label_data=base64.b64encode(b"^XA^JUS^XZ").decode(), version=2)
    torn = dataclasses.replace(good, label_data="%%%", version=3)
    for doc in (unknown, evil, torn):
        assert floor.erp(doc) == {"PROBLEM": 1}


def test_a_label_of_another_parcel_is_not_taken(shelved: Any, floor: Floor) -> None:
    """The carrier's file shows another number than its message: the order waits, no printer gets a byte."""
    shelved(order_of(1, ("S0001", 2)))
    assert floor.erp(carrier_label("ZTO00000077001", shown="ZTO00000099999")) == {"PROBLEM": 1}
    floor.release()
    assert jobs(floor, "supplied_waybill") == []
    with floor.hub.db.read() as tx:
        assert tx.scalars(select(DeliveryOrder.state)).all() == ["HOLD"]
