"""The folder on a network share: completeness markers, answers per document, and a share that goes away."""

from __future__ import annotations

import csv
import io
import os
import shutil
import stat
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from station.erp.folder import disk
from station.erp.folder import files as folders
from station.erp.folder.files import FOLDERS, FolderConnector, IncomingFile, PollResult, Rejected
from station.erp.port import Down
from station.exchange import documents as erp
from station.ground.spreadsheets.reasons import Problem

SHANGHAI = ZoneInfo("Asia/Shanghai")
NOON = 1_772_600_000
SUPPLIERS = "supplier_code,supplier_name\nV1,良品食业\nV2,远山茶厂\n"
ORDERS = (
    "erp_no,carrier_code,receiver_name,receiver_phone,address,line_key,sku_code,qty\n"
    "E1,ZTO,张,1,路,1,S1,1\nE1,ZTO,张,1,路,2,S2,1\nE2,ZTO,李,1,路,1,S1,1\n"
)
STATE = erp.OrderStateDocument(
    event_key="K1", erp_no="E1", order_no="DO1", state="CANCELED",
    at=datetime(2026, 5, 1, tzinfo=UTC), operator="x",
)  # fmt: skip


@dataclass
class Result:
    """What the database side says of one document."""

    doc_type: str
    doc_no: str
    result: str
    code: str = ""
    why: str = ""


def connect(root, **options):
    return FolderConnector(root, SHANGHAI, lambda: NOON, **options)


def drop(root, name, content=SUPPLIERS, age_s=60):
    path = root / "inbox" / name
    path.write_bytes(content.encode())
    os.utime(path, (NOON - age_s, NOON - age_s))
    return path


def names(root, where):
    return sorted(path.name for path in (root / where).iterdir())


def answers(root, name):
    data = (root / "done" / f"{name}.result.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


# --- markers -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "marker", ["suppliers.csv.ok", "suppliers.ok", "suppliers.csv.complete", "suppliers.complete"]
)
def test_a_file_waits_for_its_marker_when_the_office_writes_one(tmp_path, marker):
    connector = connect(tmp_path, needs_marker=True)
    taken: list[IncomingFile] = []
    drop(tmp_path, "suppliers.csv")
    drop(tmp_path, "notices.ok", "")
    for _ in range(2):
        assert connector.poll(taken.append) == PollResult(waiting=["suppliers.csv"])
    drop(tmp_path, marker, "", age_s=50)
    assert connector.poll(taken.append) == PollResult(taken=["suppliers.csv"])
    assert len(taken) == 1
    assert (names(tmp_path, "inbox"), names(tmp_path, "done")) == (
        ["notices.ok"],
        ["suppliers.csv", "suppliers.csv.result.csv"],
    )


def test_a_marker_left_over_from_an_older_file_says_nothing(tmp_path):
    connector = connect(tmp_path, needs_marker=True)
    drop(tmp_path, "suppliers.csv.ok", "", age_s=4000)
    drop(tmp_path, "suppliers.csv")
    for _ in range(2):
        assert connector.poll(lambda _file: None).waiting == ["suppliers.csv"]
    drop(tmp_path, "suppliers.csv.ok", "", age_s=59)
    assert connector.poll(lambda _file: None).taken == ["suppliers.csv"]


def test_a_marker_is_never_a_file_and_goes_with_its_own(tmp_path):
    connector = connect(tmp_path)
    drop(tmp_path, "suppliers.csv")
    drop(tmp_path, "suppliers.csv.OK", "")
    drop(tmp_path, "suppliers.csv.ok", "")
    drop(tmp_path, "cancels.csv", "erp_no,other\nE1,0\n")
    drop(tmp_path, "cancels.complete", "")
    assert connector.poll(lambda _file: None) == PollResult(taken=["suppliers.csv"], rejected=["cancels.csv"])
    assert names(tmp_path, "inbox") == ["suppliers.csv.OK"]
    assert names(tmp_path, "rejected") == ["cancels.csv", "cancels.csv.reason.csv"]


# --- what came of every document ---------------------------------------------------------------


def test_the_office_reads_what_came_of_every_document(tmp_path):
    connector = connect(tmp_path)
    drop(tmp_path, "orders.csv", ORDERS)

    def take(file):
        assert [doc.erp_no for doc in file.documents] == ["E1", "E2"]
        return [
            Result("order", "E1", "NEW"),
            Result("order", "E2", "PROBLEM", "E-ERP-93", "=S1"),
        ]

    assert connector.poll(take).taken == ["orders.csv"]
    assert names(tmp_path, "done") == ["orders.csv", "orders.csv.result.csv"]
    first, second = answers(tmp_path, "orders.csv")
    assert (first["file"], first["row"], first["doc_type"], first["doc_no"], first["result"]) == (
        "orders.csv", "2", "order", "E1", "NEW",
    )  # fmt: skip
    assert (first["code"], first["reason_zh"], first["reason_en"]) == ("", "", "")
    assert (second["row"], second["result"], second["code"]) == ("4", "PROBLEM", "E-ERP-93")
    assert second["reason_zh"] == "商品还没有同步过来: =S1"
    assert second["reason_en"].startswith("an article that has not arrived yet")


def test_every_paper_of_a_name_has_its_own_answer(tmp_path):
    connector = connect(tmp_path)
    for result in ("NEW", "REPLACED"):
        drop(tmp_path, "suppliers.csv", SUPPLIERS + "\n" * len(result))
        connector.poll(lambda _file, result=result: [Result("supplier", "V1", result)])
    assert names(tmp_path, "done") == [
        "suppliers-2.csv", "suppliers-2.csv.result.csv", "suppliers.csv", "suppliers.csv.result.csv",
    ]  # fmt: skip
    assert answers(tmp_path, "suppliers-2.csv")[0]["result"] == "REPLACED"
    assert answers(tmp_path, "suppliers.csv")[0]["row"] == ""  # fewer answers than documents: no row is sure


def test_a_file_that_is_known_already_needs_no_second_answer(tmp_path):
    connector = connect(tmp_path)
    drop(tmp_path, "suppliers.csv")
    (tmp_path / "done" / "suppliers.csv.result.csv").write_text("from before a power cut", encoding="utf-8")
    assert connector.poll(lambda _file: None).taken == ["suppliers.csv"]
    assert (tmp_path / "done" / "suppliers.csv.result.csv").read_text(encoding="utf-8").startswith("from")


# --- a share that goes away --------------------------------------------------------------------


def test_an_absent_share_is_down_and_comes_back(tmp_path):
    root = tmp_path / "share"
    connector = connect(root, is_shared=True)
    for _ in range(2):
        with pytest.raises(Down, match="inbox"):
            connector.poll(lambda _file: pytest.fail("taken"))
        with pytest.raises(Down):
            connector.write(STATE)
    assert not root.exists()  # nothing was made where the share belongs
    for name in FOLDERS:
        (root / name).mkdir(parents=True)
    drop(root, "suppliers.csv")
    assert connector.poll(lambda _file: None).taken == ["suppliers.csv"]
    assert connector.write(STATE).exists()


def test_a_share_that_goes_while_a_file_is_taken_leaves_it_whole(tmp_path):
    root, away = tmp_path / "share", tmp_path / "away"
    connector = connect(root)
    for name in ("products.csv", "suppliers.csv"):
        drop(root, name, "sku_code,name_zh\nS1,牛奶\n" if name < "q" else SUPPLIERS)
    taken: list[IncomingFile] = []

    def take(file):
        taken.append(file.sha256)
        if root.exists() and len(taken) == 1:
            root.rename(away)
        return [Result("x", "y", "NEW")]

    connector.poll(take)
    with pytest.raises(Down):
        connector.poll(take)
    away.rename(root)
    assert names(root, "inbox") == ["products.csv", "suppliers.csv"]
    assert names(root, "done") == []
    assert connector.poll(take).taken == ["products.csv", "suppliers.csv"]
    assert len(set(taken)) == 2


def test_a_share_that_goes_between_answer_and_move_does_it_again(tmp_path, monkeypatch):
    root = tmp_path / "share"
    connector = connect(root)
    drop(root, "suppliers.csv")
    move, cuts = disk.move, [1]

    def cut(path, target):
        if cuts:
            cuts.pop()
            raise OSError(107, "Transport endpoint is not connected", str(path))
        move(path, target)

    monkeypatch.setattr(folders, "move", cut)
    assert connector.poll(lambda _file: [Result("supplier", "V1", "NEW")]).failed == ["suppliers.csv"]
    assert names(root, "inbox") == ["suppliers.csv"]
    assert connector.poll(lambda _file: None).taken == ["suppliers.csv"]
    assert names(root, "done") == ["suppliers.csv", "suppliers.csv.result.csv"]


def test_a_confirmation_that_did_not_get_there_leaves_nothing_behind(tmp_path):
    connector = connect(tmp_path)
    target = connector.write(STATE)
    target.unlink()
    target.mkdir()  # as held by somebody else: the rename fails
    with pytest.raises(Down):
        connector.write(STATE)
    assert names(tmp_path, "outbox") == [target.name]
    target.rmdir()
    assert connector.write(STATE).is_file()


def test_a_file_system_that_cannot_flush_names_is_no_failure(tmp_path, monkeypatch):
    real = os.fsync

    def fsync(handle):
        if stat.S_ISDIR(os.fstat(handle).st_mode):
            raise OSError(22, "Invalid argument")
        real(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    connector = connect(tmp_path)
    drop(tmp_path, "suppliers.csv")
    assert connector.poll(lambda _file: None).taken == ["suppliers.csv"]
    assert connector.write(STATE).is_file()


def test_what_one_file_does_wrong_does_not_stop_the_others(tmp_path):
    connector = connect(tmp_path)
    drop(tmp_path, "products.csv", "sku_code,name_zh\nS1,牛奶\n")
    drop(tmp_path, "suppliers.csv")

    def take(file):
        if file.doc_type == "product":
            raise Rejected([Problem(2, "", "S1", "E-ERP-90")])

    shutil.rmtree(tmp_path / "rejected")
    assert connector.poll(take) == PollResult(taken=["suppliers.csv"], failed=["products.csv"])


# --- what newer files may say ------------------------------------------------------------------


def test_a_notice_may_announce_lots_and_dates_and_be_cancelled(tmp_path):
    connector = connect(tmp_path)
    drop(
        tmp_path,
        "notices.csv",
        "asn_no,supplier_code,warehouse,line_key,sku_code,qty,批号,生产日期,有效期至\n"
        "N1,V1,WH1,1,S1,5,L1,2026-01-01,2027-01-01\nN1,V1,WH1,2,S1,5,,,\n",
    )
    drop(tmp_path, "cancel_notices.csv", "到货通知号,原因\nN1,供应商缺货\n")
    drop(tmp_path, "products.csv", "sku_code,name_zh,在用\nS1,牛奶,否\nS2,茶,\n")
    taken: list[IncomingFile] = []
    assert connector.poll(taken.append).taken == ["products.csv", "notices.csv", "cancel_notices.csv"]
    products, notices, cancels = (file.documents for file in taken)
    assert [item.is_active for item in products] == [False, True]
    first, second = notices[0].lines
    assert (first.lot, str(first.produced_on), str(first.expires_on)) == ("L1", "2026-01-01", "2027-01-01")
    assert (second.lot, second.produced_on, second.expires_on) == ("", None, None)
    assert cancels == (erp.CancelNotice(asn_no="N1", reason="供应商缺货"),)
