"""红冲 (P4): a posted slip is taken back by two people, whole, with its goods at the dock again."""

from __future__ import annotations

import csv
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from station import create_app
from station.erp.outward.reversal import as_correction
from station.exchange.documents import (
    ReceiptConfirmationLine,
    ReceiptReversal,
    StockAdjustment,
    StockChange,
    from_data,
)
from station.exchange.models import OutboxMessage
from station.ground.documents.signatures import Signature
from station.ground.words.messages import Refused
from station.ground.work import SYSTEM
from station.inbound import rules
from station.inbound.models import InboundLine, InboundNotice, Receipt
from station.inbound.reverse import rules as reversing
from station.practice.demo import world
from station.stock import ledger
from station.stock.ledger import Place, Posting
from station.stock.models import MovementType, Stock, StockStatus
from station.storage.aging import rules as aging
from station.storage.holds import rules as holding
from tests.floor import CHEN, LI, ZHOU
from tests.station.inbound.dock import MUG, OATS, Dock
from tests.station.inbound.test_undated_goods import set_aside


def _stock(dock: Dock) -> dict[str, int]:
    with dock.floor.hub.db.read() as tx:
        rows = tx.execute(select(Stock.status, Stock.on_hand).where(Stock.on_hand > 0))
        stock: dict[str, int] = {}
        for row in rows:
            stock[row.status] = stock.get(row.status, 0) + row.on_hand
        return stock


def _receipt(dock: Dock, receipt_no: str) -> Receipt:
    with dock.floor.hub.db.read() as tx:
        row = tx.scalars(select(Receipt).where(Receipt.receipt_no == receipt_no)).one()
        tx.expunge(row)
        return row


def _reverse(
    dock: Dock, receipt_no: str, one: str = CHEN, other: str = ZHOU, *, is_back: bool = False
) -> str:
    hub = dock.floor.hub
    with hub.db.read() as tx:
        people = [hub.services.people.badge(tx, world.badge(who)) for who in (one, other)]
    first, second = (who for who in people if who)
    return hub.works.do(
        lambda work: reversing.reverse(
            work, rules.receipt_by_code(work.tx, receipt_no), "数错了", first, second, is_back=is_back
        ),
        first,
    )


def test_a_slip_is_taken_back_and_posted_anew(dock: Dock, books: Callable[[], None]) -> None:
    """The ledger is mirrored, the office told, the paper printed; then the goods are counted right."""
    receipt = dock.posted((MUG, 24))
    old = _receipt(dock, receipt).grn_no
    number = _reverse(dock, receipt)
    assert number != old
    assert (dock.state(receipt), _stock(dock)) == ("AWAIT_SIGN", {"INSPECT": 24})
    with dock.floor.hub.db.read() as tx:
        assert tx.scalars(select(InboundLine.qty_received)).all() == [0]
        assert tx.scalars(select(InboundNotice.is_closed)).all() == [False]
        signed = tx.execute(select(Signature.meaning, Signature.signer).where(Signature.doc_no == number))
        assert [tuple(row) for row in signed] == [("supervisor", "陈主管"), ("keeper", "周仓管")]
        told = tx.scalars(select(OutboxMessage).where(OutboxMessage.kind == "receipt_reversal")).one()
        doc = from_data(told.kind, told.payload)
    assert (told.doc_no, doc.grn_no, doc.reverses_grn_no, doc.reason) == (old, number, old, "数错了")
    assert [(line.sku_code, line.qty_good) for line in doc.lines] == [("S0002", 24)]
    slips = [paper for paper in dock.papers("inbound_slip") if paper["gr_no"] == number]
    assert [(one["ply_no"], one["reverses_no"], one["reason"]) for one in slips] == [
        (ply, old, "数错了") for ply in (1, 2, 3)
    ]
    assert [line["qty"] for one in slips for line in one["lines"]] == [-24, -24, -24]
    assert dock.floor.look(ZHOU, "putaway")["facts"].get("hint", "") == ""
    books()

    dock.floor.scans(LI, "stage1", receipt)
    dock.li("CM-OK")
    assert dock.state(receipt) == "STAGE1"


def test_the_office_gets_a_file_of_it_after_the_file_of_the_slip(dock: Dock) -> None:
    """Line by line in the folder; both stay, and say which takes back which."""
    receipt = dock.posted((MUG, 24))
    old = _receipt(dock, receipt).grn_no
    number = _reverse(dock, receipt)
    dock.floor.office().push("folder")
    outbox = dock.floor.hub.settings.data / "erp" / "outbox"
    (posted,) = outbox.glob("receipt_confirmation-*.csv")
    (taken,) = outbox.glob("receipt_reversal-*.csv")
    assert str(old) in posted.read_text(encoding="utf-8-sig")
    (row,) = csv.DictReader(taken.read_text(encoding="utf-8-sig").splitlines())
    told = [row[name] for name in ("grn_no", "reverses_grn_no", "sku_code", "qty_good", "reason")]
    assert told == [number, old, "S0002", "24", "数错了"]


def test_what_was_right_is_signed_labelled_and_posted_again(dock: Dock, books: Callable[[], None]) -> None:
    """The same goods get new labels and a new number; the old labels are void."""
    receipt = dock.posted((MUG, 24))
    old, void = _receipt(dock, receipt).grn_no, [one["carton_code"] for one in dock.papers("carton_label")]
    number = _reverse(dock, receipt)
    dock.signs(receipt, world.badge(LI), world.PIN, "CM-OK", receipt)
    assert dock.tries(void[0], flow="sign").code == "E-LBL-02"
    while (answer := dock.floor.look(LI, "sign"))["step"] == "labels":
        dock.signs(answer["facts"]["hint"])
    assert dock.signs(world.badge(CHEN), world.PIN, world.badge(ZHOU), world.PIN).code == "S-SGN-POSTED"
    assert _receipt(dock, receipt).grn_no not in {old, number}
    assert _stock(dock) == {"GOOD": 24}
    assert len(dock.papers("acceptance_sheet")) == 7, "a draft; figures to sign and two copies each time"
    books()


def test_goods_that_moved_on_are_named_and_nothing_is_taken_back(
    dock: Dock, books: Callable[[], None]
) -> None:
    """One carton in somebody's hands, then in its slot: the slip stays as it is, the other carton as well."""
    receipt = dock.posted((MUG, 24))
    carton = dock.floor.look(ZHOU, "putaway")["facts"]["hint"]
    answer = dock.floor.scans(ZHOU, "putaway", carton)
    slot = answer.facts["big"]
    for is_back in (False, True):
        with pytest.raises(Refused) as refused:
            _reverse(dock, receipt, is_back=is_back)
        assert (refused.value.code, refused.value.facts["no"]) == ("E-REV-01", carton)
    dock.floor.scans(ZHOU, "putaway", answer.facts["hint"], "CM-OK")
    with pytest.raises(Refused) as refused:
        _reverse(dock, receipt)
    assert (refused.value.code, refused.value.facts["slot"]) == ("E-REV-03", slot)
    assert (dock.state(receipt), _stock(dock)) == ("POSTED", {"GOOD": 24})
    books()


def test_what_was_put_away_is_carried_back_and_posted_anew(dock: Dock, books: Callable[[], None]) -> None:
    """From a pick slot, where cartons are no more, and from reserve: all goods are at the dock, uninspected."""
    receipt = dock.posted((MUG, 48))
    dock.floor.put_all_away()
    assert dock.state(receipt) == "PUTAWAY_DONE"
    _reverse(dock, receipt, is_back=True)
    assert (dock.state(receipt), _stock(dock)) == ("AWAIT_SIGN", {"INSPECT": 48})
    with dock.floor.hub.db.read() as tx:
        places = tx.scalars(select(Stock.location_id).where(Stock.on_hand > 0)).all()
        assert set(places) == {tx.scalars(select(Receipt.dock_id)).one()}
    books()
    assert dock.floor.sign(receipt).code == "S-SGN-POSTED"
    dock.floor.put_all_away()
    assert (dock.state(receipt), _stock(dock)) == ("PUTAWAY_DONE", {"GOOD": 48})
    books()


def test_what_was_taken_since_keeps_the_slip(dock: Dock) -> None:
    """Two of 24 are gone (E-REV-04 with how many), or promised to an order (E-REV-01): nothing moves."""
    receipt = dock.posted((MUG, 24))
    dock.floor.put_all_away()
    with dock.floor.hub.db.read() as tx:
        row = tx.scalars(select(Stock).where(Stock.on_hand > 0)).first()
        assert row is not None
        goods = row.sku_id, row.lot_id
        place = Place(row.location_id, StockStatus.GOOD, row.hu_id)

    def promised(tx: Session, qty: int) -> None:
        mine = (Stock.location_id == place.location_id, Stock.on_hand > 0)
        tx.execute(update(Stock).where(*mine).values(allocated=qty))

    dock.floor.hub.db.write(lambda tx: promised(tx, 1))
    with pytest.raises(Refused, match="E-REV-01"):
        _reverse(dock, receipt, is_back=True)
    dock.floor.hub.db.write(lambda tx: promised(tx, 0))
    lost = Posting(
        MovementType.ADJUST, *goods, 2, place, Place(ledger.ADJUST, StockStatus.GOOD), "AJ", "1", "lost"
    )
    dock.floor.hub.works.do(lambda work: ledger.post(work, lost), SYSTEM)
    with pytest.raises(Refused) as refused:
        _reverse(dock, receipt, is_back=True)
    assert (refused.value.code, refused.value.facts["n"]) == ("E-REV-04", 2)
    assert (dock.state(receipt), _stock(dock)) == ("PUTAWAY_DONE", {"GOOD": 22})


def test_the_page_lists_where_every_carton_is(dock: Dock) -> None:
    """With what to do; without the tick that all is back nothing is taken back."""
    receipt = dock.posted((MUG, 24))
    (slot, *_more) = dock.floor.put_all_away()
    client = create_app(hub=dock.floor.hub).test_client()
    csrf = client.post("/login", json={"badge": CHEN, "pin": world.PIN}).get_json()["csrf"]
    page = f"/desk/receipts/{receipt}/reverse"
    shown = client.get(page).get_data(as_text=True)
    assert slot in shown
    assert 'name="back"' in shown
    form = {"csrf": csrf, "reason": "数错了", "badge": ZHOU, "pin": world.PIN}
    assert client.post(page, data=form).status_code == 422
    assert dock.state(receipt) == "PUTAWAY_DONE"
    assert client.post(page, data=form | {"back": "1"}).status_code == 302
    assert dock.state(receipt) == "AWAIT_SIGN"


def test_goods_on_hold_are_not_taken_back(dock: Dock) -> None:
    """Of goods without a date the office has heard that they are no good ones; a hold of a supervisor's likewise."""
    undated = set_aside(dock)
    dock.close()
    dock.inspect(undated)
    dock.floor.sign(undated)
    with pytest.raises(Refused, match="E-REV-02"):
        _reverse(dock, undated)
    dock.expects((MUG, 24), asn="PO-2")
    receipt = dock.truck(asn="PO-2")
    dock.line(MUG, 2)
    dock.close()
    dock.inspect(receipt)
    dock.floor.sign(receipt)
    lot = dock.lines(receipt)[0].lot_id or 0
    dock.floor.hub.works.do(lambda work: holding.hold_lot(work, lot, "怀疑受潮"), SYSTEM)
    with pytest.raises(Refused, match="E-REV-02"):
        _reverse(dock, receipt)
    assert _stock(dock) == {"HOLD": 48}


def _told(dock: Dock) -> list[tuple[str, ...]]:
    """The changes of status and the slips that the office heard of, in their order."""
    with dock.floor.hub.db.read() as tx:
        rows = tx.scalars(select(OutboxMessage).order_by(OutboxMessage.id)).all()
        docs = [from_data(row.kind, row.payload) for row in rows]
    return [
        tuple(f"{line.status_from}→{line.status_to}" for line in doc.lines)
        if isinstance(doc, StockAdjustment)
        else (type(doc).__name__,)
        for doc in docs
        if not isinstance(doc, StockChange)
    ]


def test_what_has_grown_near_since_is_taken_back(dock: Dock, books: Callable[[], None]) -> None:
    """Posted good, near its expiry since: the office hears that it is good again before the slip is taken back.
    Posted anew it is near from the first moment on, and is taken back out of its slots all the same.
    """
    receipt = dock.posted((OATS, 12))
    hub = dock.floor.hub
    hub.clock.advance(days=260)  # type: ignore[attr-defined]
    dock.floor._tokens.clear()  # everybody signs in anew
    dock.floor._name = "months-later"
    aging.run(hub.works, SYSTEM)
    assert _stock(dock) == {"NEAR": 12}
    _reverse(dock, receipt)
    assert (dock.state(receipt), _stock(dock)) == ("AWAIT_SIGN", {"INSPECT": 12})
    assert _told(dock) == [("ReceiptConfirmation",), ("GOOD→NEAR",), ("NEAR→GOOD",), ("ReceiptReversal",)]
    books()
    assert dock.floor.sign(receipt).code == "S-SGN-POSTED"
    dock.floor.put_all_away()
    assert _stock(dock) == {"NEAR": 12}
    _reverse(dock, receipt, is_back=True)
    assert _stock(dock) == {"INSPECT": 12}
    assert _told(dock)[4:] == [
        ("ReceiptConfirmation",), ("GOOD→NEAR",), ("NEAR→GOOD",), ("ReceiptReversal",)
    ]  # fmt: skip
    books()


@pytest.mark.parametrize(
    ("one", "other", "code"),
    [(CHEN, CHEN, "E-AUTH-03"), (CHEN, LI, "E-AUTH-02"), (ZHOU, LI, "E-AUTH-02")],
)
def test_supervisor_and_keeper_sign(dock: Dock, one: str, other: str, code: str) -> None:
    receipt = dock.posted((MUG, 24))
    with pytest.raises(Refused, match=code):
        _reverse(dock, receipt, one, other)


def test_it_is_taken_back_once_and_only_when_posted(dock: Dock) -> None:
    receipt = dock.checked((MUG, 24))
    with pytest.raises(Refused, match="E-RCV-07"):
        _reverse(dock, receipt)
    dock.labelled(receipt)
    dock.signs(world.badge(CHEN), world.PIN, world.badge(ZHOU), world.PIN)
    _reverse(dock, receipt)
    with pytest.raises(Refused, match="E-RCV-07"):
        _reverse(dock, receipt)


def test_at_the_desk_the_second_person_signs_with_badge_and_pin(dock: Dock) -> None:
    receipt = dock.posted((MUG, 24))
    client = create_app(hub=dock.floor.hub).test_client()
    csrf = client.post("/login", json={"badge": CHEN, "pin": world.PIN}).get_json()["csrf"]
    page = f"/desk/receipts/{receipt}"
    assert f"{page}/reverse" in client.get(page).get_data(as_text=True)
    form = {"csrf": csrf, "reason": "数错了", "badge": ZHOU, "pin": "0000"}
    assert client.post(f"{page}/reverse", data=form).status_code == 422
    assert dock.state(receipt) == "POSTED"
    assert client.post(f"{page}/reverse", data=form | {"pin": world.PIN}).status_code == 302
    assert dock.state(receipt) == "AWAIT_SIGN"
    shown = client.get(page).get_data(as_text=True)
    assert "数错了" in shown
    assert f"{page}/reverse" not in shown


def test_offices_without_such_a_paper_hear_of_a_correction(dock: Dock) -> None:
    """Tryton, Odoo and the platform book the pieces out of the good stock."""
    values: dict[str, Any] = {"sku_code": "S0002", "line_key": "1", "produced_on": None, "expires_on": None}
    good = ReceiptConfirmationLine(lot="L1", qty_good=24, qty_rejected=2, **values)
    none = ReceiptConfirmationLine(lot="L2", qty_good=0, qty_rejected=2, **values)
    doc = ReceiptReversal(
        event_key="GR-2",
        grn_no="GR2",
        reverses_grn_no="GR1",
        asn_no="PO-1",
        supplier_code="V01",
        posted_at=dock.floor.hub.clock.now(),
        operator="陈主管",
        reason="数错了",
        lines=(good, none),
    )
    made = as_correction(doc)
    assert (made.event_key, made.reason) == ("GR-2", "红冲 GR1: 数错了")
    assert [(line.lot, line.status_from, line.delta_each) for line in made.lines] == [("L1", "GOOD", -24)]
