"""设备自检: six codes to scan, what they say about the scanner, and the sheet to print.

The page keeps what was received and sends all of it each time; the server keeps nothing and judges
everything (`station.devices.checkup`), so a check leaves no trace in the warehouse.
"""

from __future__ import annotations

from typing import Any

from flask import Response, abort, render_template, request

from printers import symbols
from station.devices import checkup, handheld
from station.devices.checkup import Finding, Verdict
from station.devices.handheld import Device
from station.devices.testcodes import BY_NAME, CODES
from station.ground.web import barcodes
from station.ground.web.desk import blueprint
from station.ground.web.kit import allow

SCANS = 60
"""Most scans one check may have: six codes, each tried ten times."""

Sent = tuple[str, str, str, int]
"""Name of the wanted code, text, end, widest gap in milliseconds: one scan as the page noted it."""


@blueprint.get("/device")
@allow(everybody=True)
def device() -> Any:
    """The check's first step."""
    return render_template("device/check.html", **_state([], None))


@blueprint.post("/device")
@allow(everybody=True)
def judge_device() -> Any:
    """All scans so far, and what the page knows of its device: the next step, or the result."""
    fields = request.get_json(silent=True)
    scans, facts = (fields.get("scans"), fields.get("device")) if isinstance(fields, dict) else (None, None)
    if not isinstance(scans, list) or len(scans) > SCANS or not (facts is None or isinstance(facts, dict)):
        abort(422)
    sent = [_scan(item) for item in scans]
    return render_template("device/_check.html", **_state(sent, _device(facts) if facts else None))


@blueprint.get("/device/sheet")
@allow(everybody=True)
def device_sheet() -> Any:
    """The six codes and the scanner's settings, for A4."""
    return render_template("device/sheet.html", codes=CODES)


@blueprint.get("/device/code/<name>.svg")
@allow(everybody=True)
def device_code(name: str) -> Any:
    """One code of the sheet."""
    if name not in BY_NAME:
        abort(404)
    return Response(svg(name), mimetype="image/svg+xml")


def _scan(item: Any) -> Sent:
    given = item if isinstance(item, dict) else {}
    name, raw, end, gap = (given.get(key) for key in ("code", "raw", "end", "gap"))
    is_whole = isinstance(gap, int) and not isinstance(gap, bool) and 0 <= gap < 10**6
    if (
        not isinstance(name, str)
        or name not in BY_NAME
        or not isinstance(raw, str)
        or end not in checkup.ENDS
        or not is_whole
    ):
        abort(422)
    assert isinstance(gap, int)
    return name, raw[: checkup.LIMIT], end, gap


def _device(given: dict[str, Any]) -> Device:
    """What the page said, as far as it makes sense: it is shown to a person and decides nothing."""

    def whole(name: str) -> int:
        value = given.get(name)
        return value if isinstance(value, int) and 0 <= value < 10**6 else 0

    sound = given.get("sound")
    return Device(
        width=whole("width"),
        height=whole("height"),
        dpr=str(given.get("dpr", ""))[:6],
        rtt_ms=whole("rtt"),
        sound=sound if sound in handheld.SOUNDS else "",
        is_secure=given.get("secure") is True,
        has_storage=given.get("storage") is True,
        has_vibration=given.get("vibration") is True,
        has_wake_lock=given.get("wake") is True,
        agent="".join(char for char in str(given.get("agent", ""))[:200] if char.isprintable()),
    )


def _state(scans: list[Sent], device: Device | None) -> dict[str, Any]:
    """What the partial shows: of each code its last scan counts."""
    verdicts: dict[str, tuple[Verdict, str]] = {}
    last: Verdict | None = None
    for name, raw, end, gap in scans:
        last = checkup.judge(name, raw, end, gap)
        if last.is_read or name not in verdicts:
            verdicts[name] = (last, raw)
    missing = [code for code in CODES if code.name not in verdicts or not verdicts[code.name][0].is_read]
    device_findings = handheld.judge_device(device) if device else ()
    bad = [*checkup.faults(item for item, _raw in verdicts.values())]
    bad += [item for item in device_findings if item.is_fault]
    return {
        "count": len(scans),
        "codes": CODES,
        "number": CODES.index(missing[0]) + 1 if missing else 0,
        "wanted": missing[0] if missing else None,
        "last": last,
        "verdicts": verdicts,
        "device": device,
        "notes": _notes(device_findings),
        "bad": bad,
        "show": checkup.show,
    }


def _notes(findings: tuple[Finding, ...]) -> list[Finding]:
    return [item for item in findings if not item.is_fault]


_GS1 = (("01", "06901234567892"), ("10", "L2611A"), ("17", "271231"))


def _rows(name: str) -> tuple[symbols.Symbology, symbols.Rows]:
    text = BY_NAME[name].text
    if name == "ean":
        return "ean", symbols.ean(text)
    if name == "gs1":
        return "gs1_128", symbols.gs1_128(_GS1)
    if name == "qr":
        return "qr", symbols.qr(text)
    if name == "matrix":
        return "datamatrix", symbols.datamatrix(text)
    return "code128", symbols.code128(text)


def svg(name: str) -> str:
    """A test code in its own size."""
    return barcodes.svg(*_rows(name))
