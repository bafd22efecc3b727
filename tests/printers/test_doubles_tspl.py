"""The double of a TSPL printer."""

from collections.abc import Callable

import pytest
from PIL import Image

from tests.printers.doubles import TsplPrinter
from tests.printers.doubles.base import Printer
from tests.printers.doubles.host import ask
from tests.printers.plain_jobs import FENCES, LABEL_TSPL, dots


def test_tspl_prints_sets_and_copies() -> None:
    with TsplPrinter() as printer:
        ask(printer, LABEL_TSPL.replace(b"PRINT 1,1", b"PRINT 2,3") + b"~!T\r\n" + FENCES[TsplPrinter], 18)
        assert len(printer.papers) == 6
        assert printer.sensor == "2 mm,0 mm"


@pytest.mark.parametrize(
    ("more", "box"),
    [
        (b"DIRECTION 0\r\n", (0, 0, 8, 1)),
        (b"DIRECTION 1\r\n", (8, 2, 16, 3)),
        (b"DIRECTION 0,1\r\n", (8, 0, 16, 1)),
        (b"REFERENCE 3,1\r\n", (3, 1, 11, 2)),
        (b"SHIFT 2\r\nOFFSET 0 mm\r\n", (0, 2, 8, 3)),
    ],
)
def test_tspl_turns_and_shifts(more: bytes, box: tuple[int, int, int, int]) -> None:
    wanted = Image.new("1", (16, 3), 1)
    wanted.paste(0, box)
    job = b"SIZE 2 mm,3 dot\r\n" + more + b"CLS\r\nBITMAP 0,0,1,1,0,\x00\r\nPRINT 1\r\n"
    with TsplPrinter() as printer:
        ask(printer, job + FENCES[TsplPrinter], 3)
        assert [dots(paper) for paper in printer.papers] == [dots(wanted)]
        printer.assert_clean()


def test_tspl_clears_between_labels_and_pads_with_white() -> None:
    job = b"SIZE 13 dot,1 dot\r\nCLS\r\nBITMAP 0,0,2,1,0,\x00\x07\r\nPRINT 1,1\r\nCLS\r\nPRINT 1,1\r\n"
    with TsplPrinter() as printer:
        ask(printer, job + FENCES[TsplPrinter], 3)
        assert [paper.convert("L").getextrema() for paper in printer.papers] == [(0, 0), (255, 255)]
        printer.assert_clean()


@pytest.mark.parametrize(
    ("turn", "byte", "four"),
    [
        (lambda _: None, b"\x00", b"@@@@"),
        (lambda p: p.paper_out(), b"\x04", b"E@@A"),
        (lambda p: p.open_cover(), b"\x01", b"E@@`"),
        (lambda p: p.fault("pause"), b"\x10", b"`@@@"),
        (lambda p: (p.open_cover(), p.paper_out()), b"\x05", b"E@@A"),
    ],
)
def test_tspl_status(turn: Callable[[Printer], None], byte: bytes, four: bytes) -> None:
    with TsplPrinter() as printer:
        turn(printer)
        assert ask(printer, b"\x1b!?\x1b!S", 9) == byte + b"\x02" + four + b"\x03\r\n"


@pytest.mark.parametrize(
    "data",
    [
        b"HELLO\r\n",
        b"\x1b!R",
        LABEL_TSPL.replace(b"PRINT 1,1", b"PRINT 0,1"),
        LABEL_TSPL.replace(b"PRINT 1,1", b"PRINT x"),
        LABEL_TSPL.replace(b"BITMAP 0,0", b"BITMAP 1,0"),
        LABEL_TSPL.replace(b"BITMAP 0,0", b"BITMAP 0,1"),
        LABEL_TSPL.replace(b"GAP 2 mm,0 mm", b"GAP wide,0 mm"),
        LABEL_TSPL.replace(b"CLS\r\n", b"CLS\n"),
        b"SIZE 13 dot,1 dot\r\nCLS\r\nBITMAP 0,0,2,1,0,\x00\x00\r\n",
        b'OUT "a"b"\r\n',
    ],
)
def test_tspl_remembers_what_should_not_come(data: bytes) -> None:
    with TsplPrinter() as printer:
        ask(printer, data + FENCES[TsplPrinter], 3)
        assert len(printer.violations) == 1


def test_tspl_takes_pixels_that_look_like_commands_for_pixels() -> None:
    job = b"SIZE 24 dot,2 dot\r\nCLS\r\nBITMAP 0,0,3,2,0,\x1b!?\r\n~\r\nPRINT 1,1\r\n"
    with TsplPrinter() as printer:
        ask(printer, job + FENCES[TsplPrinter], 3)
        printer.assert_clean()
        assert (len(printer.papers), printer.realtime_pixels) == (1, 1)
