import hashlib
import io
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import zxingcpp
from PIL import Image
from sqlalchemy import Engine, update

from printers import queue, roster, routes
from printers.schema import print_job, printer
from printers.transports import Limits
from printers.worker import PrintWorker
from tests.near import REACH
from tests.patience import PATIENCE_S
from tests.printers import sinks
from tests.printers.conftest import Clock, virtual_printers
from tests.printers.doubles import EscposPrinter
from tests.printers.samples import CARTON, SAMPLES, SLOT, WAYBILL
from tests.printers.test_queue import ask

Write = Callable[[Callable[[Any], Any]], Any]
HASTY = Limits(connect_s=5, write_s=0.1, drain_s=0.1, status_s=0.1, reach=REACH)
FINISHED = {"SENT", "CONFIRMED", "UNKNOWN", "FAILED"}


@pytest.fixture
def worker(write: Write, clock: Clock) -> PrintWorker:
    return PrintWorker(write, clock, zone=ZoneInfo("Asia/Shanghai"), limits=HASTY)


def tcp_printer(tx: Any, address: str, kind: str = "waybill", **more: Any) -> int:
    values = {"language": "zpl", "media": "waybill_76x130"} | more
    """A printer known to say nothing of itself; the doubles' tests are about those that speak."""
    printer_id = roster.add_printer(tx, code=f"PR-{address}", name="TCP", address=address, **values)
    tx.execute(update(printer).where(printer.c.id == printer_id).values(answers=False))
    routes.set_route(tx, kind, printer_id)
    return printer_id


def show(write: Write, job_id: int) -> queue.Job:
    job: queue.Job = write(lambda tx: queue.show(tx, job_id))
    return job


def test_an_empty_queue_prints_nothing(worker: PrintWorker) -> None:
    assert worker.run_once() is False


@pytest.mark.parametrize("kind", SAMPLES)
def test_the_virtual_printer_keeps_the_picture(
    worker: PrintWorker, write: Write, clock: Clock, kind: str
) -> None:
    write(virtual_printers)
    job_id = write(lambda tx: ask(tx, clock, document=SAMPLES[kind]))
    assert worker.run_once() is True
    assert worker.run_once() is False
    job, picture = show(write, job_id), write(lambda tx: queue.picture(tx, job_id))
    assert (job.state, job.proof) == ("CONFIRMED", "picture")
    assert job.sha256 == hashlib.sha256(picture).hexdigest()
    assert Image.open(io.BytesIO(picture)).format == "PNG"


def test_what_a_tcp_printer_gets_is_what_the_row_says(
    worker: PrintWorker, write: Write, clock: Clock
) -> None:
    with sinks.sink(sinks.good) as sink:
        write(lambda tx: tcp_printer(tx, sink.address, options={"coding": "hex"}))
        job_id = write(lambda tx: ask(tx, clock, copies=2))
        worker.run_once()
        job = show(write, job_id)
    assert (job.state, job.bytes_written) == ("SENT", len(sink.got))
    assert job.sha256 == hashlib.sha256(sink.got).hexdigest()
    assert sink.got.count(b"^PQ2,0,1,Y") == 1
    picture = Image.open(io.BytesIO(write(lambda tx: queue.picture(tx, job_id))))
    assert {code.text for code in zxingcpp.read_barcodes(picture.convert("L"))} == {WAYBILL.waybill_no}


def test_a_receipt_printer_gets_escpos(worker: PrintWorker, write: Write, clock: Clock) -> None:
    with sinks.sink(sinks.good) as sink:
        write(lambda tx: tcp_printer(tx, sink.address, "pick_list", language="escpos", media="roll_80"))
        write(lambda tx: ask(tx, clock, document=SAMPLES["pick_list"]))
        worker.run_once()
    assert sink.got.startswith(b"\x1b@\x1dv0\x00")


def test_a_refusing_printer_is_tried_again_later(worker: PrintWorker, write: Write, clock: Clock) -> None:
    write(lambda tx: tcp_printer(tx, sinks.refusing_address()))
    job_id = write(lambda tx: ask(tx, clock))
    assert worker.run_once() is True
    assert show(write, job_id).state == "QUEUED"
    assert worker.run_once() is False
    clock.forward(1)
    assert worker.run_once() is True
    assert show(write, job_id).attempts == 2


@pytest.mark.parametrize("behave", [sinks.resetting, sinks.hanging_up])
def test_a_waybill_broken_off_is_unknown_and_not_sent_again(
    worker: PrintWorker, write: Write, clock: Clock, behave: Any
) -> None:
    with sinks.sink(behave) as sink:
        write(lambda tx: tcp_printer(tx, sink.address, options={"coding": "hex"}, dpi=300))
        job_id = write(lambda tx: ask(tx, clock))
        worker.run_once()
        clock.forward(3600)
        assert worker.run_once() is False
    job = show(write, job_id)
    assert (job.state, job.attempts) == ("UNKNOWN", 1)
    assert job.bytes_written > 0


def test_a_paper_that_cannot_be_drawn_fails_with_a_sentence(
    worker: PrintWorker, write: Write, clock: Clock
) -> None:
    write(virtual_printers)
    odd = write(lambda tx: ask(tx, clock, "k1"))
    write(lambda tx: tx.execute(update(print_job).values(data={"waybill_no": 1})))
    long = write(lambda tx: ask(tx, clock, "k2", document=type(WAYBILL)("W" * 30, "")))
    fine = write(lambda tx: ask(tx, clock, "k3"))
    while worker.run_once():
        pass
    assert [show(write, job_id).state for job_id in (odd, long, fine)] == ["FAILED", "FAILED", "CONFIRMED"]
    assert "missing fields" in (show(write, odd).error or "")
    assert "does not fit" in (show(write, long).error or "")
    assert show(write, odd).bytes_written == 0


def test_a_reprint_is_marked_on_the_paper(worker: PrintWorker, write: Write, clock: Clock) -> None:
    write(virtual_printers)
    first = write(lambda tx: ask(tx, clock))
    worker.run_once()
    again = write(lambda tx: queue.reprint(tx, first, reason="模糊", requested_by="赵敏", now=clock()))
    worker.run_once()
    before, after = write(lambda tx: (queue.picture(tx, first), queue.picture(tx, again)))
    assert before != after


@contextmanager
def running(worker: PrintWorker) -> Iterator[threading.Event]:
    """The worker's loop in a thread of its own; it looks into the queue only when woken."""
    stop, wake = threading.Event(), threading.Event()
    thread = threading.Thread(target=worker.run, args=(stop, wake), kwargs={"idle_s": 0.02})
    thread.start()
    try:
        yield wake
    finally:
        stop.set()
        wake.set()
        thread.join(PATIENCE_S)
        assert not thread.is_alive()


class Watched:
    """Writes like the station does and lets a test wait for what the worker's threads have written."""

    def __init__(self, write: Write) -> None:
        self._write = write
        self._written = threading.Condition()

    def __call__(self, unit: Callable[[Any], Any]) -> Any:
        result = self._write(unit)
        with self._written:
            self._written.notify_all()
        return result

    def wait_for(self, wanted: Callable[[list[queue.Job]], bool]) -> list[queue.Job]:
        """Return the jobs as soon as they are as wanted; the deadline is only for a broken worker."""
        with self._written:
            assert self._written.wait_for(lambda: wanted(self._write(queue.list_jobs)), PATIENCE_S)
        jobs: list[queue.Job] = self._write(queue.list_jobs)
        return jobs

    def wait_until(self, is_so: Callable[[Any], bool]) -> None:
        """Wait until what is written makes it true."""
        with self._written:
            assert self._written.wait_for(lambda: self._write(is_so), 20)


def test_a_dead_printer_keeps_nobody_waiting(write: Write, clock: Clock) -> None:
    """The silent printer would hold the line for 30 s; the others are printed meanwhile."""
    watched = Watched(write)
    patient = PrintWorker(watched, clock, limits=Limits(connect_s=5, write_s=5, drain_s=30, reach=REACH))
    with sinks.sink(sinks.mute) as dead, sinks.sink(sinks.good) as alive:
        write(virtual_printers)
        write(lambda tx: tcp_printer(tx, dead.address))
        write(lambda tx: tcp_printer(tx, alive.address, "carton_label", media="label_100x70"))
        stuck = write(lambda tx: ask(tx, clock, "w"))
        write(lambda tx: [ask(tx, clock, f"c{i}", document=CARTON) for i in range(3)])
        write(lambda tx: [ask(tx, clock, f"s{i}", document=SLOT) for i in range(3)])
        with running(patient) as wake:
            wake.set()
            jobs = watched.wait_for(lambda jobs: sum(job.state in FINISHED for job in jobs) == 6)
            assert {job.id: job.state for job in jobs}[stuck] == "SENDING"
            dead.release.set()
    assert show(write, stuck).state == "SENT"
    assert len(alive.jobs) == 3


def test_the_loop_survives_a_database_that_is_away(engine: Engine, write: Write, clock: Clock) -> None:
    write(virtual_printers)
    job_id = write(lambda tx: ask(tx, clock))
    troubles = iter([True] * 3)

    def shaky(unit: Callable[[Any], Any]) -> Any:
        if unit is not queue.list_jobs and next(troubles, False):
            raise OSError("database away")
        return write(unit)

    watched = Watched(shaky)
    with running(PrintWorker(watched, clock)):
        watched.wait_for(lambda jobs: jobs[0].state == "CONFIRMED")
    assert show(write, job_id).attempts == 1


def test_starting_again_after_a_crash_asks_a_person(write: Write, clock: Clock) -> None:
    watched = Watched(write)
    write(virtual_printers)
    job_id = write(lambda tx: ask(tx, clock))
    write(lambda tx: queue.claim(tx, clock()))
    write(lambda tx: queue.begin(tx, job_id, clock()))
    with running(PrintWorker(watched, clock)):
        watched.wait_for(lambda jobs: jobs[0].state == "UNKNOWN")
    assert show(write, job_id).attempts == 1


def tells(cause: str, tx: Any) -> bool:
    return roster.list_printers(tx)[0].cause == cause


def test_an_idle_printer_is_looked_at_and_its_trouble_is_known_before_the_next_paper(
    write: Write, clock: Clock
) -> None:
    """The board must say 缺纸 before somebody waits for a label, and forget it when paper is in."""
    watched = Watched(write)
    limits = Limits(connect_s=5, drain_s=0.1, status_s=5, reach=REACH)
    with EscposPrinter() as machine:
        write(lambda tx: tcp_printer(tx, machine.address, "pick_list", language="escpos", media="roll_80"))
        write(lambda tx: tx.execute(update(printer).values(answers=True)))
        with running(PrintWorker(watched, clock, limits=limits, look_every_s=0.05)):
            for trouble, cause in (
                (machine.paper_out, "PAPER_OUT"),
                (machine.new_paper, ""),
                (machine.refuse, "OFFLINE"),
                (machine.accept, ""),
            ):
                trouble()
                watched.wait_until(partial(tells, cause))
        assert machine.papers == []
