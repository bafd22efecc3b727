"""The stylesheet's colours can be read in a bright dock and a dark aisle (domain §10.5: 7:1)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

SHEET = (Path(__file__).parents[3] / "static/station.css").read_text(encoding="utf-8")
THEMES = re.findall(r":root \{(.*?)\}", SHEET, flags=re.DOTALL)
PAIRS = [
    ("ink", "paper"),
    ("ink", "soft"),
    *((tone, f"{tone}-soft") for tone in ["ok", "bad", "warn", "done", "stop"]),
]


def luminance(colour: str) -> float:
    digits = colour if len(colour) == 6 else "".join(2 * digit for digit in colour)
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", range(2), ids=["bright", "dark"])
def test_every_tone_can_be_read(theme: int) -> None:
    tokens = dict(re.findall(r"--([a-z-]+): #([0-9a-f]{3,6})", THEMES[theme]))
    found = {pair: contrast(tokens[pair[0]], tokens[pair[1]]) for pair in PAIRS}
    found["white", "brand"] = contrast("ffffff", tokens["brand"])
    assert {pair: value for pair, value in found.items() if value < 7} == {}
