"""What holds an order is read in the reader's language, also years later."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from station.ground.words.causes import LONGEST, cause, joined, told


def test_each_reader_has_one_language() -> None:
    stored = joined([cause("L-HELD-UNPAID"), cause("L-HELD-REMARK", "改地址")])
    assert told(stored) == {"zh": "未付款; 备注含“改地址”", "en": "Not paid; A remark says “改地址”"}


def test_what_a_person_wrote_stays() -> None:
    """Also what looks like a code and is none, and what an older release wrote."""
    for text in ("顾客来电", "未付款 unpaid", "X-1", "L-HELD-NOTHING", "", "E-mail lost"):
        assert told(text) == {"zh": text, "en": text}


@given(st.lists(st.text(max_size=300), max_size=8))
def test_many_causes_lose_no_code(words: list[str]) -> None:
    stored = joined([cause("L-HELD-REMARK", word) for word in words])
    assert len(stored) <= LONGEST
    assert all(part.startswith("L-HELD-REMARK") for part in stored.split("; ") if stored)
