"""The album: one page of HTML beside the pictures."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from station.practice.gallery.studio import Shot

HEAD = """<!DOCTYPE html>
<html lang="en"><meta charset="utf-8"><title>station: every screen</title>
<style>
  body { font: 16px/1.4 sans-serif; margin: 16px; background: #667; color: #fff; }
  section { margin-bottom: 32px; } figure { display: inline-block; margin: 6px; vertical-align: top; }
  img { display: block; max-width: 420px; max-height: 420px; object-fit: contain; object-position: top; }
  nav a, figcaption { color: #fff; font-size: 14px; margin-right: 10px; }
</style>
<h1>station: every screen</h1>
"""


def write(folder: Path, shots: Iterable[Shot]) -> None:
    """`index.html` with every picture: a section for each screen, a row for each language."""
    ordered = sorted(shots, key=lambda shot: (shot.group, shot.name, shot.lang, shot.theme, shot.width))
    groups = sorted({shot.group for shot in ordered})
    lines = [HEAD, "<nav>", *(f'<a href="#{escape(name)}">{escape(name)}</a>' for name in groups), "</nav>"]
    for group, of_group in groupby(ordered, key=lambda shot: shot.group):
        lines.append(f'<h2 id="{escape(group)}">{escape(group)}</h2>')
        for name, of_screen in groupby(of_group, key=lambda shot: shot.name):
            lines.append(f"<section><h3>{escape(name)}</h3>")
            for _lang, row in groupby(of_screen, key=lambda shot: shot.lang):
                lines += ["<div>", *(_figure(shot) for shot in row), "</div>"]
            lines.append("</section>")
    (folder / "index.html").write_text("\n".join([*lines, "</html>", ""]), encoding="utf-8")


def _figure(shot: Shot) -> str:
    caption = f"{shot.lang} · {shot.theme} · {shot.width}"
    return (
        f'<figure><a href="{escape(shot.file)}"><img src="{escape(shot.file)}" alt="{escape(shot.name)} '
        f'{caption}" loading="lazy"></a><figcaption>{caption}</figcaption></figure>'
    )
