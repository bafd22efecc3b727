"""The stylesheet's colours can be read in a bright dock and a dark aisle (domain §10.5: 7:1)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

STATIC = Path(__file__).parents[3] / "static"
SHEET = "".join((STATIC / name).read_text(encoding="utf-8") for name in ("station.css", "desk.css"))
THEMES = {
    "bright": re.search(
        r"^:root, \[data-theme=\"bright\"\] \{(.*?)\}", SHEET, flags=re.DOTALL | re.MULTILINE
    ),
    "dark": re.search(r"^\[data-theme=\"dark\"\] \{(.*?)\}", SHEET, flags=re.DOTALL | re.MULTILINE),
}
PAIRS = [
    ("ink", "paper"),
    ("ink", "soft"),
    ("ink-soft", "paper"),
    ("ink-soft", "soft"),
    ("on-brand", "brand"),
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


def tokens(theme: str) -> dict[str, str]:
    """The colours of a theme."""
    block = THEMES[theme]
    assert block is not None
    return dict(re.findall(r"--([a-z-]+): #([0-9a-f]{3,6})", block[1]))


@pytest.mark.parametrize("theme", THEMES)
def test_every_tone_can_be_read(theme: str) -> None:
    known = tokens(theme)
    found = {pair: contrast(known[pair[0]], known[pair[1]]) for pair in PAIRS}
    assert {pair: value for pair, value in found.items() if value < 7} == {}


@pytest.mark.parametrize("theme", THEMES)
def test_what_can_be_touched_has_an_edge(theme: str) -> None:
    """3:1 for the borders of keys and the mark of the focus (WCAG 1.4.11)."""
    known = tokens(theme)
    pairs = [(one, ground) for one in ("edge", "focus") for ground in ("paper", "soft")]
    found = {pair: contrast(known[pair[0]], known[pair[1]]) for pair in pairs}
    assert {pair: value for pair, value in found.items() if value < 3} == {}


def test_both_themes_name_the_same_colours() -> None:
    assert tokens("bright").keys() == tokens("dark").keys()


def test_texts_take_their_colours_from_the_tokens() -> None:
    """A colour outside the tokens would be the same in the dark; only paper and the bands of the network are."""
    plain = SHEET[SHEET.index("* { box-sizing") :]
    odd = [line for line in plain.splitlines() if re.search(r"[^-]color: #", line)]
    paper = (
        ".bar .muted",
        "#net-band",
        ".net-lost",
        ".thing",
        ".command-cards",
        "  :root { background: #fff",
        '  :root[data-theme="dark"] { background: #fff',
    )
    assert [line for line in odd if not line.startswith(paper)] == []


@pytest.mark.parametrize(("ink", "ground"), re.findall(r"background: #(\w+);[^}]*?[^-]color: #(\w+)", SHEET))
def test_colours_beside_the_tokens_can_be_read_too(ink: str, ground: str) -> None:
    assert contrast(ink, ground) >= 7
