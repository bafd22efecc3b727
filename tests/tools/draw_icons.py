"""Draw the app's icons from static/icon.svg; run it after changing that file: python -m tests.tools.draw_icons."""

from __future__ import annotations

import re
from pathlib import Path

from PIL import Image, ImageDraw

STATIC = Path(__file__).parents[2] / "static"
SIZES = {"icon-192": (192, 1.0), "icon-512": (512, 1.0), "icon-maskable-512": (512, 0.72)}
"""Edge in pixels, and how much of it the picture takes; phones cut the edge off a maskable one."""
FINE = 4


def draw(size: int, share: float) -> Image.Image:
    """The icon's rounded square and bars; a maskable one is filled to its corners."""
    svg = (STATIC / "icon.svg").read_text(encoding="utf-8")
    edge = int(re.findall(r'viewBox="0 0 (\d+) ', svg)[0])
    ground, ink = re.findall(r'(?:fill|stroke)="(#[0-9a-f]+)"', svg)
    round_, width = int(re.findall(r'rx="(\d+)"', svg)[0]), int(re.findall(r'stroke-width="(\d+)"', svg)[0])
    big = size * FINE
    unit, margin = big * share / edge, big * (1 - share) / 2
    picture = Image.new("RGBA", (big, big), ground if share < 1 else (0, 0, 0, 0))
    pen = ImageDraw.Draw(picture)
    if share == 1:
        pen.rounded_rectangle((0, 0, big - 1, big - 1), round_ * unit, fill=ground)
    for x, y, length in re.findall(r"M(\d+) (\d+)v(\d+)", svg):
        left, top = margin + (int(x) - width / 2) * unit, margin + int(y) * unit
        pen.rectangle((left, top, left + width * unit - 1, top + int(length) * unit - 1), fill=ink)
    return picture.resize((size, size), Image.Resampling.BOX)


def main() -> None:
    """Write all sizes."""
    for name, (size, share) in SIZES.items():
        draw(size, share).save(STATIC / "icons" / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
