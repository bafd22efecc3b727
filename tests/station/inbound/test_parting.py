"""What is ready of a truck is released while the rest is inspected (P4): each line once, each slip told."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from station.exchange.models import OutboxMessage
from station.ground.work import Machine
from station.inbound import parting, rules
from station.inbound.models import InboundNotice, Receipt
from station.practice.demo import world
from station.stock.models import Lot
from tests.floor import CHEN, WANG
from tests.station.inbound.dock import MUG, OATS, PO, Dock, ean
from tests.station.inbound.test_inspecting import inspector, opened
from tests.station.inbound.test_verdicts import BOSS

WAIT = "4"


def parted(dock: Dock) -> tuple[str, str]:
    """Mugs are ready, oats wait: (the receipt, the one of the rest)."""
    receipt = opened(dock, (MUG, 24), (OATS, 24))
    dock.wang(*[ean(MUG)] * 5)
    answer = dock.wang(*BOSS, WAIT)
    assert answer.code == "W-ST2-PARTED"
    with dock.floor.hub.db.read() as tx:
        rest = tx.scalars(select(Receipt.receipt_no).where(Receipt.part_of.is_not(None))).one()
    return receipt, rest


def test_the_ready_part_is_posted_and_the_rest_follows(dock: Dock, books: Callable[[], None]) -> None:
    """Two sheets, two slips, two messages; the order is complete with the second, and no line is posted twice."""
    receipt, rest = parted(dock)
    assert (dock.state(receipt), dock.state(rest)) == ("AWAIT_SIGN", "STAGE2")
    assert dock.floor.sign(receipt).code == "S-SGN-POSTED"
    books()
    with dock.floor.hub.db.read() as tx:
        assert tx.scalar(select(InboundNotice.is_closed)) is False
        said = [message.payload["lines"] for message in tx.scalars(select(OutboxMessage))]
        assert [[(line["sku_code"], line["qty_good"]) for line in lines] for lines in said] == [
            [("S0002", 24)]
        ]
    assert dock.wang(*[ean(OATS)] * 5).step == "finish"
    dock.wang("CM-OK")
    assert dock.floor.sign(rest).code == "S-SGN-POSTED"
    with dock.floor.hub.db.read() as tx:
        assert tx.scalar(select(InboundNotice.is_closed)) is True
        told = tx.scalars(select(OutboxMessage).order_by(OutboxMessage.id)).all()
        assert [line["sku_code"] for message in told for line in message.payload["lines"]] == [
            "S0002",
            "S0001",
        ]
        assert len({message.doc_no for message in told}) == 2
        assert {lot.receipt_id for lot in tx.scalars(select(Lot))} == {1, 2}
    assert dock.on_hand() == 48
    books()


def test_the_inspector_goes_on_with_the_line_in_hand(dock: Dock) -> None:
    """Parted at the desk in the middle of a sample: nothing is scanned twice, no sheet is fetched."""
    receipt = opened(dock, (MUG, 24), (OATS, 24))
    dock.wang(*[ean(MUG)] * 5, ean(OATS))
    works = dock.floor.hub.works
    works.do(
        lambda work: parting.part(work, rules.receipt_by_code(work.tx, receipt), "later"), Machine("陈主管")
    )
    assert inspector(dock, ean(OATS)).facts["progress"] == [2, 5]
    assert inspector(dock, "CM-UNDO").facts["progress"] == [1, 5]
    sheets = [sheet["as_no"] for sheet in dock.papers("acceptance_sheet") if sheet.get("is_draft")]
    assert len(set(sheets)) == 2, "the rest has a sheet of its own to scan"
    assert inspector(dock, "CM-MENU", sheets[-1]).facts["progress"] == [1, 5]


@pytest.mark.parametrize("done", [0, 10], ids=["nothing is ready", "all is ready"])
def test_without_a_rest_nothing_is_parted(dock: Dock, done: int) -> None:
    receipt = opened(dock, (MUG, 24), (OATS, 24))
    for _ in range(done):
        item = MUG if dock.floor.look(WANG, "stage2")["facts"]["name"] == MUG.name_zh else OATS
        dock.wang(ean(item))
    works = dock.floor.hub.works
    with pytest.raises(Exception, match="E-QC-07"):
        works.do(
            lambda work: parting.part(work, rules.receipt_by_code(work.tx, receipt), "x"), Machine("陈主管")
        )
    assert dock.state(receipt) == "STAGE2"


def test_a_supervisor_alone_parts(dock: Dock) -> None:
    """E-AUTH-03 and E-AUTH-02 as for every decision of a lot; the refused line changes nothing."""
    receipt = opened(dock, (MUG, 24), (OATS, 24))
    dock.wang(*[ean(MUG)] * 5)
    assert inspector(dock, "CM-SKIP", world.badge(WANG)).code == "E-AUTH-02"
    assert inspector(dock, world.badge(CHEN), "0000").code == "E-AUTH-04"
    assert dock.state(receipt) == "STAGE2"


def test_a_part_may_be_counted_again(dock: Dock, books: Callable[[], None]) -> None:
    """The receiver opens the count of the rest alone; what was posted stays as it was."""
    receipt, rest = parted(dock)
    dock.wang("CM-MENU")
    dock.floor.sign(receipt)
    dock.li(rest, "CM-OK", "CM-SKIP", "1", "CM-OK")
    dock.line(OATS, 1)
    dock.close()
    dock.inspect(rest)
    dock.floor.sign(rest)
    with dock.floor.hub.db.read() as tx:
        assert tx.scalars(select(Receipt.state).order_by(Receipt.id)).all() == ["POSTED", "POSTED"]
    assert (dock.on_hand(), PO) == (36, "PO-1")
    books()
