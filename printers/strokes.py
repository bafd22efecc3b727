"""A signature as the pen drew it: strokes of points on a field of 1000 × 400, as text and back.

``x,y x,y x,y;x,y x,y``: points parted by blanks, strokes by semicolons. Such a text is small, can hold
nothing but a drawing, and is drawn sharp on any paper and screen.
"""

import re
from itertools import pairwise

WIDTH, HEIGHT = 1000, 400
LONGEST = 8000
"""Characters of a signature; a long one is some 3 000."""
_POINT = "[0-9]{1,4},[0-9]{1,3}"
_SHAPE = re.compile(f"{_POINT}(?:[ ;]{_POINT})*")

Stroke = list[tuple[int, int]]


def read(text: str) -> list[Stroke]:
    """The strokes; none for a text that is no drawing on the field."""
    if len(text) > LONGEST or not _SHAPE.fullmatch(text):
        return []
    strokes = [[_point(one) for one in stroke.split(" ")] for stroke in text.split(";")]
    fits = all(x <= WIDTH and y <= HEIGHT for stroke in strokes for x, y in stroke)
    return strokes if fits else []


def length(strokes: list[Stroke]) -> int:
    """How far the pen went on the field, the longer of both directions for each piece."""
    pairs = [pair for stroke in strokes for pair in pairwise(stroke)]
    return sum(max(abs(ax - bx), abs(ay - by)) for (ax, ay), (bx, by) in pairs)


def _point(text: str) -> tuple[int, int]:
    x, _, y = text.partition(",")
    return int(x), int(y)
