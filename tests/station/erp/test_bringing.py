"""A file of the office comes in by the desk, for whoever cannot reach the server's disk."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from station import create_app
from station.practice.demo import world
from station.wiring.hub import Hub

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
CARDS = b"sku_code,name_zh,barcode\nS0777,\xe8\x8c\xb6,6901234567892\n"


@pytest.fixture
def desk(hub: Hub) -> tuple[FlaskClient, str, Path]:
    """The clerk's desk with a folder, and its inbox."""
    client = create_app(hub=hub).test_client()
    csrf = client.post("/login", json={"badge": "1008", "pin": world.PIN}).get_json()["csrf"]
    client.post("/desk/erp/save", data={"csrf": csrf, "kind": "folder", "code": "folder", "name": "文件"})
    return client, csrf, hub.settings.data / "erp" / "inbox"


def bring(desk: tuple[FlaskClient, str, Path], name: str, content: bytes = CARDS, **other: str) -> int:
    client, csrf, _inbox = desk
    fields = {"csrf": csrf, "of": "folder", "file": (io.BytesIO(content), name)} | other
    answer = client.post("/desk/erp/bring", data=fields, content_type="multipart/form-data")
    return answer.status_code


def lying(inbox: Path) -> list[str]:
    return sorted(path.name for path in inbox.iterdir()) if inbox.exists() else []


def test_a_file_lies_whole_in_the_inbox_and_the_folder_takes_it(
    desk: tuple[FlaskClient, str, Path], hub: Hub
) -> None:
    assert bring(desk, "products-1.csv") == 302
    assert lying(desk[2]) == ["products-1.csv"]
    assert (desk[2] / "products-1.csv").read_bytes() == CARDS
    os.utime(desk[2] / "products-1.csv", (0, 0))  # it rests: nobody writes it any more
    hub.sync().pull("folder")
    assert lying(desk[2]) == []
    page = desk[0].get("/desk/erp?dropped=1").text
    assert "products-1.csv" in page
    assert "state-TAKEN" in page


def test_what_its_name_does_not_tell_is_asked_for(desk: tuple[FlaskClient, str, Path]) -> None:
    assert bring(desk, "商品 十一月.csv") == 422
    assert lying(desk[2]) == []
    assert bring(desk, "商品 十一月.csv", kind="products") == 302
    assert bring(desk, "商品 十一月.csv", kind="products") == 302
    assert lying(desk[2]) == ["products-商品 十一月-2.csv", "products-商品 十一月.csv"]


@pytest.mark.parametrize(
    ("name", "status"),
    [("../../station.sqlite3", 422), ("..\\..\\products.exe", 422), ("", 422), ("../products-x.csv", 302)],
)
def test_no_name_leads_out_of_the_inbox(desk: tuple[FlaskClient, str, Path], name: str, status: int) -> None:
    before = sorted(path.name for path in desk[2].parents[1].iterdir())
    assert bring(desk, name) == status
    assert lying(desk[2]) == (["products-x.csv"] if status == 302 else [])
    assert {path.name for path in desk[2].parents[1].iterdir()} - set(before) <= {"erp"}


def test_a_folder_that_is_away_is_said_and_none_is_made(
    desk: tuple[FlaskClient, str, Path], tmp_path: Path
) -> None:
    client, csrf, _inbox = desk
    share = tmp_path / "share"
    fields = {"csrf": csrf, "kind": "folder", "of": "folder", "name": "文件", "set_path": str(share)}
    client.post("/desk/erp/save", data=fields)
    assert bring(desk, "products-1.csv") == 422
    assert not share.exists()


def test_only_a_folder_takes_files(desk: tuple[FlaskClient, str, Path]) -> None:
    assert bring(desk, "products-1.csv", of="nobody") == 404
