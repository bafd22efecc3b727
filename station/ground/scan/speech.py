"""What is read aloud of a screen: the slot to go to, the quantity to take, the wall cell (domain §10.5).

Slots are read digit by digit, because "twelve" and "twenty" sound alike in a hall.
"""

from __future__ import annotations

import re
from typing import Any

from station.ground.scan.kinds import Kind
from station.ground.words.messages import say

SLOT = re.compile(r"[A-Z]{1,2}(?:-[0-9]{1,4})+")
CELL = re.compile(r"[0-9]+(?:-[0-9]+)?")
DIGITS = {
    "zh": "零一二三四五六七八九",
    "en": ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"],
}
SILENT = {"zh": "", "en": ""}


def spoken(screen: dict[str, Any]) -> dict[str, str]:
    """The sentence for a screen in both languages; empty when there is nothing to say."""
    facts, expects = screen["facts"], screen["expects"]
    big = str(facts.get("big", ""))
    if facts.get("aloud"):
        return dict.fromkeys(DIGITS, str(facts["aloud"]))
    if Kind.CELL in expects and CELL.fullmatch(big):
        return say("L-SAY-CELL", {"n": {lang: _spell(big, lang) for lang in DIGITS} if "-" in big else big})
    if Kind.LOCATION in expects and Kind.PRODUCT not in expects and SLOT.fullmatch(big):
        return say("L-SAY-SLOT", {"slot": {lang: _spell(big, lang) for lang in DIGITS}})
    if facts.get("pad") == "qty" and big.isdigit() and facts.get("big_label") == say("L-QTY"):
        return say("L-SAY-QTY", {"n": big})
    return SILENT


def _spell(code: str, lang: str) -> str:
    words = [
        " ".join(DIGITS[lang][int(char)] if char.isdigit() else char for char in part)
        for part in code.split("-")
    ]
    return ", ".join(words)
