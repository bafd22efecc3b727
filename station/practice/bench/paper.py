"""``station bench print``: what drawing and packing each paper costs; a waybill has a target."""

from __future__ import annotations

import gc
import json
import resource
import statistics
import sys
import time
from typing import Any

import click

from printers import languages, layouts, specimens
from printers.documents import KINDS
from printers.media import ALLOWED, MEDIA, dots_per_mm

ROUNDS = 15
TARGET_MS, TARGET_BYTES, TARGET_RATE = 40, 30_000, 20
"""The waybill 100×180 at 203 dpi as compressed ZPL: median drawn and packed, bytes, documents a second."""


def language_of(media: str) -> str:
    """What a printer with this paper usually speaks."""
    if media.startswith("roll"):
        return "escpos"
    return "pdf" if media in {"a4", "a5"} else "zpl"


def measure(kind: str, media: str, dpi: int, language: str) -> dict[str, Any]:
    """Median time (ms) to draw and to pack, bytes, pages."""
    document = specimens.specimen(kind)
    options = {"dots_per_mm": dots_per_mm(dpi)}
    drawn, packed, data, images = [], [], b"", []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        images = layouts.render(document, media, dpi, printed_at="2026-11-23 10:20")
        middle = time.perf_counter()
        data = languages.encode(language, images, options)
        drawn.append(middle - start)
        packed.append(time.perf_counter() - middle)
    return {
        "kind": kind,
        "media": media,
        "dpi": dpi,
        "language": language,
        "pages": len(images),
        "draw_ms": round(statistics.median(drawn) * 1000, 1),
        "pack_ms": round(statistics.median(packed) * 1000, 1),
        "bytes": len(data),
    }


def rate(seconds: float = 3) -> float:
    """Waybills a second on one core, drawn, packed and made into the picture that is kept."""
    document, count, start = specimens.specimen("waybill"), 0, time.perf_counter()
    while (passed := time.perf_counter() - start) < seconds:
        images = layouts.render(document, "waybill_100x180", 203)
        languages.encode("zpl", images)
        languages.encode("png", images)
        count += 1
    return count / passed


def bench(*, as_json: bool) -> None:
    """Measure and print all papers; exit status 1 when the waybill misses its target."""
    gc.collect()
    rows = [
        measure(kind, media, dpi, language_of(media))
        for kind in KINDS
        for media in ALLOWED[kind]
        for dpi in (203, 300)
        if media in MEDIA
    ]
    target = measure("waybill", "waybill_100x180", 203, "zpl")
    total = target["draw_ms"] + target["pack_ms"]
    report = {
        "papers": rows,
        "waybill_ms": round(total, 1),
        "waybill_ms_ratio": round(total / TARGET_MS, 2),
        "waybill_bytes_ratio": round(target["bytes"] / TARGET_BYTES, 2),
        "waybills_per_s": round(rate()),
        "rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }
    report["rate_ratio"] = round(TARGET_RATE / report["waybills_per_s"], 2)
    click.echo(json.dumps(report) if as_json else _table(report))
    is_met = max(report["waybill_ms_ratio"], report["waybill_bytes_ratio"], report["rate_ratio"]) <= 1
    sys.exit(0 if is_met else 1)


def _table(report: dict[str, Any]) -> str:
    columns = ("kind", "media", "dpi", "language", "pages", "draw_ms", "pack_ms", "bytes")
    lines = ["{:17} {:16} {:>4} {:8} {:>5} {:>8} {:>8} {:>8}".format(*columns)]
    for row in report["papers"]:
        values = [row[name] for name in columns]
        lines.append("{:17} {:16} {:>4} {:8} {:>5} {:>8} {:>8} {:>8}".format(*values))
    lines += [
        "",
        f"waybill 100×180, 203 dpi, as compressed ZPL: {report['waybill_ms']} ms drawn and packed",
        f"ratio to {TARGET_MS} ms: {report['waybill_ms_ratio']}",
        f"ratio to {TARGET_BYTES} bytes: {report['waybill_bytes_ratio']}",
        f"{report['waybills_per_s']} a second on one core; ratio to {TARGET_RATE}: {report['rate_ratio']}",
        f"memory: {report['rss_mb']} MB",
    ]
    return "\n".join(lines)
