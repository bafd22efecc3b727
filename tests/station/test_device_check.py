"""设备自检: what the scans of six test codes say about a scanner, and the pages that ask for them."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from station import create_app
from station.devices.checkup import ENDS, judge
from station.devices.handheld import Device, judge_device
from station.devices.pages import svg
from station.devices.testcodes import BY_NAME, CODES, GS
from station.ground.web.kit import csrf_token
from station.ground.words.messages import catalogue
from station.wiring.hub import Hub
from tests.floor import LI, Floor

EAN, GS1, SLOT, QR, LOWER, MATRIX = CODES
WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}


def named(name: str, raw: str, end: str = "enter", gap_ms: int = 0) -> set[str]:
    return {item.code.removeprefix("L-DEV-") for item in judge(name, raw, end, gap_ms).findings}


@pytest.mark.parametrize("code", CODES, ids=lambda code: code.name)
def test_what_a_well_set_up_scanner_types_is_good(code: Any) -> None:
    for text in {code.text, code.text.replace(GS, "|"), code.text.replace(GS, "{GS}")}:
        verdict = judge(code.name, text, "enter")
        assert verdict.findings == ()
        assert verdict.is_good


@pytest.mark.parametrize(
    ("name", "raw", "end", "said"),
    [
        # the end of a scan
        ("ean", EAN.text, "none", {"NO-ENTER"}),
        ("ean", EAN.text, "tab", {"TAB"}),
        ("ean", EAN.text, "enter tab", {"ENTER-TAB"}),
        ("ean", EAN.text, "enter enter", {"ENTERS"}),
        # numbers
        ("ean", "690123456789", "enter", {"NO-CHECK"}),
        ("ean", "901234567892", "enter", {"EAN-CUT"}),
        ("ean", "901234567", "enter", {"EAN-CUT"}),
        ("ean", "06901234567892", "enter", {"ZERO"}),
        ("ean", EAN.text * 2, "none", {"TWICE", "NO-ENTER"}),
        # GS1
        ("gs1", GS1.text.replace(GS, ""), "enter", {"GS-LOST"}),
        ("gs1", GS1.text.replace(GS, "^]"), "enter", {"GS-OTHER"}),
        ("gs1", GS1.text.replace(GS, " "), "enter", {"GS-OTHER"}),
        ("gs1", GS1.text.replace(GS, "\\x1d"), "enter", {"GS-OTHER"}),
        ("gs1", GS1.text.replace(GS, "").lower(), "enter", {"GS-LOST", "LOWERED"}),
        ("gs1", GS + GS1.text, "enter", set()),
        # in front and behind
        ("ean", f"]E0{EAN.text}", "enter", {"AIM"}),
        ("gs1", "]C1" + GS1.text.replace(GS, "|"), "enter", {"AIM"}),
        ("gs1", "]C1" + GS1.text.replace(GS, ""), "enter", {"AIM", "GS-LOST"}),
        ("slot", f" {SLOT.text}", "enter", {"SPACE"}),
        ("slot", f"A{SLOT.text}", "enter", {"ADDED"}),
        ("slot", f"{SLOT.text};", "enter", {"ADDED"}),
        # case
        ("lower", LOWER.text.upper(), "enter", {"UPPER"}),
        ("lower", LOWER.text.lower(), "enter", {"LOWERED"}),
        ("lower", LOWER.text.swapcase(), "enter", {"CAPS"}),
        ("lower", LOWER.text.capitalize(), "enter", {"CASE"}),
        # characters
        ("slot", SLOT.text.translate(WIDE), "enter", {"WIDE"}),
        ("qr", QR.text[:64], "enter", {"CUT"}),
        ("qr", QR.text[:30] + QR.text[33:70] + QR.text[71:], "enter", {"LOST"}),
        ("matrix", MATRIX.text.replace("-", "ß"), "enter", {"LAYOUT"}),
        ("qr", QR.text.replace("z", "#").replace("y", "z").replace("#", "y"), "enter", {"LAYOUT"}),
        # nothing, or another thing
        ("matrix", "", "none", {"UNREAD"}),
        ("ean", QR.text, "enter", {"OTHER"}),
        ("ean", "LCA010203X", "enter", {"FOREIGN"}),
        ("gs1", EAN.text, "enter", {"OTHER"}),
        ("qr", "x", "enter", {"FOREIGN"}),
        # several at once
        ("lower", f"]C0{LOWER.text.upper().translate(WIDE)}", "tab", {"UPPER", "WIDE", "TAB"}),
    ],
)  # fmt: skip
def test_each_fault_is_named(name: str, raw: str, end: str, said: set[str]) -> None:
    assert named(name, raw, end) >= said
    assert named(name, raw, end) <= said | {"AIM"}


def test_slow_typing_is_named() -> None:
    assert named("ean", EAN.text, gap_ms=49) == set()
    assert named("ean", EAN.text, gap_ms=120) == {"SLOW"}


def test_notes_are_no_faults_and_strange_codes_are_scanned_again() -> None:
    assert judge("ean", f" ]E0{EAN.text}").is_good
    assert not judge("ean", "LCA010203X").is_read
    assert not judge("ean", QR.text).is_read
    assert judge("ean", "").is_read, "a code that cannot be scanned does not stop the check"


@given(st.sampled_from(sorted(BY_NAME)), st.text(max_size=500), st.sampled_from(ENDS), st.integers(0, 10**5))
def test_whatever_arrives_is_judged(name: str, raw: str, end: str, gap: int) -> None:
    verdict = judge(name, raw, end, gap)
    assert all(item.code in catalogue() for item in verdict.findings)
    assert verdict.is_good == (verdict.is_read and not any(item.is_fault for item in verdict.findings))


@given(st.sampled_from(CODES), st.data())
def test_a_changed_code_is_never_called_right(code: Any, data: st.DataObject) -> None:
    """Any character changed, dropped or added is noticed; what is only dressed up is not a fault."""
    text = code.text.replace(GS, "|")
    at = data.draw(st.integers(0, len(text) - 1))
    char = data.draw(st.characters(min_codepoint=0x21, max_codepoint=0x7E, exclude_characters="|"))
    changed = data.draw(
        st.sampled_from([text[:at] + text[at + 1 :], text[:at] + char + text[at + 1 :], text + char])
    )
    if changed != text:
        assert not judge(code.name, changed).is_good


@given(st.sampled_from(CODES), st.sampled_from(["upper", "lower", "swapcase"]), st.sampled_from(ENDS[1:]))
def test_several_faults_are_all_found(code: Any, change: str, end: str) -> None:
    text = getattr(code.text.replace(GS, "|"), change)()
    wanted = 1 if text == code.text.replace(GS, "|") else 2
    assert len(judge(code.name, text.translate(WIDE), end).findings) == wanted + 1


def test_a_device_is_judged() -> None:
    good = Device(
        width=320, height=400, rtt_ms=12, sound="both", is_secure=True, has_storage=True, has_wake_lock=True
    )
    assert judge_device(good) == ()
    bad = {item.code for item in judge_device(Device(width=300, height=500, rtt_ms=900, sound="none"))}
    assert bad == {"L-DEV-SMALL", "L-DEV-FAR", "L-DEV-MUTE", "L-DEV-NO-STORAGE", "L-DEV-PLAIN"}


# --- the codes can be read --------------------------------------------------------------------------


@pytest.mark.parametrize("code", CODES, ids=lambda code: code.name)
def test_each_picture_says_its_text(code: Any) -> None:
    """Decoded from the very SVG, drawn without smoothing as a printer does."""
    reader = pytest.importorskip("zxingcpp")
    found = reader.read_barcodes(_drawn(svg(code.name)))
    assert [item.text if code.name != "gs1" else item.bytes.decode("latin-1") for item in found] == [
        code.text
    ]


def _drawn(picture: str) -> Image.Image:
    width, height = (int(text) for text in re.findall(r'(?:width|height)="(\d+)"', picture)[:2])
    image = Image.new("L", (width, height), 255)
    pen = ImageDraw.Draw(image)
    for x, y, w, h in re.findall(r"M(\d+) (\d+)h(\d+)v(\d+)h-", picture):
        pen.rectangle((int(x), int(y), int(x) + int(w) - 1, int(y) + int(h) - 1), fill=0)
    file = io.BytesIO()
    image.save(file, "PNG")
    return image


# --- pages ------------------------------------------------------------------------------------------


@pytest.fixture
def client(hub: Hub, floor: Floor) -> FlaskClient:
    client = create_app(hub=hub).test_client()
    token = floor.sign_in(LI)
    client.set_cookie("sid", token)
    client.environ_base["HTTP_X_CSRF_TOKEN"] = csrf_token(token)
    return client


def _sent(name: str, raw: str, end: str = "enter", gap: int = 0) -> dict[str, Any]:
    return {"code": name, "raw": raw, "end": end, "gap": gap}


def test_the_last_scan_of_each_code_counts(client: FlaskClient) -> None:
    scans = [_sent("ean", EAN.text[:-1]), _sent("gs1", "nonsense")]
    page = client.post("/device", json={"scans": scans, "device": None}).text
    assert 'data-wanted="gs1"' in page
    page = client.post("/device", json={"scans": [*scans, _sent("gs1", GS1.text)], "device": None}).text
    assert 'data-wanted="slot"' in page


def test_received_text_is_shown_and_never_markup(client: FlaskClient) -> None:
    scans = [_sent(code.name, code.text) for code in CODES[:5]]
    scans.append(_sent("matrix", MATRIX.text + "<b>x</b>"))
    facts = {"sound": "both", "width": 360, "height": 640, "rtt": 9, "storage": True, "agent": "<i>"}
    page = client.post("/device", json={"scans": scans, "device": facts}).text
    assert "<b>x</b>" not in page
    assert "<i>" not in page
    assert "&lt;b&gt;x&lt;/b&gt;" in page
    assert "1 处要改" in page


@pytest.mark.parametrize(
    "body",
    [
        None, [], {}, {"scans": 1}, {"scans": [1]}, {"scans": [_sent("foo", "x")]}, {"scans": [_sent("ean", "x", "y")]},
        {"scans": [_sent("ean", "x", gap=-1)]}, {"scans": [{"code": "ean"}]}, {"scans": [], "device": 3},
        {"scans": [_sent("ean", "x")] * 61}, {"scans": [{"code": [], "raw": "", "end": "none", "gap": 0}]},
    ],
)  # fmt: skip
def test_nonsense_is_refused(client: FlaskClient, body: Any) -> None:
    assert client.post("/device", json=body).status_code == 422


def test_it_asks_who_is_there_and_speaks_their_language(hub: Hub, client: FlaskClient) -> None:
    stranger = create_app(hub=hub).test_client()
    for path in ("/device", "/device/sheet", "/device/code/ean.svg"):
        assert stranger.get(path).status_code == 302
        assert client.get(path).status_code == 200
    assert client.get("/device/code/nothing.svg").status_code == 404
    assert "设备自检" in client.get("/").text
    client.post("/lang")
    assert "Device check" in client.get("/").text
    assert (
        "send exactly" in client.get("/device/sheet").text
        or "exactly one Enter" in client.get("/device/sheet").text
    )
