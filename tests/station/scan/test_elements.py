"""Any sequence of valid identifiers, in any order, is read as itself (domain §4.3)."""

from __future__ import annotations

import re
import time
import tracemalloc

import pytest
from biip.gs1_application_identifiers import GS1ApplicationIdentifier
from hypothesis import given, settings
from hypothesis import strategies as st

from station.ground.scan import elements, gs1
from station.ground.scan.codes import resolve
from station.ground.scan.elements import GS, Element
from station.ground.scan.kinds import CodeError, Kind, ProductHit

quick = settings(deadline=None, derandomize=True, max_examples=60)


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


@pytest.mark.long
def test_two_hundred_thousand_labels_without_an_exception_or_a_hang():
    """In at most 300 MB, none longer than 2 s."""
    worst = 0.0
    tracemalloc.start()

    @given(NASTY)
    @settings(deadline=None, max_examples=200_000, database=None)
    def each(raw):
        nonlocal worst
        begun = time.perf_counter()
        assert judged(raw)
        gs1.parse(raw)
        worst = max(worst, time.perf_counter() - begun)

    each()
    assert worst < 2
    assert tracemalloc.get_traced_memory()[1] < 300 * 2**20
