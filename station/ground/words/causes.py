"""Causes the station itself writes down: codes of the catalogue, read later in anybody's language.

A stored cause is text: parts joined by "; ", each a code with or without one value behind it, or what a
person wrote. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from station.ground.words.messages import catalogue, say

JOINT, LONGEST = "; ", 200
_CODED = re.compile(r"([LE]-[A-Z0-9]+(?:-[A-Z0-9]+)+)(?: (.*))?", re.DOTALL)


def cause(code: str, what: object = "") -> str:
    """One cause as it is stored; `what` is the fact {what} of its sentence."""
    said = str(what).replace(";", ",").strip()
    return f"{code} {said}" if said else code


def joined(causes: Sequence[str]) -> str:
    """Several causes as one text of at most `LONGEST` characters; a value may lose its end, a code not."""
    whole = ""
    for one in causes:
        longer = f"{whole}{JOINT}{one}" if whole else one
        code = one.partition(" ")[0]
        if len(longer) > LONGEST and len(longer) - len(one) + len(code) > LONGEST:
            break
        whole = longer[:LONGEST]
    return whole


def told(stored: str) -> dict[str, str]:
    """A stored cause in both languages; what a person wrote stays as it is."""
    parts = [_told(part) for part in (stored or "").split(JOINT)]
    return {lang: JOINT.join(part[lang] for part in parts) for lang in ("zh", "en")}


def _told(part: str) -> dict[str, str]:
    match = _CODED.fullmatch(part)
    if match is None or match[1] not in catalogue():
        return {"zh": part, "en": part}
    return say(match[1], {"what": match[2] or ""})
