"""What becomes of a lot in doubt (P3): the older date counts, a supervisor decides, some are always looked at whole."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from station import create_app
from station.ground.documents.signatures import Signature
from station.practice.demo import world
from station.stock.models import Lot
from tests.floor import CHEN, LI, WANG, ZHOU, Answer
from tests.station.inbound.dock import CANDY, MUG, OATS, RING, Dock, ean, gs1
from tests.station.inbound.test_inspecting import bad, inspector, opened

BOSS = ("CM-SKIP", world.badge(CHEN), world.PIN)


def _dates(dock: Dock) -> tuple[str, str]:
    with dock.floor.hub.db.read() as tx:
        lot = tx.scalars(select(Lot)).one()
        return str(lot.produced_on), str(lot.expires_on)


def _finish(dock: Dock, answer: Answer, code: str) -> None:
    while answer.step == "sample":
        answer = dock.wang(code)
    dock.wang("CM-OK")


def test_the_older_date_inside_counts_for_the_whole_lot(dock: Dock, books: Callable[[], None]) -> None:
    """E-QC-02 asks; CM-OK re-dates line and lot, the sample is good, and the labels print the older date."""
    receipt = opened(dock, (OATS, 24))
    refused = inspector(dock, gs1(OATS, "260320"))
    assert (refused.code, refused.step) == ("E-QC-02", "differs")
    assert "2026-03-20" in dock.shown(refused, "Inside")
    answer = dock.wang("CM-OK")
    assert (answer.code, answer.facts["progress"]) == ("W-ST2-REDATED", [1, 5])
    assert _dates(dock) == ("2026-03-20", "2027-03-15")
    assert inspector(dock, gs1(OATS, "260320")).code == "S-ST2-SAMPLE"
    _finish(dock, answer, ean(OATS))
    dock.signs(receipt, world.badge(LI), world.PIN, "CM-OK", receipt)
    assert {label["produced_on"] for label in dock.papers("carton_label")} == {"2026-03-20"}
    books()


def test_a_new_date_can_be_taken_back_and_a_younger_one_changes_nothing(dock: Dock) -> None:
    opened(dock, (OATS, 24))
    before = _dates(dock)
    inspector(dock, gs1(OATS, "260320"), "CM-OK")
    assert _dates(dock) != before
    dock.wang("CM-UNDO", "CM-SKIP")
    assert (_dates(dock), dock.lines()[0].samples_done) == (before, 0)
    inspector(dock, gs1(OATS, "260420"), "CM-OK")
    assert (_dates(dock), dock.lines()[0].samples_done) == (before, 1)


def test_a_date_that_the_dock_refuses_is_no_new_date(dock: Dock) -> None:
    """Past its third already: the pack is bad, or the supervisor decides."""
    opened(dock, (OATS, 24))
    before = _dates(dock)
    assert inspector(dock, gs1(OATS, "250601"), "CM-OK").code == "E-EXP-05"
    assert inspector(dock, "CM-DAMAGE").step == "defect"
    dock.wang("3", "2")
    assert (_dates(dock), dock.lines()[0].reject_reason) == (before, "DATE")


def test_a_supervisor_takes_the_lot_as_it_was_sampled(dock: Dock, books: Callable[[], None]) -> None:
    """T13's way out: the bad ones go back, the rest is not inspected; the sheet says who said so."""
    receipt = opened(dock, (MUG, 24))
    bad(dock)
    answer = dock.wang(*BOSS, "1")
    assert (answer.code, answer.step) == ("W-ST2-SAMPLED", "finish")
    (line,) = dock.lines()
    assert (line.samples_done, line.samples_due, line.qty_accepted) == (1, 1, 23)
    dock.wang("CM-OK")
    with dock.floor.hub.db.read() as tx:
        signed = tx.scalars(select(Signature.signer).where(Signature.doc_no == receipt)).all()
    assert signed == ["陈主管"]
    dock.signs(receipt, world.badge(LI), world.PIN, "CM-OK", receipt)
    assert "陈主管" in dock.papers("acceptance_sheet")[-1]["override_reason"]
    books()


def test_a_supervisor_refuses_the_lot(dock: Dock, books: Callable[[], None]) -> None:
    opened(dock, (MUG, 24), (RING, 2))
    bad(dock)
    answer = dock.wang(*BOSS, "2")
    assert (answer.code, answer.step) == ("W-ST2-LOT", "sample")
    assert answer.facts["name"] == RING.name_zh
    mug = dock.lines()[0]
    assert (mug.qty_accepted, mug.reject_reason, dock.on_hand()) == (0, "LOOK LOT", 2)
    books()


def test_a_supervisor_asks_for_every_piece(dock: Dock) -> None:
    opened(dock, (MUG, 24))
    answer = dock.wang(*BOSS, "3")
    assert (answer.code, answer.facts["progress"]) == ("W-ST2-FULL", [0, 24])


@pytest.mark.parametrize("item", [MUG, RING], ids=["nothing seen", "valuables"])
def test_nothing_is_taken_in_unseen(dock: Dock, item: object) -> None:
    opened(dock, (item, 12))
    if item is RING:
        dock.wang(ean(RING))
    assert inspector(dock, *BOSS, "1").code == "E-QC-03"
    assert inspector(dock, "CM-SKIP").step == "sample"


def test_only_a_supervisor_decides(dock: Dock) -> None:
    opened(dock, (MUG, 12))
    assert inspector(dock, "CM-SKIP", world.badge(ZHOU)).code == "E-AUTH-02"
    assert inspector(dock, world.badge(CHEN), "0000").code == "E-AUTH-04"
    assert inspector(dock, "CM-MENU").code == "S-LEFT"


def test_a_first_delivery_is_inspected_whole_and_the_second_is_not(dock: Dock) -> None:
    dock.rule(first_delivery_full=True)
    first = dock.checked((MUG, 24))
    assert [(line.samples_due, line.is_full_check) for line in dock.lines(first)] == [(24, True)]
    dock.expects((MUG, 24), asn="PO-2")
    second = dock.truck(asn="PO-2")
    dock.line(MUG, 2)
    dock.close()
    assert [(line.samples_due, line.is_full_check) for line in dock.lines(second)] == [(5, False)]


def test_a_supplier_on_watch_is_inspected_whole(dock: Dock) -> None:
    """The supervisor turns it on and off on the page of a receipt, with a reason."""
    receipt = dock.truck((CANDY, 96))
    client = create_app(hub=dock.floor.hub).test_client()
    csrf = client.post("/login", json={"badge": CHEN, "pin": world.PIN}).get_json()["csrf"]
    page, form = f"/desk/receipts/{receipt}", {"csrf": csrf, "reason": "上次短装"}
    assert client.post(f"{page}/watch", data=form).status_code == 302
    assert "上次短装" in client.get(page).get_data(as_text=True)
    dock.line(CANDY, 2)
    dock.close()
    assert [(line.samples_due, line.is_full_check) for line in dock.lines()] == [(96, True)]
    assert client.post(f"{page}/watch", data=form).status_code == 302
    assert dock.tries(receipt, number=WANG, flow="stage2").ok


def test_both_versions_stand_on_a_suspended_sheet(dock: Dock) -> None:
    """The driver's own words beside our figures; a supervisor countersigns, and the sheet is taken up again."""
    receipt = dock.checked((MUG, 24))
    dock.signs(receipt, world.badge(LI), world.PIN, "CM-SKIP", "1")
    answer = dock.signs("送了三箱")
    assert (answer.step, dock.shown(answer, "The driver says")) == ("suspend", "送了三箱")
    dock.signs(world.badge(CHEN), world.PIN)
    assert dock.state(receipt) == "SUSPENDED"
    sheet = dock.papers("acceptance_sheet")[-1]
    assert sheet["override_reason"] == "数量不认; 司机说: 送了三箱"
    assert sheet["lines"][0]["delivered_qty"] == 24
    assert dock.signs(receipt).step == "receiver"
