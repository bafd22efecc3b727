"""Words in a box: as large as they fit, whatever the words."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from printers.typeset import leading, typeset

WORDS = st.lists(
    st.sampled_from(["冻干草莓脆", "strawberry", "，", "a", "12.5 kg", "家庭装 "]), min_size=1, max_size=30
)


def lines_at(words: str, size: int, width: int) -> int:
    """How many lines it takes in letters of this size, with room for all of them."""
    block = typeset(words, size, size, width, 100 * leading(size), fit="wrap", is_bold=False)
    assert block.size == size
    return len(block.lines)


@settings(max_examples=60, deadline=None)
@given(WORDS, st.integers(8, 48), st.integers(60, 400), st.integers(30, 200))
def test_letters_are_as_large_as_the_box_allows(words: list[str], size: int, width: int, height: int) -> None:
    text = " ".join(words)
    block = typeset(text, size, 6, width, height, fit="wrap", is_bold=False)
    assert block.is_cut or block.height <= height
    for larger in range(min(size, height * 4 // 5), block.size, -2):
        assert lines_at(text, larger, width) * leading(larger) > height
