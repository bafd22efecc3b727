"""Confirmations in the outbox: whole, deterministic, readable, harmless in a spreadsheet."""

from __future__ import annotations

import csv
import io
import os
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from station.erp.folder.files import FolderConnector
from station.exchange import documents as erp

SHANGHAI = ZoneInfo("Asia/Shanghai")


def connect(root):
    return FolderConnector(root, SHANGHAI, lambda: 0.0)


@pytest.fixture
def connector(tmp_path):
    return connect(tmp_path)


def names(connector):
    return sorted(path.name for path in (connector.root / "outbox").iterdir())


def read_csv(path):
    data = path.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


class PowerCut(BaseException):
    """Nothing after it runs."""


DAY = date(2027, 1, 2)
AT = datetime(2026, 3, 4, 9, 30, tzinfo=SHANGHAI)
SHIPPED = erp.ShipmentConfirmation(
    event_key="SHIP-PC1", erp_no="E1", order_no="DO1", carrier_code="SF", waybill_no="00123", shipped_at=AT,
    weight_g=1250, operator="李", lines=(
        erp.ShipmentConfirmationLine(line_key="1", sku_code="S1", lot="L,1", expires_on=DAY, qty_each=2, serials=("A1", "A2")),
        erp.ShipmentConfirmationLine(line_key="2", sku_code="S2", lot="", expires_on=None, qty_each=1),
    ),
)  # fmt: skip
RECEIVED = erp.ReceiptConfirmation(
    event_key="GR-GR1", grn_no="GR1", asn_no="N1", supplier_code="V1", posted_at=AT, lines=(
        erp.ReceiptConfirmationLine(
            sku_code="S1", line_key="1", lot="L1", produced_on=date(2026, 1, 1), expires_on=None, qty_good=9,
            qty_rejected=1,
        ),
    ),
)  # fmt: skip
STATE = erp.OrderStateDocument(
    event_key="DO1-PRINT", erp_no="E1", order_no="DO1", state="PRINT", at=AT, operator="李"
)


def test_a_confirmation_can_be_read_back(connector):
    path = connector.write(SHIPPED)
    assert path == connector.root / "outbox" / "shipment_confirmation-SHIP-PC1.csv"
    head = {
        "event_key": "SHIP-PC1", "erp_no": "E1", "order_no": "DO1", "carrier_code": "SF",
        "waybill_no": "00123",
        "shipped_at": "2026-03-04 09:30:00+08:00", "shipped_local": "2026-03-04 09:30:00", "weight_g": "1250", "operator": "李", "is_last": "True",
    }  # fmt: skip
    assert read_csv(path) == [
        head
        | {
            "line_key": "1",
            "sku_code": "S1",
            "lot": "L,1",
            "expires_on": "2027-01-02",
            "qty_each": "2",
            "serials": "A1 A2",
        },
        head
        | {"line_key": "2", "sku_code": "S2", "lot": "", "expires_on": "", "qty_each": "1", "serials": ""},
    ]
    assert (
        path.read_text(encoding="utf-8-sig")
        .splitlines()[0]
        .endswith("qty_each,is_last,shipped_local,serials")
    )


@pytest.mark.parametrize("doc", [SHIPPED, RECEIVED, STATE], ids=erp.doc_type_of)
def test_delivered_twice_is_one_file_with_the_same_content(connector, doc):
    path = connector.write(doc)
    before = path.read_bytes()
    assert connector.write(erp.from_json(erp.doc_type_of(doc), erp.to_json(doc))) == path
    assert (path.read_bytes(), names(connector)) == (before, [path.name])


def test_a_confirmation_without_lines_keeps_its_columns(connector):
    full, empty = (
        read_csv(connector.write(doc)) for doc in (RECEIVED, replace(RECEIVED, event_key="GR-GR2", lines=()))
    )
    assert list(full[0]) == list(empty[0])
    assert empty[0]["qty_good"] == ""


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠1"]
)
def test_formulas_are_defused_and_numbers_stay_numbers(connector, text):
    lines = (replace(RECEIVED.lines[0], lot=text, qty_good=-3),)
    (row,) = read_csv(connector.write(replace(RECEIVED, lines=lines)))
    assert (row["lot"], row["qty_good"]) == (f"'{text}", "-3")


@given(st.text(max_size=120), st.text(max_size=120))
@settings(deadline=None, derandomize=True, max_examples=100)
def test_different_keys_never_share_a_file(tmp_path_factory, one, two):
    connector = connect(tmp_path_factory.mktemp("erp"))
    paths = [connector.write(replace(STATE, event_key=key)) for key in (one, two)]
    assert all(path.parent == connector.root / "outbox" and len(path.name.encode()) < 200 for path in paths)
    assert (paths[0].name.lower() == paths[1].name.lower()) == (one == two)


@pytest.mark.parametrize("key", ["../../etc/x", "a/b", "a\\b", "con:", "键", "x" * 300, "ship-1", "SHIP-1"])
def test_no_key_leaves_the_outbox(connector, key):
    path = connector.write(replace(STATE, event_key=key))
    assert path.parent == connector.root / "outbox"
    assert read_csv(path)[0]["event_key"] == key


def test_keys_that_differ_in_case_do_not_meet_on_windows(connector):
    paths = {connector.write(replace(STATE, event_key=key)).name.lower() for key in ("ship-1", "SHIP-1")}
    assert len(paths) == 2


def test_only_whole_files_are_seen_in_the_outbox(connector, monkeypatch):
    def cut(_handle):
        raise PowerCut

    monkeypatch.setattr(os, "fsync", cut)
    with pytest.raises(PowerCut):
        connector.write(SHIPPED)
    assert all(name.startswith(".") for name in names(connector))
    monkeypatch.undo()
    connector.write(SHIPPED)
    assert names(connector) == ["shipment_confirmation-SHIP-PC1.csv"]
