"""Raw text from a scanner or a keyboard made plain, and made fit to be shown."""

from __future__ import annotations

import re

from station.ground.scan.elements import GS

LIMIT = 256
"""Longest scan that is looked at, in characters."""
SHOWN = 40
"""Longest scan that is shown, in characters."""
_AIM = re.compile(r"\][A-Za-z][0-9A-Za-z]")
_STAND_INS = re.compile(r"\||\{GS\}|<GS>", re.IGNORECASE)
_CONTROLS = re.compile(r"[\x00-\x1c\x1e\x1f\x7f-\x9f]")
_PLAIN_FORMS = (
    {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}  # full-width letters, digits and signs
    | dict.fromkeys((0x3000, 0xA0), 0x20)
    | dict.fromkeys((0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF))  # what an input method leaves behind
)


def show(raw: str) -> str:
    """`raw` fit to be shown to a person: printable, at most 40 characters, no direction tricks."""
    text = "".join(char if char.isprintable() else "·" for char in raw[: SHOWN + 1])
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


def clean(raw: str) -> tuple[str, str]:
    """Rule 1: without controls (but GS), stand-ins turned into GS, full-width letters made plain;
    and the AIM id that was in front. A separator at either end separates nothing: some scanners send
    one for the FNC1 that begins a GS1 barcode.
    """
    text = _CONTROLS.sub("", raw.translate(_PLAIN_FORMS)).strip(" ")
    aim = ""
    if match := _AIM.match(text):
        aim, text = match.group(), text[match.end() :]
    return _STAND_INS.sub(GS, text).strip(" " + GS), aim
