"""The double of a ZPL printer."""

import pytest

from tests.printers.doubles import ZplPrinter
from tests.printers.doubles.host import ask, host
from tests.printers.doubles.zpl import COUNT
from tests.printers.plain_jobs import HS_LENGTH, LABEL_ZPL


def test_zpl_tells_its_state_in_three_strings() -> None:
    with ZplPrinter() as printer, host(printer) as one:
        printer.paper_out()
        printer.open_cover()
        one.say(LABEL_ZPL + b"~HS~HI")
        first, second, third, model = one.hears(HS_LENGTH + 29).split(b"\r\n")[:4]
        assert first == b"\x02030,1,0,1440,001,0,0,0,000,0,0,0\x03"
        assert second == b"\x02000,0,1,0,0,2,4,0,00000001,1,000\x03"
        assert third == b"\x021234,0\x03"
        assert model == b"\x02ZD421,V93.21.15Z,8,8176KB\x03"


def test_zpl_may_fall_silent_when_blocked() -> None:
    with ZplPrinter(silent_when_blocked=True) as printer, host(printer) as one:
        printer.paper_out()
        one.say(b"~HS~HI")
        assert one.hears(4) == b"\x02ZD4"


def test_zpl_counts_every_label() -> None:
    with ZplPrinter() as printer:
        ask(printer, LABEL_ZPL.replace(b"^PQ1", b"^PQ3") + LABEL_ZPL + COUNT, 1)
        assert (len(printer.papers), printer.odometer) == (4, 4715)
        printer.foreign_label()
        assert ask(printer, COUNT, 6) == b'"4716"'


def test_zpl_without_a_counter_does_not_tell_it() -> None:
    with ZplPrinter(has_counter=False) as printer:
        assert ask(printer, COUNT + b"~HI", 3) == b"\x02ZD"


@pytest.mark.parametrize(
    "data",
    [
        b"~JR",
        b"hello ",
        LABEL_ZPL.replace(b"^FS", b"^FS^XA"),
        LABEL_ZPL.replace(b"^FS", b"~JR^FS"),
        LABEL_ZPL.replace(b"^FS", b"^QQ^FS"),
        LABEL_ZPL.replace(b"^PW16", b""),
        LABEL_ZPL.replace(b"FFFFFF00", b"FFXXFF00"),
        b'! U1 setvar "device.reset" ""\r\n',
    ],
)
def test_zpl_remembers_what_should_not_come(data: bytes) -> None:
    with ZplPrinter() as printer:
        ask(printer, data + COUNT, 1)
        assert len(printer.violations) == 1
