"""What an unknown scan looks like, in words."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from station.ground.scan.codes import internal
from station.ground.scan.diagnosis import diagnose
from station.ground.words.messages import say

SLOT = internal("LC", "A-01-02-3")
TORN = SLOT[:-1] + ("0" if SLOT[-1] != "0" else "1")


@pytest.mark.parametrize(
    ("raw", "code", "en"),
    [
        ("6901234567893", "L-ODD-BAD-CHECK", "13 digits, check digit wrong"),
        ("6901234567892", "L-ODD-GOOD-CHECK", "13 digits, check digit right"),
        ("６９０１２３４５６７８９３", "L-ODD-BAD-CHECK", "13 digits"),
        ("773312345678901", "L-ODD-DIGITS", "15 digits"),
        (TORN, "L-ODD-OURS", "looks like a slot"),
        ("CM-DANCE", "L-ODD-CARD", "no such command card"),
        ("(01)06901234567892(10)A7", "L-ODD-GS1", "article 06901234567892"),
        ("]C10106901234567893", "L-ODD-GS1-BAD", "wrong check digit"),
        ("01069012345678921", "L-ODD-GS1-TORN", "separator is lost"),
        ("https://example.org/x", "L-ODD-URL", "web address"),
        ("沪A12345", "L-ODD-FOREIGN", "7 characters"),
        ("HELLO", "L-ODD-TEXT", "5 letters or digits"),
        (" \t|", "L-ODD-NOTHING", "nothing readable"),
        ("9" * 300, "L-ODD-LONG", "too long"),
    ],
)
def test_an_unknown_code_is_put_into_words(raw: str, code: str, en: str) -> None:
    found, facts = diagnose(raw)
    assert found == code
    assert en in say(found, facts)["en"]


@given(st.text(st.characters(), max_size=300))
@settings(deadline=None, derandomize=True)
def test_whatever_was_scanned_has_a_sentence(raw: str) -> None:
    code, facts = diagnose(raw)
    assert "…" not in say(code, facts)["zh"]
