"""The office, a colleague or the clock changes something while somebody at the dock is scanning (P1–P4)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import func, select, update

from station.exchange import documents as erp
from station.exchange.models import OutboxMessage
from station.ground.documents.signatures import Signature
from station.ground.words.actor import Role
from station.inbound.models import InboundNotice, Receipt
from station.people.models import OverrideRow, User
from station.practice.demo import world
from tests.floor import CHEN, LI, WANG, ZHOU, Answer
from tests.station.inbound.dock import MUG, OATS, PO, Dock, ean

Books = Callable[[], None]


def arrive(dock: Dock, *raws: str) -> Answer:
    return dock.tries(*raws, number=LI, flow="arrive")


def sign(dock: Dock, *raws: str, number: str = LI) -> Answer:
    return dock.tries(*raws, number=number, flow="sign")


def rows(dock: Dock, table: type) -> int:
    with dock.floor.hub.db.read() as tx:
        return tx.scalar(select(func.count()).select_from(table)) or 0


def dismiss(dock: Dock, number: str) -> None:
    """The office takes somebody's badge away."""
    gone = update(User).where(User.badge == world.badge(number)).values(is_active=False)
    dock.floor.hub.db.write(lambda tx: tx.execute(gone))


# --- the office changes its mind while the driver is asked ------------------------------------------


@pytest.mark.parametrize("typed", [(), ("沪A1",), ("沪A1", "张")], ids=["plate", "driver", "cartons"])
def test_a_notice_taken_back_while_the_driver_is_asked(dock: Dock, typed: tuple[str, ...]) -> None:
    """E-RCV-01 at the last entry: no truck is received on it, no sheet is printed, and the next one may come."""
    dock.expects((MUG, 24))
    dock.expects((OATS, 24), asn="PO-2")
    arrive(dock, PO, *typed)
    assert dock.floor.erp(erp.CancelNotice(asn_no=PO)) == {"CANCELLED": 1}
    answer = arrive(dock, *["沪A1", "张", "2"][len(typed) :])
    assert (answer.code, answer.step) == ("E-RCV-01", "notice")
    assert (rows(dock, Receipt), dock.papers("acceptance_sheet")) == (0, [])
    assert arrive(dock, "PO-2", "沪A1", "张", "2").code == "S-ARR-DONE"


def test_a_notice_changed_while_the_driver_is_asked_is_counted_as_it_is_now(dock: Dock) -> None:
    """The newer version says 12 instead of 24: the second carton is too much."""
    dock.expects((MUG, 24), version=1)
    arrive(dock, PO, "沪A1")
    dock.expects((MUG, 12), version=2)
    receipt = str(arrive(dock, "张", "2").body["message"]["en"].split()[1])
    refused = dock.tries(receipt, ean(MUG), "2", "CM-OK", "0")
    assert (refused.code, refused.facts["big"]) == ("E-RCV-05", "12")


def test_a_notice_whose_truck_is_here_is_not_taken_back(dock: Dock, books: Books) -> None:
    """LATE: what stands at the dock is counted and posted as if nobody had said anything."""
    receipt = dock.truck((MUG, 24))
    assert dock.floor.erp(erp.CancelNotice(asn_no=PO)) == {"LATE": 1}
    dock.line(MUG, 2)
    dock.close()
    dock.inspect(receipt)
    assert dock.floor.sign(receipt).code == "S-SGN-POSTED"
    books()


# --- midnight -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("confirmed", "code"), [(False, "S-OK"), (True, "E-EXP-05")])
def test_dates_are_judged_on_the_day_they_are_confirmed(dock: Dock, confirmed: bool, code: str) -> None:
    """T1 over midnight: 120 of 360 days are used until twelve o'clock, 121 after it."""
    dock.floor.hub.clock.advance(hours=14, minutes=59)  # type: ignore[attr-defined]
    dock.truck((OATS, 24))
    dock.li(ean(OATS), "2", "CM-OK", "0", "20260101")
    if confirmed:
        dock.floor.hub.clock.advance(minutes=1)  # type: ignore[attr-defined]
    assert dock.tries("CM-OK").code == code


def test_a_production_date_of_today_is_no_future_in_the_first_hour_of_the_day(dock: Dock) -> None:
    """T6 by the warehouse's wall: at 00:30 in Shanghai it is still yesterday in UTC."""
    dock.floor.hub.clock.advance(hours=15, minutes=30)  # type: ignore[attr-defined]
    dock.truck((OATS, 24))
    dock.li(ean(OATS), "2", "CM-OK", "0")
    assert dock.tries("20260503").code == "E-EXP-01"
    assert dock.tries("20260502").code == "S-ST1-MADE"


# --- people come and go -------------------------------------------------------------------------------


def test_a_wrong_pin_allows_no_old_goods(dock: Dock) -> None:
    """E-AUTH-04: the refused date stays refused, and no permission is written down."""
    dock.truck((OATS, 24))
    dock.tries(ean(OATS), "2", "CM-OK", "0", "20251231", "CM-OK")
    assert dock.tries(world.badge(CHEN), "0000").code == "E-AUTH-04"
    assert rows(dock, OverrideRow) == 0
    dock.tries("CM-UNDO")
    assert dock.tries("CM-OK").code == "E-EXP-05"


def test_a_receiver_dismissed_before_the_driver_signed_signs_nothing(
    dock: Dock, hire: Callable[..., str]
) -> None:
    """The badge was good at the first signature and is gone at the second: neither stands, a colleague signs."""
    receipt = dock.checked((MUG, 24))
    colleague = hire("3001", Role.RECEIVER)
    sign(dock, receipt, world.badge(colleague), "1234")
    dismiss(dock, colleague)
    assert sign(dock, "CM-OK").code == "E-AUTH-01"
    assert (dock.state(receipt), rows(dock, Signature)) == ("AWAIT_SIGN", 0)
    assert sign(dock, "CM-MENU", receipt, world.badge(LI), world.PIN, "CM-OK").step == "entry"


@pytest.mark.parametrize("number", [CHEN, ZHOU], ids=["supervisor", "keeper"])
def test_a_signer_dismissed_between_badge_and_pin(dock: Dock, number: str) -> None:
    """E-AUTH-01 at the PIN, whichever of the two it is: the goods are not stock, the ERP hears nothing."""
    receipt = dock.checked((MUG, 24))
    dock.labelled(receipt)
    if number == ZHOU:
        sign(dock, world.badge(CHEN), world.PIN)
    sign(dock, world.badge(number))
    dismiss(dock, number)
    assert sign(dock, world.PIN).code == "E-AUTH-01"
    assert (dock.state(receipt), rows(dock, OutboxMessage)) == ("SIGNED", 0)


def test_a_sheet_taken_over_at_the_last_signature_is_posted_once(dock: Dock, books: Books) -> None:
    """The supervisor opens it on his own device; the receiver's half signature is gone with his screen."""
    receipt = dock.checked((MUG, 24))
    dock.labelled(receipt)
    sign(dock, world.badge(CHEN), world.PIN)
    assert sign(dock, receipt, number=CHEN).code == "E-TSK-01"
    assert sign(dock, receipt, number=CHEN).step in {"supervisor", "keeper"}
    assert dock.floor.look(LI, "sign")["step"] == "sheet"
    sign(dock, "CM-MENU", receipt, world.badge(CHEN), world.PIN, number=CHEN)
    assert sign(dock, world.badge(ZHOU), world.PIN, number=CHEN).code == "S-SGN-POSTED"
    assert sign(dock, receipt).code == "E-RCV-07"
    assert rows(dock, OutboxMessage) == 1
    books()


def test_an_inspection_taken_over_keeps_every_sample(dock: Dock, hire: Callable[..., str]) -> None:
    """Too little is left for two: E-TSK-01 names the first, the second goes on; nobody samples twice."""
    receipt = dock.truck((MUG, 24))
    dock.line(MUG, 2)
    dock.close()
    dock.wang(receipt, *[ean(MUG)] * 4)
    other = hire("3002", Role.INSPECTOR)
    refused = dock.tries(receipt, number=other, flow="stage2")
    assert (refused.code, "王质检" in refused.body["message"]["zh"]) == ("E-TSK-01", True)
    taken = dock.tries(receipt, number=other, flow="stage2")
    assert taken.facts["progress"] == [4, 5]
    assert dock.tries(ean(MUG), number=WANG, flow="stage2").step == "receipt"
    assert dock.lines()[0].samples_done == 4
    dock.tries(ean(MUG), "CM-OK", number=other, flow="stage2")
    assert dock.state(receipt) == "AWAIT_SIGN"


@pytest.mark.parametrize("seconds", [110, 125])
def test_the_keeper_has_two_minutes(dock: Dock, seconds: int) -> None:
    """T17 from both sides of the window; after it the supervisor signs again first."""
    receipt = dock.checked((MUG, 24))
    dock.labelled(receipt)
    sign(dock, world.badge(CHEN), world.PIN)
    dock.floor.hub.clock.advance(seconds=seconds)  # type: ignore[attr-defined]
    answer = sign(dock, world.badge(ZHOU))
    if seconds < 120:
        assert sign(dock, world.PIN).code == "S-SGN-POSTED"
    else:
        assert (answer.code, answer.step, dock.state(receipt)) == ("E-AUTH-04", "supervisor", "SIGNED")


def test_a_notice_closes_with_its_last_carton_and_not_before(dock: Dock, books: Books) -> None:
    """Three articles on two trucks: open until the third one came, with each truck's own slip number."""
    slips = []
    dock.expects((MUG, 24), (OATS, 24))
    for item in (MUG, OATS):
        with dock.floor.hub.db.read() as tx:
            assert tx.scalar(select(InboundNotice.is_closed)) is False
        receipt = dock.truck()
        dock.line(item, 2)
        dock.close()
        dock.inspect(receipt)
        slips.append(dock.floor.sign(receipt).body["message"]["en"])
    assert len(set(slips)) == 2
    with dock.floor.hub.db.read() as tx:
        assert tx.scalar(select(InboundNotice.is_closed)) is True
    books()
