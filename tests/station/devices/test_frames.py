"""Each family's frames, and what is done to them on the way: no weight that was not sent (P18)."""

from __future__ import annotations

import random
import tracemalloc
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from station.devices.says import Says
from station.devices.scales.cutting import EQUAL, LONGEST, Fixed, Framer, Lines, Piece
from station.devices.scales.families import BY_CODE, FAMILIES
from station.devices.scales.finding import Finder
from station.devices.scales.frames import Reading, tenths
from station.devices.scales.judging import Judge
from tests.station.devices.frames import TABLE, Sent

CODES = [family.code for family in FAMILIES]
quick = settings(deadline=None, derandomize=True)


def framed(code: str, data: bytes, *, from_start: bool = True) -> list[Piece]:
    return Framer(BY_CODE[code], from_start=from_start).feed(data)


def end_of(code: str, data: bytes) -> bytes:
    """A family that looks at the next frame's first byte needs one."""
    cut = BY_CODE[code].cut
    return data + cut.start if isinstance(cut, Fixed) and cut.follow else data


def at_rest(code: str) -> list[Sent]:
    """Weights of one scale, which shows one unit."""
    sent = [item for item in TABLE if item.family == code and item.is_stable and item.dg and not item.is_net]
    return [item for item in sent if unit_of(item) == unit_of(sent[0])]


def unit_of(sent: Sent) -> str:
    family = BY_CODE[sent.family]
    reading = family.parse(
        sent.frame.removesuffix(family.cut.end if isinstance(family.cut, Lines) else b""), "kg"
    )
    return reading.unit if reading is not None else ""


def judged(code: str, data: bytes, unit: str = "") -> Judge:
    judge, framer = Judge(BY_CODE[code]), Framer(BY_CODE[code], unit)
    for piece in framer.feed(data):
        judge.hear(piece)
    return judge


def meant(pieces: list[Piece]) -> list[tuple[int | None, bool, bool]]:
    return [
        (piece.reading.dg, piece.reading.is_stable, piece.reading.is_net) for piece in pieces if piece.reading
    ]


def test_every_family_has_frames() -> None:
    assert {sent.family for sent in TABLE} == set(CODES)


@pytest.mark.parametrize("sent", TABLE, ids=lambda sent: f"{sent.family} {sent.frame!r}")
def test_a_frame_means_what_the_manual_says(sent: Sent) -> None:
    """Alone, in pieces, and twice in a row, also from the middle of another frame on."""
    wanted = (sent.dg, sent.is_stable, sent.is_net)
    whole = end_of(sent.family, sent.frame)
    assert meant(framed(sent.family, whole)) == [wanted]
    framer = Framer(BY_CODE[sent.family], from_start=True)
    pieces = [piece for byte in whole for piece in framer.feed(bytes((byte,)))]
    assert meant(pieces) == [wanted]
    late = framed(
        sent.family,
        end_of(sent.family, sent.frame[len(sent.frame) // 2 :] + sent.frame * 2),
        from_start=False,
    )
    assert meant([piece for piece in late if piece.reading]) == [wanted] * 2


@pytest.mark.parametrize("code", CODES)
def test_foreign_frames_are_no_weight(code: str) -> None:
    """What other makes send says nothing, but for the families that only differ in which end comes first."""
    alike = code.startswith("=")
    for sent in TABLE:
        if sent.family == code or (alike and sent.family.startswith("=")):
            continue
        pieces = framed(code, end_of(sent.family, sent.frame * 3), from_start=False)
        if {code, sent.family} == {"TOLEDO", "TOLEDO-17"}:
            continue
        assert not [piece for piece in pieces if piece.reading], sent


@pytest.mark.parametrize("code", CODES)
def test_three_equal_frames_are_a_weight(code: str) -> None:
    """Two are not; where a frame does not say that it rests, about a second of equal ones is wanted."""
    sent = at_rest(code)[0]
    wanted = BY_CODE[code].equal
    first = (
        sent.frame if isinstance(BY_CODE[code].cut, Lines) else b""
    )  # the stream's first line may be a cut one
    early = judged(code, end_of(code, first + sent.frame * (wanted - 1)))
    assert early.says is Says.MOVING
    late = judged(code, end_of(code, first + sent.frame * wanted))
    assert (late.says, late.dg) == (Says.STILL, sent.dg)


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("what", ["cut", "doubled", "inserted", "joined"])
def test_the_same_damage_every_time(code: str, what: str) -> None:
    """A line that drops or doubles the same byte of every frame gives no weight that was not sent."""
    for sent in at_rest(code):
        if isinstance(BY_CODE[code].cut, Lines) and code == "OHAUS":
            continue  # blanks before the weight may be more or fewer: see the manual's ten to twelve
        for at in range(len(sent.frame)):
            bad = damage(what, sent.frame, at)
            judge = judged(code, end_of(code, bad * 12), unit_of(sent))
            assert judge.says is not Says.STILL or judge.dg == sent.dg, (bad, judge.dg)


def damage(what: str, frame: bytes, at: int) -> bytes:
    if what == "cut":
        return frame[:at] + frame[at + 1 :]
    if what == "doubled":
        return frame[:at] + frame[at : at + 1] + frame[at:]
    if what == "inserted":
        return frame[:at] + b"7" + frame[at:]
    return frame[:at] + frame


def mutated(frame: bytes, chance: random.Random) -> bytes:  # noqa: PLR0911 — one line a kind of damage
    """A frame as it arrives over a bad cable."""
    kind = chance.randrange(8)
    at = chance.randrange(len(frame))
    if kind == 0:
        return frame[:at] + bytes((frame[at] ^ 1 << chance.randrange(8),)) + frame[at + 1 :]
    if kind == 1:
        return frame[:at]
    if kind == 2:
        return frame[at:]
    if kind == 3:
        return frame[:at] + frame
    if kind == 4:
        return frame[:at] + chance.randbytes(chance.randrange(1, 9)) + frame[at:]
    if kind == 5:
        return frame[:at] + bytes((chance.choice(b"0123456789"),)) + frame[at + 1 :]
    if kind == 6:
        other = chance.randrange(len(frame))
        return frame[: min(at, other)] + frame[max(at, other) :]
    return chance.choice(TABLE).frame


def stream(code: str, chance: random.Random, frames: int) -> Iterator[tuple[bytes, int]]:
    """Mutated frames of parcels put on one after the other; each with the weight that lies there."""
    sent = at_rest(code)
    for number in range(frames):
        now = sent[number // 25 % len(sent)]
        yield mutated(now.frame, chance), now.dg or 0


def test_twenty_thousand_mutated_frames() -> None:
    """Of any family: never a weight that was not sent, and never more held than a frame."""
    chance, count = random.Random(20_261_127), 0
    for code in CODES:
        family, sent = BY_CODE[code], {item.dg for item in at_rest(code)}
        framer, judge = Framer(family, unit_of(at_rest(code)[0])), Judge(family)
        for data, _dg in stream(code, chance, 20_000 // len(CODES) + 1):
            count += 1
            for piece in framer.feed(data):
                judge.hear(piece)
                assert judge.says is not Says.STILL or judge.dg in sent, (code, piece)
    assert count >= 20_000


@pytest.mark.parametrize("code", ["XK3190", "TOLEDO", "CAS-ENQ", "XK3190-A12"])
def test_one_wrong_bit_is_always_seen(code: str) -> None:
    """Where a frame carries a checksum, not even one frame passes with another weight."""
    for sent in at_rest(code):
        for bit in range(8 * len(sent.frame)):
            bad = bytearray(sent.frame)
            bad[bit // 8] ^= 1 << bit % 8
            for piece in framed(code, bytes(bad)):
                assert piece.reading is None or piece.reading.dg in {sent.dg, None}, bytes(bad)


def test_two_signs_of_rest_must_agree() -> None:
    """CAS says it in the header and in the lamp byte: where they differ, one of them was disturbed."""
    assert framed("CAS", b"ST,GS,1\x84,000013.5 kg\r\n")[0].reading is None
    assert framed("CAS", b"US,GS,1\xc4,000013.5 kg\r\n")[0].reading is None


@given(st.lists(st.binary(max_size=300), max_size=30), st.sampled_from(CODES))
@quick
def test_noise_fills_nothing(noise: list[bytes], code: str) -> None:
    framer, judge = Framer(BY_CODE[code]), Judge(BY_CODE[code])
    for data in noise:
        for piece in framer.feed(data):
            judge.hear(piece)
            assert len(piece.raw) <= 2 * LONGEST
    assert judge.says is not Says.STILL


def test_noise_for_an_hour() -> None:
    """3.4 MB, an hour at 9600 baud, through one family: what is held stays small, and a frame behind it counts."""
    code, chance = "STGS", random.Random(4)
    framer, judge = Framer(BY_CODE[code]), Judge(BY_CODE[code])
    tracemalloc.start()
    for _turn in range(3_456_000 // 1024):
        for piece in framer.feed(chance.randbytes(1024)):
            judge.hear(piece)
    held, _peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert held < 100_000
    assert judge.says is not Says.STILL
    for piece in framer.feed(b"\r\n" + b"ST,GS,+  1.234kg\r\n" * EQUAL):
        judge.hear(piece)
    assert (judge.says, judge.dg) == (Says.STILL, 12_340)


# --- zero, tare, outside ---------------------------------------------------------------------------


def lines(*frames: str) -> bytes:
    return b"\r\n" + b"".join(frame.encode() + b"\r\n" for frame in frames for _ in range(EQUAL))


def test_zeros_are_counted() -> None:
    """Once for each time the scale has come to rest at zero; a zero under tare is none."""
    judge = judged("STGS", lines("ST,GS,+  0.000kg", "ST,GS,+  0.000kg", "ST,GS,+  1.000kg"))
    assert (judge.says, judge.zeros) == (Says.STILL, 1)
    judge = judged("STGS", lines("ST,GS,+  0.000kg", "ST,GS,+  1.000kg", "ST,NT,+  0.000kg"))
    assert (judge.says, judge.zeros) == (Says.TARED, 1)
    judge = judged("STGS", lines("ST,GS,+  0.000kg", "ST,GS,+  1.000kg", "ST,GS,-  0.000kg"))
    assert (judge.says, judge.zeros) == (Says.EMPTY, 2)


@pytest.mark.parametrize(
    ("between", "says"),
    [
        ("US,GS,+  1.000kg", Says.MOVING),
        ("ST,GS,+  1.001kg", Says.MOVING),
        ("ST,NT,+  1.000kg", Says.TARED),
        ("OL,GS,+  9.000kg", Says.OUTSIDE),
        ("ST,GS,+  1.0!0kg", Says.MOVING),
        ("ST,GS,+  1.000oz", Says.MOVING),
    ],
)
def test_anything_between_begins_anew(between: str, says: Says) -> None:
    """One frame of something else and it is no rest any more; then three again."""
    still = "ST,GS,+  1.000kg"
    judge, framer = Judge(BY_CODE["STGS"]), Framer(BY_CODE["STGS"], from_start=True)

    def hear(*frames: str) -> tuple[Says, int]:
        for piece in framer.feed("".join(f"{frame}\r\n" for frame in frames).encode()):
            judge.hear(piece)
        return judge.says, judge.dg

    assert hear(still, still, still) == (Says.STILL, 10_000)
    assert hear(between)[0] is says
    assert hear(still, still)[0] is Says.MOVING
    assert hear(still) == (Says.STILL, 10_000)


def test_silence_forgets() -> None:
    judge = judged("STGS", lines("ST,GS,+  1.000kg"))
    judge.quiet()
    assert (judge.says, judge.dg) == (Says.SILENT, 0)
    judge.hear(Piece(b"ST,GS,+  1.000kg", Reading(10_000, is_stable=True)))
    assert judge.says is Says.MOVING


@pytest.mark.parametrize(
    ("number", "unit", "dg"),
    [
        ("0.05", "g", 0),
        ("0.15", "g", 2),
        ("1.23456", "kg", 12_346),
        ("1", "lb", 4_536),
        ("-1", "lb", -4_536),
        ("1", "oz", None),
        ("10001", "kg", None),
        ("", "g", None),
        ("NaN", "g", None),
        ("1E99999999", "kg", None),
        ("١", "g", None),
    ],
)
def test_tenths_of_a_gram(number: str, unit: str, dg: int | None) -> None:
    assert tenths(number, unit) == dg


# --- finding the family ----------------------------------------------------------------------------


@pytest.mark.parametrize("code", CODES)
def test_the_family_is_found_by_listening(code: str) -> None:
    """From the middle of a frame on; two that differ only in which end comes first are a question to a person."""
    sent = at_rest(code)[0]
    finder = Finder()
    finder.feed(sent.frame[3:] + sent.frame * 8)
    found = [guess.family.code for guess in finder.guesses()]
    assert code in found
    assert len(found) == 1 or all(other.startswith("=") for other in found)


def test_the_display_tells_which_end_comes_first() -> None:
    finder = Finder()
    finder.feed(b"=000.3000" * 9)
    assert {
        (guess.family.code, guess.piece.reading.dg) for guess in finder.guesses() if guess.piece.reading
    } == {
        ("=REVERSED", 30_000),
        ("=FORWARD", 3_000),
    }


def test_frames_among_much_else_are_nobodys_language() -> None:
    """A few lines that look like a scale's, in a stream of something else: not found."""
    finder = Finder()
    finder.feed((b"ST,GS,+  1.234kg\r\n" + b"temperature 21.5 C, pressure 1013 hPa\r\n" * 3) * 8)
    assert finder.guesses() == []


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"ST,GS,+  1.234kg\r\n" * 3,
        b"Starting system...\r\nlogin: \r\n" * 20,
        random.Random(1).randbytes(4096),
        bytes(range(256)) * 8,
        b"$GPGGA,123519,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,*47\r\n" * 20,
    ],
    ids=["silence", "too little", "a console", "noise", "counting", "a GPS"],
)
def test_what_is_no_scale_is_not_found(data: bytes) -> None:
    finder = Finder()
    finder.feed(data)
    assert finder.guesses() == []
