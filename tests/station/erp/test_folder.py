"""The folder connector: whole or not at all, nothing half-written, nothing lost, nothing twice."""

from __future__ import annotations

import csv
import io
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from station.erp.folder import columns
from station.erp.folder.files import FolderConnector, IncomingFile, PollResult, Rejected
from station.exchange import documents as erp
from station.ground.spreadsheets import reading as tables
from station.ground.spreadsheets.reasons import REASONS, Problem

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOON = 1_772_600_000
SUPPLIERS = "supplier_code,supplier_name\nV1,良品食业\nV2,远山茶厂\n"


@dataclass
class Office:
    """The office's side of a folder, and a database that knows each content once."""

    root: Path
    now: float = NOON
    files: list[IncomingFile] = field(default_factory=list)
    known: dict[str, IncomingFile] = field(default_factory=dict)

    def __post_init__(self):
        self.connect()

    def connect(self):
        """As after a restart."""
        self.connector = FolderConnector(self.root, SHANGHAI, lambda: self.now, is_whole=True)

    def drop(self, name, content, age_s=60):
        path = self.root / "inbox" / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        os.utime(path, (self.now - age_s, self.now - age_s))
        return path

    def take(self, file):
        self.files.append(file)
        self.known.setdefault(file.sha256, file)
        return []

    def poll(self, take=None):
        return self.connector.poll(take or self.take)

    def names(self, where):
        names = sorted(path.name for path in (self.root / where).iterdir())
        return [name for name in names if not name.endswith(".result.csv")]

    def reasons(self, name):
        return read_csv(self.root / "rejected" / f"{name}.reason.csv")


@pytest.fixture
def office(tmp_path):
    return Office(tmp_path)


def read_csv(path):
    data = path.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


# --- good files --------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_good_file_is_taken_and_done(office, encoding):
    office.drop("suppliers-1.csv", SUPPLIERS.encode(encoding))
    assert office.poll() == PollResult(taken=["suppliers-1.csv"])
    (file,) = office.files
    assert (file.name, file.doc_type, file.rows) == ("suppliers-1.csv", "supplier", (2, 3))
    assert file.documents == (
        erp.Supplier(code="V1", name="良品食业"),
        erp.Supplier(code="V2", name="远山茶厂"),
    )
    assert (office.names("inbox"), office.names("done")) == ([], ["suppliers-1.csv"])


def test_a_workbook_is_taken(office):
    book = Workbook()
    sheet: Any = book.active
    sheet.append(["商品编码", "中文名", "条码", "保质期", "效期管理"])
    sheet.append(["S1", "牛奶", 6901234567892, 180.0, True])
    out = io.BytesIO()
    book.save(out)
    office.drop("Products.XLSX", out.getvalue())
    assert office.poll().taken == ["Products.XLSX"]
    assert office.files[0].documents == (
        erp.Product(
            code="S1", name_zh="牛奶", barcodes=(erp.ProductBarcode(code="6901234567892"),),
            is_shelf_life=True, shelf_life_n=180, only="is_shelf_life,name_zh,shelf_life_n",
        ),
    )  # fmt: skip


def test_files_are_taken_in_the_order_they_refer_to_each_other(office):
    for name in ("cancels-1", "orders-2", "orders-1", "notices-1", "suppliers-1", "products-1"):
        doc_type = {"p": "product", "s": "supplier", "n": "notice", "o": "order", "c": "cancel"}[name[0]]
        office.drop(f"{name}.csv", columns.template(doc_type) + "\n" * int(name[-1]))
    assert office.poll().taken == [
        f"{name}.csv"
        for name in ("products-1", "suppliers-1", "notices-1", "orders-1", "orders-2", "cancels-1")
    ]
    assert [file.doc_type for file in office.files] == [
        "product",
        "supplier",
        "notice",
        "order",
        "order",
        "cancel",
    ]


def test_the_same_file_twice_is_one_content_and_two_papers(office):
    for _ in range(3):
        office.drop("suppliers.csv", SUPPLIERS)
        assert office.poll().taken == ["suppliers.csv"]
    assert (len(office.files), len(office.known)) == (3, 1)
    assert office.names("done") == ["suppliers-2.csv", "suppliers-3.csv", "suppliers.csv"]


# --- files that are not finished -----------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["suppliers.csv.tmp", "suppliers.PART", ".suppliers.csv", "~$suppliers.xlsx", "Thumbs.db"]
)
def test_what_is_not_for_us_stays_untouched(office, name):
    office.drop(name, SUPPLIERS)
    assert office.poll() == PollResult()
    assert office.names("inbox") == [name]


def test_folders_and_links_are_left_alone(office, tmp_path_factory):
    secret = tmp_path_factory.mktemp("elsewhere") / "suppliers.csv"
    secret.write_text(SUPPLIERS, encoding="utf-8")
    (office.root / "inbox" / "suppliers-link.csv").symlink_to(secret)
    (office.root / "inbox" / "suppliers-dir.csv").mkdir()
    assert office.poll() == PollResult()


def test_a_file_still_being_written_waits(office):
    office.drop("suppliers.csv", "supplier_code,supplier_name\nV1,良", age_s=0)
    assert office.poll() == PollResult(waiting=["suppliers.csv"])
    office.now += 1
    office.drop("suppliers.csv", SUPPLIERS, age_s=0)
    assert office.poll() == PollResult(waiting=["suppliers.csv"])
    office.now += 1
    assert office.poll() == PollResult(taken=["suppliers.csv"])
    assert len(office.files[0].documents) == 2


def test_a_file_older_than_the_settling_time_is_taken_at_once(office):
    office.drop("suppliers.csv", SUPPLIERS, age_s=2)
    assert office.poll().waiting == ["suppliers.csv"]
    office.connect()
    office.drop("suppliers.csv", SUPPLIERS, age_s=3)
    assert office.poll().taken == ["suppliers.csv"]


def test_a_file_from_a_fast_clock_is_taken_once_it_rests(office):
    office.drop("suppliers.csv", SUPPLIERS, age_s=-9000)
    assert office.poll().waiting == ["suppliers.csv"]
    assert office.poll().taken == ["suppliers.csv"]


def test_a_file_saved_over_while_it_is_read_waits(office):
    def now():
        office.drop("suppliers.csv", SUPPLIERS + "V3,百家日用\n", age_s=0)
        return office.now

    office.drop("suppliers.csv", SUPPLIERS)
    office.connector = FolderConnector(office.root, SHANGHAI, now)
    assert office.poll() == PollResult(waiting=["suppliers.csv"])
    assert office.files == []


def test_a_file_saved_over_while_it_is_taken_is_taken_again(office):
    office.drop("suppliers.csv", SUPPLIERS)

    def take(file):
        office.take(file)
        if len(office.files) == 1:
            office.drop("suppliers.csv", SUPPLIERS + "V3,百家日用\n", age_s=0)

    assert office.poll(take).taken == ["suppliers.csv"]
    assert office.names("inbox") == ["suppliers.csv"]
    assert office.poll(take).waiting == ["suppliers.csv"]
    assert office.poll(take).taken == ["suppliers.csv"]
    assert [len(file.documents) for file in office.files] == [2, 3]
    assert office.names("inbox") == []


def test_a_file_saved_over_while_it_is_refused_is_not_blamed(office):
    office.drop("suppliers.csv", SUPPLIERS)

    def take(_file):
        office.drop("suppliers.csv", SUPPLIERS + "V3,百家日用\n", age_s=0)
        raise Rejected([Problem(2, "", "V1", "E-ERP-90")])

    assert office.poll(take) == PollResult(waiting=["suppliers.csv"])
    assert (office.names("inbox"), office.names("rejected")) == (["suppliers.csv"], [])


def test_a_file_that_the_office_takes_back_while_we_look_is_no_failure(office):
    path = office.drop("suppliers-2.csv", SUPPLIERS)
    office.drop("suppliers-1.csv", SUPPLIERS)

    def take(file):
        office.take(file)
        path.unlink(missing_ok=True)

    assert office.poll(take) == PollResult(taken=["suppliers-1.csv"], waiting=["suppliers-2.csv"])


# --- bad files -----------------------------------------------------------------------------------


def test_a_bad_row_rejects_the_whole_file_in_both_languages(office):
    office.drop("orders.csv", "erp_no\nE1\n")
    office.drop("cancels.csv", f"erp_no,version\nE1,1\nE2,0\n{'9' * 70},x\n")
    result = office.poll()
    assert result == PollResult(rejected=["orders.csv", "cancels.csv"])
    assert (office.files, office.names("inbox"), office.names("done")) == ([], [], [])
    assert office.names("rejected") == [
        "cancels.csv", "cancels.csv.reason.csv", "orders.csv", "orders.csv.reason.csv",
    ]  # fmt: skip
    assert [
        (row["row"], row["column"], row["value"], row["code"]) for row in office.reasons("cancels.csv")
    ] == [
        ("3", "version", "0", "E-ERP-09"),
        ("4", "erp_no", "9" * 60, "E-ERP-13"),
        ("4", "version", "x", "E-ERP-08"),
    ]
    first = office.reasons("cancels.csv")[0]
    assert (first["file"], first["reason_zh"][:6], first["reason_en"][:6]) == (
        "cancels.csv",
        "数字超出范围",
        "number",
    )


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("readme.txt", "hello", "E-ERP-01"),
        ("suppliers.xls", "x", "E-ERP-19"),
        ("suppliers.pdf", "x", "E-ERP-01"),
        ("stock.csv", SUPPLIERS, "E-ERP-01"),
        ("suppliers.csv", "", "E-ERP-19"),
        ("suppliers.xlsx", SUPPLIERS, "E-ERP-02"),
        ("suppliers.csv", SUPPLIERS + "V3\n", "E-ERP-06"),
        ("suppliers.csv", SUPPLIERS + "V1,良品食业\n", "E-ERP-22"),
        ("suppliers.csv", b"\xff\x00\x00\x00", "E-ERP-27"),
    ],
)
def test_a_bad_file_is_put_aside_with_its_reason(office, name, content, code):
    path = office.drop(name, content)
    data = path.read_bytes()
    assert office.poll() == PollResult(rejected=[name])
    assert [row["code"] for row in office.reasons(name)] == [code]
    assert (office.root / "rejected" / name).read_bytes() == data


def test_a_huge_file_is_not_even_read(office, monkeypatch):
    path = office.root / "inbox" / "suppliers.csv"
    with path.open("wb") as file:
        file.truncate(tables.MAX_BYTES + 1)
    os.utime(path, (NOON - 60, NOON - 60))
    monkeypatch.setattr(Path, "read_bytes", lambda _path: pytest.fail("read"))
    assert office.poll().rejected == ["suppliers.csv"]
    monkeypatch.undo()
    assert office.reasons("suppliers.csv")[0]["code"] == "E-ERP-03"


def test_the_database_side_can_refuse(office):
    office.drop("suppliers.csv", SUPPLIERS)

    def take(file):
        raise Rejected([Problem(file.rows[1], "", "=V2", "E-ERP-90", "we know V2")] * 60)

    assert office.poll(take) == PollResult(rejected=["suppliers.csv"])
    rows = office.reasons("suppliers.csv")
    assert len(rows) == 50
    assert (rows[0]["row"], rows[0]["value"]) == ("3", "'=V2")
    assert rows[0]["reason_en"] == "the document cannot be taken over: we know V2"


def test_a_refusal_without_reasons_is_still_a_refusal(office):
    office.drop("suppliers.csv", SUPPLIERS)

    def take(_file):
        raise Rejected([])

    assert office.poll(take) == PollResult(rejected=["suppliers.csv"])
    assert (office.names("done"), office.reasons("suppliers.csv")) == ([], [])


def test_an_older_rejected_file_and_its_reasons_are_kept(office):
    for code in ("A", "B"):
        office.drop("cancels.csv", f"erp_no,version\n{code},0\n")
        office.poll()
    assert office.names("rejected") == [
        "cancels-2.csv", "cancels-2.csv.reason.csv", "cancels.csv", "cancels.csv.reason.csv",
    ]  # fmt: skip


def test_a_name_in_another_encoding_is_rejected_like_any_other(office):
    name = os.fsdecode(b"\xd6\xd0.csv")
    office.drop(name, SUPPLIERS)
    assert office.poll().rejected == [name]
    assert office.names("inbox") == []
    assert len(office.names("rejected")) == 2


# --- failures ------------------------------------------------------------------------------------


def test_a_failure_leaves_the_file_and_lets_the_others_pass(office, caplog):
    office.drop("products.csv", "sku_code,name_zh\nS1,牛奶\n")
    office.drop("suppliers.csv", SUPPLIERS)

    def take(file):
        if file.doc_type == "product":
            raise OSError("the database is away")
        office.take(file)

    assert office.poll(take) == PollResult(taken=["suppliers.csv"], failed=["products.csv"])
    assert "products.csv could not be taken" in caplog.text
    assert (office.names("inbox"), office.names("rejected")) == (["products.csv"], [])
    assert office.poll() == PollResult(taken=["products.csv"])


class PowerCut(BaseException):
    """Nothing after it runs."""


def test_a_crash_between_take_and_move_takes_the_file_again(office):
    office.drop("suppliers.csv", SUPPLIERS)

    def take(file):
        office.take(file)
        raise PowerCut

    with pytest.raises(PowerCut):
        office.poll(take)
    assert office.names("inbox") == ["suppliers.csv"]
    office.connect()
    assert office.poll() == PollResult(taken=["suppliers.csv"])
    assert (len(office.files), len(office.known)) == (2, 1)
    assert office.names("done") == ["suppliers.csv"]


def test_a_file_that_cannot_be_moved_is_reported_and_ends_nothing(office, caplog):
    office.drop("suppliers.csv", SUPPLIERS)
    office.drop("cancels.csv", "erp_no,version\nE1,0\n")
    for name in ("done", "rejected"):
        (office.root / name).rmdir()
    assert office.poll() == PollResult(failed=["suppliers.csv", "cancels.csv"])
    office.connect()
    assert office.poll() == PollResult(taken=["suppliers.csv"], rejected=["cancels.csv"])
    assert len(office.known) == 1
    assert "could not be taken" in caplog.text


def test_an_interrupted_rejection_is_simply_done_again(office):
    office.drop("cancels.csv", "erp_no,version\nE1,0\n")
    (office.root / "rejected" / "cancels.csv.reason.csv").write_text("old", encoding="utf-8")
    (office.root / "rejected" / ".cancels.csv.reason.csv.tmp").write_text("torn", encoding="utf-8")
    assert office.poll().rejected == ["cancels.csv"]
    assert office.reasons("cancels.csv")[0]["code"] == "E-ERP-09"
    assert office.names("rejected") == ["cancels.csv", "cancels.csv.reason.csv"]


@given(st.lists(st.tuples(st.sampled_from(["a", "b"]), st.binary(max_size=60)), max_size=5))
@settings(deadline=None, derandomize=True, max_examples=60)
def test_whatever_is_dropped_ends_in_one_place(tmp_path_factory, drops):
    office = Office(tmp_path_factory.mktemp("erp"))
    for suffix, content in drops:
        name = f"suppliers-{suffix}.csv"
        office.drop(name, SUPPLIERS.encode() + content)
        result = office.poll()
        assert result.taken + result.rejected == [name]
    assert office.names("inbox") == []
    papers = [name for name in office.names("rejected") if not name.endswith(".reason.csv")]
    assert len(papers) + len(office.names("done")) == len(drops)
    for name in papers:
        assert all(row["code"] in REASONS for row in office.reasons(name))
