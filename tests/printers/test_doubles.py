"""The doubles of printers: what all families do."""

import os
import socket

import pytest

from tests.printers.doubles import EscposPrinter
from tests.printers.doubles.base import JUNK, Printer
from tests.printers.doubles.host import Host, ask, host
from tests.printers.plain_jobs import ANSWERED, ASKED, FAMILIES, FENCES, JOBS, PROVED, RECEIPT, dots, picture


@FAMILIES
def test_a_job_becomes_a_paper_and_the_fence_comes_after_it(family: type[Printer]) -> None:
    with family() as printer, host(printer) as one:
        one.say(JOBS[family] + FENCES[family])
        assert one.hears(len(PROVED[family])) == PROVED[family]
        assert [dots(paper) for paper in printer.papers] == [dots(picture())]
        printer.assert_clean()
        assert printer.received == JOBS[family] + FENCES[family]
        assert printer.said == PROVED[family]


@FAMILIES
def test_a_job_in_single_bytes_is_the_same_job(family: type[Printer]) -> None:
    with family() as printer, host(printer) as one:
        for byte in JOBS[family]:
            one.say(bytes((byte,)))
        printer.wait_for(lambda: len(printer.papers) == 1)
        assert dots(printer.papers[0]) == dots(picture())
        printer.assert_clean()


@FAMILIES
def test_two_jobs_on_two_connections_are_two_papers(family: type[Printer]) -> None:
    with family() as printer:
        for count in (1, 2):
            with host(printer) as one:
                one.say(JOBS[family])
                one.socket.shutdown(socket.SHUT_WR)
                assert one.hears(1) == b""
            assert len(printer.papers) == count
        assert (printer.connections, printer.most_at_once) == (2, 1)


@FAMILIES
@pytest.mark.parametrize("cause", ["paper", "cover"])
def test_blocked_it_answers_status_keeps_the_job_and_prints_it_without_the_host(
    family: type[Printer], cause: str
) -> None:
    with family() as printer:
        free = ask(printer, ASKED[family], ANSWERED[family])
        printer.fault(cause)
        with host(printer) as one:
            one.say(JOBS[family] + FENCES[family] + ASKED[family])
            assert one.hears(len(free)) not in (free, b"")
            assert one.hears_nothing()
        assert printer.papers == []
        printer.clear(cause)
        assert len(printer.papers) == 1


@FAMILIES
def test_with_new_paper_the_fence_comes_to_a_host_that_waited(family: type[Printer]) -> None:
    with family() as printer, host(printer) as one:
        printer.paper_out()
        one.say(JOBS[family] + FENCES[family])
        printer.wait_for(lambda: len(printer.received) == len(JOBS[family] + FENCES[family]))
        assert printer.said == b""
        printer.new_paper()
        assert one.hears(len(PROVED[family])) == PROVED[family]


@FAMILIES
def test_paper_can_run_out_in_mid_job(family: type[Printer]) -> None:
    with family() as printer, host(printer) as one:
        printer.after(10, printer.paper_out)
        one.say(JOBS[family])
        printer.wait_for(lambda: len(printer.received) == len(JOBS[family]))
        assert printer.papers == []
        printer.new_paper()
        assert len(printer.papers) == 1


@FAMILIES
def test_a_power_cycle_forgets_what_waited(family: type[Printer]) -> None:
    with family() as printer, host(printer) as one:
        printer.paper_out()
        one.say(JOBS[family])
        printer.wait_for(lambda: len(printer.received) == len(JOBS[family]))
        printer.power_cycle()
        with pytest.raises(ConnectionResetError):
            one.hears(1)
        printer.new_paper()
        assert printer.papers == []
        ask(printer, JOBS[family] + FENCES[family], 1)
        assert len(printer.papers) == 1


@FAMILIES
def test_it_can_be_silent_muted_and_garbled(family: type[Printer]) -> None:
    with family() as printer, host(printer) as one:
        printer.silent()
        one.say(ASKED[family] + FENCES[family])
        proof = one.hears(len(PROVED[family]))
        assert proof in {PROVED[family], b'"4711"'}
        printer.speak()
        printer.mute_proof("fence", "counter")
        printer.garbage()
        one.say(FENCES[family] + ASKED[family])
        assert one.hears(len(JUNK)) == JUNK
        printer.speak()
        one.say(FENCES[family])
        assert one.hears(len(proof)) == proof


@FAMILIES
def test_held_answers_come_in_order_when_released(family: type[Printer]) -> None:
    with family() as printer, host(printer) as one:
        printer.hold_answers()
        one.say(ASKED[family] + JOBS[family] + FENCES[family])
        printer.wait_for(lambda: len(printer.papers) == 1)
        assert one.hears_nothing()
        # A host that has stopped speaking still gets them.
        one.socket.shutdown(socket.SHUT_WR)
        printer.release_answers()
        heard = one.hears(1000)
        assert heard.endswith(PROVED[family])
        assert len(heard) > len(PROVED[family])


@FAMILIES
def test_it_can_drop_after_some_bytes_of_a_job(family: type[Printer]) -> None:
    with family() as printer:
        printer.drop_after(9)
        with host(printer) as one:
            one.say(ASKED[family])
            assert one.hears(1)
            one.say(JOBS[family])
            with pytest.raises(ConnectionResetError):
                one.hears(1000)
        assert printer.received == ASKED[family] + JOBS[family][:9]
        ask(printer, JOBS[family] + FENCES[family], 1)
        assert len(printer.papers) == 1


def test_it_can_drop_before_the_first_byte_of_a_job() -> None:
    with EscposPrinter() as printer:
        printer.drop_after(0)
        with host(printer) as one:
            one.say(b"\x10\x04\x01")
            assert one.hears(1) == b"\x12"
            one.say(RECEIPT)
            with pytest.raises(ConnectionResetError):
                one.hears(1)
        assert printer.received == b"\x10\x04\x01"


@FAMILIES
def test_it_can_hang_up_after_some_bytes(family: type[Printer]) -> None:
    with family() as printer, host(printer) as one:
        printer.hang_up_after(9)
        one.say(JOBS[family])
        assert one.hears(1) == b""
        one.say(JOBS[family])
        assert printer.received == JOBS[family][:9]


@FAMILIES
def test_it_can_stall_and_go_on(family: type[Printer]) -> None:
    with family() as printer, host(printer) as one:
        printer.stall_after(9)
        one.say(JOBS[family])
        printer.wait_for(lambda: printer.received == JOBS[family][:9])
        # Far more than all buffers between us hold.
        one.socket.settimeout(0.2)
        with pytest.raises(TimeoutError):
            one.say(bytes(16_000_000))
        printer.go_on()
        assert len(printer.papers) == 1


def test_refused_and_accepted_again_on_the_same_port() -> None:
    with EscposPrinter() as printer, host(printer) as before:
        before.say(b"\x10\x04\x01")
        assert before.hears(1) == b"\x12"
        port = printer.port
        printer.refuse()
        with pytest.raises(ConnectionRefusedError):
            Host(printer)
        before.say(b"\x10\x04\x01")
        assert before.hears(1) == b"\x12"
        printer.accept()
        assert printer.port == port
        assert ask(printer, b"\x10\x04\x01", 1) == b"\x12"


def test_a_busy_printer_lets_connect_and_serves_later() -> None:
    with EscposPrinter() as printer:
        printer.busy()
        with host(printer) as one:
            one.say(b"\x10\x04\x01")
            assert one.hears_nothing()
            assert printer.connections == 0
            printer.free()
            assert one.hears(1) == b"\x12"


def test_a_full_buffer_takes_no_more_until_there_is_paper() -> None:
    with EscposPrinter(memory=1000) as printer, host(printer) as one:
        printer.paper_out()
        one.socket.settimeout(0.2)
        with pytest.raises(TimeoutError):
            one.say(RECEIPT * 400_000)
        printer.new_paper()
        printer.wait_for(lambda: len(printer.papers) > 100)


def test_a_printer_that_never_hangs_up() -> None:
    with EscposPrinter() as printer, host(printer) as one:
        printer.never_hang_up()
        one.say(RECEIPT)
        one.socket.shutdown(socket.SHUT_WR)
        printer.wait_for(lambda: len(printer.papers) == 1)
        assert one.hears_nothing()
        printer.push_asb()
        assert one.hears(4) == b"\x10\x00\x00\x00"


@FAMILIES
def test_on_a_pty(family: type[Printer]) -> None:
    with family.on_pty() as printer:
        line = os.open(printer.path, os.O_RDWR | os.O_NOCTTY)
        os.write(line, JOBS[family] + FENCES[family])
        heard = b""
        while len(heard) < len(PROVED[family]):
            heard += os.read(line, 100)
        os.close(line)
        assert heard == PROVED[family]
        assert dots(printer.papers[0]) == dots(picture())
        assert printer.address == f"serial://{printer.path}?baud=115200"
