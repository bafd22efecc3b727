"""What an unknown scan looks like, in words: pure, for people who ask "why?" after a refusal."""

from __future__ import annotations

import re
from typing import Any

from station.ground.documents.check_char import has_right_check
from station.ground.scan import elements, gs1, spellings
from station.ground.scan.cleaning import LIMIT, clean
from station.ground.scan.kinds import PREFIXES
from station.ground.words.messages import say

Said = tuple[str, dict[str, Any]]
"""A code of the catalogue and its facts."""

_LABEL = re.compile(r"[A-Z]{2}[0-9A-Z]{3,40}")
_URL = re.compile(r"(?:https?|ftp)://|www\.", re.IGNORECASE)


def diagnose(raw: str) -> Said:
    """The first thing that can be said about a scan that nothing is known about."""
    text, aim = clean(raw)
    if len(raw) > LIMIT:
        return "L-ODD-LONG", {}
    if not text.replace(gs1.GS, ""):
        return "L-ODD-NOTHING", {}
    label = text.upper().replace("-", "")
    if text.upper().startswith("CM-"):
        return "L-ODD-CARD", {}
    if label[:2] in PREFIXES and _LABEL.fullmatch(label) and not has_right_check(label):
        return "L-ODD-OURS", {"kind": say(f"L-KIND-{PREFIXES[label[:2]]}")}
    return _gs1(text, aim) or _digits(text) or _words(text)


def _gs1(text: str, aim: str) -> Said | None:
    if not gs1.looks_like(text, aim):
        return None
    if elements.is_packed_link(text):
        return "L-ODD-PACKED", {}
    try:
        said = gs1.reading(text)
    except elements.Unreadable as error:
        return ("L-ODD-GS1-TORN" if error.is_torn else "L-ODD-GS1-CUT"), {}
    if said.has_bad_check:
        return "L-ODD-GS1-BAD", {}
    return ("L-ODD-GS1", {"gtin": said.gtin}) if said.gtin else ("L-ODD-LABEL", {})


def _digits(text: str) -> Said | None:
    if not (text.isascii() and text.isdigit()):
        return None
    facts = {"n": len(text)}
    if len(text) not in spellings.LENGTHS:
        return "L-ODD-DIGITS", facts
    is_right = spellings.has_right_digit(text)
    return ("L-ODD-GOOD-CHECK" if is_right else "L-ODD-BAD-CHECK"), facts


def _words(text: str) -> Said:
    if _URL.match(text):
        return "L-ODD-URL", {}
    is_plain = text.isascii() and text.replace(gs1.GS, "").isprintable()
    return ("L-ODD-TEXT" if is_plain else "L-ODD-FOREIGN"), {"n": len(text)}
