"""A signature as text: only a drawing on the field is read, and it is drawn where its box is."""

import pytest

from printers.canvas import BLACK, Box, Page
from printers.strokes import LONGEST, length, read


@pytest.mark.parametrize(
    "text",
    ["", "1", "1,", "1,2;", ";1,2", "1,2  3,4", "1,2 3", "-1,2", "1.5,2", "1001,2", "1,401", "1,2<b>", "1,2 3,4\n",
     "１,2", "1,2 " * LONGEST],
)  # fmt: skip
def test_what_is_no_drawing_has_no_strokes(text: str) -> None:
    assert read(text) == []


def test_a_drawing_is_read_and_measured() -> None:
    strokes = read("0,0 100,50;1000,400 1000,380")
    assert strokes == [[(0, 0), (100, 50)], [(1000, 400), (1000, 380)]]
    assert length(strokes) == 120
    assert length(read("5,5;6,6;7,7")) == 0


def test_it_stands_inside_its_box() -> None:
    page = Page(50, 30)
    page.pen(Box(10, 10, 30, 12), read("0,0 1000,400"), (1000, 400))
    dots = [(x // 8, y // 8) for x in range(400) for y in range(240) if page.image.getpixel((x, y)) == BLACK]
    assert dots
    assert min(x for x, _ in dots) >= 9
    assert max(x for x, _ in dots) <= 41
    assert {y for _, y in dots} <= set(range(9, 24))
