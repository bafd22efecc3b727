"""The sizes of a run, its figures and the table a person reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

SLOW_MS = 10


@dataclass(frozen=True)
class Size:
    """How many handhelds, and seconds of each run; the bench's own, or a test's."""

    handhelds: int = 300
    busy: int = 50
    """Those who scan without pause, and the few of the pausing."""
    stops: int = 200
    """On the list of a busy one; the others have 25."""
    commit_s: float = 2
    warm_s: float = 1
    """Before anything is measured, so that what a server does only once weighs on no path."""
    page_s: float = 3
    busy_s: float = 5
    few_s: float = 7
    many_s: float = 11
    slow_s: float = 4


Runs = dict[str, dict[str, Any]]


def figures_of(
    fast: Runs, slow: Runs, page: dict[str, Any], commit_rate: float, size: Size
) -> dict[str, Any]:
    """The figures of one path; `cost_ms` is that of scans without pause."""
    slow_commits = 1 / (1 / commit_rate + SLOW_MS / 1000)
    cost, bare = fast["busy"]["cost_ms"], page["cost_ms"]
    return {
        "scan_rate": fast["busy"]["rate"],
        "ratio": round(fast["busy"]["rate"] / commit_rate, 3),
        "cost_ms": cost,
        "page_ratio": round(cost / bare, 1) if cost and bare else None,
        "handhelds": {str(size.busy): fast["few"], str(size.handhelds): fast["many"]},
        "slow_disk": {
            "commit_rate": round(slow_commits),
            "scan_rate": slow["busy"]["rate"],
            "ratio": round(slow["busy"]["rate"] / slow_commits, 2),
            str(size.handhelds): slow["many"],
        },
    }


def table(figures: dict[str, Any], size: Size) -> str:
    """The report for a person."""
    paths = (("handheld", figures), ("JSON", figures["api"]))
    lines = [
        f"{'':44}{'this disk':>12}{f'+{SLOW_MS} ms':>12}",
        _rates("durable commits / s", figures, "commit_rate"),
    ]
    for name, own in paths:
        lines.append(_rates(f"scans / s, {size.busy} without pause, {name}", own, "scan_rate"))
        lines.append(_rates("  ratio to commits", own, "ratio"))
        lines.append(f"{'  processor ms / scan':44}{_or_dash(own['cost_ms']):>12}")
        lines.append(f"{'  ratio to a bare page':44}{_or_dash(own['page_ratio']):>12}")
    lines.append(f"{'bare page, processor ms':44}{_or_dash(figures['page']['cost_ms']):>12}")
    lines += ["", f"{'handhelds pausing 1–3 s':28}{_CAPTIONS}"]
    for name, own in paths:
        few, many = own["handhelds"][str(size.busy)], own["handhelds"][str(size.handhelds)]
        lines.append(_pausing(f"{size.busy}, {name}", few))
        lines.append(_pausing(f"{size.handhelds}, {name}", many))
        slow = own["slow_disk"][str(size.handhelds)]
        lines.append(_pausing(f"{size.handhelds}, {name}, +{SLOW_MS} ms", slow))
    memory, books, seconds = figures["memory_mb"], figures["integrity"], figures["seconds"]
    sealed = f"{figures['sealed_rows']} rows sealed · " if figures["sealed_rows"] else ""
    return "\n".join([*lines, "", f"server memory {memory} MB · {sealed}books {books} · {seconds} s"])


_CAPTIONS = f"{'p50 ms':>9}{'p95':>9}{'p99':>9}{'served':>9}{'errors':>8}{'cost ms':>9}"


def _rates(name: str, figures: dict[str, Any], key: str) -> str:
    own, slow = figures.get(key), figures["slow_disk"][key]
    return f"{name:44}{own:>12}{slow:>12}"


def _pausing(name: str, run: dict[str, Any]) -> str:
    times = "".join(f"{run[key]:>9}" for key in ("p50", "p95", "p99"))
    return f"{name:28}{times}{run['served']:>9.2%}{run['errors']:>8}{_or_dash(run['cost_ms']):>9}"


def _or_dash(figure: float | None) -> str:
    return "–" if figure is None else str(figure)
