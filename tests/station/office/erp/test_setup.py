"""Setting a connection up, trying it, and the keys to our API."""

from __future__ import annotations

import json
import logging
import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from station.erp import connections
from station.erp.connectors import KINDS
from station.erp.models import ErpToken
from station.erp.pages import trying as erp_trying
from station.erp.rest import tokens
from tests.floor import Floor
from tests.station.office.erp.desk import WU, audits, enter, read, vault_of
from tests.station.office.erp_twin import HOSTILE, PATIENCE, SECRET

FORM = {"kind": "twin", "of": "", "code": "shop", "name": "店铺", "set_url": "http://127.0.0.1:9/"}


def test_a_connection_is_set_up_and_its_secret_never_comes_back(
    client: FlaskClient, floor: Floor, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    hub = floor.hub
    csrf = enter(client, floor, WU)
    assert "孪生" in client.get("/desk/erp/new").text
    assert 'type="password" name="set_password"' in client.get("/desk/erp/new?kind=twin").text
    form = FORM | {"csrf": csrf, "set_mode": "well", "set_password": "another-secret"}
    assert client.post("/desk/erp/save", data=form).headers["Location"].endswith("/desk/erp/shop/edit")
    pages = [client.get(path).text for path in ("/desk/erp/shop/edit", "/desk/erp", "/desk/erp/words/shop")]
    change = FORM | {"csrf": csrf, "of": "shop", "name": "店铺2", "set_mode": "silent"}
    assert client.post("/desk/erp/save", data=change).status_code == 302
    kept = read(hub, lambda tx: connections.known(tx, "shop"))
    assert (kept.name, kept.settings["mode"]) == ("店铺2", "silent")
    assert vault_of(hub).unlock(kept.secrets)["password"] == "another-secret"
    assert "another-secret" not in kept.secrets
    spoken = "".join(pages) + caplog.text + json.dumps(audits(hub))
    assert "another-secret" not in spoken


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"code": "Shop"}, "编码"),
        ({"code": "twin"}, "编码"),
        ({"code": "words"}, "编码"),
        ({"set_url": "http://me:pw@host/"}, "地址"),
        ({"set_url": "ftp://host/"}, "地址"),
        ({"set_url": ""}, "地址"),
        ({"set_password": ""}, "密码"),
        ({"set_password": "x" * 501}, "密码"),
    ],
)
def test_a_form_that_cannot_be_used_names_the_field(
    client: FlaskClient, floor: Floor, change: dict[str, str], field: str
) -> None:
    csrf = enter(client, floor, WU)
    form = FORM | {"csrf": csrf, "set_password": "typed-secret"} | change
    answer = client.post("/desk/erp/save", data=form)
    assert answer.status_code == 422
    band = re.search(r'class="band band-warn"[^>]*>([^<]*)<', answer.text)
    assert band is not None
    assert field in band[1]
    assert "typed-secret" not in answer.text
    assert [row.code for row in read(floor.hub, connections.list_all) if row.kind == "twin"] == ["twin"]


def test_the_test_tells_and_changes_nothing(client: FlaskClient, floor: Floor) -> None:
    csrf = enter(client, floor, WU)
    form = FORM | {"csrf": csrf, "set_password": SECRET}
    answer = client.post("/desk/erp/test", data=form)
    assert answer.status_code == 200
    assert "连接正常" in answer.text
    assert "&lt;img src=x" in answer.text
    assert "<img" not in answer.text
    assert SECRET not in answer.text
    assert "•••" in answer.text
    wrong = client.post("/desk/erp/test", data=form | {"set_password": "wrong-one"}).text
    assert "还不能用" in wrong
    assert "wrong-one" not in wrong
    assert [row.code for row in read(floor.hub, connections.list_all) if row.kind == "twin"] == ["twin"]


@pytest.mark.parametrize(
    ("mode", "told"),
    [("silent", "nobody there"), ("forbidden", "wrong password"), ("broken", "RuntimeError")],
)
def test_whatever_goes_wrong_in_a_test_is_told_in_words(
    client: FlaskClient, floor: Floor, caplog: pytest.LogCaptureFixture, mode: str, told: str
) -> None:
    csrf = enter(client, floor, WU)
    form = FORM | {"csrf": csrf, "set_password": SECRET, "set_mode": mode}
    answer = client.post("/desk/erp/test", data=form)
    assert "还不能用" in answer.text
    assert told in answer.text
    assert SECRET not in answer.text + caplog.text


def test_a_test_that_takes_too_long_is_given_up(
    client: FlaskClient, floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(erp_trying, "TEST_S", 0.05)
    PATIENCE.clear()
    csrf = enter(client, floor, WU)
    form = FORM | {"csrf": csrf, "set_password": SECRET, "set_mode": "slow"}
    try:
        assert "未在限时内应答" in client.post("/desk/erp/test", data=form).text
    finally:
        PATIENCE.set()


def test_a_known_secret_is_not_sent_to_another_address(client: FlaskClient, floor: Floor) -> None:
    hub = floor.hub
    csrf = enter(client, floor, WU)
    same = FORM | {"csrf": csrf, "of": "twin"}
    assert "连接正常" in client.post("/desk/erp/test", data=same).text
    moved = same | {"set_url": "http://127.0.0.1:10/"}
    assert "地址变了" in client.post("/desk/erp/test", data=moved).text
    assert client.post("/desk/erp/save", data=moved).status_code == 422
    assert read(hub, lambda tx: connections.known(tx, "twin").settings["url"]) == "http://127.0.0.1:9/"
    assert client.post("/desk/erp/save", data=moved | {"set_password": SECRET}).status_code == 302


def test_a_lost_key_file_is_told(client: FlaskClient, floor: Floor) -> None:
    csrf = enter(client, floor, WU)
    (floor.hub.settings.data / "secrets.key").unlink()
    form = FORM | {"csrf": csrf, "of": "twin"}
    assert "密钥文件不符" in client.post("/desk/erp/test", data=form).text
    answer = client.post("/desk/erp/save", data=form)
    assert answer.status_code == 422
    assert "密钥文件不符" in answer.text
    assert client.get("/desk/erp/twin/edit").status_code == 200


def test_the_folder_can_be_tested_too(client: FlaskClient, floor: Floor, tmp_path: Path) -> None:
    """The first connection of every station, with a folder that cannot be and one that can."""
    csrf = enter(client, floor, WU)
    (tmp_path / "file").write_text("x", encoding="utf-8")
    form = {"csrf": csrf, "kind": "folder", "of": "folder"}
    assert "连接正常" in client.post("/desk/erp/test", data=form).text
    nowhere = form | {"set_path": str(tmp_path / "file" / "erp")}
    assert "还不能用" in client.post("/desk/erp/test", data=nowhere).text


def test_a_kind_that_is_not_there_is_a_page_that_is_not_there(
    client: FlaskClient, floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(KINDS, "twin", ("station.erp.nowhere:Nobody", "无", "None"))
    csrf = enter(client, floor, WU)
    assert client.get("/desk/erp/new?kind=twin").status_code == 404
    assert client.get("/desk/erp/twin/edit").status_code == 404
    monkeypatch.delitem(KINDS, "twin")
    assert client.get("/desk/erp/twin/edit").status_code == 404
    assert client.post("/desk/erp/test", data={"csrf": csrf, "kind": "twin"}).status_code == 404
    assert client.post("/desk/erp/save", data={"csrf": csrf, "kind": "twin"}).status_code == 404
    assert client.get("/desk/erp").status_code == 200


def test_only_one_connection_is_the_main_one(client: FlaskClient, floor: Floor) -> None:
    csrf = enter(client, floor, WU)
    form = FORM | {"csrf": csrf, "set_password": SECRET}
    client.post("/desk/erp/save", data=form)
    assert client.post("/desk/erp/shop/main", data={"csrf": csrf}).status_code == 302
    rows = read(floor.hub, connections.list_all)
    assert [row.code for row in rows if row.is_main] == ["shop"]


# --- keys to our API -------------------------------------------------------------------------------


def test_a_key_is_shown_once_and_can_be_revoked(
    client: FlaskClient, floor: Floor, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    hub = floor.hub
    csrf = enter(client, floor, WU)
    form = {"csrf": csrf, "kind": "rest", "of": "", "code": "shop", "name": "网店"}
    assert client.post("/desk/erp/save", data=form).status_code == 302
    assert client.post("/desk/erp/shop/tokens", data={"csrf": csrf, "token_name": " "}).status_code == 422
    made = client.post("/desk/erp/shop/tokens", data={"csrf": csrf, "token_name": HOSTILE})
    found = re.search(r'<code class="token">([^<]+)</code>', made.text)
    assert found is not None
    token = found[1]
    assert read(hub, lambda tx: tokens.identify(tx, token)) is not None
    later = client.get("/desk/erp/shop/edit").text
    assert "&lt;img src=x" in later
    assert "<img" not in later
    assert token not in later + caplog.text + json.dumps(audits(hub))
    token_id = read(hub, lambda tx: tx.scalar(select(ErpToken.id)))
    path = f"/desk/erp/shop/tokens/{token_id}/revoke"
    for _ in range(2):
        assert client.post(path, data={"csrf": csrf}).status_code == 302
    assert read(hub, lambda tx: tokens.identify(tx, token)) is None
    assert "已吊销" in client.get("/desk/erp/shop/edit").text
    foreign = f"/desk/erp/twin/tokens/{token_id}/revoke"
    assert client.post(foreign, data={"csrf": csrf}).status_code == 404
    assert client.post("/desk/erp/twin/tokens", data={"csrf": csrf, "token_name": "x"}).status_code == 404
    assert [row[0] for row in audits(hub)] == ["ERP_ADD", "ERP_TOKEN", "ERP_TOKEN_REVOKE"]
