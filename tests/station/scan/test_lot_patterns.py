r"""The small language of lot patterns: it says what ``re`` says, and no text makes it work for long."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.ground.scan.lot_patterns import MOST_CHARS, MOST_STATES, BadPattern, read, usable

pytestmark = pytest.mark.quick

LONGEST_LOT = 20

TAKEN = [
    ("L[0-9]{6}", ["L260101"], ["L26010", "L2601011", "l260101", "260101", ""]),
    (r"L\d+", ["L1", "L99999"], ["L", "L1x", "L１"]),
    (r"^\d{8}$", ["20260101"], ["2026010", "20260101\n"]),
    ("[A-Z]{2,3}-?[0-9]{2,}", ["AB12", "ABC-123456"], ["A12", "ABCD12", "AB--12"]),
    ("(?:CN)?[A-Z0-9]{4}", ["CNABCD", "AB12"], ["CNABC", "ab12"]),
    ("A[0-9]{3}|B(X|YY)[0-9]", ["A123", "BX1", "BYY1"], ["B123", "BXYY1"]),
    ("[^a-z]+", ["ABC", "1-2"], ["a", "A a"]),
    (r"\d{2}\.\d{2}/\w", ["01.02/a", "01.02/_"], ["01x02/a"]),
    ("[A-F-]{3}", ["A-F", "---"], ["A-G"]),
    ("批[0-9]{3}", ["批001"], ["001"]),
    ("(A(B(C)?)?)?", ["", "A", "AB", "ABC"], ["AC", "B"]),
]


@pytest.mark.parametrize(("pattern", "good", "bad"), TAKEN, ids=[case[0] for case in TAKEN])
def test_a_pattern_tells_its_lots_from_others(pattern, good, bad):
    assert [lot for lot in good if not read(pattern).fits(lot)] == []
    assert [lot for lot in bad if read(pattern).fits(lot)] == []


REFUSED = [
    "((a+)+)+$",
    "(a+)+",
    "(a*)*",
    "(a|aa)+$",
    "(a|a)*",
    "(.*.*.*)*#",
    r"(\w+\s?)*$",
    r"([A-Z]{2}){3}",
    "a**",
    "a++",
    "a+?",
    "a{2}{3}",
    "a{2,1}",
    "a{100}",
    "a{,3}",
    "{3}",
    "*a",
    "[A-Z",
    "[]",
    "[Z-A]",
    r"[\d-z]x",
    "[[a]",
    "(a",
    "a)",
    "a]",
    r"(a)\1",
    "(?=a)b",
    "(?<!a)b",
    "(?P<n>a)",
    "(?i)a",
    r"\bA",
    r"\p{L}",
    "x$y",
    "a^",
    "\\",
    "((((((a))))))",
    "a" * 101,
    ".{99}" * 6,
]


@pytest.mark.parametrize("pattern", REFUSED)
def test_what_is_not_of_the_language_is_refused_and_never_used(pattern):
    with pytest.raises(BadPattern):
        read(pattern)
    assert usable(pattern) is None


CHARS = st.sampled_from("AB01-")
ATOMS = st.one_of(
    CHARS, st.sampled_from([".", r"\d", r"\w", "[AB]", "[^A]", "[A-B0-]", r"[\d-]", r"\-", r"\."])
)
COUNTS = st.sampled_from(["", "", "?", "*", "+", "{2}", "{0,2}", "{1,}", "{3}"])
PIECES = st.builds("{}{}".format, ATOMS, COUNTS)
SEQUENCES = st.lists(PIECES, max_size=3).map("".join)
GROUPS = st.builds(
    "({}{}|{}){}".format, st.sampled_from(["", "?:"]), SEQUENCES, SEQUENCES, st.sampled_from(["", "?"])
)
PATTERNS = st.builds(
    "{}{}{}".format,
    st.sampled_from(["", "^"]),
    st.lists(st.one_of(PIECES, GROUPS), max_size=5).map("".join),
    st.sampled_from(["", "$"]),
).filter(lambda pattern: len(pattern) <= MOST_CHARS)
LOTS = st.text(alphabet="AB01-.x", max_size=LONGEST_LOT)


@given(PATTERNS, st.text(alphabet="AB01-.x", max_size=8))
def test_a_pattern_means_what_it_means_elsewhere(pattern, lot):
    assert read(pattern).fits(lot) == (re.fullmatch(pattern, lot, re.ASCII) is not None)


@given(st.one_of(PATTERNS, st.text(alphabet=r"aA0.*+?{}(),|[]^-\d$5", max_size=100)), LOTS)
def test_whatever_is_taken_costs_no_more_than_its_states_for_each_character(pattern, lot):
    found = usable(pattern)
    if found is not None:
        assert len(found.states) <= MOST_STATES + 1
        _, looks = found.walk(lot)
        assert looks <= len(found.states) * (len(lot) + 1)


@pytest.mark.parametrize("pattern", [".*" * 50, ".*" * 49 + "#", "a?" * 25 + "a" * 25, "(a?|a?)?" * 12])
def test_patterns_that_a_backtracking_reader_drowns_in_are_judged_in_a_few_thousand_looks(pattern):
    found = read(pattern)
    _, looks = found.walk("a" * LONGEST_LOT)
    assert looks <= len(found.states) * (LONGEST_LOT + 1) < 5000
