"""Connections from the command line, as the owner of a small shop types them."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from station.catalog.models import Sku
from station.cli import main
from station.erp import connections
from station.people.models import AuditRow
from station.settings import load
from station.wiring.hub import Hub, build

SECRET = "pass-word-7391"


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sqlite_template: Path) -> Path:
    """The data folder of a station that has just been set up."""
    (tmp_path / "station.sqlite3").write_bytes(sqlite_template.read_bytes())
    monkeypatch.setenv("STATION_DATA", str(tmp_path))
    monkeypatch.setenv("STATION_ALLOW_ADDRESSES", "127.0.0.1")
    return tmp_path


@pytest.fixture
def hub(shop: Path) -> Iterator[Hub]:
    hub = build(load())
    yield hub
    hub.close()


def run(*words: str, status: int = 0, **options: Any) -> Result:
    result = CliRunner().invoke(main, ["erp", *words], **options)
    assert result.exit_code == status, result.output
    return result


def add_odoo(shop: Path, code: str = "office") -> Result:
    (shop / "key.txt").write_text(f"{SECRET}\n", encoding="utf-8")
    settings = ("url=http://127.0.0.1:9", "database=erp", "login=wms", "warehouse=WH")
    pairs = [word for pair in settings for word in ("--set", pair)]
    return run("add", code, "--kind", "odoo", *pairs, "--secret-file", f"api_key={shop / 'key.txt'}")


def test_every_kind_says_what_it_must_be_told(shop: Path) -> None:
    told = run("kinds").output
    for kind in ("folder", "rest", "tryton", "odoo", "qimen"):
        assert f"\n{kind} " in f"\n{told}"
    assert "api_key" in told
    assert "secret" in told


def test_a_connection_is_added_and_its_secret_stands_nowhere_in_clear(shop: Path, hub: Hub) -> None:
    told = add_odoo(shop)
    assert "station erp test office" in told.output
    (shop / "key.txt").unlink()
    kept = b"".join(path.read_bytes() for path in shop.rglob("*") if path.is_file())
    assert SECRET.encode() not in kept
    assert SECRET not in told.output
    with hub.db.read() as tx:
        found = connections.known(tx, "office")
        assert hub.vault.unlock(found.secrets)["api_key"] == SECRET
        assert found.is_main
        (noted,) = tx.scalars(select(AuditRow).where(AuditRow.action == "ERP_ADD"))
        assert noted.subject == "office"


def test_a_secret_is_asked_for_and_not_taken_from_the_command_line(shop: Path, hub: Hub) -> None:
    pairs = [
        "--set",
        "url=http://127.0.0.1:9",
        "--set",
        "database=e",
        "--set",
        "login=w",
        "--set",
        "warehouse=WH",
    ]
    refused = run("add", "a", "--kind", "odoo", *pairs, "--set", f"api_key={SECRET}", status=2)
    assert "is a secret" in refused.output
    asked = run("add", "a", "--kind", "odoo", *pairs, input=f"{SECRET}\n")
    assert SECRET not in asked.output
    with hub.db.read() as tx:
        assert hub.vault.unlock(connections.known(tx, "a").secrets)["api_key"] == SECRET


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["add", "Bad Code", "--kind", "folder"], "lower case letters"),
        (["add", "new", "--kind", "folder"], "reserved"),
        (["add", "folder", "--kind", "folder"], "is taken"),
        (["add", "x", "--kind", "folder", "--set", "colour=red"], "no such setting"),
        (["test", "nobody"], "there is no connection nobody"),
        (["sync", "nobody"], "there is no connection nobody"),
        (["status", "nobody"], "there is no connection nobody"),
    ],
)
def test_a_wrong_word_is_refused_in_one_sentence(shop: Path, words: list[str], says: str) -> None:
    told = run(*words, status=1).output
    assert says in told
    assert "Traceback" not in told


def test_pairs_that_are_none_are_refused(shop: Path) -> None:
    assert "NAME=VALUE" in run("add", "x", "--kind", "folder", "--set", "path", status=2).output
    twice = run("add", "x", "--kind", "folder", "--set", "path=a", "--set", "path=b", status=2)
    assert "given twice" in twice.output


def test_a_silent_erp_is_told_and_noted(shop: Path) -> None:
    add_odoo(shop)
    report = json.loads(run("test", "office", "--json", status=1).output)
    assert not report["ok"]
    assert "127.0.0.1:9" in report["findings"][0]["text"]
    assert "Down" in run("sync", "office", status=1).output
    (row,) = json.loads(run("status", "office", "--json", status=1).output)
    assert (row["state"], row["in_step"]) == ("SILENT", False)
    assert "SILENT" in run("status", status=1).output


def test_files_of_the_folder_are_taken_by_hand(shop: Path, hub: Hub) -> None:
    run("test", "folder")
    path = shop / "erp" / "inbox" / "products.csv"
    path.write_text("sku_code,name_zh\nS1,牛奶\nS2,茶\n", encoding="utf-8")
    os.utime(path, (1_790_000_000, 1_790_000_000))
    assert "2 TAKEN" in run("sync", "folder").output
    assert not path.exists()
    with hub.db.read() as tx:
        assert set(tx.scalars(select(Sku.code))) == {"S1", "S2"}


def test_a_connection_somebody_works_on_is_left_to_him(shop: Path, hub: Hub) -> None:
    worker = hub.sync()
    assert worker.hold("folder")
    assert "a running server" in run("sync", "folder", status=1).output
    worker.close()
    assert "nothing new" in run("sync", "folder").output
