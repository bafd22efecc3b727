"""Silent connections by the hundred, and parts that end: the doors stay open, or the process goes."""

from __future__ import annotations

import ctypes
import os
import resource
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
import requests

from station.serving import doors, watch
from station.serving.doors import Doorkeeper
from station.serving.server import free_port
from station.settings import SettingsError, load
from station.wiring.hub import Hub
from tests.https import Https, certify, serve
from tests.patience import PATIENCE_S, PROCESS_S, until

NOISY, OTHER = "127.0.0.2", "127.0.0.3"
"""Addresses of other machines, as far as the station can tell."""


@contextmanager
def listening() -> Iterator[tuple[socket.socket, ExitStack]]:
    """A listener in this process, and a stack for its guests."""
    with ExitStack() as stack:
        door = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=200))
        yield door, stack


def call(port: int, address: str = NOISY, words: bytes = b"") -> socket.socket:
    """A connection from one of loopback's addresses; it says these words and then nothing."""
    guest = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S, source_address=(address, 0))
    if words:
        guest.sendall(words)
    return guest


def is_closed(guest: socket.socket) -> bool:
    guest.setblocking(False)
    try:
        return guest.recv(1) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True
    finally:
        guest.settimeout(PATIENCE_S)


def accept(stack: ExitStack, door: socket.socket, address: str, words: bytes = b"") -> socket.socket:
    """A guest that was let in."""
    guest = stack.enter_context(call(door.getsockname()[1], address, words))
    mine = stack.enter_context(door.accept()[0])
    if words:
        assert mine.recv(len(words)) == words
    return guest


def test_an_address_holds_its_share_and_the_silent_go_first() -> None:
    with listening() as (door, stack):
        speaking = [accept(stack, door, NOISY, b"GET /") for _ in range(3)]
        silent = [accept(stack, door, NOISY) for _ in range(7)]
        others = [accept(stack, door, OTHER) for _ in range(2)]
        mine = [accept(stack, door, "127.0.0.1") for _ in range(12)]
        keeper = Doorkeeper([door.getsockname()[1]], 5)
        assert keeper.look() == 5
        assert sum(map(is_closed, silent)) == 5
        assert not any(map(is_closed, [*speaking, *others, *mine]))
        assert keeper.look() == 0


def test_what_was_silent_for_long_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    with listening() as (door, stack):
        guests = [accept(stack, door, "127.0.0.1", b"GET /") for _ in range(3)]
        foreign = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        left_alone = accept(stack, foreign, "127.0.0.1")
        keeper = Doorkeeper([door.getsockname()[1]], 0)
        assert keeper.look() == 0
        monkeypatch.setattr(doors, "SILENT_S", -1)
        monkeypatch.setattr(doors, "LOOK_ALL_S", 0)
        assert keeper.look() == 3
        assert all(map(is_closed, guests))
        assert not is_closed(left_alone), "not at one of the station's ports"


def test_a_crowd_leaves_at_the_next_look_and_a_few_within_a_quarter_of_a_minute(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with listening() as (door, stack):
        keeper = Doorkeeper([door.getsockname()[1]], 60)
        assert keeper.look() == 0
        crowd = [accept(stack, door, NOISY) for _ in range(120)]
        assert [keeper.look(), keeper.look()] == [60, 0]
        few = [accept(stack, door, NOISY) for _ in range(3)]
        assert keeper.look() == 0
        monkeypatch.setattr(doors, "LOOK_ALL_S", 0)
        assert keeper.look() == 3
        assert sum(map(is_closed, [*crowd, *few])) == 63


def test_a_setting_says_how_many(tmp_path: Path) -> None:
    environ = {"STATION_DATA": str(tmp_path)}
    assert load(environ).address_connections == 200
    with pytest.raises(SettingsError, match="address_connections"):
        load(environ | {"STATION_ADDRESS_CONNECTIONS": "3"})


# --- files -------------------------------------------------------------------------------------


def in_a_process(soft: int, hard: int) -> str:
    """What the start says, and how many files are allowed then."""
    code = (
        "import resource; from station.serving import doors;"
        f"resource.setrlimit(resource.RLIMIT_NOFILE, ({soft}, {hard}));"
        "print(doors.raise_files(), resource.getrlimit(resource.RLIMIT_NOFILE)[0])"
    )
    root = str(Path(__file__).parents[2])
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={"PYTHONPATH": root}
    )
    return done.stdout.strip()


def test_the_limit_of_files_is_raised() -> None:
    hard = min(resource.getrlimit(resource.RLIMIT_NOFILE)[1], 9000)
    assert hard > doors.FILES, "this machine allows fewer files than the station wants"
    assert in_a_process(1024, hard) == str(hard)


def test_a_limit_that_cannot_be_raised_is_told() -> None:
    said = in_a_process(1024, 2000)
    assert said.startswith("only 2000 open files are allowed")
    assert "LimitNOFILE=8192" in said


# --- parts that end ----------------------------------------------------------------------------


def test_a_part_that_ends_or_fails_is_told() -> None:
    told: list[str] = []
    for run in (lambda: None, lambda: 1 // 0, lambda: sys.exit(0)):
        watch.guarded("loop", run, told.append).join(PATIENCE_S)
    assert told == ["loop"] * 3


def test_a_process_that_lost_a_part_ends_with_a_status() -> None:
    code = "from station.serving import watch; watch.guarded('x', lambda: None).join(); print('still here')"
    root = str(Path(__file__).parents[2])
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, env={"PYTHONPATH": root}
    )
    assert (done.returncode, done.stdout) == (watch.LOST, "")
    assert "x has ended" in done.stderr


def a_watch(port: int, told: list[str], **more: Any) -> watch.Watch:
    values: dict[str, Any] = {"is_writing": lambda: True} | more
    return watch.Watch(Doorkeeper([port], 0), "0.0.0.0", [port], on_end=told.append, **values)


def test_a_listener_that_is_gone_is_noticed_and_one_that_is_not_there_yet_is_not() -> None:
    told: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
        looked = a_watch(port, told)
        looked.look(knock=True)
    for _ in range(watch.KNOCKS):
        assert not told
        looked.look(knock=True)
    assert told == [f"the listener on port {port}"]
    later = a_watch(free_port(), told)
    for _ in range(2 * watch.KNOCKS):
        later.look(knock=True)
    assert len(told) == 1


def test_a_writer_that_is_gone_is_noticed() -> None:
    told: list[str] = []
    a_watch(free_port(), told, is_writing=lambda: False).look(knock=False)
    assert told == ["the database's writer"]


# --- a served station --------------------------------------------------------------------------


@pytest.fixture
def station(tmp_path: Path, sqlite_template: Path) -> Iterator[Https]:
    """A station with both doors."""
    data = tmp_path / "data"
    certify(data)
    served = serve(data, sqlite_template)
    yield served
    assert "Traceback" not in served.stop()


def shift(station: Https, until_: threading.Event, counts: list[int]) -> None:
    """A handheld of its own address that keeps asking at both doors."""
    with requests.Session() as session:
        while not until_.is_set():
            for door in (station.plain, station.secure):
                assert session.get(f"{door}/login", timeout=PATIENCE_S, verify=station.ca).ok
                counts[0] += 1


def crowd(stack: ExitStack, port: int, count: int) -> list[socket.socket]:
    return [stack.enter_context(call(port)) for _ in range(count)]


def beside_silence(station: Https, count: int) -> None:
    """`count` silent connections at each port from one address: both answer during and after."""
    done, counts, failed = threading.Event(), [0], []

    def work() -> None:
        try:
            shift(station, done, counts)
        except Exception as error:
            failed.append(error)

    worker = threading.Thread(target=work)
    worker.start()
    try:
        with ExitStack() as stack:
            guests = crowd(stack, station.port, count) + crowd(stack, station.https_port, count)
            before = counts[0]
            until(lambda: failed or counts[0] >= before + 20)
            until(lambda: failed or sum(map(is_closed, guests)) >= 2 * count - 200)
            assert not failed
        before = counts[0]
        until(lambda: failed or counts[0] >= before + 20)
        assert not failed
    finally:
        done.set()
        worker.join()
    assert station.process.poll() is None


@pytest.mark.long
def test_1100_silent_connections_at_each_port(station: Https) -> None:
    beside_silence(station, 1100)


def test_silent_connections_beyond_the_share_are_closed(station: Https) -> None:
    beside_silence(station, 150)


# --- a part of a served station ends -----------------------------------------------------------


def arm(hub: Hub) -> None:
    """Inside the server (`STATION_PREPARE`): once the word lies in its folder, that part ends."""

    def fire() -> None:
        word = hub.settings.data / "end"
        until(word.exists, patience_s=PROCESS_S)
        if word.read_text() == "listener":
            for file in doors._open_files():
                with suppress(OSError), socket.socket(fileno=os.dup(file)) as door:
                    if door.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
                        door.shutdown(socket.SHUT_RDWR)
        else:
            (thread,) = (one for one in threading.enumerate() if one.name == word.read_text())
            ident = ctypes.c_ulong(thread.ident or 0)
            ctypes.pythonapi.PyThreadState_SetAsyncExc(ident, ctypes.py_object(SystemExit))

    threading.Thread(target=fire, daemon=True).start()


@pytest.mark.parametrize(
    "part", ["planner", *(pytest.param(part, marks=pytest.mark.long) for part in ("plain-http", "listener"))]
)
def test_a_server_that_loses_a_part_ends_with_a_failure(
    tmp_path: Path, sqlite_template: Path, part: str
) -> None:
    """The service manager starts it again; a server that lived on would stay dead until somebody came."""
    data = tmp_path / "data"
    certify(data)
    more = {"STATION_PREPARE": f"{arm.__module__}:arm", "STATION_WORKERS": "on"}
    served = serve(data, sqlite_template, more)
    try:
        aside = data / "end.new"
        aside.write_text(part)
        aside.rename(data / "end")
        until(lambda: served.process.poll() is not None, "it lives on", PROCESS_S)
        assert served.process.returncode > 0
    finally:
        said = served.stop()
    assert "has ended" in said
