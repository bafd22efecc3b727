"""What the dock does to ledger, history and notice, and how the room is described to who asks why."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select, update

from station.ground.documents.history import History
from station.ground.scan.codes import internal
from station.ground.scan.kinds import Code, Kind
from station.ground.work import SYSTEM
from station.inbound import describe
from station.inbound.cartons import of as accepted_cartons
from station.inbound.models import InboundLine, Receipt, ReceiptLine
from station.inbound.stage2 import plans
from station.stock.models import HandlingUnit, Movement, UnitState
from station.wiring import checks
from tests.station.inbound.dock import CANDY, MUG, OATS, PO, SPOON, Dock, ean


def movements(dock: Dock) -> list[tuple[str, int, str, str]]:
    """Type, EACH, status before and after, in the ledger's order."""
    with dock.floor.hub.db.read() as tx:
        rows = tx.scalars(select(Movement).order_by(Movement.id)).all()
        return [(row.type, row.qty, row.from_status, row.to_status) for row in rows]


def events(dock: Dock, number: str) -> list[str]:
    """What the history tells of a document."""
    with dock.floor.hub.db.read() as tx:
        query = select(History.event).where(History.doc_no == number).order_by(History.id)
        return list(tx.scalars(query))


def test_goods_are_booked_under_inspection_and_sold_only_after_both_signatures(dock: Dock) -> None:
    """§1: INSPECT at the count, GOOD at the post, one movement to a carton."""
    receipt = dock.checked((MUG, 24))
    assert movements(dock) == [("RECEIVE", 24, "INSPECT", "INSPECT")]
    dock.floor.sign(receipt)
    assert movements(dock)[1:] == [("ACCEPT", 12, "INSPECT", "GOOD")] * 2


def test_a_line_taken_back_leaves_both_movements(dock: Dock) -> None:
    """The ledger is append-only: the way in and the way out stand in it."""
    dock.truck((MUG, 24))
    dock.line(MUG, 2)
    dock.li("CM-UNDO")
    assert [(kind, qty) for kind, qty, _old, _new in movements(dock)] == [("RECEIVE", 24), ("RECEIVE", 24)]
    with dock.floor.hub.db.read() as tx:
        first, second = tx.scalars(select(Movement).order_by(Movement.id)).all()
        assert second.reverse_of == first.id
        assert (second.from_location_id, second.to_location_id) == (
            first.to_location_id,
            first.from_location_id,
        )


def test_the_history_of_a_receipt_is_whole(dock: Dock) -> None:
    receipt = dock.truck((MUG, 24))
    dock.line(MUG, 2)
    dock.close()
    dock.li(receipt, "CM-OK", "CM-SKIP", "1", "CM-OK")
    dock.line(MUG, 2)
    dock.close()
    dock.inspect(receipt)
    dock.floor.sign(receipt)
    assert events(dock, receipt) == [
        "begin_stage1",
        "begin_stage2",
        "reopen_stage1",
        "remove_line",
        "begin_stage2",
        "finish_checks",
        "sign",
        "post",
    ]


def test_a_stuck_label_is_in_its_cartons_history(dock: Dock) -> None:
    receipt = dock.checked((MUG, 24))
    dock.labelled(receipt)
    with dock.floor.hub.db.read() as tx:
        query = select(HandlingUnit).where(HandlingUnit.receipt_line_id.is_not(None))
        units = tx.scalars(query.order_by(HandlingUnit.seq)).all()
        assert [unit.state for unit in units] == [UnitState.APPLIED] * 2
    assert events(dock, units[0].lpn) == ["stick"]


def test_only_accepted_goods_count_as_received(dock: Dock, books: Callable[[], None]) -> None:
    """The notice remembers 12 of 24: the soaked carton may be sent again."""
    receipt = dock.truck((MUG, 24))
    dock.li(ean(MUG), "2", "CM-OK", "0", "3", "1")
    dock.close()
    dock.inspect(receipt)
    dock.floor.sign(receipt)
    with dock.floor.hub.db.read() as tx:
        assert tx.scalar(select(InboundLine.qty_received)) == 12
    dock.truck(asn=PO)
    dock.line(MUG, 1)
    assert [line.qty_accepted for line in dock.lines()] == [12, 12]
    books()


@pytest.mark.parametrize(
    ("ordered", "counted", "accepted", "booked"),
    [
        ((24, 24), (48,), (24,), 24),
        ((24, 24), (24, 24), (24, 24), 48),
        ((12, 36), (12, 36), (12, 36), 48),
    ],
    ids=["in one go", "line by line", "different lines"],
)
def test_two_lines_of_one_article_are_filled_one_after_the_other(
    dock: Dock,
    ordered: tuple[int, ...],
    counted: tuple[int, ...],
    accepted: tuple[int, ...],
    booked: int,
) -> None:
    """A notice may name an article twice (two prices): a full line is not asked again."""
    dock.truck(*((MUG, qty) for qty in ordered))
    for qty in counted:
        answer = dock.tries(ean(MUG), str(qty // 12), "CM-OK", "0")
        if answer.code == "E-RCV-05":
            dock.li("CM-OK")
        dock.li("1")
    assert tuple(line.qty_accepted for line in dock.lines()) == accepted
    assert dock.on_hand() == booked
    used = {line.inbound_line_id for line in dock.lines()}
    assert len(used) == len(counted)


@pytest.mark.parametrize(
    ("item", "qty", "spoilt", "unit", "n", "full"),
    [
        (MUG, 24, "", "EACH", 5, 24),
        (MUG, 24, "1", "EACH", 3, 12),
        (CANDY, 480, "", "INNER", 48, 240),
        (CANDY, 480, "5", "INNER", 24, 120),
        (CANDY, 48, "", "INNER", 5, 24),
    ],
    ids=["plain", "plain, half refused", "inner packs", "inner packs, half refused", "one carton"],
)
def test_the_plan_is_made_of_what_was_accepted(
    dock: Dock, item: object, qty: int, spoilt: str, unit: str, n: int, full: int
) -> None:
    """T10 and T13 on the accepted part: nobody samples cartons that went back with the driver."""
    dock.truck((item, qty))  # type: ignore[arg-type]
    cartons = qty // item.case_qty  # type: ignore[attr-defined]
    dock.li(ean(item), str(cartons), "CM-OK", "0", *(("3", spoilt) if spoilt else ("1",)))  # type: ignore[arg-type]
    dock.close()
    with dock.floor.hub.db.read() as tx:
        line = tx.scalars(select(ReceiptLine)).one()
        work = dock.floor.hub.works.work(tx, SYSTEM)
        assert (line.draw["unit"], line.samples_due) == (unit, n)
        assert plans.full(work, line).n == full
        left = cartons - int(spoilt or 0)
        assert accepted_cartons(line) == left
        assert max(line.draw["cartons"]) <= left


def test_a_paper_scanned_in_the_wrong_place_is_called_by_its_kind(dock: Dock) -> None:
    """E-SCN-02, and the count stands where it stood."""
    receipt = dock.truck((MUG, 24), (OATS, 24))
    for raw in (receipt, PO):
        refused = dock.tries(raw)
        assert (refused.code, refused.step) == ("E-SCN-02", "product")
        assert "商品" in refused.body["message"]["zh"]


def test_why_tells_what_a_receipt_and_a_notice_are(dock: Dock) -> None:
    """Number, supplier and state, by the receipt's own number, its sheet's and its slip's."""
    receipt = dock.posted((MUG, 24))
    with dock.floor.hub.db.read() as tx:
        row = tx.scalars(select(Receipt)).one()
        for number, kind in (
            (row.receipt_no, Kind.RECEIPT),
            (row.sheet_no, Kind.SHEET),
            (row.grn_no, Kind.GRN),
        ):
            said = describe.receipt(tx, Code(kind, number or ""))
            assert said == [("L-IS-RECEIPT", {"no": receipt, "supplier": "良品食业", "st": "POSTED"})]
        assert describe.notice(tx, Code(Kind.NOTICE, PO)) == [
            ("L-IS-NOTICE", {"no": PO, "supplier": "良品食业"})
        ]


@pytest.mark.parametrize("number", ["RC0", ""])
def test_why_says_nothing_of_what_it_does_not_know(dock: Dock, number: str) -> None:
    dock.truck((MUG, 24))
    with dock.floor.hub.db.read() as tx:
        assert describe.receipt(tx, Code(Kind.RECEIPT, number)) == []
        assert describe.notice(tx, Code(Kind.NOTICE, number)) == []


@pytest.mark.parametrize(
    ("flow", "expected"),
    [("arrive", [1, 0, 0, 0]), ("stage1", [0, 1, 0, 0]), ("stage2", [0, 0, 1, 0]), ("sign", [0, 0, 0, 1])],
)
def test_the_start_page_counts_what_waits_for_each_process(
    dock: Dock, flow: str, expected: list[int]
) -> None:
    """One notice wanders through the four processes; it waits for one of them at a time."""

    def waiting() -> int:
        with dock.floor.hub.db.read() as tx:
            return dock.floor.hub.workflows[flow].count_waiting(tx, dock.floor.hub.settings)

    counts = []
    dock.expects((MUG, 24))
    counts.append(waiting())
    receipt = dock.truck()
    counts.append(waiting())
    dock.line(MUG, 2)
    dock.close()
    counts.append(waiting())
    dock.inspect(receipt)
    counts.append(waiting())
    assert counts == expected


def test_the_invariant_of_receipts_finds_a_line_without_its_goods(dock: Dock) -> None:
    """I11 is no formality: a line changed behind the ledger's back is named with its receipt."""
    receipt = dock.truck((MUG, 24))
    dock.line(MUG, 2)
    db = dock.floor.hub.db
    assert checks.broken(db) == []
    db.write(lambda tx: tx.execute(update(ReceiptLine).values(qty_rejected=1)))
    found = [str(item) for item in checks.broken(db)]
    assert any("I11" in item and receipt in item for item in found), found


@pytest.mark.parametrize("code", ["E-RCV-04", "E-RCV-05"])
def test_no_refusal_of_the_dock_promises_a_supervisor_in_vain(code: str) -> None:
    """What nobody can allow is level B, and its help does not send for a supervisor."""
    from station.ground.words.messages import catalogue

    assert catalogue()[code].level == "B"
    assert "班长" not in catalogue()[f"H-{code}"].zh
    assert "supervisor" not in catalogue()[f"H-{code}"].en


@pytest.mark.parametrize("prefix", ["RC", "AS"])
def test_a_number_of_no_receipt_is_refused(dock: Dock, prefix: str) -> None:
    dock.floor.erp(SPOON)
    assert dock.tries(internal(prefix, "2605019999")).code == "E-RCV-01"
