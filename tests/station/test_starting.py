"""A station that cannot start says why in one sentence, and nothing of it stays behind."""

from __future__ import annotations

import os
import shutil
import signal
import socket
from pathlib import Path

import pytest
import requests

from station.ground.db import owner
from station.serving.server import free_port
from tests.commands import Station, answers, children, is_gone
from tests.patience import PATIENCE_S, PROCESS_S, until


def test_a_second_server_on_the_same_file_names_the_first(station: Station) -> None:
    first, port = station.serve()
    said = station.refusal("serve", "--port", str(free_port()))
    (worker,) = children(first.pid)
    assert f"station serve, process {worker} works on station.sqlite3" in said
    assert "station serve" in station.refusal("migrate")
    assert "station serve" in station.refusal("work")
    assert requests.get(f"http://127.0.0.1:{port}/health", timeout=PATIENCE_S).ok


@pytest.mark.long
def test_loops_of_their_own_run_beside_a_server_without(station: Station) -> None:
    station.serve(STATION_WORKERS="off")
    first = station.begin("work")
    lock = owner.lock_file(f"sqlite:///{station.data}/station.sqlite3", owner.LOOPS)
    until(lambda: lock.exists() and "station work" in lock.read_text(), patience_s=PROCESS_S)
    assert f"station work, process {first.pid}" in station.refusal("work")


def test_a_port_that_is_taken_is_not_shared(station: Station) -> None:
    _first, port = station.serve()
    other = Station(station.data.with_name("other"))
    shutil.copytree(station.data, other.data, ignore=shutil.ignore_patterns("*.lock", "*-wal", "*-shm"))
    assert f"port {port}" in other.refusal("serve", "--port", str(port))
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        busy.listen()
        assert "Address already in use" in other.refusal("serve", "--port", str(busy.getsockname()[1]))


def test_no_worker_outlives_a_killed_main_process(station: Station) -> None:
    first, _port = station.serve()
    (worker,) = children(first.pid)
    first.kill()
    first.wait()
    until(lambda: is_gone(worker), "the worker goes on alone")
    station.serve()


@pytest.mark.whole
@pytest.mark.parametrize("moment", ["main", pytest.param("worker", marks=pytest.mark.long), "ready"])
def test_a_stop_during_the_start_is_heard(station: Station, moment: str) -> None:
    port = free_port()
    process = station.begin("serve", "--port", str(port))
    if moment == "worker":  # it is loading the station, and has no handler of its own yet
        until(lambda: process.poll() is not None or children(process.pid), patience_s=PROCESS_S)
    if moment == "ready":
        until(lambda: process.poll() is not None or answers(port), patience_s=PROCESS_S)
    workers = children(process.pid)
    process.send_signal(signal.SIGTERM)
    process.wait(PROCESS_S)
    assert all(is_gone(worker) for worker in workers)
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", port))


@pytest.mark.parametrize("name", ["pepper.key", "station.sqlite3"])
def test_what_is_missing_is_named(station: Station, name: str) -> None:
    (station.data / name).unlink()
    said = station.refusal("serve")
    assert (name in said) or ("station migrate" in said)
    assert not (station.data / "pepper.key").exists() or name != "pepper.key"  # nothing new was made silently


def test_an_empty_or_foreign_pepper_is_named_and_can_be_made_anew(station: Station) -> None:
    for content in (b"", b"short"):
        (station.data / "pepper.key").write_bytes(content)
        assert "pepper.key" in station.refusal("serve")
        assert "pepper.key" in station.refusal("user", "add", "9", "X", "--role", "PICKER", "--pin", "1234")
    assert station.run("keys", "--new")[0] == 0
    assert station.run("keys")[0] == 0
    assert len((station.data / "pepper.key").read_bytes()) == 32


def test_a_lost_or_broken_secrets_key_is_named(station: Station) -> None:
    (station.data / "secrets.key").write_text("garbage")
    assert "secrets.key" in station.refusal("serve")
    (station.data / "secrets.key").unlink()
    added = station.run("erp", "kinds")
    assert added[0] == 0


@pytest.mark.parametrize("damage", ["garbage", "truncated", "empty"])
@pytest.mark.parametrize("command", ["serve", "migrate", "check", "work"])
def test_a_damaged_database_is_one_sentence(station: Station, damage: str, command: str) -> None:
    path = station.data / "station.sqlite3"
    content = path.read_bytes()
    path.write_bytes({"garbage": b"garbage" * 9000, "truncated": content[:40_000], "empty": b""}[damage])
    if damage == "empty" and command == "migrate":
        assert station.run("migrate")[0] == 0  # an empty file is an empty database
        return
    if command == "check":  # it tells of each rule that it cannot be read
        assert station.run("check")[0] != 0
        return
    assert station.refusal(command)


def test_the_lock_is_gone_with_its_process_and_names_nobody_then(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/station.sqlite3"
    with owner.own(url, "station restore", alone=True):
        with pytest.raises(owner.Owned, match=f"station restore, process {os.getpid()}"):
            owner.own(url, "station serve", owner.SERVER)
        with pytest.raises(owner.Owned):
            owner.refuse_while_replaced(url)
    owner.refuse_while_replaced(url)
    owner.own(url, "station serve", owner.SERVER).close()
    assert (tmp_path / "station.lock").stat().st_mode & 0o777 == 0o600


@pytest.mark.both_databases
def test_on_postgresql_servers_share_and_a_restore_is_alone(database_url: str) -> None:
    if database_url.startswith("sqlite"):
        return
    with (
        owner.own(database_url, "station serve", owner.SERVER),
        owner.own(database_url, "station serve", owner.SERVER),
        pytest.raises(owner.Owned, match="station serve"),
    ):
        owner.own(database_url, "station restore", alone=True)
    with (
        owner.own(database_url, "station restore", alone=True),
        pytest.raises(owner.Owned, match="station restore"),
    ):
        owner.own(database_url, "station serve", owner.SERVER)
