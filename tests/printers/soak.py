"""Many documents over four faulty printers: ``python -m tests.printers.soak 2000 7``.

At the end every document is accounted for: proved printed once, or UNKNOWN; then a person looks at the
papers, says what came out, has the rest printed again, and every document was printed exactly once.
"""

import dataclasses
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import zxingcpp
from sqlalchemy import update

from printers import queue, roster, routes
from printers.schema import metadata
from printers.schema import printer as printers
from printers.transports import Limits
from printers.worker import PrintWorker
from tests.near import REACH
from tests.printers.conftest import open_database, writer
from tests.printers.doubles import EscposPrinter, TsplPrinter, ZplPrinter
from tests.printers.samples import CARTON, PACKING

LIMITS = Limits(
    connect_s=2, write_s=0.4, drain_s=0.2, status_s=0.2, fence_s=0.4, hold_s=4, poll_s=0.02, reach=REACH
)
FAULTS: tuple[Callable[[Any, random.Random], None], ...] = (
    lambda printer, _rng: printer.paper_out(),
    lambda printer, _rng: printer.open_cover(),
    lambda printer, _rng: printer.power_cycle(),
    lambda printer, _rng: printer.silent(),
    lambda printer, _rng: printer.hold_answers(),
    lambda printer, _rng: printer.refuse(),
    lambda printer, _rng: printer.mute_proof("fence", "echo", "counter"),
    lambda printer, rng: printer.drop_after(rng.randrange(1, 3000)),
    lambda printer, rng: printer.stall_after(rng.randrange(1, 3000)),
    lambda printer, rng: printer.hang_up_after(rng.randrange(1, 3000)),
    lambda printer, rng: printer.after(rng.randrange(1, 3000), printer.paper_out),
)
SETUP = (
    (ZplPrinter, "zpl", "counter", "label_60x40"),
    (TsplPrinter, "tspl", "fence", "label_60x40"),
    (EscposPrinter, "escpos", "echo", "roll_80"),
    (EscposPrinter, "escpos", "fence", "roll_80"),
)
SPEED = 40
"""The backoff's clock runs this much faster."""
PATIENCE_S = 600


class Soak:
    """Four printers, their queue, and a trouble maker."""

    def __init__(self, documents: int, seed: int, folder: Path) -> None:
        self._rng = random.Random(seed)
        self._documents = documents
        engine = open_database(str(folder / "soak.db"))
        metadata.create_all(engine)
        self._changed = threading.Condition()
        self._plain = writer(engine)
        self._start = time.monotonic()
        self.doubles: list[Any] = []
        self.faults = 0

    def now(self) -> datetime:
        passed = timedelta(seconds=(time.monotonic() - self._start) * SPEED)
        return datetime(2026, 11, 23, tzinfo=UTC) + passed

    def write(self, unit: Callable[[Any], Any]) -> Any:
        result = self._plain(unit)
        with self._changed:
            self._changed.notify_all()
        return result

    def run(self) -> tuple[Counter[str], Counter[str]]:
        """Print everything; return the states before anybody was asked, and how often each paper came out."""
        with ExitStack() as stack:
            self.doubles = [stack.enter_context(double()) for double, *_ in SETUP]
            self._plain(self._set_up)
            stop, worried = threading.Event(), threading.Event()
            worker = PrintWorker(self.write, self.now, limits=LIMITS)
            threads = [
                threading.Thread(target=worker.run, args=(stop,), kwargs={"idle_s": 0.02}),
                threading.Thread(target=self._worry, args=(worried,)),
            ]
            for thread in threads:
                thread.start()
            try:
                self._settled()
                states = Counter(job.state for job in self._jobs())
                worried.set()
                threads[1].join()
                self._ask_a_person()
            finally:
                worried.set()
                stop.set()
                for thread in threads:
                    thread.join()
            return states, self._came_out()

    def _set_up(self, tx: Any) -> None:
        for number, (double, (_, language, proof, media)) in enumerate(zip(self.doubles, SETUP, strict=True)):
            code = f"P{number}"
            made = roster.add_printer(
                tx, code=code, name=code, language=language, address=double.address, media=media
            )
            tx.execute(update(printers).where(printers.c.id == made).values(proof=proof, answers=True))
            kind = "carton_label" if media.startswith("label") else "packing_slip"
            routes.set_route(tx, kind, made, workstation=code)
        for number in range(self._documents):
            place = number % len(SETUP)
            name = f"D{number:06d}"
            document = (
                dataclasses.replace(CARTON, carton_code=name)
                if place < 2
                else dataclasses.replace(PACKING, do_no=name, lines=PACKING.lines[:1])
            )
            queue.add(
                tx,
                document,
                subject_type="soak",
                subject_no=name,
                workstation=f"P{place}",
                requested_by="soak",
                idem_key=name,
                now=self.now(),
            )

    def _worry(self, stop: threading.Event) -> None:
        while not stop.wait(self._rng.uniform(0.02, 0.2)):
            printer = self._rng.choice(self.doubles)
            self._rng.choice(FAULTS)(printer, self._rng)
            self.faults += 1
            stop.wait(self._rng.uniform(0.05, 0.6))
            heal(printer)
        for printer in self.doubles:
            heal(printer)

    def _jobs(self) -> list[queue.Job]:
        jobs: list[queue.Job] = self._plain(lambda tx: queue.list_jobs(tx, limit=10 * self._documents))
        return jobs

    def _settled(self, *, is_healing: bool = False) -> None:
        """Wait until nothing is on its way any more."""
        end = time.monotonic() + PATIENCE_S
        with self._changed:
            while self._plain(lambda tx: queue.list_jobs(tx, states=("QUEUED", "SENDING"), limit=1)):
                assert time.monotonic() < end, "the queue did not drain"
                if is_healing:
                    # A fault that was armed for a later byte may strike now.
                    for double in self.doubles:
                        heal(double)
                self._changed.wait(1)

    def _ask_a_person(self) -> None:
        """Look at what came out; have printed again what did not."""
        for _ in range(3):
            seen = self._came_out()
            for job in self._jobs():
                if job.state not in {"UNKNOWN", "SENT"} or job.answered_by:
                    continue
                self.write(partial(self._answer, job.id, bool(seen[job.subject_no])))
            self._settled(is_healing=True)

    def _answer(self, job_id: int, came_out: bool, tx: Any) -> None:
        if came_out:
            queue.vouch(tx, job_id, now=self.now(), by="P")
        else:
            queue.reprint(tx, job_id, reason="none", requested_by="P", now=self.now())

    def _came_out(self) -> Counter[str]:
        """How often each document lies in the trays."""
        seen: Counter[str] = Counter()
        for double in self.doubles:
            for paper in double.papers:
                seen.update(code.text for code in zxingcpp.read_barcodes(paper.convert("L")))
        return seen


def heal(printer: Any) -> None:
    """Everything is well again."""
    printer.new_paper()
    printer.close_cover()
    printer.speak()
    printer.release_answers()
    printer.go_on()
    printer.accept()


def main() -> None:
    """Print the tally."""
    documents, seed = int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 7
    with tempfile.TemporaryDirectory() as folder:
        soak = Soak(documents, seed, Path(folder))
        started = time.monotonic()
        states, papers = soak.run()
        seconds = time.monotonic() - started
    doubled = sum(count > 1 for count in papers.values())
    print(f"{documents} documents, {soak.faults} faults, {seconds:.0f} s")  # noqa: T201
    print(f"before anybody was asked: {dict(states)}")  # noqa: T201
    print(f"after asking: {len(papers)} printed, {doubled} of them twice")  # noqa: T201
    sys.exit(bool(doubled or len(papers) != documents))


if __name__ == "__main__":
    main()
