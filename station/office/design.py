"""The design system, documented by itself: every token read from the stylesheet, every part shown live."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from flask import current_app, render_template

from station.ground.web.desk import DESK, blueprint
from station.ground.web.i18n import gettext as _
from station.ground.web.kit import allow, hub
from station.ground.words.messages import TONES

GROUNDS = {"ink": "paper", "ink-soft": "soft", "on-brand": "brand", "edge": "paper", "focus": "paper"}
"""What a colour stands on; the tones stand on their own soft one."""
TONE_NAMES = ("ok", "bad", "warn", "done", "stop")
TEXT_CONTRAST, EDGE_CONTRAST = 7, 3

_BLOCK = re.compile(r"^([^\n{]*)\{\n(.*?)^\}", flags=re.DOTALL | re.MULTILINE)
_COLOUR = re.compile(r"--([a-z-]+): (#[0-9a-f]{3,6})")
_SIZE = re.compile(r"--([a-z-]+): ([0-9]+)px")


@dataclass(frozen=True)
class Swatch:
    """A colour token; `contrast` to what it stands on, 0 for a ground."""

    name: str
    value: str
    ground: str
    contrast: float
    least: int


def _wide(colour: str) -> str:
    digits = colour.lstrip("#")
    return digits if len(digits) == 6 else "".join(2 * digit for digit in digits)  # noqa: PLR2004


def _luminance(colour: str) -> float:
    parts = [int(_wide(colour)[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 — WCAG 2
        for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours (WCAG 2)."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@cache
def _blocks(path: Path) -> list[tuple[str, str]]:
    return [(block[1].strip(), block[2]) for block in _BLOCK.finditer(path.read_text(encoding="utf-8"))]


def _swatches(sheet: Path, theme: str) -> list[Swatch]:
    block = next(body for selector, body in _blocks(sheet) if f'[data-theme="{theme}"]' in selector)
    known = dict(_COLOUR.findall(block))
    grounds = GROUNDS | {tone: f"{tone}-soft" for tone in TONE_NAMES}
    swatches = []
    for name, value in known.items():
        ground = grounds.get(name, "")
        ratio = contrast(value, known[ground]) if ground else 0
        least = EDGE_CONTRAST if name in {"edge", "focus"} else TEXT_CONTRAST
        swatches.append(Swatch(name, value, ground, round(ratio, 1), least if ground else 0))
    return swatches


def _sizes(sheet: Path) -> list[tuple[str, int]]:
    block = next(body for selector, body in _blocks(sheet) if selector == ":root" and "--touch" in body)
    return [(name, int(pixels)) for name, pixels in _SIZE.findall(block)]


@blueprint.get("/desk/design")
@allow(*DESK)
def design() -> Any:
    """Every token and every part, in both themes."""
    sheet = Path(str(current_app.static_folder)) / "station.css"
    themes = [
        (name, title, _swatches(sheet, name))
        for name, title in (("bright", _("Bright dock")), ("dark", _("Dark aisle")))
    ]
    tones = sorted({tone for tone in TONES.values() if tone != "none"})
    return render_template(
        "design/design.html", themes=themes, sizes=_sizes(sheet), tones=tones, demo=hub().demo_people
    )
