"""Stock of both sides: what is listed, explained, kept and let go."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from station.erp.compare.models import DifferenceSeen
from station.exchange import documents
from station.ground.db import table
from station.stock.models import Movement, Stock
from tests.station.erp.compare.twin import Office


def test_both_agree(office: Office) -> None:
    office.yard.bring("S1", 5)
    office.yard.order("E1", "PICKING", "erp")
    office.ship("E2", "SF1")
    office.tells(("S1", "GOOD", 5))
    office.twin.orders, office.twin.sent = {"E1"}, {"E2": "SF1"}
    run = office.run()
    assert (run.state, run.compared, run.differences, run.error) == ("DONE", 3, 0, "")
    assert run.finished_at is not None
    assert office.rows() == []


def test_stock_differs_by_article_status_and_lot(office: Office) -> None:
    office.yard.bring("S1", 5, lot="L1")
    office.yard.bring("S1", 2, lot="L2")
    office.yard.bring("S2", 4, lot="L9")
    office.yard.bring("S2", 1, lot="L9", status="DEFECT")
    office.tells(("S1", "GOOD", "L1", 5), ("S1", "GOOD", "L2", 3), ("S2", "GOOD", 5), ("S7", "GOOD", 1))
    run = office.run()
    assert office.listed() == [
        ("S1|GOOD|L2", "2", "3", ""), ("S2|DEFECT", "1", "0", ""), ("S2|GOOD", "4", "5", ""), ("S7|GOOD", "0", "1", ""),
    ]  # fmt: skip
    assert (run.differences, run.error) == (4, "NO_ORDERS NO_SHIPPED")


def test_lines_of_the_same_lot_add_up(office: Office) -> None:
    office.yard.bring("S1", 5, lot="L1")
    office.tells(("S1", "GOOD", "L1", 2), ("S1", "GOOD", "L1", 3))
    office.run()
    assert office.listed() == []


def test_what_waits_to_be_told_explains_its_difference(office: Office) -> None:
    office.yard.bring("S1", 12)
    office.yard.bring("S2", 12)
    office.tells(("S1", "GOOD", 3), ("S2", "GOOD", 3))
    office.received("G1", "S1", 4)
    office.received("G2", "S1", 5, state="DEAD")
    office.received("G3", "S2", 5)
    run = office.run()
    assert office.listed() == [
        ("S1|GOOD", "12", "3", "receipt_confirmation=2 DEAD=1"), ("S2|GOOD", "12", "3 (+5)", ""),
    ]  # fmt: skip
    assert run.error == "NO_ORDERS NO_SHIPPED EXPLAINED=1"


def test_corrections_and_returns_that_wait_are_counted_too(office: Office) -> None:
    office.yard.bring("S1", 8, lot="L1")
    office.yard.bring("S1", 2, lot="L1", status="DEFECT")
    office.tells(("S1", "GOOD", "L1", 10), ("S1", "DEFECT", "L1", 0))
    now = office.yard.clock.now()
    line: dict[str, Any] = {"sku_code": "S1", "lot": "L1", "expires_on": None}
    moved = documents.AdjustmentLine(**line, status_from="GOOD", status_to="DEFECT", delta_each=3)
    lost = documents.AdjustmentLine(**line, status_from="DEFECT", status_to="DEFECT", delta_each=-1)
    back = documents.ReturnLine(**line, line_key="1", grade="A", status="GOOD", qty_each=1)
    head: dict[str, Any] = {"at": now, "operator": "陈"}
    office.message(
        "stock_adjustment", "A1",
        documents.StockAdjustment(
            **head, event_key="A1", adjustment_no="A1", adjustment_type="STATUS", reason="", lines=(moved, lost)
        ),
    )  # fmt: skip
    office.message(
        "return_result", "R1",
        documents.ReturnResult(**head, event_key="R1", return_no="R1", erp_no="E1", lines=(back,)),
    )  # fmt: skip
    office.run()
    assert office.listed() == [
        ("S1|DEFECT|L1", "2", "0", "stock_adjustment=1"),
        ("S1|GOOD|L1", "8", "10", "return_result=1 stock_adjustment=1"),
    ]


def test_nothing_is_ever_overwritten(office: Office) -> None:
    office.yard.bring("S1", 5)
    office.tells(("S1", "GOOD", 9))
    before = office.read(
        lambda tx: (list(tx.execute(select(table(Stock)))), tx.scalar(select(func.count(Movement.id))))
    )
    office.run()
    after = office.read(
        lambda tx: (list(tx.execute(select(table(Stock)))), tx.scalar(select(func.count(Movement.id))))
    )
    assert before == after


def test_a_difference_has_a_history_until_it_is_gone(office: Office) -> None:
    yard = office.yard
    yard.bring("S1", 5)
    office.tells(("S1", "GOOD", 7))
    office.run()
    yard.clock.advance(days=1)
    office.tells(("S1", "GOOD", 8))
    office.run()
    (row,) = office.rows()
    assert (row.theirs, row.times, row.last_at - row.first_at) == ("8", 2, timedelta(days=1))
    yard.clock.advance(days=1)
    office.tells(("S1", "GOOD", 5))
    office.run()
    (gone,) = office.rows(gone=True)
    assert (gone.id, gone.gone_at, gone.times) == (row.id, yard.clock.now(), 2)
    yard.clock.advance(days=1)
    office.tells(("S1", "GOOD", 6))
    office.run()
    (again,) = office.rows()
    assert (again.id != row.id, again.times, again.first_at) == (True, 1, yard.clock.now())
    seen = office.read(lambda tx: list(tx.scalars(select(DifferenceSeen).order_by(DifferenceSeen.id))))
    assert [(item.difference_id, item.ours, item.theirs) for item in seen] == [
        (row.id, "5", "7"), (row.id, "5", "8"), (again.id, "5", "6"),
    ]  # fmt: skip
    assert len({item.reconciliation_id for item in seen}) == 3


def test_what_moves_while_the_erp_answers_is_not_judged(office: Office) -> None:
    """Neither a difference nor the end of one: the next comparison will see."""
    yard = office.yard
    yard.bring("S1", 5)
    yard.bring("S2", 5)
    office.tells(("S1", "GOOD", 7), ("S2", "GOOD", 7))
    office.run()
    assert len(office.rows()) == 2
    office.tells(("S1", "GOOD", 5), ("S2", "GOOD", 5))
    office.twin.meanwhile = lambda: yard.take("S1", 1)
    run = office.run()
    assert office.listed() == [("S1|GOOD", "5", "7", "")]
    assert office.rows()[0].times == 1
    assert run.error == "NO_ORDERS NO_SHIPPED MOVING=1"


def test_a_movement_and_its_opposite_are_noticed(office: Office) -> None:
    office.yard.bring("S1", 5)
    office.tells(("S1", "GOOD", 4))  # read between the two

    def meanwhile() -> None:
        office.yard.take("S1", 1)
        office.yard.bring("S1", 1)

    office.twin.meanwhile = meanwhile
    assert office.run().error == "NO_ORDERS NO_SHIPPED MOVING=1"
    assert office.listed() == []


def test_a_message_delivered_while_the_erp_answers_is_noticed(office: Office) -> None:
    """Its stock was read before, so what explained the difference explains it no more: no alarm."""
    office.yard.bring("S1", 5)
    office.received("G1", "S1", 5)
    office.tells(("S1", "GOOD", 0))
    office.twin.meanwhile = lambda: office.told("G1")
    office.run()
    assert office.listed() == []
    office.twin.meanwhile = lambda: None
    office.run()
    assert office.listed() == [("S1|GOOD", "5", "0", "")]


def test_only_the_main_of_several_erps_must_have_our_stock(office: Office) -> None:
    office.yard.connect("other", is_main=True)
    office.yard.bring("S1", 5)
    office.tells(("S1", "GOOD", 1))
    run = office.run()
    assert (run.error, office.rows()) == ("NOT_MAIN NO_ORDERS NO_SHIPPED", [])
