"""axe-core, the judge of accessibility: from npm, outside the checkout (see `.ci/run`)."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tests.conftest import missing

PLACES = (
    os.environ.get("AXE_CORE", ""),
    str(Path(__file__).parents[2] / "node_modules/axe-core/axe.min.js"),
)

RUN = """async () => (await axe.run(document, { resultTypes: ["violations"] })).violations
  .filter((found) => ["serious", "critical"].includes(found.impact))
  .map((found) => `${found.id}: ${found.nodes.map((node) => node.html.slice(0, 90)).slice(0, 4).join(" | ")}`)"""


@cache
def _source() -> str:
    """The script's text; empty where it is not installed."""
    found = [path for path in PLACES if path and Path(path).is_file()]
    return Path(found[0]).read_text(encoding="utf-8") if found else ""


def need_axe() -> None:
    """Skip with a reason where axe is not installed; fail in CI."""
    if not _source():
        missing("axe-core (npm install --prefix DIR axe-core; AXE_CORE=DIR/node_modules/axe-core/axe.min.js)")


def judge(page: Page, name: str) -> list[str]:
    """Serious and critical violations on a page, in both themes."""
    if not page.evaluate("() => Boolean(window.axe)"):
        page.evaluate(_source())
    theme: Any = page.evaluate("() => document.documentElement.dataset.theme")
    found = []
    for shown in ("bright", "dark"):
        page.evaluate("(name) => { document.documentElement.dataset.theme = name; }", shown)
        found += [f"{name} {shown}: {text}" for text in page.evaluate(RUN)]
    page.evaluate("(name) => { document.documentElement.dataset.theme = name; }", theme)
    return found
