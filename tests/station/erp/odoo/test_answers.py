"""Answers of Odoo that are none, that refuse, or that ask a person."""

from __future__ import annotations

import json
import logging
import re
from pathlib import Path
from typing import Any

import pytest

from station.erp import port
from station.erp.odoo.connector import OdooConnector
from station.erp.odoo.goods import PARTNER
from tests.station.erp.odoo.books import Fault, user_error
from tests.station.erp.odoo.conftest import WORDS, Shop, setup_of
from tests.station.erp.odoo.server import KEY
from tests.station.erp.odoo.test_walk import shipped
from tests.station.erp.paging import read_all

RECORDED = Path(__file__).parent / "recorded"


# --- answers ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (500, port.Down), (503, port.Down), (302, port.Down), (429, port.Limited), (401, port.NoAccess), (403, port.NoAccess),
        (Fault("odoo.exceptions.AccessError", "You are not allowed to access", 403), port.NoAccess),
        (Fault("odoo.exceptions.AccessDenied", "Access Denied", 403), port.NoAccess),
        (Fault("odoo.exceptions.MissingError", "Record does not exist", 404), port.Stale),
        (Fault("odoo.exceptions.LockError", "locked", 409), port.Stale),
        (Fault("odoo.exceptions.ValidationError", "no", 422), port.Declined),
        (Fault("psycopg2.errors.SerializationFailure", "could not serialize", 500), port.Down),
        (Fault("builtins.KeyError", "'x'", 500), port.Stale),
        (user_error("no"), port.Declined),
    ],
)  # fmt: skip
def test_what_an_answer_means(
    shop: Shop, connector: OdooConnector, fault: Any, error: type[Exception]
) -> None:
    assert connector.open_orders() == []
    shop.odoo.fail = [fault]
    with pytest.raises(error) as caught:
        connector.open_orders()
    assert KEY not in str(caught.value)


@pytest.mark.parametrize("api", ["json2", "jsonrpc"])
def test_a_wrong_key_has_no_access_and_is_never_told(
    shop: Shop, api: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    connector = OdooConnector(setup_of(shop.odoo, api, api_key="geheim"))
    with pytest.raises(port.NoAccess) as caught:
        connector.open_orders()
    gone = OdooConnector(setup_of(shop.odoo, api, url="http://127.0.0.1:9", api_key="geheim"))
    with pytest.raises(port.Down) as down:
        gone.open_orders()
    assert "geheim" not in f"{caught.value} {down.value} {caplog.text}"
    connector.close()
    gone.close()


@pytest.mark.parametrize(
    "values",
    [
        {"url": "odoo.example"},
        {"url": "https://me:pw@odoo.example"},
        {"api": "soap"},
        {"api_key": "钥匙"},
        {"api_key": "a\nb"},
    ],
)
def test_settings_that_make_no_sense_are_refused(shop: Shop, values: dict[str, str]) -> None:
    with pytest.raises(port.NoAccess, match="setting"):
        OdooConnector(setup_of(shop.odoo, "json2", WORDS, **values))


def test_a_warehouse_that_is_not_there_is_found_by_the_probe(shop: Shop) -> None:
    for values in ({"warehouse": "XX"}, {"company": "别家"}):
        connector = OdooConnector(setup_of(shop.odoo, "json2", WORDS, **values))
        report = connector.probe()
        assert [one.what for one in report.findings if one.ok is False] == ["warehouse"]
        connector.close()


@pytest.mark.parametrize(
    ("name", "interface", "error", "told"),
    [
        ("json2_401.json", "json2", port.NoAccess, "Invalid apikey"),
        ("json2_access_403.json", "json2", port.NoAccess, "not allowed to access"),
        ("json2_user_error_422.json", "json2", port.Declined, "批次/序列号: [MILK] 牛奶"),
        ("jsonrpc_user_error_200.json", "jsonrpc", port.Declined, "此调拨已取消"),
        ("jsonrpc_access_denied_200.json", "jsonrpc", port.NoAccess, "Access Denied"),
        ("proxy_502.html", "json2", port.Down, "502"),
        ("proxy_502.html", "jsonrpc", port.Down, "502"),
    ],
)
def test_recorded_answers(shop: Shop, name: str, interface: str, error: type[Exception], told: str) -> None:
    connector = OdooConnector(setup_of(shop.odoo, interface))
    assert connector.open_orders() == []
    body = (RECORDED / name).read_bytes().replace(b'"id": 0', b'"id": %d' % (connector._wire._number + 1))
    status = re.search(r"_([0-9]{3})", name)
    assert status
    shop.odoo.fail = [(int(status[1]), body)]
    with pytest.raises(error, match=re.escape(told)) as caught:
        connector.open_orders()
    assert "\n" not in str(caught.value)
    assert "Traceback" not in str(caught.value)
    connector.close()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[1]",
        b"{}",
        b"[{}]",
        b"[NaN]",
        b"[" * 100_000,
        b'[{"id": 1}',
        b"\xff",
        b'[{"id": 1e999999999}]',
    ],
)
def test_answers_that_are_none(shop: Shop, body: bytes) -> None:
    connector = OdooConnector(setup_of(shop.odoo))
    assert connector.open_orders() == []
    shop.odoo.fail = [(200, body)]
    with pytest.raises(port.Down):
        connector.changes("suppliers", {"began": "2026-05-01T00:00:00+00:00"})
    connector.close()


@pytest.mark.parametrize("stamp", [False, "yesterday", "9999-12-31 23:59:59", "0001-01-01 00:00:00"])
def test_a_time_that_makes_no_sense_is_no_place_to_go_on(shop: Shop, stamp: Any) -> None:
    connector = OdooConnector(setup_of(shop.odoo))
    fields = connector._model.known("res.partner", [*PARTNER, "write_date"])
    row = dict.fromkeys(fields, "x") | {"id": 1, "write_date": stamp}
    shop.odoo.fail = [(200, json.dumps([row]).encode())]
    with pytest.raises(port.Down):
        connector.changes("suppliers", {"began": "2026-05-01T00:00:00+00:00"})
    connector.close()


def test_patience_is_as_long_as_odoo_says(shop: Shop, connector: OdooConnector) -> None:
    shop.odoo.fail = [429]
    with pytest.raises(port.Limited) as caught:
        connector.open_orders()
    assert caught.value.wait_s == 60


def test_back_orders_that_go_round_in_a_ring_end(shop: Shop, connector: OdooConnector) -> None:
    one = shop.incoming({"MILK": 1.0})
    two = shop.incoming({"MILK": 1.0}, backorder_id=one)
    shop.books.put("stock.picking", one, backorder_id=two)
    assert len(read_all(connector, "notices")[0]) == 2


def test_a_question_only_a_person_can_answer_is_told(shop: Shop, connector: OdooConnector) -> None:
    """Expired lots: Odoo asks, nothing is done, and somebody has to decide."""
    order = shop.outgoing({"TEA": 2.0})
    asked = json.loads((RECORDED / "expired_lots_wizard.json").read_bytes())
    shop.odoo.asks = asked
    with pytest.raises(port.Declined, match=r"expiry\.picking\.confirmation"):
        connector.deliver(shipped(shop, order))
    assert shop.row("stock.picking", order)["state"] == "assigned"
