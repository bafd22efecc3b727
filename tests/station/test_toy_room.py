"""A new process is a folder and one line: a toy room is hung on the list and walked through the door."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy import delete, select

from station import create_app
from station.clock import MovableClock
from station.ground.db import Database
from station.ground.scan.codes import internal
from station.ground.scan.models import Run
from station.ground.tasks import TaskState
from station.practice.demo import world
from station.rooms import ROOMS
from station.settings import Settings
from station.wiring import hub as hubs
from tests.floor import CHEN, SUN, ZHOU, Floor
from tests.toy.models import ERRANDS, Errand, ToyBase
from tests.toy.room import ROOM as TOY

TOTE, SLOT = internal("TT", "T001"), "A-01-01-2-01"
ROOT = Path(__file__).parents[2]


@pytest.fixture
def toy_floor(db: Database, clock: MovableClock, tmp_path: Path) -> Floor:
    """The demo hall with one room more, and one errand that waits."""
    hub = hubs.build(Settings(data=tmp_path / "data"), db=db, clock=clock, rooms=(*ROOMS, TOY))
    with db.engine.begin() as connection:
        ToyBase.metadata.create_all(connection)

    def lay_out(tx):
        world.lay_out(tx, hub.pins, clock.now())
        tx.add(Errand(origin_type="XX", origin_no="1", tote="T001", created_at=clock.now()))

    db.write(lay_out)
    return Floor(hub)


def _errand(floor: Floor) -> Errand:
    with floor.hub.db.read() as tx:
        return tx.scalars(select(Errand)).one()


def test_it_is_walked_to_its_end(toy_floor: Floor) -> None:
    """Tote, slot, reason, and two people sign."""
    answer = toy_floor.scans(ZHOU, "toy", TOTE, toy_floor.slot(SLOT))
    assert answer.facts["table"] == [["1", "库位满", "Slot full"], ["2", "合并", "Merge"]]
    assert toy_floor.scan(ZHOU, "toy", "3").code == "E-QTY-01"
    toy_floor.scans(ZHOU, "toy", "2", world.badge(ZHOU), world.PIN)
    assert toy_floor.scan(ZHOU, "toy", world.badge(ZHOU)).code == "E-AUTH-02"
    answer = toy_floor.scans(ZHOU, "toy", world.badge(CHEN), world.PIN)
    assert (answer.code, answer.step) == ("S-PUT-DONE", "tote")
    errand = _errand(toy_floor)
    assert (errand.state, errand.slot, errand.reason) == (TaskState.DONE, SLOT, "MERGE")
    assert errand.signers == "周仓管+陈主管"
    with toy_floor.hub.db.read() as tx:
        assert [line for rule in TOY.invariants for line in rule.find(tx)] == []
    assert toy_floor.scan(ZHOU, "toy", TOTE, device="HH-2").code == "E-TSK-03"


@pytest.mark.parametrize("steps", range(5))
def test_every_step_can_be_left_and_begun_again(toy_floor: Floor, steps: int) -> None:
    way = (toy_floor.slot(SLOT), "1", world.badge(ZHOU), world.PIN)[:steps]
    toy_floor.scans(ZHOU, "toy", TOTE, *way)
    assert _errand(toy_floor).state == TaskState.TAKEN
    assert toy_floor.scans(ZHOU, "toy", "CM-MENU").code == "S-LEFT"
    assert (_errand(toy_floor).state, _errand(toy_floor).taken_by) == (TaskState.OPEN, None)
    assert toy_floor.scans(CHEN, "toy", TOTE).step == "slot"


def test_every_step_goes_on_on_another_device(toy_floor: Floor) -> None:
    way = (
        (TOTE, "slot"),
        (toy_floor.slot(SLOT), "reason"),
        ("1", "keeper"),
        (world.badge(ZHOU), "keeper_pin"),
        (world.PIN, "boss"),
        (world.badge(CHEN), "boss_pin"),
        (world.PIN, "tote"),
    )
    for device, (raw, step) in enumerate(way):
        assert toy_floor.scan(ZHOU, "toy", raw, device=f"HH-{device}").step == step
    assert _errand(toy_floor).state == TaskState.DONE


def test_a_colleague_is_sent_away_and_may_take_over(toy_floor: Floor) -> None:
    toy_floor.scans(ZHOU, "toy", TOTE, toy_floor.slot(SLOT))
    assert toy_floor.scan(CHEN, "toy", TOTE).code == "E-TSK-01"
    assert toy_floor.scans(CHEN, "toy", TOTE).step == "reason"
    assert toy_floor.look(ZHOU, "toy")["step"] == "tote"


def test_a_supervisor_frees_the_worker_from_the_desk(toy_floor: Floor) -> None:
    """The position ends and the task waits again: the two agree."""
    toy_floor.scans(ZHOU, "toy", TOTE, toy_floor.slot(SLOT))
    hub = toy_floor.hub
    boss = hub.identify(toy_floor.sign_in(CHEN))
    assert boss is not None
    with hub.db.read() as tx:
        run = tx.scalars(select(Run).where(Run.workflow == "toy")).one()
    assert run.subject == _errand(toy_floor).task_no
    assert hub.door.free(run.id, boss) == run.subject
    assert _errand(toy_floor).state == TaskState.OPEN
    with hub.db.read() as tx:
        assert tx.scalar(select(Run.subject).where(Run.workflow == "toy")) is None


def test_a_task_whose_position_was_lost_goes_to_whoever_scans_it(toy_floor: Floor) -> None:
    """It says TAKEN, but nobody stands at it: no trap for the next one."""
    toy_floor.scans(ZHOU, "toy", TOTE)
    toy_floor.hub.db.write(lambda tx: tx.execute(delete(Run)))
    assert toy_floor.scans(CHEN, "toy", TOTE).step == "slot"
    assert _errand(toy_floor).state == TaskState.TAKEN


def test_it_stands_on_the_start_page_with_what_waits(toy_floor: Floor) -> None:
    client = create_app(hub=toy_floor.hub).test_client()
    client.set_cookie("sid", toy_floor.sign_in(ZHOU, device="WEB"))
    assert "/work/toy" in client.get("/").text
    with toy_floor.hub.db.read() as tx:
        flow = toy_floor.hub.workflows["toy"]
        assert flow.count_waiting(tx, toy_floor.hub.settings) == ERRANDS.count_waiting(tx) == 1
    assert toy_floor.scan(SUN, "toy", TOTE).code == "E-AUTH-02"


def test_nothing_outside_its_folder_knows_it() -> None:
    """The tuple handed to `build` is the whole of what a real room would add to `station/rooms.py`."""
    shipped = [path for name in ("station", "templates", "static") for path in (ROOT / name).rglob("*.*")]
    texts = {path: path.read_text("utf-8") for path in shipped if path.suffix in {".py", ".html", ".js"}}
    assert len(texts) > 200
    knows = re.compile(r"tests\.toy|\btoy\b|\bTOY\b")
    assert [path for path, text in texts.items() if knows.search(text)] == []
    line = re.compile(r"^    [A-Z]+,$", re.MULTILINE)
    assert len(line.findall(texts[ROOT / "station/rooms.py"])) == len(ROOMS)
