"""The first morning's mishaps at the dock: each has a way out, the books hold, and nobody is stuck (P1, P2, P4–P6)."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from functools import partial

import pytest
from PIL import Image
from sqlalchemy import select

from station import create_app
from station.exchange import documents as erp
from station.ground.documents.history import History
from station.ground.documents.signatures import Signature
from station.ground.web.kit import csrf_token
from station.ground.work import SYSTEM
from station.inbound.models import InboundNotice, ReceiptRefusal
from station.practice.demo import world
from station.wiring.setup import running
from tests.floor import CHEN, LI, SUN, ZHOU, Answer
from tests.station.inbound.dock import MUG, OATS, PO, RING, SPOON, Dock, ean

Books = Callable[[], None]
PIN = world.PIN


def is_free(dock: Dock, *flows: str) -> bool:
    """The receiver stands at the first step of these processes."""
    flows = flows or ("arrive", "stage1", "sign")
    hub = dock.floor.hub
    return all(dock.floor.look(LI, flow)["step"] == hub.workflows[flow].start for flow in flows)


def arrive(dock: Dock, *raws: str) -> Answer:
    return dock.tries(*raws, number=LI, flow="arrive")


def sign(dock: Dock, *raws: str) -> Answer:
    return dock.tries(*raws, number=LI, flow="sign")


def is_expected(dock: Dock, asn: str = PO) -> bool:
    """Whether a truck may still come for the notice."""
    with dock.floor.hub.db.read() as tx:
        return not tx.scalar(select(InboundNotice.is_closed).where(InboundNotice.asn_no == asn))


def sheet_no(dock: Dock) -> str:
    return str(dock.papers("acceptance_sheet")[-1]["as_no"])


# --- the wrong truck ------------------------------------------------------------------------------


@pytest.mark.parametrize("is_opened", [False, True], ids=["arrived", "opened"])
def test_a_truck_registered_by_mistake_is_none(dock: Dock, books: Books, *, is_opened: bool) -> None:
    """Its sheet, why, and it is gone; the notice waits for the right one. Twice is refused."""
    dock.expects((MUG, 24))
    receipt = dock.floor.arrive(PO, 2)
    if is_opened:
        dock.li(receipt, "CM-MENU")
    asked = arrive(dock, receipt)
    assert (asked.code, asked.step, asked.facts["big"]) == ("W-ARR-WRONG", "wrong", receipt)
    assert arrive(dock, "CM-SKIP").step == "notice"
    assert dock.state(receipt) in {"ARRIVED", "STAGE1"}
    assert arrive(dock, receipt, "2").code == "W-ARR-CANCELLED"
    assert (dock.state(receipt), dock.floor.look(LI, "arrive")["facts"]["hint"]) == ("CANCELLED", PO)
    assert arrive(dock, receipt).code == "E-RCV-07"
    assert dock.tries(receipt).code == "E-RCV-07"
    assert is_free(dock)
    books()


def test_a_truck_that_is_being_counted_is_not_unmade(dock: Dock, books: Books) -> None:
    """E-RCV-10 with a line; the line taken out, it may be cancelled under the counter's hands, who is told."""
    receipt = dock.truck((MUG, 24))
    dock.line(MUG, 2)
    assert arrive(dock, receipt, "1").code == "E-RCV-10"
    dock.li("CM-SKIP", "1", "CM-OK")
    assert arrive(dock, "1").code == "W-ARR-CANCELLED"
    assert dock.tries(ean(MUG)).code == "E-RCV-07"
    assert dock.li("CM-MENU").step == "receipt"
    assert (dock.on_hand(), is_free(dock)) == (0, True)
    books()


# --- refused ----------------------------------------------------------------------------------------


def test_what_nobody_ordered_stands_on_the_sheet_as_refused(dock: Dock, books: Books) -> None:
    """E-RCV-04, how many, and on; it is no stock, and the sheet names it beside what was received."""
    receipt = dock.truck((MUG, 24))
    dock.floor.erp(SPOON)
    asked = dock.tries(ean(SPOON))
    assert (asked.status, asked.code, asked.step, asked.facts["pad"]) == (422, "E-RCV-04", "foreign", "qty")
    written = dock.li("7")
    assert (written.code, written.step) == ("W-ST1-FOREIGN", "product")
    assert dock.shown(written, "Refused uncounted") == "1"
    dock.line(MUG, 2)
    dock.close()
    dock.inspect(receipt)
    assert dock.floor.sign(receipt).code == "S-SGN-POSTED"
    lines = {row["sku_code"]: row for row in dock.papers("acceptance_sheet")[-1]["lines"]}
    spoon = lines["S0007"]
    assert (spoon["ordered_qty"], spoon["delivered_qty"], spoon["received_qty"]) == (0, 7, 0)
    assert (spoon["rejected_qty"], spoon["verdict"], lines["S0002"]["received_qty"]) == (7, "拒收", 24)
    assert "订单没有 Not ordered" in dock.papers("acceptance_sheet")[-1]["reject_reasons"]
    assert (dock.on_hand(), is_free(dock)) == (24, True)
    books()


@pytest.mark.parametrize("card", ["CM-UNDO", "CM-SKIP", "CM-MENU", ean(MUG)])
def test_a_slip_is_no_refusal(dock: Dock, card: str, books: Books) -> None:
    """The wrong shelf of the hall was scanned: back, undone, left, or the right article at once."""
    dock.truck((MUG, 24))
    dock.floor.erp(SPOON)
    dock.tries(ean(SPOON))
    if card == "CM-UNDO":
        dock.li("3")
    answer = dock.li(card)
    assert answer.step == {"CM-MENU": "receipt", ean(MUG): "cartons"}.get(
        card, "product" if card == "CM-SKIP" else "foreign"
    )
    with dock.floor.hub.db.read() as tx:
        assert list(tx.scalars(select(ReceiptRefusal.qty))) == []
    books()


def test_goods_that_are_not_what_was_ordered_go_back_and_the_right_ones_are_counted(
    dock: Dock, books: Books
) -> None:
    """One carton of another make under the right barcode; the other is received."""
    receipt = dock.truck((MUG, 24))
    asked = dock.li(ean(MUG), "CM-DAMAGE")
    assert asked.step == "foreign"
    assert dock.li("12").code == "W-ST1-FOREIGN"
    dock.line(MUG, 1)
    dock.close()
    dock.inspect(receipt)
    dock.floor.sign(receipt)
    rows = [
        (row["received_qty"], row["rejected_qty"]) for row in dock.papers("acceptance_sheet")[-1]["lines"]
    ]
    assert rows == [(12, 0), (0, 12)]
    assert dock.papers("acceptance_sheet")[-1]["reject_reasons"] == ["规格不符 Wrong specification"]
    assert (dock.on_hand(), is_expected(dock)) == (12, True)
    books()


@pytest.mark.parametrize("when", ["nothing counted", "one line", "inspected"])
def test_a_whole_truck_is_refused(dock: Dock, books: Books, when: str) -> None:
    """On the handheld while it is counted, at the desk later: signed by both, nothing is stock, the order is open."""
    receipt = dock.truck((MUG, 24), (SPOON, 12))
    if when != "nothing counted":
        dock.line(MUG, 2)
    if when == "inspected":
        dock.line(SPOON, 1)
        dock.close()
        dock.inspect(receipt)
        assert desk(dock, receipt, "refuse", choice="2") == 302
    else:
        dock.li("CM-DAMAGE", "3")
        assert dock.li("CM-SKIP").step == "product"
        dock.li("CM-DAMAGE", "3")
        assert dock.li("CM-OK").code == "W-ST1-REFUSED"
    assert (dock.state(receipt), dock.on_hand()) == ("AWAIT_SIGN", 0)
    assert sign(dock, receipt, world.badge(LI), PIN, "CM-OK").code == "W-SGN-NONE"
    assert dock.state(receipt) == "REJECTED_ALL"
    assert dock.papers("acceptance_sheet")[-1]["reject_reasons"] == ["温度不对 Wrong temperature"]
    assert (is_expected(dock), is_free(dock)) == (True, True)
    assert arrive(dock, PO).code == "S-ARR-NOTICE"
    books()


# --- not signed -------------------------------------------------------------------------------------


def test_a_driver_who_does_not_sign(dock: Dock, books: Books) -> None:
    """SUSPENDED with the supervisor's name: nothing is labelled; later the sheet goes on, and may stop again."""
    receipt = dock.checked((MUG, 24))
    for times in (1, 2):
        sign(dock, receipt, world.badge(LI), PIN)
        asked = sign(dock, "CM-SKIP")
        assert (asked.step, len(asked.facts["table"])) == ("unsigned", 4)
        assert sign(dock, "1", world.badge(LI)).code == "E-AUTH-02"
        done = sign(dock, world.badge(CHEN), PIN)
        assert (done.code, done.step, dock.state(receipt)) == ("W-SGN-SUSPENDED", "sheet", "SUSPENDED")
        assert dock.papers("acceptance_sheet")[-1]["override_reason"] == "数量不认"
        assert (len(dock.papers("carton_label")), is_free(dock)) == (0, True)
        with dock.floor.hub.db.read() as tx:
            signers = tx.scalars(select(Signature.signer).where(Signature.doc_no == sheet_no(dock)))
            assert list(signers) == ["陈主管"] * times
        assert dock.floor.look(LI, "sign")["facts"]["table"][0][0] == receipt
    books()
    assert dock.floor.sign(receipt).code == "S-SGN-POSTED"
    assert dock.on_hand() == 24
    books()


def test_who_received_does_not_countersign(dock: Dock, hire: Callable[..., str]) -> None:
    """A supervisor who counts signs as receiver, and needs a second one for the driver's refusal."""
    receipt = dock.checked((MUG, 24))
    from station.ground.words.actor import Role

    boss = hire("1990", Role.RECEIVER, Role.SUPERVISOR)
    dock.tries(receipt, world.badge(boss), "1234", "CM-SKIP", "2", number=boss, flow="sign")
    assert dock.tries(world.badge(boss), "1234", number=boss, flow="sign").code == "E-AUTH-03"
    assert dock.state(receipt) == "AWAIT_SIGN"


def test_goods_nobody_signs_for_go_back(dock: Dock, books: Books) -> None:
    """Suspended, then refused at the desk: signed, gone, nothing is stock."""
    receipt = dock.checked((MUG, 24))
    sign(dock, receipt, world.badge(LI), PIN, "CM-SKIP", "3", world.badge(CHEN), PIN)
    assert desk(dock, receipt, "refuse", choice="4") == 302
    assert sign(dock, receipt, world.badge(LI), PIN, "CM-OK").code == "W-SGN-NONE"
    assert (dock.state(receipt), dock.on_hand()) == ("REJECTED_ALL", 0)
    dock.expects((MUG, 24), asn="PO-2")
    second = dock.truck(asn="PO-2")
    dock.line(MUG, 2)
    dock.close()
    assert desk(dock, second, "refuse", choice="4") == 302, "the next truck as well"
    assert dock.on_hand() == 0
    books()


# --- what does not come any more ----------------------------------------------------------------------


@pytest.mark.parametrize("who", ["desk", "office"])
def test_a_short_order_is_closed_short(dock: Dock, books: Books, who: str) -> None:
    """12 of 24 came; the rest is not expected, whoever says so, but not while a truck of it stands here."""
    dock.expects((MUG, 24))
    receipt = dock.truck(cartons=1)
    dock.line(MUG, 1)
    dock.close()
    dock.inspect(receipt)
    dock.labelled(receipt)
    dock.signs(world.badge(CHEN), PIN, world.badge(ZHOU), PIN)
    assert is_expected(dock)
    second = dock.floor.arrive(PO, 1)
    if who == "desk":
        assert desk(dock, receipt, "close-short", reason="不来了") == 422
    else:
        assert dock.floor.erp(erp.CancelNotice(asn_no=PO)) == {"LATE": 1}
    assert is_expected(dock)
    arrive(dock, second, "3")
    if who == "desk":
        assert desk(dock, receipt, "close-short", reason="不来了") == 302
        assert desk(dock, receipt, "close-short", reason="不来了") == 302
    else:
        assert dock.floor.erp(erp.CancelNotice(asn_no=PO, version=2)) == {"CANCELLED": 1}
    assert not is_expected(dock)
    assert arrive(dock, PO).code == "E-RCV-01"
    with dock.floor.hub.db.read() as tx:
        told = tx.scalars(select(History).where(History.event == "close_short")).one()
    assert (told.doc_no, told.reason) == (PO, {"desk": "不来了", "office": "ERP"}[who])
    assert (dock.on_hand(), is_free(dock)) == (12, True)
    books()


def test_where_nobody_waits_a_short_order_is_closed_with_its_last_truck(dock: Dock, books: Books) -> None:
    """`short_close`: 12 of 36 came, another truck stands at the dock and brings 12; then no more is expected."""
    running.set_up(dock.floor.hub, '[settings]\nshort_close = "CLOSE"\n', SYSTEM)
    dock.expects((MUG, 36))
    first = dock.truck(cartons=1)
    second = dock.floor.arrive(PO, 1)
    for receipt, is_waited_for in ((first, True), (second, False)):
        dock.li(receipt)
        dock.line(MUG, 1)
        dock.close()
        dock.inspect(receipt)
        dock.labelled(receipt)
        dock.signs(world.badge(CHEN), PIN, world.badge(ZHOU), PIN)
        assert is_expected(dock) is is_waited_for
    with dock.floor.hub.db.read() as tx:
        assert tx.scalars(select(History.doc_no).where(History.event == "close_short")).all() == [PO]
    books()


def test_a_receipt_is_closed_when_all_is_in_its_slot(dock: Dock, books: Books) -> None:
    receipt = dock.posted((MUG, 24))
    assert desk(dock, receipt, "close") == 422
    dock.floor.put_all_away()
    assert desk(dock, receipt, "close") == 302
    assert (dock.state(receipt), desk(dock, receipt, "close")) == ("CLOSED", 422)
    books()


# --- at the desk ----------------------------------------------------------------------------------------


def desk(dock: Dock, receipt: str, key: str, number: str = CHEN, **fields: str) -> int:
    """Press a button of the receipt's page; the answer's status."""
    client = create_app(hub=dock.floor.hub).test_client()
    token = dock.floor.sign_in(number, device="DESK")
    client.set_cookie("sid", token)
    send = partial(client.post, f"/desk/receipts/{receipt}/{key}")
    return send(data={"csrf": csrf_token(token)} | fields).status_code


def test_the_page_offers_what_may_be_decided(dock: Dock) -> None:
    receipt = dock.truck((OATS, 24))
    dock.floor.erp(RING)
    dock.tries(ean(RING), "2")
    client = create_app(hub=dock.floor.hub).test_client()
    client.set_cookie("sid", dock.floor.sign_in(CHEN, device="DESK"))
    page = client.get(f"/desk/receipts/{receipt}").text
    keys = ("cancel", "refuse", "close", "close-short")
    assert [f'/{receipt}/{key}"' in page for key in keys] == [True, True, False, False]
    assert "未清点拒收" in page
    assert "金戒指" in page
    assert desk(dock, receipt, "cancel", reason="登错") == 422
    assert desk(dock, receipt, "refuse", choice="99") == 404
    assert desk(dock, "RC-NONE", "close") == 404
    assert desk(dock, receipt, "refuse", SUN, choice="1") == 403
    assert dock.state(receipt) == "STAGE1"


# --- photos ---------------------------------------------------------------------------------------------


def picture(colour: str = "red") -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(made, "JPEG")
    return made.getvalue()


def test_a_photo_stays_with_the_receipt_and_its_sheet_says_so(dock: Dock) -> None:
    """From the count with one tap; the desk sees it; the same twice is one; no picture is none."""
    receipt = dock.truck((MUG, 24))
    client = create_app(hub=dock.floor.hub).test_client()
    token = dock.floor.sign_in(LI)
    client.set_cookie("sid", token)
    assert 'href="/work/photos"' in client.get("/work/stage1").text
    page = client.get("/work/photos")
    address = f"/work/photos/{receipt}"
    assert (page.status_code, page.location) == (302, address)

    def send(name: str, data: bytes) -> int:
        fields = {"csrf": csrf_token(token), "file": (io.BytesIO(data), name)}
        return client.post(address, data=fields, content_type="multipart/form-data").status_code

    assert [send("1.jpg", picture()), send("again.jpg", picture()), send("2.jpg", picture("blue"))] == [
        302
    ] * 3
    assert [send("x.jpg", b"no picture"), send("x.exe", picture()), send("", b"")] == [422] * 3
    shown = re.findall(rf'src="({address}/[0-9a-f]+)"', client.get(address).text)
    assert len(shown) == 2
    with client.get(shown[0]) as answer:
        assert answer.data == picture()
    assert client.get(f"{address}/0000000000000000").status_code == 404
    assert client.get("/work/photos/RC-NONE").status_code == 404
    client.set_cookie("sid", dock.floor.sign_in(SUN))
    assert [client.get(where).status_code for where in (address, shown[0])] == [403, 403]
    dock.li("CM-DAMAGE", "3", "CM-OK")
    sign(dock, receipt, world.badge(LI), PIN, "CM-OK")
    assert dock.papers("acceptance_sheet")[-1]["reject_reasons"] == [
        "温度不对 Wrong temperature",
        "照片 2 张 2 photos",
    ]
    client.set_cookie("sid", dock.floor.sign_in(CHEN, device="DESK"))
    assert f'href="{address}"' in client.get(f"/desk/receipts/{receipt}").text
    assert 'type="file"' not in client.get(address).text, "the truck has gone"


def test_without_a_receipt_in_hand_there_is_nothing_to_take(dock: Dock) -> None:
    client = create_app(hub=dock.floor.hub).test_client()
    client.set_cookie("sid", dock.floor.sign_in(LI))
    assert client.get("/work/photos").location == "/work/stage1"
