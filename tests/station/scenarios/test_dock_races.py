"""Two at the same moment, where one of them must come too late: the dock, the office, the inspector (P1, P6)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from sqlalchemy import func, select

from station.exchange import documents as erp
from station.ground.words.actor import Role
from station.inbound.models import InboundLine, InboundNotice, Receipt, ReceiptLine
from tests.floor import LI, WANG, Floor
from tests.patience import beside
from tests.station.inbound.dock import MUG, SPOON, Dock, ean

ROUNDS = 6
"""How often both start at once: who is first is the machine's choice, so each has its chance."""
Books = Callable[[], None]


@pytest.fixture
def dock(floor: Floor) -> Dock:
    return Dock(floor)


def test_a_truck_arrives_while_the_office_takes_its_notice_back(dock: Dock, books: Books) -> None:
    """Either the truck is received and the office hears LATE, or the notice is closed and the driver E-RCV-01."""
    for number in range(ROUNDS):
        asn = f"PO-{number}"
        dock.expects((MUG, 24), asn=asn)
        dock.tries(asn, "沪A1", "张", number=LI, flow="arrive")
        both: list[Any] = beside(
            lambda: dock.floor.scan(LI, "arrive", "2"),
            lambda asn=asn: dock.floor.erp(erp.CancelNotice(asn_no=asn)),  # type: ignore[misc]
        )
        answer, told = both
        with dock.floor.hub.db.read() as tx:
            notice = tx.scalars(select(InboundNotice).where(InboundNotice.asn_no == asn)).one()
            trucks = tx.scalar(select(func.count()).where(Receipt.notice_id == notice.id))
        assert (answer.code, told, trucks, notice.is_closed) in [
            ("S-ARR-DONE", {"LATE": 1}, 1, False),
            ("E-RCV-01", {"CANCELLED": 1}, 0, True),
        ]
    books()


def test_a_bad_sample_is_made_good_while_another_truck_brings_its_unit(dock: Dock, books: Books) -> None:
    """One of the two is refused with E-RCV-05: of a notice's 24 never 25 are taken."""
    for number in range(ROUNDS):
        asn = f"PO-{number}"
        first = dock.truck((MUG, 24), asn=asn)
        dock.line(MUG, 2)
        dock.close()
        dock.wang(first, "CM-DAMAGE", "4", "2")
        dock.li(dock.floor.arrive(asn, 1), ean(MUG), "0", "CM-OK", "1")
        codes = [
            answer.code
            for answer in beside(
                lambda: dock.floor.scan(LI, "stage1", "1"), lambda: dock.floor.scan(WANG, "stage2", "CM-UNDO")
            )
        ]
        assert codes.count("E-RCV-05") == 1, codes
        with dock.floor.hub.db.read() as tx:
            good = ReceiptLine.qty_delivered - ReceiptLine.qty_rejected
            query = (
                select(func.sum(good))
                .join(InboundLine, InboundLine.id == ReceiptLine.inbound_line_id)
                .join(InboundNotice, InboundNotice.id == InboundLine.notice_id)
                .where(InboundNotice.asn_no == asn)
            )
            assert tx.scalar(query) == 24
        dock.tries("CM-MENU")
        dock.tries("CM-MENU", number=WANG, flow="stage2")
    books()


def test_two_inspectors_at_once_have_a_line_each_and_end_it_once(
    dock: Dock, hire: Callable[..., str], books: Books
) -> None:
    """They open the sheet at the same moment, sample at the same moment, and end at the same moment."""
    people = (WANG, hire("3002", Role.INSPECTOR))
    codes = {item.name_zh: ean(item) for item in (MUG, SPOON)}

    def at_once(*raws: str) -> list[Any]:
        def scan(number: str, raw: str) -> Any:
            return dock.floor.scan(number, "stage2", raw)

        return beside(*(partial(scan, number, raw) for number, raw in zip(people, raws, strict=True)))

    for number in range(ROUNDS // 3):
        receipt = dock.truck((MUG, 12), (SPOON, 12), asn=f"PO-{number}")
        dock.line(MUG, 1)
        dock.line(SPOON, 1)
        dock.close()
        answers = at_once(receipt, receipt)
        assert {answer.facts["name"] for answer in answers} == codes.keys()
        mine = [codes[answer.facts["name"]] for answer in answers]
        for _ in range(3):
            answers = at_once(*mine)
        assert sorted(answer.step for answer in answers) == ["finish", "others"]
        assert [line.samples_done for line in dock.lines(receipt)] == [3, 3]
        at_once("CM-OK", "CM-OK")
        for person in people:
            if dock.floor.look(person, "stage2")["step"] != "receipt":
                dock.tries("CM-OK", number=person, flow="stage2")
        assert dock.state(receipt) == "AWAIT_SIGN"
        assert {dock.floor.look(person, "stage2")["step"] for person in people} == {"receipt"}
    books()
