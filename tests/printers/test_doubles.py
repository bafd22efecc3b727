"""The doubles themselves, with bytes written by hand from the makers' manuals."""

import os
import socket
from collections.abc import Callable

import pytest
from PIL import Image

from tests.printers.doubles import EscposPrinter, TsplPrinter, ZplPrinter
from tests.printers.doubles.base import JUNK, Printer
from tests.printers.doubles.host import Host, ask, host
from tests.printers.doubles.zpl import COUNT

# 16 dots x 2 rows: a line across, then its left half.
BAND = b"\x1dv0\x00\x02\x00\x02\x00\xff\xff\xff\x00"
CUT = b"\x1dVB\x00"
RECEIPT = b"\x1b@" + BAND + b"\x1bJ\x60" + CUT
LABEL_ZPL = b"^XA^PW16^LL2^LH0,0^FO0,0^GFA,4,4,2,FFFFFF00^FS^PQ1,0,1,Y^XZ\n"
LABEL_TSPL = (
    b"SIZE 2 mm,2 dot\r\nGAP 2 mm,0 mm\r\nDIRECTION 0\r\nREFERENCE 0,0\r\nCLS\r\n"
    b"BITMAP 0,0,2,2,0,\x00\x00\x00\xff\r\nPRINT 1,1\r\n"
)
JOBS = {EscposPrinter: RECEIPT, ZplPrinter: LABEL_ZPL, TsplPrinter: LABEL_TSPL}
FENCES = {EscposPrinter: b"\x1dr\x01", ZplPrinter: COUNT, TsplPrinter: b'OUT "#7#"\r\n'}
PROVED = {EscposPrinter: b"\x00", ZplPrinter: b'"4712"', TsplPrinter: b"#7#\r\n"}
ASKED = {EscposPrinter: b"\x10\x04\x01", ZplPrinter: b"~HS", TsplPrinter: b"\x1b!?"}
HS_LENGTH = 82
ANSWERED = {EscposPrinter: 1, ZplPrinter: HS_LENGTH, TsplPrinter: 1}
FAMILIES = pytest.mark.parametrize("family", JOBS, ids=lambda family: family.__name__)


def picture() -> Image.Image:
    image = Image.new("1", (16, 2), 0)
    image.paste(1, (8, 1, 16, 2))
    return image


def dots(image: Image.Image) -> tuple[tuple[int, int], bytes]:
    return image.size, image.convert("L").tobytes()


# --- all families --------------------------------------------------------------------------------


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


# --- ESC/POS -------------------------------------------------------------------------------------


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


# --- ZPL -----------------------------------------------------------------------------------------


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


# --- TSPL ----------------------------------------------------------------------------------------


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
