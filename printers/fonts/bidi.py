"""Lines that hold Hebrew or Arabic: which part of them stands where (after UAX 9, without embedding).

Controls that embed or override are dropped from all texts before (``printers.text``), so letters, figures and
what is between them is all there is.
"""

import re
import unicodedata
from itertools import groupby

_RIGHT = frozenset({"R", "AL"})
_FIGURES = frozenset({"EN", "AN"})
_BESIDE_FIGURES = frozenset({"ES", "ET", "CS"})
_NUMBER = re.compile(r"\+?\(?[0-9*](?:[0-9*#()+./ -]{5,}|[0-9*#()+./-]*)[0-9*]")
"""A telephone number, a number with hidden figures: in whatever line it stands, its figures keep their order.
Without this rule 138****5678 behind an Arabic name would be printed as 5678****138.
"""


def has_right_to_left(text: str) -> bool:
    """Whether anything in it is read from right to left."""
    return any(unicodedata.bidirectional(c) in _RIGHT for c in text)


def visual(text: str) -> list[tuple[str, bool]]:
    """The parts of a line from left to right, each as it is read, and whether from right to left."""
    if not has_right_to_left(text):
        return [(text, False)]
    levels = _levels(text)
    order = list(range(len(text)))
    for level in range(max(levels), 0, -1):
        at = 0
        while at < len(order):
            end = at
            while end < len(order) and levels[order[end]] >= level:
                end += 1
            order[at:end] = reversed(order[at:end])
            at = max(end, at + 1)
    found = []
    for level, group in groupby(order, key=lambda place: levels[place]):
        found.append(("".join(text[place] for place in sorted(group)), bool(level % 2)))
    return found


def _levels(text: str) -> list[int]:
    kinds = _with_marks([unicodedata.bidirectional(c) for c in text])
    for number in _NUMBER.finditer(text):
        kinds[number.start() : number.end()] = ["EN"] * len(number[0])
    base = int(next((kind for kind in kinds if kind in _RIGHT | {"L"}), "L") in _RIGHT)
    levels: list[int | None] = []
    strong = "R" if base else "L"
    for kind in kinds:
        if kind in _RIGHT | {"L"}:
            strong = "L" if kind == "L" else "R"
            levels.append(1 if strong == "R" else 2 * base)
        elif kind in _FIGURES:
            levels.append(2 if strong == "R" or base else 0)
        else:
            levels.append(None)
    return _filled(levels, kinds, base)


def _with_marks(kinds: list[str]) -> list[str]:
    """Marks go with their letter; one sign between two figures belongs to them, as do those beside one."""
    found = list(kinds)
    for at, kind in enumerate(found):
        if kind == "NSM" and at:
            found[at] = found[at - 1]
    for at, kind in enumerate(kinds):
        before, after = (found[at - 1] if at else ""), (kinds[at + 1] if at + 1 < len(kinds) else "")
        if kind in _BESIDE_FIGURES and before in _FIGURES and (after in _FIGURES or kind == "ET"):
            found[at] = before
    return found


def _filled(levels: list[int | None], kinds: list[str], base: int) -> list[int]:
    """What is between two parts of one direction goes with them, anything else with the whole line."""
    found: list[int] = []
    for at, level in enumerate(levels):
        if level is not None:
            found.append(level)
            continue
        before = _side(levels[:at][::-1], kinds[:at][::-1], base)
        after = _side(levels[at + 1 :], kinds[at + 1 :], base)
        found.append((1 if before else 2 * base) if before == after else base)
    return found


def _side(levels: list[int | None], kinds: list[str], base: int) -> int:
    """The direction of the nearest letter or figure (figures count as leftward), or of the line."""
    for level, kind in zip(levels, kinds, strict=True):
        if level is not None:
            return 1 if kind in _FIGURES and level else level % 2
    return base
