"""What a scanner makes of six test codes, and what that says about its settings (domain §10.1).

A pure function: the text as the browser received it and the key that ended it go in, findings come out.
Each finding is a code of the catalogue with its facts. What the station understands all the same is a
note; what loses scans or time is a fault. Every deviation is taken away once it is named, so that several
at once are all found.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from station.devices.testcodes import BY_NAME, CODES, GS, TestCode

LIMIT = 400
"""Longest text that is judged, in characters; the longest test code has a hundred."""
ENDS = ("enter", "tab", "enter tab", "enter enter", "none")
"""How a scan can end: the keys that followed it, or nothing for a while."""


@dataclass(frozen=True)
class Finding:
    """One thing a scan says about the scanner."""

    code: str
    is_fault: bool = True
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Verdict:
    """What one scan says. `is_read` is False when it was no scan of this code: it is to be scanned again."""

    findings: tuple[Finding, ...]
    is_read: bool = True

    @property
    def is_good(self) -> bool:
        """Whether the scan was read and nothing has to be set differently."""
        return self.is_read and not any(item.is_fault for item in self.findings)


_AIM = re.compile(r"\][A-Za-z][0-9A-Za-z]")
_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_STAND_INS = ("|", "{GS}", "<GS>")
"""What the station reads as GS besides itself."""


def judge(name: str, raw: str, end: str = "enter", gap_ms: int = 0) -> Verdict:
    """What scanning the code `name` says, when `raw` arrived, ended by `end` (`ENDS`)."""
    wanted = BY_NAME[name]
    if not raw.strip():
        return Verdict((Finding("L-DEV-UNREAD", facts={"x": wanted.decoder}),))
    findings: list[Finding] = []
    text = _plain(raw[:LIMIT], findings)
    other = _other(wanted, text)
    if other is not None:
        return Verdict((Finding("L-DEV-OTHER", facts={"n": CODES.index(other) + 1}),), is_read=False)
    texts = _gs1(wanted, text) if wanted.name == "gs1" else _compare(wanted.text, text)
    if texts is None:
        return Verdict((Finding("L-DEV-FOREIGN", facts={"x": show(raw)}),), is_read=False)
    return Verdict((*texts, *findings, *_ended(end), *_slow(gap_ms)))


def _plain(raw: str, findings: list[Finding]) -> str:
    """`raw` without what stands around a code or dresses its characters up; each is named in `findings`."""
    text = raw.translate(_WIDE)
    if text != raw:
        findings.append(Finding("L-DEV-WIDE"))
    if text != text.strip(" "):
        findings.append(Finding("L-DEV-SPACE", is_fault=False))
    text = text.strip(" ")
    if match := _AIM.match(text):
        findings.append(Finding("L-DEV-AIM", is_fault=False, facts={"x": match.group()}))
        text = text[match.end() :]
    return text


def _other(wanted: TestCode, text: str) -> TestCode | None:
    """The test code that was scanned instead."""
    for code in CODES:
        if code is not wanted and _fold(text) in {_fold(code.text), _fold(_gs_less(code.text))}:
            return code
    return None


_SMALL = {ord(char): char.lower() for char in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}


def _fold(text: str) -> str:
    """Without case, and as long as before: other alphabets have letters that grow."""
    return text.translate(_SMALL)


def _gs_less(text: str) -> str:
    return text.replace(GS, "")


def _gs1(wanted: TestCode, text: str) -> list[Finding] | None:
    """GS first, then the rest is compared like any other code. Some scanners type one in front (FNC1)."""
    for stand_in in _STAND_INS:
        text = text.replace(stand_in, GS)
    text = text.strip(GS)
    before, after = wanted.text.split(GS)
    if _fold(text) == _fold(before + after):
        return [Finding("L-DEV-GS-LOST"), *(_compare(before + after, text) or [])]
    middle = re.fullmatch(re.escape(before) + r"(.{1,8})" + re.escape(after), text, re.IGNORECASE | re.DOTALL)
    if middle and middle.group(1) != GS:
        return [Finding("L-DEV-GS-OTHER", facts={"x": show(middle.group(1))})]
    if GS not in text:
        rest = _compare(before + after, text)
        return None if rest is None else [Finding("L-DEV-GS-LOST"), *rest]
    return _compare(wanted.text, text)


def _compare(wanted: str, text: str) -> list[Finding] | None:
    """How `text` differs from `wanted`; None when it is something else altogether."""
    if text == wanted:
        return []
    half, odd = divmod(len(text), 2)
    if not odd and text[:half] == text[half:] and _fold(text[:half]) == _fold(wanted):
        return [Finding("L-DEV-TWICE"), *(_compare(wanted, text[:half]) or [])]
    if _fold(text) == _fold(wanted):
        return [Finding(_case(wanted, text))]
    return _digits(wanted, text) if wanted.isdigit() else _characters(wanted, text)


def _case(wanted: str, text: str) -> str:
    changes = {
        wanted.swapcase(): "L-DEV-CAPS",
        wanted.lower(): "L-DEV-LOWERED",
        wanted.upper(): "L-DEV-UPPER",
    }
    return changes.get(text, "L-DEV-CASE")


def _digits(wanted: str, text: str) -> list[Finding] | None:
    """A number: its check digit, its leading digits, or a zero in front."""
    if text == wanted[:-1]:
        return [Finding("L-DEV-NO-CHECK")]
    if text == wanted.zfill(14):
        return [Finding("L-DEV-ZERO", is_fault=False)]
    if len(text) > 5 and text in wanted:  # noqa: PLR2004
        return [Finding("L-DEV-EAN-CUT", facts={"n": len(wanted) - len(text)})]
    return _characters(wanted, text)


def _characters(wanted: str, text: str) -> list[Finding] | None:
    """Something around it, cut off, lost on the way, or typed with another keyboard."""
    small, big = _fold(text), _fold(wanted)
    case = [] if _is_case_kept(wanted, text) else [Finding("L-DEV-CASE")]
    if big in small and len(text) <= len(wanted) + 12:
        at = small.index(big)
        around = f"{text[:at]}…{text[at + len(wanted) :]}"
        return [Finding("L-DEV-ADDED", facts={"x": show(around)}), *case]
    if big.startswith(small) and len(text) >= len(wanted) // 4:
        return [Finding("L-DEV-CUT", facts={"n": len(text), "m": len(wanted)}), *case]
    if len(small) * 2 >= len(big) and _is_within(small, big):
        return [Finding("L-DEV-LOST", facts={"n": len(wanted) - len(text), "m": len(wanted)}), *case]
    if len(small) == len(big):
        pairs = [(a, b) for a, b in zip(wanted, text, strict=True) if _fold(a) != _fold(b)]
        if len(pairs) * 2 < len(wanted):
            x, y = pairs[0]
            return [Finding("L-DEV-LAYOUT", facts={"x": x, "y": show(y)})]
    return None


def _is_case_kept(wanted: str, text: str) -> bool:
    return text in wanted or wanted in text or _is_within(text, wanted)


def _is_within(part: str, whole: str) -> bool:
    """Whether `part` is `whole` with characters left out."""
    rest = iter(whole)
    return all(char in rest for char in part)


def _ended(end: str) -> list[Finding]:
    named = {
        "none": "L-DEV-NO-ENTER",
        "tab": "L-DEV-TAB",
        "enter tab": "L-DEV-ENTER-TAB",
        "enter enter": "L-DEV-ENTERS",
    }
    return [Finding(named[end])] if end in named else []


SLOW_MS = 50
"""A wedge types faster than this between two characters; the scan box tells it from a hand by that."""


def _slow(gap_ms: int) -> list[Finding]:
    return [Finding("L-DEV-SLOW", facts={"n": gap_ms})] if gap_ms > SLOW_MS else []


def show(text: str, limit: int = 30) -> str:
    """`text` fit to be shown: controls by their picture, at most `limit` characters."""
    shown = "".join(chr(0x2400 + ord(char)) if ord(char) < 0x20 else char for char in text)  # noqa: PLR2004
    shown = "".join(char if char.isprintable() else "·" for char in shown)
    return shown if len(shown) <= limit else shown[: limit - 1] + "…"


def faults(verdicts: Iterable[Verdict]) -> Sequence[Finding]:
    """Every fault of all scans once, in the order they turned up."""
    by_code: dict[str, Finding] = {}
    for verdict in verdicts:
        for item in verdict.findings:
            if item.is_fault:
                by_code.setdefault(item.code, item)
    return tuple(by_code.values())
