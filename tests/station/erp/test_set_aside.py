"""The good documents of a file are taken, the bad ones wait at the desk until somebody mends or drops them."""

from __future__ import annotations

import csv
import io
import os
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from station import create_app
from station.erp.folder import kept_maps, ready
from station.erp.models import InboxProblem
from station.exchange.models import InboxDocument
from station.practice.demo import world
from station.wiring.hub import Hub

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
CARDS = "sku_code,name_zh,barcode,gross_g\nN1,茶,6911111111117,5\nN2,茶,,2 lb\nN3,茶,6911111111117,7\n"


class Desk:
    """A clerk with a folder that takes files as the office drops them."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self.client: FlaskClient = create_app(hub=hub).test_client()
        csrf = self.client.post("/login", json={"badge": "1008", "pin": world.PIN}).get_json()["csrf"]
        self.csrf = {"csrf": csrf}
        self.post("/desk/erp/save", kind="folder", code="folder", name="文件")
        self.root: Path = hub.settings.data / "erp"

    def post(self, address: str, **fields: str) -> int:
        return self.client.post(address, data=self.csrf | fields).status_code

    def map(self, code: str, pattern: str) -> None:
        """Read files of this name by a ready mapping."""
        spec, now = dict(ready.spec(code)), self.hub.clock.now()
        self.hub.db.write(lambda tx: kept_maps.save(tx, "folder", code, pattern, spec, "李", now))

    def drop(self, name: str, text: str | bytes) -> None:
        (self.root / "inbox").mkdir(parents=True, exist_ok=True)
        path = self.root / "inbox" / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        os.utime(path, (0, 0))
        self.hub.sync().pull("folder")

    def answer(self, where: str) -> list[dict[str, str]]:
        text = (self.root / where).read_text(encoding="utf-8-sig")
        return list(csv.DictReader(io.StringIO(text, newline="")))

    def known(self) -> list[str]:
        with self.hub.db.read() as tx:
            return sorted(tx.scalars(select(InboxDocument.doc_no).where(InboxDocument.doc_no.like("N_"))))

    def open(self) -> list[InboxProblem]:
        with self.hub.db.read() as tx:
            return list(tx.scalars(select(InboxProblem).where(InboxProblem.state == "OPEN")))


@pytest.fixture
def desk(hub: Hub) -> Desk:
    return Desk(hub)


def test_a_bad_row_is_mended_in_its_cell_and_taken(desk: Desk) -> None:
    desk.drop("products-1.csv", CARDS)
    assert desk.known() == ["N1", "N3"]
    told = desk.answer("done/products-1.csv.result.csv")
    assert [(row["row"], row["result"], row["cell"], row["code"]) for row in told] == [
        ("2", "TAKEN", "", "N-ERP-12"), ("3", "ASIDE", "D3", "E-ERP-35"), ("4", "TAKEN", "", "N-ERP-12"),
    ]  # fmt: skip
    assert told[1]["value"] == "2 lb"
    page = desk.client.get("/desk/erp/templates").text
    assert "收了一部分" in page
    (problem,) = desk.open()
    page = desk.client.get(f"/desk/erp/in/{problem.id}").text
    assert "2 lb" in page
    name = re.search(r'name="(c0-[0-9]+)" value="2 lb"', page)
    assert name
    address = f"/desk/erp/in/{problem.id}/cells"
    assert desk.post(address, **{name[1]: "3 lb"}) == 422
    assert desk.post(address, **{name[1]: "0.9kg"}) == 302
    assert (desk.known(), desk.open()) == (["N1", "N2", "N3"], [])


def test_a_document_whose_number_is_bad_gets_another_and_waits_no_more(desk: Desk) -> None:
    desk.drop("products-2.csv", "sku_code,name_zh\nN4,茶\n6.9E+12,茶\n")
    (problem,) = desk.open()
    assert problem.doc_no == "6.9E+12"
    assert desk.post(f"/desk/erp/in/{problem.id}/cells", **{"c0-0": "N5"}) == 302
    assert (desk.known(), desk.open()) == (["N4", "N5"], [])


def test_every_file_has_a_line_whatever_came_of_it(desk: Desk) -> None:
    (desk.root / "inbox" / "old").mkdir(parents=True)
    desk.drop("readme.txt", "hello")
    desk.drop("products-3.csv", "什么,都不是\n1,2\n")
    desk.drop("products-4.csv", "sku_code,name_zh\nN6,茶\n")
    desk.drop("products-5.csv", "sku_code,name_zh\nN6,茶\n")
    page = desk.client.get("/desk/erp/templates").text
    for words in (
        "readme.txt",
        "文件名不认识",
        "products-3.csv",
        "没有收",
        "全部收下",
        "以前收过",
        "不动: 文件夹",
    ):
        assert words in page
    assert desk.answer("done/products-5.csv.result.csv")[0]["result"] == "KNOWN"
    assert desk.client.get("/desk/erp/files/1").status_code == 200


def test_a_connection_may_want_files_whole(desk: Desk) -> None:
    desk.post("/desk/erp/save", kind="folder", of="folder", name="文件", set_bad_documents="whole")
    desk.drop("products-1.csv", CARDS)
    assert (desk.known(), desk.open()) == ([], [])
    assert [row["cell"] for row in desk.answer("rejected/products-1.csv.reason.csv")] == ["D3"]


def test_an_emptied_cell_empties_and_is_told(desk: Desk) -> None:
    desk.drop("products-6.csv", "sku_code,name_zh,gross_g,barcode,version\nN7,茶,500,6911111111117,1\n")
    desk.drop("products-7.csv", "sku_code,price,version\nN7,19.90,2\n")
    desk.drop("products-8.csv", "sku_code,gross_g,version\nN7,,3\n")
    told = desk.answer("done/products-8.csv.result.csv")[0]
    assert (told["code"], "gross_g" in told["reason_zh"], "barcode" in told["reason_zh"]) == (
        "N-ERP-08",
        True,
        False,
    )
