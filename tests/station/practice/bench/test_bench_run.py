"""``station bench`` on a hall of a few handhelds: what it says, and that it does what a handheld does.

Nothing here is about speed: a slow machine passes as well as a fast one.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from station.practice.bench import handhelds, measures, process, run, wire

ROOT = Path(__file__).parents[4]
TINY = measures.Size(
    handhelds=10,
    busy=8,
    commit_s=0.2,
    warm_s=0.1,
    page_s=1,
    busy_s=0.5,
    few_s=1.5,
    many_s=1.5,
    slow_s=0.5,
)
"""Short enough that no machine reaches the end of the lists: 8 × 400 scans."""
REPLY = (
    b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n"
    b'HX-Trigger: {"scanAccepted": {"tone": "tick", "code": "I-1"}}\r\n\r\n'
)


@pytest.fixture(scope="module")
def report() -> dict[str, Any]:
    """One run of the whole bench."""
    return run.report(TINY, as_json=True)


@pytest.mark.long
def test_both_paths_are_measured_in_full(report: dict[str, Any]) -> None:
    assert report["integrity"] == "ok"
    assert report["commit_rate"] > 0
    assert report["page"]["rate"] > 0
    for figures in (report, report["api"]):
        assert figures["scan_rate"] > 0
        assert figures["ratio"] > 0
        assert set(figures["handhelds"]) == {"8", "10"}
        assert set(figures["slow_disk"]) == {"commit_rate", "scan_rate", "ratio", "10"}
        for load in (*figures["handhelds"].values(), figures["slow_disk"]["10"]):
            assert load["scans"] > 0
            assert (load["errors"], load["kinds"], load["served"]) == (0, [], 1.0)
            assert 0 < load["p50"] <= load["p95"] <= load["max"]


@pytest.mark.long
@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="only Linux tells a process's time")
def test_a_scan_is_weighed_against_a_bare_page(report: dict[str, Any]) -> None:
    """A scan writes, a bare page only reads one row: it can never be the cheaper one."""
    assert report["memory_mb"] > 0
    page = report["page"]["cost_ms"]
    for figures in (report, report["api"]):
        assert figures["cost_ms"] > page > 0
        assert figures["page_ratio"] == pytest.approx(figures["cost_ms"] / page, abs=0.06)
        assert figures["page_ratio"] > 1


@pytest.mark.long
def test_a_person_reads_both_paths(report: dict[str, Any]) -> None:
    shown = measures.table(report | {"seconds": 9}, TINY)
    for figures in (report, report["api"]):
        assert str(figures["scan_rate"]) in shown
        assert str(figures["page_ratio"]) in shown
    blind = report | {"cost_ms": None, "page_ratio": None, "seconds": 9}
    assert "–" in measures.table(blind, TINY)


@pytest.mark.long
def test_with_the_loops_the_books_are_sealed_beside_the_scans(report: dict[str, Any]) -> None:
    sealed = run.report(TINY, as_json=True, loops=True)
    assert sealed["sealed_rows"] > sealed["handhelds"]["10"]["scans"] > 0
    assert f"{sealed['sealed_rows']} rows sealed" in measures.table(sealed | {"seconds": 9}, TINY)
    assert (sealed["integrity"], report["sealed_rows"]) == ("ok", 0)
    assert set(sealed) == set(report)


def test_it_sends_what_the_handheld_s_script_sends() -> None:
    """The headers and fields of ``static/scan.js``, and nothing of the JSON door."""
    script = (ROOT / "static/scan.js").read_text(encoding="utf-8")
    said = re.search(r"headers: \{(.+?)\},\n\s+body: new URLSearchParams\(\{ (.+?) \}\)", script)
    assert said
    hand = wire.Handheld(80, "session")
    page = b'<body data-csrf="ab12"><main id="screen" data-step="slot" data-step-token="t1" data-hint="B-1">'
    assert hand.opened(wire.Reply(200, REPLY, page)) == wire.Answer("slot", "B-1", "t1")
    fields = {"scan_id": "0" * 32, "raw": "]C1LC B&1", "step_token": "t1"}
    head, _, body = hand.scan(fields).decode().partition("\r\n\r\n")
    for name in re.findall(r'"([\w-]+)":', said[1]):
        assert f"\r\n{name}: " in head
    assert "\r\nX-CSRF-Token: ab12\r\n" in head
    assert "application/json" not in head
    assert f"Content-Length: {len(body)}" in head
    assert {part.partition("=")[0] for part in body.split("&")} == set(said[2].split(", "))


def test_a_refusal_is_an_error_whatever_its_status() -> None:
    hand = wire.Handheld(80, "session")
    refused = REPLY.replace(b"scanAccepted", b"scanRefused").replace(b"I-1", b"E-LOC-01")
    assert "E-LOC-01" in hand.judged(wire.Reply(200, refused, b"")).refusal
    assert hand.judged(wire.Reply(502, b"HTTP/1.1 502 Bad\r\n\r\n", b"")).refusal == "502"
    body = json.dumps({"accepted": False, "code": "E-LOC-01"}).encode()
    assert wire.Api(80, "session").judged(wire.Reply(422, b"", body)).refusal == "422 E-LOC-01"


def test_costs_are_unknown_where_the_system_does_not_tell() -> None:
    gone = 2**22 + 1  # above the largest number a process can have
    assert process.cpu_s(gone) is None
    assert process.memory_mb(gone) is None
    assert handhelds.costs(10, None, 0.5) == {"cost_ms": None, "client_ms": 50.0}
