"""What offices do to files without meaning harm, and what must not come of it."""

from __future__ import annotations

import csv
import io
import os
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from station.erp.folder.columns import FILES
from station.erp.folder.files import FolderConnector
from station.exchange.models import OutboxMessage
from station.ground.spreadsheets.reading import read
from station.ground.spreadsheets.reasons import BadCell, BadFile

SHANGHAI = ZoneInfo("Asia/Shanghai")
LONG = ["suppliers" + "x" * 240 + ".csv", "suppliers" + "供" * 78 + ".csv", "供" * 80 + ".csv"]


@pytest.fixture
def office(tmp_path):
    return FolderConnector(tmp_path, SHANGHAI, lambda: 1_000_000.0, is_whole=True)


def drop(office, name, text):
    path = office.root / "inbox" / name
    path.write_text(text, encoding="utf-8")
    os.utime(path, (0, 0))


@pytest.mark.parametrize("name", LONG, ids=["latin", "chinese", "unknown"])
def test_a_name_of_full_length_can_be_refused(office, name):
    """With the report's suffix it is longer than file systems allow; it must not be tried for ever."""
    for _ in range(2):
        drop(office, name, "supplier_code,supplier_name\n,a\n")
        assert office.poll(lambda _file: []).rejected == [name]
    reports = sorted((office.root / "rejected").glob("*.reason.csv"))
    assert len(reports) == 2
    for report in reports:
        assert report.with_name(report.name.removesuffix(".reason.csv")).is_file()
        [row] = csv.DictReader(io.StringIO(report.read_text(encoding="utf-8-sig")))
        assert row["file"] == name


def test_long_names_that_begin_alike_stay_apart(office):
    for end in "ab":
        drop(office, f"suppliers{'x' * 230}{end}.csv", f"supplier_code,supplier_name\nS1,{end}\n")
    assert len(office.poll(lambda _file: []).taken) == 2
    done = [path.name for path in (office.root / "done").iterdir() if not path.name.endswith(".result.csv")]
    assert len(done) == 2
    assert all(name.startswith("suppliersxxx") and name.endswith(".csv") for name in done)


def test_empty_columns_that_excel_adds_at_the_end_do_no_harm():
    header, rows = read("x.csv", b"a,b,,\n1,2,,\n3,4\n5,6,\n")
    assert header == ["a", "b"]
    assert [row.cells for row in rows] == [{"a": "1", "b": "2"}, {"a": "3", "b": "4"}, {"a": "5", "b": "6"}]


@pytest.mark.parametrize(
    ("data", "code", "row"),
    [
        (b"a,b,,\n1,2,,\n3,4,5,\n", "E-ERP-04", 1),
        (b"a,,b\n1,3,2\n", "E-ERP-04", 1),
        (b"a,b,,\n1,2,,\n3\n", "E-ERP-06", 3),
        (b"a,b\n1,2\n3,4,,5\n", "E-ERP-06", 3),
    ],
)
def test_a_value_without_a_header_is_never_dropped(data, code, row):
    with pytest.raises(BadFile) as refusal:
        read("x.csv", data)
    assert [(problem.code, problem.row) for problem in refusal.value.problems] == [(code, row)]


@pytest.mark.parametrize("prefix", ["orders", "cancels"])
def test_an_order_number_leaves_room_for_the_key_of_its_cancellation(prefix):
    """The outbox keeps 80 characters, those that are put around the number included."""
    [column] = [item for item in FILES[prefix].columns if item.name == "erp_no"]
    key: Any = OutboxMessage.__table__.c.event_key.type
    room = key.length - len("CANCEL--2147483647-CANCELEDFAIL")
    assert column.parse("9" * 48, SHANGHAI)
    with pytest.raises(BadCell):
        column.parse("9" * (room + 1), SHANGHAI)
