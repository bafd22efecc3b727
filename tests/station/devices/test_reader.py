"""One scale's line, on a pseudo-terminal: listening, asking, finding the family, noise, silence, a cable that is out."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from station.devices.says import Says
from station.devices.scales.lines import LINES, Cable, CableBroken
from station.devices.scales.telling import Line, Pace, Word, shown
from tests.patience import until
from tests.station.devices.frames import cas_asked
from tests.station.devices.wire import QUICK, heard, wire

STGS = Line("STGS", "9600-8N1", "kg")
ZERO, PARCEL = b"ST,GS,+  0.000kg\r\n", b"ST,GS,+  1.234kg\r\n"


def test_zero_moving_still() -> None:
    """What a packer does: the word for each, the weight in tenths of a gram, the frame as it came."""
    with wire() as scale, heard(scale.port, STGS) as reader:
        scale.sends(ZERO)
        until(lambda: reader.says(Says.EMPTY))
        scale.sends(b"US,GS,+  0.812kg\r\n")
        until(lambda: reader.says(Says.MOVING, 8_120))
        scale.sends(PARCEL)
        until(lambda: reader.says(Says.STILL, 12_340))
        word = reader.last
        assert word is not None
        assert (word.zeros, word.frame) == (1, "ST,GS,+  1.234kg")


def test_silence_and_noise_are_told_once() -> None:
    """A switched-off scale, then bytes that are no frames: neither is a weight, and neither is told again and again."""
    with wire() as scale, heard(scale.port, STGS) as reader:
        scale.sends(PARCEL)
        until(lambda: reader.says(Says.STILL))
        scale.sends(b"")
        until(lambda: reader.says(Says.SILENT, 0))
        count = len(reader.words)
        scale.sends(os.urandom(200).replace(b"\r", b"") + b"\r\n")
        until(lambda: reader.says(Says.FOREIGN, 0))
        assert len(reader.words) <= count + 2
        scale.sends(PARCEL)
        until(lambda: reader.says(Says.STILL, 12_340))


def test_a_scale_that_is_asked() -> None:
    with wire() as scale, heard(scale.port, Line("SICS", "9600-8N1", "g", is_asked=True)) as reader:
        scale.answers(SI=b"S S     100.00 g\r\n")
        until(lambda: reader.says(Says.STILL, 1_000))
        assert set(scale.asked) == {b"SI\r\n"}


def test_a_scale_that_is_asked_twice() -> None:
    """CAS: ENQ, its ACK, DC1, the frame."""
    with wire() as scale, heard(scale.port, Line("CAS-ENQ", "9600-8N1", "kg", is_asked=True)) as reader:
        scale.answers(ENQ=b"\x06", DC1=cas_asked(b"S  2.350kg"))
        until(lambda: reader.says(Says.STILL, 23_500))


@pytest.mark.parametrize(
    ("frame", "line"),
    [
        (PARCEL, STGS),
        (b"S S     100.00 g\r\n", Line("SICS", "9600-8N1", "g")),
        (b"\x02+00200021B\x03", Line("XK3190", "9600-8N1", "kg")),
    ],
)
def test_the_family_is_found_by_listening(frame: bytes, line: Line) -> None:
    with wire() as scale, heard(scale.port) as reader:
        scale.sends(frame)
        until(lambda: reader.says(Says.STILL))
        assert reader.reader.line == line
        assert [word.found for word in reader.words if word.found] == [line]


def test_the_family_is_found_by_asking() -> None:
    """Nobody speaks: each family's question is asked, and the one that is answered is it."""
    with wire() as scale, heard(scale.port, Line(line="9600-8N1")) as reader:
        scale.answers(SI=b"S S     100.00 g\r\n")
        until(lambda: reader.says(Says.STILL, 1_000))
        assert reader.reader.line == Line("SICS", "9600-8N1", "g", is_asked=True)


def test_a_silent_scale_is_asked_at_every_setting() -> None:
    """Nothing is known but the port: heard at none, then asked, the usual setting first."""
    quick = replace(QUICK, listen=0.05)
    with wire() as scale, heard(scale.port, times=quick) as reader:
        scale.answers(ENQ=b"\x06", DC1=cas_asked(b"S  2.350kg"))
        until(lambda: reader.says(Says.STILL, 23_500))
        assert reader.reader.line == Line("CAS-ENQ", "9600-8N1", "kg", is_asked=True)


def test_a_line_that_can_be_read_in_two_ways_is_a_question() -> None:
    """Nothing is taken for a weight until a person has said what the display shows."""
    with wire() as scale, heard(scale.port, Line(line="9600-8N1")) as reader:
        scale.sends(b"=000.3000")
        until(lambda: reader.says(Says.UNCLEAR))
        assert reader.last is not None
        assert reader.last.guesses == "=REVERSED:30000 =FORWARD:3000"
        assert Says.STILL not in {word.says for word in reader.words}


def test_a_cable_out_and_in_again(tmp_path: Path) -> None:
    """Told at once; the reader comes back by itself, and needs no restart."""
    link = tmp_path / "scale"
    with wire() as scale:
        link.symlink_to(scale.port)
        with heard(str(link), STGS) as reader:
            scale.sends(PARCEL)
            until(lambda: reader.says(Says.STILL))
            scale.pull()
            until(lambda: reader.says(Says.LOST, 0))
            with wire() as again:
                link.unlink()
                link.symlink_to(again.port)
                again.sends(b"ST,GS,+  2.000kg\r\n")
                until(lambda: reader.says(Says.STILL, 20_000))


def test_a_port_that_is_not_there() -> None:
    with heard("/dev/ttyUSB99", STGS) as reader:
        until(lambda: reader.says(Says.LOST))


def test_a_port_is_read_by_one_alone() -> None:
    with wire() as scale, heard(scale.port, STGS) as reader:
        scale.sends(ZERO)
        until(lambda: reader.says(Says.EMPTY))
        with pytest.raises(CableBroken):
            Cable(scale.port, "9600-8N1")


def test_whoever_is_told_was_away() -> None:
    """Only the present is told when they are back, not what they missed."""
    with wire() as scale, heard(scale.port, STGS) as reader:
        scale.sends(ZERO)
        until(lambda: reader.says(Says.EMPTY))
        reader.is_away = True
        scale.sends(PARCEL)
        before = len(reader.words)
        until(lambda: reader.reader._judge is not None and reader.reader._judge.says is Says.STILL)
        scale.sends(b"ST,GS,+  2.000kg\r\n")
        until(lambda: reader.reader._judge is not None and reader.reader._judge.dg == 20_000)
        reader.is_away = False
        until(lambda: reader.says(Says.STILL, 20_000))
        assert (Says.STILL, 12_340) not in {(word.says, word.dg) for word in reader.words[before:]}


@pytest.mark.parametrize("line", ["", "9600", "9600-8N3", "x-8N1", "9600-9N1"])
def test_what_is_no_setting_of_a_line(line: str) -> None:
    with wire() as scale, pytest.raises(CableBroken):
        Cable(scale.port, line)


def test_every_setting_is_one() -> None:
    assert len(set(LINES)) == len(LINES)
    assert LINES[0] == "9600-8N1"


# --- when it is told --------------------------------------------------------------------------------

STILL = Word(Says.STILL, 12_340, 1)


@pytest.mark.parametrize(
    ("before", "after", "passed_s", "is_due"),
    [
        (STILL, STILL, 0.9, False),
        (STILL, STILL, 1.0, True),
        (STILL, Word(Says.STILL, 12_350, 1), 0.0, True),
        (STILL, Word(Says.MOVING, 12_340, 1), 0.0, True),
        (Word(Says.EMPTY, 0, 1), Word(Says.EMPTY, 0, 1), 4.9, False),
        (Word(Says.EMPTY, 0, 1), Word(Says.EMPTY, 0, 1), 5.0, True),
        (Word(Says.EMPTY, 0, 1), Word(Says.EMPTY, 0, 2), 0.0, True),
        (Word(Says.MOVING, 10), Word(Says.MOVING, 20), 0.4, False),
        (Word(Says.MOVING, 10), Word(Says.MOVING, 20), 0.5, True),
        (Word(Says.FOREIGN, frame="a"), Word(Says.FOREIGN, frame="b"), 4.0, False),
    ],
)
def test_what_is_told_at_once_and_what_seldom(
    before: Word, after: Word, passed_s: float, is_due: bool
) -> None:
    pace = Pace()
    assert pace.is_due(before, 100.0)
    pace.told(before, 100.0)
    assert pace.is_due(after, 100.0 + passed_s) is is_due


def test_bytes_are_shown_without_control_characters() -> None:
    assert shown(b"\x02+1\\\r\n\xff\x1b[2J") == "\\x02+1\\\\\\r\\n\\xff\\x1b[2J"
    assert len(shown(bytes(1000))) <= 160
