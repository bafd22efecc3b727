"""What goes wrong: rows that make no sense, answers that are none, words nobody knows, secrets in texts."""

from __future__ import annotations

import dataclasses
import logging

import pytest

from station.erp import makeup, port
from station.erp.qimen import xml
from station.erp.qimen.connector import QimenConnector
from tests.station.erp.paging import read_all
from tests.station.erp.qimen.conftest import WORDS, Connect, setup_of
from tests.station.erp.qimen.server import Platform, gateway, recorded, response
from tests.station.erp.qimen.test_walk import RECEIPT


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("<planQty>2</planQty>", "<planQty>2.5</planQty>", "E-ERP-95"),
        ("<planQty>2</planQty>", "<planQty>two</planQty>", "E-ERP-95"),
        ("<planQty>2</planQty>", "<planQty>0</planQty>", "E-ERP-95"),
        ("<planQty>2</planQty>", "<planQty>99999999999</planQty>", "E-ERP-95"),
        ("<payTime>2026-05-01 09:58:30", "<payTime>2026-13-01 09:58:30", "E-ERP-95"),
        ("FH20260501001", "F" * 49, "E-ERP-95"),
        ("FH20260501001", "FH\u202e1", "E-ERP-95"),
        ("TEA-001", "T" * 41, "E-ERP-95"),
        ("<orderType>JYCK", "<orderType>B2BCK", "E-ERP-95"),
        ("<inventoryType>ZP", "<inventoryType>CC", "E-ERP-95"),
        ("<warehouseCode>W01", "<totalOrderLines>240</totalOrderLines><warehouseCode>W01", "E-ERP-95"),
        (">SF<", ">ZTO<", "E-ERP-92"),
        ("<warehouseCode>W01", "<warehouseCode>W99", "E-ERP-92"),
        ("<inventoryType>ZP", "<inventoryType>QQ", "E-ERP-92"),
    ],
)
def test_a_bad_row_is_told_and_stops_no_other(
    platform: Platform, connect: Connect, old: str, new: str, code: str
) -> None:
    assert old in recorded("delivery_order")
    platform.change("delivery", "BAD", recorded("delivery_order").replace(old, new))
    platform.change("delivery", "GOOD", recorded("delivery_order").replace("FH20260501001", "GOOD"))
    items, _ = read_all(connect(), "delivery_orders")
    assert [(one.doc is None, one.code) for one in items] == [(True, code), (False, "")]
    assert items[0].raw
    assert (items[0].unmapped is not None) is (code == "E-ERP-92")


def test_a_word_that_was_translated_is_understood(platform: Platform, connect: Connect) -> None:
    platform.change(
        "delivery",
        "A",
        recorded("delivery_order").replace(">SF<", ">ZTO<").replace("<planQty>", "<unit>箱</unit><planQty>"),
    )
    words = makeup.Words(
        ours={("carrier", "ZTO"): ("YTO", 1), ("unit", "箱"): ("CASE", 24)}, own_carriers=WORDS.own_carriers
    )
    ((item,), _) = read_all(connect(words=words), "delivery_orders")
    assert (item.doc.carrier_code, item.doc.lines[0].qty_each) == ("YTO", 48)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (500, port.Down), (502, port.Down), (302, port.Down), (429, port.Limited), (401, port.NoAccess), (403, port.NoAccess),
        ("", port.Down), ("<html>busy</html>", port.Down), ("{}", port.Down), ("<response>", port.Down),
        ("<response><flag>perhaps</flag></response>", port.Down),
        (response("success"), port.Down),
        (gateway("25", "Invalid signature"), port.NoAccess),
        (gateway("29", "Invalid app Key"), port.NoAccess),
        (gateway("15", "Remote service error", "isp.remote-service-timeout"), port.Down),
        (response("failure", "isv.invalid-parameter", "错误"), port.Declined),
        (response("failure", "S99", "单据已关闭"), port.Declined),
    ],
)  # fmt: skip
def test_what_an_answer_means(
    platform: Platform, connect: Connect, answer: int | str, error: type[Exception]
) -> None:
    connector = connect()
    platform.answers = [answer]
    with pytest.raises(error):
        connector.changes("items", {})


def test_codes_of_a_platform_can_be_told(platform: Platform, connect: Connect) -> None:
    connector = connect(duplicate_codes="R7, R8", limit_codes="R9", access_codes="R10", absent_codes="R11")
    platform.answers = [response("failure", "R8", "收过了")]
    assert connector.deliver(RECEIPT) == RECEIPT.event_key
    for code, error in (("R9", port.Limited), ("R10", port.NoAccess), ("R11", port.Declined)):
        platform.answers = [response("failure", code, "?")]
        with pytest.raises(error):
            connector.deliver(RECEIPT)
    platform.answers = [response("failure", "R11", "没有")]
    assert connector.order("X") is None


def test_a_wrong_secret_has_no_access_and_is_never_told(
    platform: Platform, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    connector = QimenConnector(setup_of(platform, secret="geheim-123"))
    with pytest.raises(port.ErpError) as caught:
        connector.changes("items", {})
    platform.answers = [response("failure", "X", "bad geheim-123")]
    with pytest.raises(port.Declined) as echoed:
        connector.changes("items", {})
    gone = QimenConnector(setup_of(platform, url="http://127.0.0.1:9/x", secret="geheim-123"))
    with pytest.raises(port.Down) as down:
        gone.changes("items", {})
    for told in (str(caught.value), str(echoed.value), str(down.value), caplog.text):
        assert "geheim" not in told
    for found in (connector, gone):
        found.close()


@pytest.mark.parametrize(
    "values",
    [
        {"url": "ftp://x"}, {"url": "http://user:pass@x/y"}, {"url": "http://x/?a=b"}, {"qps": "0"}, {"qps": "x"},
        {"page_size": "101"}, {"window_minutes": "0"}, {"secret": ""}, {"confirm_type": "2"}, {"first_days": "-1"},
    ],
)  # fmt: skip
def test_settings_that_make_no_sense_are_refused(platform: Platform, values: dict[str, str]) -> None:
    with pytest.raises(port.NoAccess, match="setting"):
        QimenConnector(setup_of(platform, WORDS, **values))


@pytest.mark.parametrize(
    "text",
    [
        '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>',
        '<!DOCTYPE a SYSTEM "http://127.0.0.1/x"><a/>',
        "<a>&x;</a>",
        "<a><b></a>",
        "<a/><a/>",
        "<a>" * 40 + "</a>" * 40,
        "\x00",
    ],
)
def test_xml_that_could_hurt_is_refused(text: str) -> None:
    with pytest.raises(xml.BadXml):
        xml.parse(text.encode())


def test_texts_go_out_as_xml_and_come_back() -> None:
    text = "a & <b> \"c\" 'd' ]]> 王\u0000\u0001\ufffe"
    found = xml.parse(xml.build("request", {"a": {"b": text, "none": "", "n": 0}}))
    assert found.get("a/b") == "a & <b> \"c\" 'd' ]]> 王"
    assert found.get("a/n") == "0"
    assert found.node("a/none") is None


def test_a_long_document_goes_in_parts_with_keys_of_their_own(platform: Platform, connect: Connect) -> None:
    lines = tuple(dataclasses.replace(RECEIPT.lines[0], line_key=str(number)) for number in range(230))
    connector = connect()
    connector.deliver(dataclasses.replace(RECEIPT, lines=lines))
    assert platform.keys == {"GR-RK1/1", "GR-RK1/2", "GR-RK1/3"}
    assert all("<totalOrderLines>230</totalOrderLines>" in body for _, body in platform.confirmed)
    connector.deliver(dataclasses.replace(RECEIPT, lines=lines))
    assert len(platform.confirmed) == 3


def test_stock_is_read_to_its_end(platform: Platform, connect: Connect) -> None:
    platform.stock = [
        f"<item><itemCode>S{number % 150}</itemCode><inventoryType>{'ZP' if number % 2 else 'CC'}</inventoryType>"
        f"<batchCode>L</batchCode><quantity>{number}</quantity></item>"
        for number in range(230)
    ]
    found = list(connect().stock() or ())
    assert sum(line.qty_each for line in found) == sum(range(230))
    assert {line.status for line in found} == {"GOOD", "DEFECT"}


@pytest.mark.parametrize(
    ("old", "new"),
    [("<shelfLife>8760", "<shelfLife>8761"), ("<itemType>ZC", "<itemType>??"), ("<grossWeight>0.256", "<grossWeight>1e3"),
     ("<retailPrice>128.00", "<retailPrice>128.001")],
)  # fmt: skip
def test_an_article_that_cannot_be_understood(
    platform: Platform, connect: Connect, old: str, new: str
) -> None:
    platform.change("items", "A", recorded("item").replace(old, new))
    platform.change("items", "V", recorded("item").replace("<itemType>ZC", "<itemType>XN"))
    ((item,), _) = read_all(connect(), "items")
    assert (item.doc, item.code, item.doc_no) == (None, "E-ERP-95", "TEA-001")
