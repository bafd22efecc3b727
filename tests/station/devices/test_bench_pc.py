"""A scale at the bench's own PC: what is heard of it, and what is not (replay, delay, clocks, wrong tokens, two PCs)."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import requests
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.serving import make_server

from station import create_app
from station.devices.models import Scale, ScaleKind
from station.devices.says import Says
from station.devices.scales import fitting, rules
from station.devices.scales.reader import NotTold, Reader
from station.devices.scales.remote import Ended, HttpTeller, LineChanged
from station.devices.scales.telling import Line, Word
from station.ground.words.messages import Refused
from station.ground.work import SYSTEM
from tests.floor import Floor
from tests.patience import PROCESS_S, until
from tests.station.devices.wire import QUICK, wire

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ZERO, STILL = Word(Says.EMPTY, 0, 1), Word(Says.STILL, 12_340, 1)
STGS = Line("STGS", "9600-8N1", "kg")


@pytest.fixture
def token(floor: Floor) -> str:
    """The bench's PC at PACK-1 has it."""
    works = floor.hub.works
    works.do(lambda work: fitting.put(work, fitting.Wanted("PACK-1", ScaleKind.BENCH, line=STGS)), SYSTEM)
    return works.do(lambda work: fitting.new_token(work, "PACK-1"), SYSTEM)


@pytest.fixture
def client(floor: Floor) -> FlaskClient:
    return create_app(hub=floor.hub).test_client()


class Pc:
    """A program at the bench that says what it likes."""

    def __init__(self, client: FlaskClient, token: str) -> None:
        self.client, self.token = client, token
        self.run = self.now = self.seq = 0

    def post(self, what: str, body: Any, token: str | None = None) -> tuple[int, dict[str, Any]]:
        answer = self.client.post(
            f"/scale/{what}", json=body, headers={"Authorization": f"Bearer {token or self.token}"}
        )
        return answer.status_code, answer.json or {}

    def begin(self) -> Pc:
        status, told = self.post("begin", {})
        assert status == 200
        self.run, self.now, self.seq = told["run"], told["now"], 0
        return self

    def body(self, word: Word, **other: Any) -> dict[str, Any]:
        self.seq += 1
        told = {
            "says": word.says,
            "dg": word.dg,
            "zeros": word.zeros,
            "frame": word.frame,
            "guesses": "",
            "found": None,
        }
        return told | {"run": self.run, "seq": self.seq, "stamp": self.now, "elapsed_ms": 0} | other

    def tell(self, word: Word, **other: Any) -> tuple[int, str]:
        status, told = self.post("tell", self.body(word, **other))
        return status, told.get("code", "")


def read(floor: Floor) -> int | str:
    with floor.hub.db.read() as tx:
        try:
            return rules.read(tx, "PACK-1", floor.hub.clock.now())
        except Refused as refusal:
            return refusal.code


def says(floor: Floor) -> str:
    with floor.hub.db.read() as tx:
        return tx.scalars(select(Scale.says).where(Scale.workstation == "PACK-1")).one()


def words_of(floor: Floor) -> int:
    """How many were heard of the present reader."""
    with floor.hub.db.read() as tx:
        return tx.scalars(select(Scale.seq).where(Scale.workstation == "PACK-1")).one()


def test_zero_and_weight(client: FlaskClient, floor: Floor, token: str) -> None:
    pc = Pc(client, token).begin()
    assert pc.tell(ZERO) == (200, "")
    assert pc.tell(STILL) == (200, "")
    assert read(floor) == 12_340


def test_a_copy_of_a_word_is_not_heard_again(client: FlaskClient, floor: Floor, token: str) -> None:
    """Somebody who recorded zero and weight plays them after the parcel: no weight for the next one."""
    pc = Pc(client, token).begin()
    recorded = [pc.body(ZERO), pc.body(STILL)]
    assert [pc.post("tell", body)[0] for body in recorded] == [200, 200]
    floor.hub.db.write(lambda tx: rules.use(tx, "PACK-1"))
    assert [pc.post("tell", body)[0] for body in recorded] == [409, 409]
    assert read(floor) == "E-WGT-03"
    Pc(client, token).begin()
    assert [pc.post("tell", body)[0] for body in recorded] == [409, 409]
    assert read(floor) == "E-WGT-04"


def test_a_word_that_was_held_up_is_not_believed(client: FlaskClient, floor: Floor, token: str) -> None:
    """Three seconds in some proxy: late, whatever the PC's own clock says."""
    pc = Pc(client, token).begin()
    pc.tell(ZERO)
    body = pc.body(STILL)
    floor.hub.clock.advance(seconds=3)  # type: ignore[attr-defined]
    assert pc.post("tell", body)[1]["code"] == "late"
    assert pc.tell(STILL, elapsed_ms=3_000) == (200, "")
    assert pc.tell(STILL, elapsed_ms=60_000) == (409, "late")


def test_two_programs_with_one_token(client: FlaskClient, token: str) -> None:
    """Who began last is heard, the other is told."""
    first, second = Pc(client, token).begin(), Pc(client, token).begin()
    assert first.tell(ZERO) == (409, "other")
    assert second.tell(ZERO) == (200, "")


def test_a_wrong_token(client: FlaskClient, floor: Floor, token: str) -> None:
    pc = Pc(client, token).begin()
    for wrong in ("x" * 32, " ", "a b", "' OR 1=1 --", "é" * 32, "A" * 5000):
        assert pc.post("begin", {}, token=wrong)[0] == 401, wrong
        assert pc.post("tell", pc.body(STILL), token=wrong)[0] == 401, wrong
    assert client.post("/scale/begin", json={}).status_code == 401
    assert read(floor) == "E-WGT-04"


def test_a_token_that_was_replaced(client: FlaskClient, floor: Floor, token: str) -> None:
    pc = Pc(client, token).begin()
    floor.hub.works.do(lambda work: fitting.new_token(work, "PACK-1"), SYSTEM)
    assert pc.post("tell", pc.body(ZERO))[0] == 401


WRONG: tuple[dict[str, Any], ...] = (
    {"says": "FINE"},
    {"says": None},
    {"dg": 1.5},
    {"dg": "100"},
    {"dg": 10**12},
    {"dg": True},
    {"seq": -1},
    {"seq": 2**31},
    {"zeros": None},
    {"frame": "x" * 161},
    {"frame": "\x1b[2J"},
    {"guesses": "<b>:1"},
    {"guesses": "STGS:x"},
    {"found": {"family": "STGS"}},
    {"found": {"family": "NONE", "line": "9600-8N1", "unit": "kg", "asked": False}},
    {"stamp": "now"},
    {"elapsed_ms": -1},
)


def test_what_is_no_word(client: FlaskClient, floor: Floor, token: str) -> None:
    """422 with the field's name, and nothing is kept of it."""
    pc = Pc(client, token).begin()
    for wrong in WRONG:
        status, told = pc.post("tell", pc.body(STILL) | wrong)
        assert (status, told["code"], told["field"]) == (422, "bad", next(iter(wrong))), wrong
    bodies: tuple[Any, ...] = ([], "x", None, {}, {"frame": "x" * 10_000})
    for body in bodies:
        assert pc.post("tell", body)[0] == 422, body
    assert read(floor) == "E-WGT-04"


# --- over a real socket ------------------------------------------------------------------------------


@pytest.fixture
def server(floor: Floor) -> Iterator[str]:
    made = make_server("127.0.0.1", 0, create_app(hub=floor.hub), threaded=True)
    thread = threading.Thread(target=made.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{made.server_port}"
    made.shutdown()
    thread.join()


def running(reader: Reader) -> threading.Thread:
    def run() -> None:
        try:
            reader.run()
        except (Ended, LineChanged):
            return

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    return thread


def test_from_the_cable_to_the_scan_door(floor: Floor, server: str, token: str) -> None:
    """The bench's PC reads a pseudo-terminal and tells over HTTP: zero, weight."""
    with wire() as scale:
        teller = HttpTeller(server, token)
        reader = Reader(scale.port, teller.begin(), teller, QUICK)
        thread = running(reader)
        scale.sends(b"ST,GS,+  0.000kg\r\n")
        until(lambda: says(floor) == Says.EMPTY)
        scale.sends(b"ST,GS,+  1.234kg\r\n")
        until(lambda: read(floor) == 12_340)
        reader.stop()
        thread.join()


def test_the_program_at_the_bench(floor: Floor, server: str, token: str) -> None:
    """``station scales`` as it is started there: a port, a server, and the token in the environment."""
    environ = {name: text for name, text in os.environ.items() if not name.startswith("STATION_")}
    words = ["scales", "--server", server]
    with wire() as scale:
        scale.sends(b"ST,GS,+  1.234kg\r\n")
        program = subprocess.Popen(
            [sys.executable, "-m", "station.cli", *words, "--port", scale.port],
            env=environ | {"STATION_SCALE_TOKEN": token, "PYTHONPATH": str(Path(__file__).parents[3])},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            until(lambda: says(floor) == Says.STILL or program.poll() is not None)
            before = words_of(floor)  # one more is told after the program has shown the last
            until(lambda: words_of(floor) > before or program.poll() is not None)
            program.send_signal(signal.SIGINT)
            told, troubles = program.communicate(timeout=PROCESS_S)
        finally:
            program.kill()
    assert says(floor) == Says.STILL, troubles
    assert "STILL ST,GS,+  1.234kg" in told
    assert program.returncode == 0


def test_the_desk_sets_the_scale_otherwise(floor: Floor, server: str, token: str) -> None:
    """The PC's program hears of it with the next answer, and begins to look for the family."""
    teller = HttpTeller(server, token)
    assert teller.begin() == STGS
    teller(ZERO)
    floor.hub.works.do(lambda work: fitting.look_again(work, "PACK-1"), SYSTEM)
    with pytest.raises(NotTold):
        teller(STILL)
    with pytest.raises(LineChanged) as change:
        teller(STILL)
    assert change.value.line == Line()
    teller(Word(Says.FINDING, found=STGS))
    with floor.hub.db.read() as tx:
        assert fitting.line_of(tx.scalars(select(Scale).where(Scale.workstation == "PACK-1")).one()) == STGS


def test_a_zero_of_before_is_not_told_to_a_new_beginning(floor: Floor, server: str, token: str) -> None:
    """The reader has seen three zeros when the desk's change makes it begin anew: they count no more."""
    teller = HttpTeller(server, token)
    teller.begin()
    teller(Word(Says.EMPTY, 0, 3))
    other = HttpTeller(server, token)
    other.begin()
    with pytest.raises(NotTold):
        teller(Word(Says.STILL, 12_340, 3))
    teller(Word(Says.STILL, 12_340, 3))
    assert read(floor) == "E-WGT-03"


def test_two_programs_give_up_rather_than_fight(server: str, token: str) -> None:
    first, second = HttpTeller(server, token), HttpTeller(server, token)
    first.begin()
    second.begin()
    with pytest.raises(Ended, match="another program"):
        fight(first, second)


def fight(*tellers: HttpTeller) -> None:
    for teller in tellers * 20:
        with suppress(NotTold):
            teller(ZERO)


def test_the_pcs_proxy_is_not_asked(server: str, token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What leads the PC to the internet does not get the token, nor stands between it and the station."""
    monkeypatch.setenv("HTTP_PROXY", "http://proxy.invalid:1")
    monkeypatch.setenv("NO_PROXY", "")
    assert HttpTeller(server, token).begin() == STGS


def test_a_server_out_of_reach_and_a_wrong_token(server: str, token: str) -> None:
    with pytest.raises(Ended, match="does not know this token"):
        HttpTeller(server, "x" * 32).begin()
    host, port = "127.0.0.1", requests.utils.urlparse(server).port  # type: ignore[attr-defined]
    with pytest.raises(NotTold):
        HttpTeller(f"http://{host}:{port}/elsewhere", token).begin()
