"""A real CUPS between us and the printer: what goes in comes out, and what it says is believed no further."""

import os
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from printers import languages, layouts
from printers.transports import Delivery, Limits, cups
from tests.conftest import missing
from tests.printers import cups as servers
from tests.printers.doubles import OfficePrinter, ZplPrinter
from tests.printers.samples import INBOUND, WAYBILL

LIMITS = Limits(fence_s=20, poll_s=0.02)
HASTY = Limits(fence_s=0.2, poll_s=0.02)
WAYBILLS = layouts.render(WAYBILL)
ZPL = languages.encode("zpl", WAYBILLS)
PDF = languages.encode("pdf", layouts.render(INBOUND), {"dots_per_mm": 8})


@pytest.fixture(scope="module")
def running() -> Iterator[servers.PrintServer]:
    if not servers.is_installed():
        missing("CUPS (cupsd, lp, lpadmin, lpstat)")
    with servers.print_server() as server:
        yield server


@pytest.fixture
def server(running: servers.PrintServer, monkeypatch: pytest.MonkeyPatch) -> servers.PrintServer:
    monkeypatch.setenv("CUPS_SERVER", running.address)
    return running


def dots(image: object) -> bytes:
    return image.convert("L").tobytes()  # type: ignore[attr-defined, no-any-return]


# --- CUPS itself -----------------------------------------------------------------------------------


@pytest.mark.parametrize("payload", [ZPL, PDF, bytes(range(256)) * 999], ids=["zpl", "pdf", "any"])
def test_a_raw_queue_changes_no_byte(server: servers.PrintServer, tmp_path: Path, payload: bytes) -> None:
    (tmp_path / "job").write_bytes(payload)
    with OfficePrinter() as printer:
        server.add_queue("Raw", printer.port)
        server.run("lp", "-d", "Raw", "-o", "raw", str(tmp_path / "job"))
        printer.wait_for(lambda: bool(printer.jobs))
        assert printer.jobs == [payload]


# --- our transport ---------------------------------------------------------------------------------


def test_a_label_is_delivered_and_nothing_more_is_claimed(server: servers.PrintServer) -> None:
    with ZplPrinter() as printer:
        server.add_queue("Labels", printer.port)
        told = cups.deliver("cups://Labels", ZPL, LIMITS, is_raw=True)
        assert told == Delivery(len(ZPL))
        printer.assert_clean()
        assert [dots(paper) for paper in printer.papers] == [dots(image) for image in WAYBILLS]


def test_pages_for_the_office_arrive_whole_and_in_order(server: servers.PrintServer) -> None:
    payloads = [PDF + b"%" * number for number in range(5)]
    with OfficePrinter() as printer:
        server.add_queue("Office", printer.port)
        told = [cups.deliver("cups://Office", payload, LIMITS, is_raw=False) for payload in payloads]
        assert told == [Delivery(len(payload)) for payload in payloads]
        assert printer.jobs == payloads


def test_an_unknown_queue_got_nothing(server: servers.PrintServer) -> None:
    told = cups.deliver("cups://Nobody", ZPL, LIMITS, is_raw=True)
    assert (told.bytes_written, told.proof) == (0, None)
    assert "Nobody" in (told.error or "")


def test_a_stopped_queue_got_nothing_and_says_why(server: servers.PrintServer) -> None:
    with ZplPrinter() as printer:
        server.add_queue("Stopped", printer.port)
        server.run("cupsdisable", "Stopped")
        told = cups.deliver("cups://Stopped", ZPL, LIMITS, is_raw=True)
        assert (told.bytes_written, told.cause) == (0, "PAUSED")
        server.run("cupsenable", "Stopped")
        assert cups.deliver("cups://Stopped", ZPL, LIMITS, is_raw=True) == Delivery(len(ZPL))
        assert len(printer.papers) == 1


def test_a_queue_that_takes_no_jobs_got_nothing(server: servers.PrintServer) -> None:
    with ZplPrinter() as printer:
        server.add_queue("Rejecting", printer.port)
        server.run("cupsreject", "Rejecting")
        told = cups.deliver("cups://Rejecting", ZPL, LIMITS, is_raw=True)
        assert told.bytes_written == 0
        assert "not accepting jobs" in (told.error or "")
        assert printer.connections == 0


def test_without_a_server_nothing_was_written(
    server: servers.PrintServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CUPS_SERVER", f"{server.address}-away")
    told = cups.deliver("cups://Labels", ZPL, LIMITS, is_raw=True)
    assert told.bytes_written == 0
    assert told.error


def test_a_dead_printer_leaves_a_job_that_may_yet_come_out(server: servers.PrintServer) -> None:
    """CUPS keeps trying, so the outcome is unknown; and it does come out in the end."""
    with ZplPrinter() as printer:
        printer.busy()
        server.add_queue("Late", printer.port)
        told = cups.deliver("cups://Late", ZPL, HASTY, is_raw=True)
        assert told.bytes_written == len(ZPL)
        assert "may yet be printed" in (told.error or "")
        printer.free()
        printer.wait_for(lambda: len(printer.papers) == 1)


def test_a_printer_that_breaks_off_gets_the_job_once(server: servers.PrintServer) -> None:
    """abort-job: CUPS must not begin again by itself, or one waybill comes out twice."""
    with OfficePrinter() as printer:
        server.add_queue("Broken", printer.port)
        printer.drop_after(1000)
        told = cups.deliver("cups://Broken", ZPL * 400, LIMITS, is_raw=True)
        assert told.bytes_written == len(ZPL * 400)
        assert told.cause == "FAULT"
        assert (printer.connections, printer.jobs) == (1, [])


def test_a_job_somebody_cancelled_is_not_called_sent(server: servers.PrintServer) -> None:
    with OfficePrinter() as printer, ThreadPoolExecutor() as pool:
        server.add_queue("Cancelled", printer.port)
        printer.stall_after(1000)
        telling = pool.submit(cups.deliver, "cups://Cancelled", ZPL * 400, LIMITS, is_raw=True)
        printer.wait_for(lambda: len(printer.received) == 1000)
        server.run("cancel", "-a", "Cancelled")
        told = telling.result(LIMITS.fence_s)
        assert told.bytes_written == len(ZPL * 400)
        assert told.error


def test_a_machine_without_cups_says_so(server: servers.PrintServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    told = cups.deliver("cups://Labels", ZPL, LIMITS, is_raw=True)
    assert (told.bytes_written, told.is_hopeless) == (0, True)


def test_no_other_server_knows_our_queues(server: servers.PrintServer) -> None:
    server.add_queue("Ours", 9)
    assert "Ours" in server.run("lpstat", "-e").split()
    env = {name: value for name, value in os.environ.items() if name != "CUPS_SERVER"}
    asked = subprocess.run(["lpstat", "-e"], capture_output=True, text=True, check=False, env=env)
    assert "Ours" not in asked.stdout.split()
