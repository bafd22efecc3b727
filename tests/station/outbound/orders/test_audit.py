"""What stops an order before anybody works on it (P11), and how the desk lets it go on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from station import create_app
from station.catalog.models import Sku
from station.exchange import documents as erp
from station.ground.documents.history import History
from station.ground.web.kit import csrf_token
from station.ground.words.causes import told
from station.outbound.orders.auditing import blocks
from station.outbound.orders.models import DeliveryOrder, OrderLine
from station.settings import Settings
from tests.floor import CHEN, SUN, Floor
from tests.station.outbound.shelves import Shelves
from tests.station.scenarios.conftest import order_of

Books = Callable[[], None]
sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
SETTINGS = Settings(data=Path("nowhere"))


def _order(**values: object) -> DeliveryOrder:
    """An order nobody has anything against, but for `values`."""
    usual = {
        "is_paid": True, "buyer_note": "", "seller_note": "", "wants_invoice": False, "invoice": None,
        "receiver_name": "张三丰", "receiver_phone": "13812345678", "address": "文三路100号",
    }  # fmt: skip
    return DeliveryOrder(**usual | values)


def test_an_ordinary_order_is_not_stopped() -> None:
    """S-33: paid, reachable, nothing special."""
    assert blocks(_order(), SETTINGS, has_inactive=False) == []


@pytest.mark.parametrize("word", SETTINGS.rules.remark_words)
@pytest.mark.parametrize("note", ["buyer_note", "seller_note"])
def test_every_remark_word_stops_whoever_wrote_it(note: str, word: str) -> None:
    """S-34: the words that change fulfilment, inside a sentence."""
    found = blocks(_order(**{note: f"老板请{word}谢谢"}), SETTINGS, has_inactive=False)
    assert any(word in told(reason)["en"] for reason in found)


@pytest.mark.parametrize(
    ("values", "inactive", "why"),
    [
        ({"is_paid": False}, False, "未付款"),
        ({"wants_invoice": True}, False, "发票"),
        ({"wants_invoice": True, "invoice": {"title": ""}}, False, "发票"),
        ({"wants_invoice": True, "invoice": {"number": "26"}}, False, "发票"),
        ({"receiver_name": ""}, False, "收件"),
        ({"receiver_phone": ""}, False, "收件"),
        ({"address": ""}, False, "收件"),
        ({}, True, "停用"),
    ],
)
def test_one_fault_is_one_reason(values: dict[str, object], inactive: bool, why: str) -> None:
    (reason,) = blocks(_order(**values), SETTINGS, has_inactive=inactive)
    assert why in told(reason)["zh"]


def test_an_invoice_with_a_title_is_no_fault() -> None:
    assert blocks(_order(wants_invoice=True, invoice={"title": "某公司"}), SETTINGS, has_inactive=False) == []


def test_all_reasons_are_told_at_once() -> None:
    """Nobody lets an order go three times because only the first fault was shown."""
    bad = _order(is_paid=False, buyer_note="礼盒, 不要发", address="", wants_invoice=True)
    assert len(blocks(bad, SETTINGS, has_inactive=True)) == 6


def test_the_words_are_the_warehouses(database_url: str) -> None:
    """Another list of words in the settings, another judgement."""
    own = replace(SETTINGS, rules=replace(SETTINGS.rules, remark_words=("贺卡",)))
    assert blocks(_order(buyer_note="换"), own, has_inactive=False) == []
    assert len(blocks(_order(buyer_note="写贺卡"), own, has_inactive=False)) == 1


# --- through the floor and the desk --------------------------------------------------------------


@pytest.fixture
def client(floor: Floor) -> FlaskClient:
    return create_app(hub=floor.hub).test_client()


def _desk(client: FlaskClient, floor: Floor, number: str = CHEN) -> str:
    token = floor.sign_in(number, device="DESK")
    client.set_cookie("sid", token)
    return csrf_token(token)


def _no(floor: Floor, erp_no: str = "SO-1") -> str:
    with floor.hub.db.read() as tx:
        return tx.scalars(select(DeliveryOrder.order_no).where(DeliveryOrder.erp_no == erp_no)).one()


@sqlite
def test_a_held_order_holds_no_stock_until_it_goes_on(
    shelves: Shelves, floor: Floor, client: FlaskClient, books: Books
) -> None:
    """Unpaid → HOLD with its reason on the desk; the others of the same goods go first; then it goes on."""
    shelves.put("S0001", 3, shelves.slots(1)[0])
    floor.erp(replace(order_of(1, ("S0001", 2)), is_paid=False), order_of(2, ("S0001", 2)))
    floor.release()
    assert (shelves.state("SO-1"), shelves.state("SO-2")) == ("HOLD", "WAVED")
    csrf, address = _desk(client, floor), f"/desk/orders/{_no(floor)}"
    page = client.get(address).text
    assert "未付款" in page
    assert "放行" in page
    assert client.post(f"{address}/unhold", data={"csrf": csrf}).status_code == 302
    floor.release()
    assert shelves.state("SO-1") == "AUDITED", "the goods are the other order's"
    shelves.put("S0001", 1, shelves.slots(2)[1])
    floor.release()
    assert shelves.state("SO-1") == "WAVED"
    with floor.hub.db.read() as tx:
        rows = tx.scalars(select(History).where(History.doc_no == _no(floor)).order_by(History.id))
        events = [(row.event, row.actor) for row in rows]
    assert ("audit", "陈主管") in events
    books()


@sqlite
def test_an_article_that_was_taken_off_sale_stops_its_orders(
    shelves: Shelves, floor: Floor, books: Books
) -> None:
    """商品已停用: not sold by accident, and other articles' orders go on."""
    for slot, sku in zip(shelves.slots(2), ("S0001", "S0002"), strict=True):
        shelves.put(sku, 5, slot)
    floor.hub.db.write(lambda tx: tx.execute(update(Sku).where(Sku.code == "S0001").values(is_active=False)))
    floor.erp(order_of(1, ("S0001", 1), ("S0002", 1)), order_of(2, ("S0002", 1)))
    floor.release()
    assert (shelves.state("SO-1"), shelves.state("SO-2")) == ("HOLD", "WAVED")
    books()


@sqlite
@pytest.mark.parametrize("advance", ["new", "allocated", "waved"])
def test_only_a_held_order_is_let_go(
    shelves: Shelves, floor: Floor, client: FlaskClient, advance: str
) -> None:
    """A page that is old does nothing: 404, and the order stands where it stood."""
    shelves.put("S0001", 3, shelves.slots(1)[0])
    floor.erp(order_of(1, ("S0001", 2)))
    if advance == "allocated":
        floor.advance_orders()
    elif advance == "waved":
        floor.release()
    before = shelves.state()
    answer = client.post(f"/desk/orders/{_no(floor)}/unhold", data={"csrf": _desk(client, floor)})
    assert (answer.status_code, shelves.state()) == (404, before)


@sqlite
@pytest.mark.parametrize("key", ["unhold", "restock"])
def test_the_keys_of_an_order_are_the_supervisors(
    shelves: Shelves, floor: Floor, client: FlaskClient, key: str
) -> None:
    """A picker may not, a form without its token may not, an order of nobody is 404."""
    floor.erp(replace(order_of(1, ("S0001", 2)), is_paid=False))
    floor.advance_orders()
    address = f"/desk/orders/{_no(floor)}/{key}"
    assert client.post(address, data={"csrf": _desk(client, floor, SUN)}).status_code == 403
    csrf = _desk(client, floor)
    assert client.post(address).status_code in {400, 403, 422}
    assert client.post(f"/desk/orders/DO-NONE/{key}", data={"csrf": csrf}).status_code == 404
    assert shelves.state() == "HOLD"


@sqlite
def test_the_desk_sees_of_the_customer_what_it_needs(
    shelves: Shelves, floor: Floor, client: FlaskClient
) -> None:
    """T60 on the screen: name, telephone and door are masked, in the notes too."""
    note = "打我电话 13987654321 再送"
    floor.erp(replace(order_of(1, ("S0001", 2)), buyer_note=note))
    _desk(client, floor)
    for page in (client.get(f"/desk/orders/{_no(floor)}").text, client.get("/desk/orders").text):
        for secret in ("张三丰", "13812345678", "502室", "13987654321"):
            assert secret not in page
    assert "张*丰" in page


@sqlite
def test_a_newer_version_is_audited_again(shelves: Shelves, floor: Floor, books: Books) -> None:
    """P23, ≤ ALLOCATED: free; the new words stop it, the old reservation is given back."""
    shelves.put("S0001", 3, shelves.slots(1)[0])
    first = order_of(1, ("S0001", 3))
    floor.erp(first)
    floor.advance_orders()
    assert shelves.state() == "ALLOCATED"
    floor.erp(replace(first, version=2, buyer_note="请改地址"))
    floor.advance_orders()
    floor.erp(order_of(2, ("S0001", 3)))
    floor.advance_orders()
    assert (shelves.state("SO-1"), shelves.state("SO-2")) == ("HOLD", "ALLOCATED")
    floor.erp(
        replace(first, version=3, lines=(erp.OrderDocumentLine(line_key="1", sku_code="S0001", qty_each=1),))
    )
    floor.advance_orders()
    assert shelves.state("SO-1") == "AUDITED"
    with floor.hub.db.read() as tx:
        lines = tx.execute(select(OrderLine.qty, OrderLine.qty_reserved).order_by(OrderLine.id)).all()
    assert sorted(tuple(line) for line in lines) == [(1, 0), (3, 3)]
    books()
