"""The server is killed at every state of a job: no waybill doubles by itself, and none is forgotten."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Engine, update

from printers import queue, roster, routes
from printers.schema import printer as printers
from printers.worker import PrintWorker
from tests.patience import PATIENCE_S
from tests.printers.conftest import Clock
from tests.printers.doubles import EscposPrinter, TsplPrinter, ZplPrinter
from tests.printers.samples import PACKING, WAYBILL
from tests.printers.test_conversation import PATIENT
from tests.printers.test_queue import ask

Write = Callable[[Callable[[Any], Any]], Any]
FAMILIES: dict[str, tuple[Any, str, str, Any]] = {
    "zpl": (ZplPrinter, "counter", "waybill_76x130", WAYBILL),
    "tspl": (TsplPrinter, "fence", "waybill_76x130", WAYBILL),
    "escpos": (EscposPrinter, "echo", "roll_80", PACKING),
}


@contextmanager
def server(engine: Engine) -> Iterator[Callable[[], None]]:
    """A print server of its own; gives the way to kill it."""
    command = [sys.executable, "-m", "tests.printers.crashing", str(engine.url.database)]
    process = subprocess.Popen(command)

    def kill() -> None:
        process.kill()
        process.wait(PATIENCE_S)

    try:
        yield kill
    finally:
        kill()


@pytest.fixture(params=FAMILIES)
def paper(request: pytest.FixtureRequest, write: Write, clock: Clock) -> Iterator[tuple[Any, int]]:
    """An emulated printer and a job for it."""
    double, proof, media, document = FAMILIES[request.param]
    clock.instant = datetime.now(UTC)
    with double() as machine:

        def work(tx: Any) -> int:
            printer_id = roster.add_printer(
                tx, code="P", name="P", language=request.param, address=machine.address, media=media
            )
            tx.execute(update(printers).values(proof=proof, answers=True))
            routes.set_route(tx, "waybill" if document is WAYBILL else "packing_slip", printer_id)
            return ask(tx, clock, document=document)

        yield machine, write(work)


def after_restart(write: Write, clock: Clock, job_id: int) -> queue.Job:
    """A new process takes over: it settles what the dead one left, then prints what may be printed."""
    clock.instant = datetime.now(UTC)
    worker = PrintWorker(write, clock, limits=PATIENT)
    worker.recover()
    for _ in range(3):
        clock.forward(60)
        worker.run_once()
    job: queue.Job = write(lambda tx: queue.show(tx, job_id))
    return job


def check_a_person_decides(write: Write, clock: Clock, machine: Any, job_id: int, papers: int) -> None:
    """UNKNOWN stays UNKNOWN; asked for again it comes out once more, and marked."""
    job = after_restart(write, clock, job_id)
    assert job.state == "UNKNOWN"
    assert len(machine.papers) == papers
    again = write(lambda tx: queue.reprint(tx, job_id, reason="没出纸", requested_by="赵敏", now=clock()))
    assert after_restart(write, clock, again).state == "CONFIRMED"
    assert len(machine.papers) == papers + 1
    assert write(lambda tx: queue.show(tx, again)).copy_no == 2


def test_killed_while_the_printer_is_away(
    engine: Engine, write: Write, clock: Clock, paper: tuple[Any, int]
) -> None:
    """QUEUED: nothing was sent, so it is printed after the restart, once."""
    machine, job_id = paper
    machine.refuse()
    with server(engine) as kill:
        kill()
    machine.accept()
    assert after_restart(write, clock, job_id).state == "CONFIRMED"
    assert len(machine.papers) == 1


def test_killed_while_asking_whether_the_printer_is_ready(
    engine: Engine, write: Write, clock: Clock, paper: tuple[Any, int]
) -> None:
    """SENDING before the first byte: surely nothing came out, so it is printed, once."""
    machine, job_id = paper
    machine.hold_answers()
    with server(engine) as kill:
        machine.wait_for(lambda: machine.connections > 0)
        machine.wait_for(lambda: bool(machine.received))
        kill()
    machine.release_answers()
    assert after_restart(write, clock, job_id).state == "CONFIRMED"
    assert len(machine.papers) == 1


def test_killed_in_the_middle_of_the_bytes(
    engine: Engine, write: Write, clock: Clock, paper: tuple[Any, int]
) -> None:
    machine, job_id = paper
    machine.stall_after(500)
    with server(engine) as kill:
        machine.wait_for(lambda: write(lambda tx: queue.show(tx, job_id)).started_at is not None)
        machine.wait_for(lambda: len(machine.received) >= 500)
        kill()
    machine.go_on()
    machine.power_cycle()
    check_a_person_decides(write, clock, machine, job_id, len(machine.papers))


def test_killed_while_waiting_for_the_proof(
    engine: Engine, write: Write, clock: Clock, paper: tuple[Any, int]
) -> None:
    """The paper is out, but nobody wrote it down: a person looks."""
    machine, job_id = paper
    machine.after(100, machine.hold_answers)
    with server(engine) as kill:
        machine.wait_for(lambda: len(machine.papers) == 1)
        kill()
    machine.release_answers()
    check_a_person_decides(write, clock, machine, job_id, 1)


def test_killed_between_the_proof_and_the_writing_down(
    engine: Engine, write: Write, clock: Clock, paper: tuple[Any, int]
) -> None:
    """The printer proved it, but the database was busy when the server died."""
    machine, job_id = paper
    machine.after(100, machine.hold_answers)
    with server(engine) as kill:
        machine.wait_for(lambda: len(machine.papers) == 1)
        with engine.connect() as other, other.begin():
            machine.release_answers()
            machine.wait_for(machine.is_alone)
            kill()
    check_a_person_decides(write, clock, machine, job_id, 1)


def test_killed_while_the_printer_is_out_of_paper(
    engine: Engine, write: Write, clock: Clock, paper: tuple[Any, int]
) -> None:
    """The job lies in the printer's buffer and comes out later: nothing is sent a second time."""
    machine, job_id = paper
    machine.after(100, machine.paper_out)
    with server(engine) as kill:
        machine.wait_for(lambda: len(machine.received) > 1000)
        kill()
    machine.new_paper()
    machine.wait_for(lambda: len(machine.papers) <= 1)
    job = after_restart(write, clock, job_id)
    assert job.state == "UNKNOWN"
    assert len(machine.papers) <= 1
