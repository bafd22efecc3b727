"""Any sequence of valid identifiers, in any order, is read as itself (domain §4.3)."""

from __future__ import annotations

import random
import re
import resource
import time

import pytest
from biip.gs1_application_identifiers import GS1ApplicationIdentifier
from hypothesis import given, settings
from hypothesis import strategies as st

from station.ground.scan import elements
from station.ground.scan.codes import resolve
from station.ground.scan.elements import GS, Element
from station.ground.scan.kinds import CodeError, Kind, ProductHit
from tests.floor import LI, ZHOU, Floor

quick = settings(deadline=None, derandomize=True, max_examples=40)


def every_ai():
    """What biip knows, found by asking it for each number of two to four digits."""
    known = set()
    for digits in (2, 3, 4):
        for number in range(10**digits):
            text = f"{number:0{digits}}"
            if elements._known(text) is not None:
                known.add(text)
    return sorted(known)


AIS = every_ai()


@st.composite
def element(draw):
    ai = draw(st.sampled_from(AIS))
    if ai in elements.DATES:
        return Element(ai, draw(st.from_regex(r"[0-9]{6}", fullmatch=True)))
    pattern = GS1ApplicationIdentifier.extract(ai).pattern.removeprefix("^" + ai).removesuffix("$")
    value = draw(st.from_regex(re.compile(pattern.replace(r"\\d", "[0-9]"), re.ASCII), fullmatch=True))
    return Element(ai, value or "0")


def written(sequence, *, saves_separators):
    """The element string of a sequence: separators where one must stand, or behind every value."""
    text = ""
    for one in sequence:
        needs = elements.size(one.ai) is None or not saves_separators
        text += one.ai + one.value + (GS if needs else "")
    return text.rstrip(GS)


def test_the_library_knows_the_identifiers_of_the_trade():
    assert len(AIS) > 400
    assert {"00", "01", "02", "10", "21", "37", "3103", "3922", "7007", "8008", "99"} <= set(AIS)


@given(st.lists(element(), min_size=1, max_size=6), st.booleans())
@quick
def test_any_sequence_is_read_as_itself(sequence, saves_separators):
    text = written(sequence, saves_separators=saves_separators)
    assert list(elements.split(text).elements) == sequence


@given(st.lists(element(), min_size=1, max_size=5))
@quick
def test_and_so_it_is_with_brackets(sequence):
    printed = "".join(f"({one.ai}){one.value}" for one in sequence)
    inner = [one for one in sequence if elements.HRI.search(one.value) or one.value.startswith(")")]
    if not inner:
        assert list(elements.split(printed).elements) == sequence


class Anything:
    """A `Known` to whom every second code is an article."""

    def product(self, code):
        return [ProductHit(1, "EACH", 1)] if len(code) % 2 else []

    def lot_regex(self, _sku_id):
        return "[A-Z0-9]{3,9}"

    def waybill(self, number):
        return number.startswith("9")

    def notice(self, _number):
        return False


RUINS = st.sampled_from(
    ["", "", "", GS, "|", "^", "~", "(", ")", "]C1", "01", "10", "é", "\x00", "%1D", "/", "?"]
)
NASTY = st.lists(st.one_of(element().map("".join), RUINS, st.text(max_size=12)), max_size=8).map("".join)


def judged(raw):
    """Whatever is sent has an answer: a code, or a refusal by name."""
    try:
        code = resolve(raw, frozenset({Kind.PRODUCT, Kind.LABEL}), Anything())
    except CodeError as error:
        return error.code
    assert code.shown.isprintable()
    return code.kind


@given(NASTY)
@quick
def test_ruins_of_labels_get_an_answer(raw):
    assert judged(raw)
    assert judged("https://id.gs1.org/" + raw)


SIGNS = "".join(map(chr, range(0x20, 0x7F))) + GS + "|è\x00é批"


def ruin(rng):
    """A label as it may come: whole, in any order, cut, doubled, with signs of other places."""
    parts = []
    for _ in range(rng.randrange(1, 8)):
        ai = rng.choice(AIS)
        length = elements.size(ai) or rng.randrange(elements.longest(ai) + 2)
        signs = "0123456789" if rng.random() < 0.8 else SIGNS
        parts += [
            ai,
            "".join(rng.choice(signs) for _ in range(length)),
            rng.choice(["", "", GS, "|", "~", "("]),
        ]
    text = "".join(parts)
    if rng.random() < 0.3:
        text = "01" + "0690000000001" + "4" + text
    if rng.random() < 0.2:
        text = rng.choice(["]C1", "]d2", "https://id.gs1.org/01/", "(01)", "HTTP://X.CN/"]) + text
    return text[: rng.randrange(len(text) + 1)] if rng.random() < 0.2 else text


@pytest.mark.long
def test_two_hundred_thousand_labels_without_an_exception_or_a_hang():
    """In at most 300 MB, none longer than 2 s."""
    rng, worst = random.Random(7), 0.0
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(200_000):
        raw = ruin(rng)
        begun = time.process_time()
        assert judged(raw)
        worst = max(worst, time.process_time() - begun)
    grown_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert worst < 2
    assert grown_kb < 300 * 1024


@pytest.mark.long
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_ten_thousand_labels_through_the_door_without_a_failure(floor: Floor) -> None:
    """At the steps that take labels; whatever comes of a label, the next scan is answered too."""
    rng = random.Random(8)
    for number in range(10_000):
        flow = rng.choice(["lookup", "opening", "stage1"])
        who = ZHOU if flow == "opening" else LI
        answer = floor.scan(who, flow, ruin(rng))
        assert answer.status in {200, 422}, (number, answer.body)
