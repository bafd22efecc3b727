"""Why goods were refused at the dock, as written down on a receipt's line and as read on its paper.

A line keeps the names of all its faults, separated by blanks: the outer packing (S-06), OVER, what the
inspection found (P3), and the codes of refused dates.
"""

from __future__ import annotations

from station.ground.scan.kit.choice import Reason
from station.ground.words.messages import say

INTACT, OVER, DATE = "INTACT", "OVER", "DATE"
OUTER = (
    Reason(INTACT, "L-OUTER-INTACT"),
    Reason("BROKEN", "L-OUTER-BROKEN"),
    Reason("SOAKED", "L-OUTER-SOAKED"),
    Reason("DEFORMED", "L-OUTER-DEFORMED"),
    Reason("SEAL", "L-OUTER-SEAL"),
)
"""Outer packing (P2, S-06): only INTACT cartons are received."""
DEFECTS = (
    Reason("LOOK", "L-WHY-LOOK"),
    Reason("SPEC", "L-WHY-SPEC"),
    Reason(DATE, "L-WHY-DATE"),
    Reason("DAMAGED", "L-WHY-DAMAGED"),
    Reason("SHORT", "L-WHY-SHORT"),
    Reason("OTHER", "L-WHY-OTHER"),
)
"""What an inspector may find (P3): 外观/规格/日期不符/破损/少装/其他."""
_LABELS = {reason.name: reason.label for reason in (*OUTER, *DEFECTS)}


def label(name: str) -> str:
    """The catalogue's label of a fault."""
    return _LABELS.get(name, f"L-WHY-{name}")


def words(name: str) -> str:
    """One fault in Chinese and English, for paper."""
    text = say(label(name))
    return f"{text['zh']} {text['en']}"


def together(*names: str) -> str:
    """Several faults of one line, each once, as the line keeps them."""
    return " ".join(dict.fromkeys(name for part in names for name in part.split()))


def allowed_words(override: str) -> str:
    """What a supervisor allowed on a line, its codes in words: one "code who: why" to a row."""
    rows = [row.partition(" ") for row in override.splitlines()]
    return "; ".join(f"{words(code)}, {who}" for code, _, who in rows)
