"""The double of a receipt printer."""

from collections.abc import Callable

import pytest

from tests.printers.doubles import EscposPrinter
from tests.printers.doubles.base import Printer
from tests.printers.doubles.host import ask, host
from tests.printers.plain_jobs import BAND, CUT, FENCES, RECEIPT, dots, picture


@pytest.mark.parametrize(
    ("turn", "answers"),
    [
        (lambda _: None, b"\x12\x12\x12\x12"),
        (lambda p: p.paper_low(), b"\x12\x12\x12\x1e"),
        (lambda p: p.paper_out(), b"\x1a\x32\x12\x7e"),
        (lambda p: p.open_cover(), b"\x1a\x16\x12\x12"),
        (lambda p: p.fault("error"), b"\x1a\x52\x32\x12"),
    ],
    ids=["ready", "low", "paper", "cover", "error"],
)
def test_escpos_real_time_status(turn: Callable[[Printer], None], answers: bytes) -> None:
    with EscposPrinter() as printer:
        turn(printer)
        assert ask(printer, b"\x10\x04\x01\x10\x04\x02\x10\x04\x03\x10\x04\x04", 4) == answers


def test_escpos_echoes_the_id_of_a_job() -> None:
    with EscposPrinter() as printer:
        assert ask(printer, RECEIPT + b"\x1d(H\x06\x00\x30\x30A!~z\x1dr\x01", 8) == b"\x37\x22A!~z\x00\x00"


def test_escpos_pushes_what_changes_once_asked() -> None:
    with EscposPrinter() as printer, host(printer) as one:
        one.say(b"\x1da\xff")
        assert one.hears(4) == b"\x10\x00\x00\x00"
        printer.open_cover()
        assert one.hears(4) == b"\x38\x00\x00\x00"
        printer.close_cover()
        printer.paper_out()
        assert one.hears(8) == b"\x10\x00\x00\x00\x18\x00\x0f\x00"
        one.say(b"\x1da\x00")
        printer.new_paper()
        assert one.hears(4) == b"\x10\x00\x00\x00"
        printer.wait_for(lambda: printer.received.endswith(b"\x00"))
        printer.open_cover()
        assert one.hears_nothing()


def test_escpos_joins_bands_and_keeps_the_feed_between_them() -> None:
    with EscposPrinter() as printer:
        ask(
            printer,
            BAND + b"\x1bJ\x03" + BAND + b"\n" + b"\x1bd\x02" + b"\x1dVA\x05" + FENCES[EscposPrinter],
            1,
        )
        (paper,) = printer.papers
        assert paper.size == (16, 7)
        assert dots(paper.crop((0, 5, 16, 7))) == dots(picture())
        assert paper.crop((0, 2, 16, 5)).convert("L").getextrema() == (255, 255)
        assert (printer.cuts, printer.feeds, printer.bands) == (1, [95], [2, 2])


@pytest.mark.parametrize("cut", [b"\x1dV\x00", b"\x1dV1", b"\x1dVA\x00", b"\x1dVB\x09", b"\x1dVh\x00"])
def test_escpos_knows_every_form_of_cut(cut: bytes) -> None:
    with EscposPrinter() as printer:
        ask(printer, BAND + cut + FENCES[EscposPrinter], 1)
        assert (printer.cuts, len(printer.papers)) == (1, 1)
        printer.assert_clean()


def test_escpos_without_a_cut_hangs_out_of_the_printer() -> None:
    with EscposPrinter() as printer:
        ask(printer, BAND + FENCES[EscposPrinter], 1)
        printer.power_cycle()
        assert printer.papers == []
        hanging = printer.tear_off()
        assert hanging is not None
        assert dots(hanging) == dots(picture())
        assert printer.tear_off() is None


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"hello", "printed as text: b'hello'"),
        (b"\x1b\x7f", "unknown command b'\\x1b\\x7f'"),
        (b"\x10\x05\x01", "real-time request"),
        (b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08", "real-time request"),
        (CUT, "cut of an empty paper"),
        (b"\x1dv0\x00\x01\x00\x03\x00\x10\x04\x01", "real-time command inside pixels"),
        (b"\x1dv0\x00\x03\x00\x01\x00\x00\x00\x00", "24 dots on a head of 16"),
    ],
)
def test_escpos_remembers_what_should_not_come(data: bytes, told: str) -> None:
    with EscposPrinter(dots=16) as printer:
        ask(printer, data + FENCES[EscposPrinter], 1)
        assert len(printer.violations) == 1
        assert told in printer.violations[0]
        with pytest.raises(AssertionError):
            printer.assert_clean()


@pytest.mark.parametrize("kick", [b"\x1bp\x00\x19\xfa", b"\x10\x14\x01\x00\x01"])
def test_escpos_remembers_the_drawer(kick: bytes) -> None:
    with EscposPrinter() as printer:
        ask(printer, kick + FENCES[EscposPrinter], 1)
        assert printer.drawer_kicks == 1
        with pytest.raises(AssertionError):
            printer.assert_clean()


def test_escpos_takes_pixels_that_look_like_commands_for_pixels() -> None:
    with EscposPrinter() as printer:
        ask(printer, b"\x1dv0\x00\x05\x00\x01\x00\x1bp\x00\x19\xfa" + CUT + FENCES[EscposPrinter], 1)
        printer.assert_clean()
        assert printer.papers[0].size == (40, 1)
