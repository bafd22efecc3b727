"""What Tryton's rows mean, without a Tryton."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from station.erp import line, makeup, port
from station.erp.inward.making import NotWhole
from station.erp.tryton import goods, notices, orders, wire
from station.erp.tryton.model import Model
from station.exchange import documents as erp
from tests.near import REACH
from tests.station.erp.tryton.conftest import WORDS

SETUP = makeup.Setup(
    values={"url": "http://127.0.0.1:9", "database": "erp", "login": "wms", "password": "geheim"},
    words=makeup.Words(ours={**WORDS.ours, ("unit", "箱"): ("CASE", 12)}, own_carriers=frozenset({"ZTO"})),
    warehouse="MAIN",
    timezone="Asia/Shanghai",
    reach=REACH,
)


def article(**more: Any) -> dict[str, Any]:
    row = {
        "id": 7, "code": "TEA", "name": "茶叶\xa0 一级", "active": True, "type": "goods", "weight": Decimal("0.25"),
        "weight_uom.": {"symbol": "kg"}, "default_uom": 1, "lot_required": None,
        "default_uom.": {"symbol": "u", "factor": Decimal(1)}, "expiration_state": "none", "expiration_time": None,
        "shelf_life_state": "none", "shelf_life_time": None,
        "identifiers.": [{"type": "ean", "code": "6901234567892"}],
    }  # fmt: skip
    return row | more


@pytest.fixture
def model() -> Model:
    made = Model(wire.Wire(SETUP.values, SETUP.reach), SETUP)
    made._products[7] = article()
    return made


def test_an_article() -> None:
    made = goods.product(article(), 1)
    assert (made.code, made.name_zh, made.unit, made.gross_g) == ("TEA", "茶叶 一级", "件", 250)
    assert made.barcodes == (erp.ProductBarcode(code="6901234567892"),)
    assert (made.is_lot, made.is_shelf_life, made.version) == (False, False, 0)


def test_an_article_that_expires() -> None:
    made = goods.product(
        article(lot_required=["storage"], expiration_state="required", expiration_time=180), 1
    )
    assert (made.is_lot, made.is_shelf_life, made.shelf_life_n) == (True, True, 180)
    sold_by = goods.product(article(shelf_life_state="optional", shelf_life_time=30), 1)
    assert (sold_by.is_shelf_life, sold_by.shelf_life_n) == (True, 30)


@pytest.mark.parametrize(
    ("code", "kept"),
    [
        ({"type": "ean", "code": "16901234567899"}, False),
        ({"type": None, "code": "6901234567892"}, False),
        ({"type": "ean", "code": None}, False),
        ({"type": "ean", "code": "12345670"}, True),
    ],
)
def test_which_barcodes_are_of_one_piece(code: dict[str, Any], kept: bool) -> None:
    assert bool(goods.product(article(**{"identifiers.": [code]}), 1).barcodes) is kept


def test_weights_whose_unit_nobody_knows_are_left_out() -> None:
    assert goods.grams(Decimal("2.5"), "stone", 1) == 0
    assert goods.grams(None, "kg", 1) == 0
    assert goods.grams(Decimal("1.2344"), "kg", 12) == 103


def test_quantities_are_whole_pieces(model: Model) -> None:
    assert model.each(article(), Decimal("3.0")) == 3
    with pytest.raises(NotWhole):
        model.each(article(), Decimal("0.5"))
    with pytest.raises(port.Unmapped):
        model.each(article(**{"default_uom.": {"symbol": "m"}}), 1)
    boxed = article(**{"default_uom.": {"symbol": "箱"}})
    assert model.each(boxed, Decimal("2.5")) == 30


def test_a_move_may_be_in_boxes_of_pieces(model: Model) -> None:
    box = {"id": 5, "symbol": "box", "factor": Decimal(12)}
    assert model.theirs(article(), box, 24) == 2
    with pytest.raises(port.Declined):
        model.theirs(article(), box, 25)
    with pytest.raises(NotWhole):
        model.theirs(article(), {"id": 6, "symbol": "half", "factor": Decimal("0.5")}, 1)


def move(number: int, **more: Any) -> dict[str, Any]:
    row = {
        "id": number, "shipment": "stock.shipment.out,1", "product": 7, "quantity": Decimal(2),
        "internal_quantity": Decimal(2), "unit.": {"id": 1, "symbol": "u", "factor": Decimal(1)},
        "origin": "sale.line,4", "state": "draft", "unit_price": Decimal("9.905"), "_timestamp": "10.5",
        "planned_date": None,
    }  # fmt: skip
    return row | more


def shipment(**more: Any) -> dict[str, Any]:
    row = {
        "id": 1, "number": "12", "state": "waiting", "reference": None, "planned_date": date(2026, 5, 1),
        "customer.": {"name": "好铺子", "phone": None, "mobile": "138 0000 0000"},
        "carrier.": {"party.": {"name": "中通快递"}}, "_timestamp": "9.5",
        "delivery_address.": {"street": "文一路 1 号\n2 单元", "city": "杭州市", "postal_code": "310000",
                              "party_name": "王小明", "subdivision.": {"name": "浙江省"}},
    }  # fmt: skip
    return row | more


def batch(*moves: dict[str, Any], **more: Any) -> orders.Batch:
    sale = {"sale.": {"number": "S1", "reference": "WEB-1", "comment": "小心\n轻放"}}
    return orders.Batch({1: shipment(**more)}, {1: list(moves)}, {4: sale})


def test_an_order(model: Model) -> None:
    found = orders.order(model, batch(move(1), move(2), move(3, origin=None)), 1)
    doc = found.doc
    assert (doc.erp_no, doc.carrier_code, doc.platform_no, doc.seller_note) == (
        "12",
        "ZTO",
        "WEB-1",
        "小心 轻放",
    )
    assert doc.lines == (
        erp.OrderDocumentLine(line_key="sale.line,4", sku_code="TEA", qty_each=4, price_fen=991),
        erp.OrderDocumentLine(line_key="product.product,7", sku_code="TEA", qty_each=2, price_fen=991),
    )
    assert doc.receiver == erp.Receiver(
        name="王小明",
        phone="13800000000",
        address="文一路 1 号 2 单元 310000",
        province="浙江省",
        city="杭州市",
    )
    assert doc.latest_ship_at == datetime(2026, 5, 1, 15, 59, tzinfo=UTC)
    assert found.mark == "9.5/10.5/3/6"


def test_an_order_that_lost_its_lines_is_not_wanted(model: Model) -> None:
    assert orders.order(model, batch(), 1).doc.reason == "nothing is on it any more"
    assert orders.order(model, batch(move(1), state="cancelled"), 1).doc_type == "cancel"


def test_what_cannot_be_taken_over_says_why(model: Model) -> None:
    stranger = orders.order(model, batch(move(1), **{"carrier.": {"party.": {"name": "顺丰"}}}), 1)
    assert (stranger.code, stranger.unmapped) == ("E-ERP-92", ("carrier", "顺丰"))
    half = orders.order(model, batch(move(1, internal_quantity=Decimal("0.5"))), 1)
    assert (half.doc, half.why) == (None, "no whole quantity: 0.5")
    nowhere = orders.order(model, batch(move(1), **{"delivery_address.": None}), 1)
    assert nowhere.doc is None
    assert nowhere.why.startswith("receiver.address")


def test_lots_and_dates_of_what_is_still_to_come(model: Model) -> None:
    lot = {"number": "B1", "expiration_date": date(2027, 1, 1)}
    came = move(
        1, state="done", origin="purchase.line,9", **{"lot.": {"number": "A1", "expiration_date": None}}
    )
    to_come = move(2, origin="purchase.line,9", **{"lot.": lot})
    (line,) = notices.lines(model, [came, to_come])
    assert (line.line_key, line.qty_each, line.lot, line.expires_on) == (
        "purchase.line,9",
        4,
        "B1",
        date(2027, 1, 1),
    )
    (several,) = notices.lines(model, [to_come, {**to_come, "lot.": {"number": "B2"}}])
    assert (several.lot, several.expires_on) == ("", None)


def test_values_on_the_wire() -> None:
    at = datetime(2026, 5, 1, 8, 30, 0, 5, tzinfo=UTC)
    for value in (at, date(2026, 5, 1), Decimal("1.50")):
        assert wire._decode(wire._encode(value)) == value
    with pytest.raises(ValueError):
        line.exact("1e999")


@pytest.mark.parametrize(
    ("error", "raised"),
    [
        (["UserError", ["No!", "why", None]], port.Declined),
        (["ConcurrencyException", "somebody"], port.Stale),
        (["'NoneType' object has no attribute", "Traceback …"], port.Stale),
        (["LoginException", ["password", "Password"]], port.NoAccess),
        (["RateLimitException"], port.Limited),
    ],
)
def test_what_an_error_means(error: list[Any], raised: type[port.ErpError]) -> None:
    with pytest.raises(raised):
        wire.Wire(SETUP.values, SETUP.reach)._error(error)


def test_no_error_tells_a_secret() -> None:
    with pytest.raises(port.Declined) as told:
        wire.Wire(SETUP.values, SETUP.reach)._error(["UserError", ["geheim is wrong", "geheim"]])
    assert "geheim" not in str(told.value)
    with pytest.raises(port.Down) as silent:
        wire.Wire(SETUP.values, SETUP.reach).version()
    assert "geheim" not in str(silent.value)
