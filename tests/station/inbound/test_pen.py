"""The driver signs with a finger on the screen (S-11): kept, printed on both copies, void when figures change."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from station import create_app
from station.ground.web.kit import csrf_token
from station.practice.demo import world
from tests.floor import LI, SUN
from tests.station.inbound.dock import MUG, Dock, ean

NAME = "100,100 300,300 500,100;600,200 900,200"
Sign = Callable[..., int]


@pytest.fixture
def sign(dock: Dock) -> Sign:
    """Post strokes for a receipt as the receiver's handheld does; the HTTP status."""
    token = dock.floor.sign_in(LI)
    client: FlaskClient = create_app(hub=dock.floor.hub).test_client()
    client.set_cookie("sid", token)

    def post(receipt: str, strokes: str = NAME) -> int:
        return client.post(
            f"/work/pen/{receipt}", data={"csrf": csrf_token(token), "strokes": strokes}
        ).status_code

    return post


def test_the_signature_stands_on_both_copies(dock: Dock, sign: Sign) -> None:
    receipt = dock.checked((MUG, 24))
    dock.signs(receipt, world.badge(LI), world.PIN)
    assert dock.shown(dock.tries("CM-HELP", flow="sign"), "Signed on the screen") == ""
    assert sign(receipt) == 302
    assert dock.floor.look(LI, "sign")["facts"]["lines"][-1]["value"] == "✔"
    dock.signs("CM-OK")
    final = [sheet for sheet in dock.papers("acceptance_sheet") if sheet.get("signed_at")]
    assert [sheet["driver_strokes"] for sheet in final] == [NAME, NAME]


def test_what_is_no_signature_is_refused(dock: Dock, sign: Sign) -> None:
    """E-SGN-03: a slip of the glove, nonsense, or a text that is no drawing; nothing is kept."""
    receipt = dock.checked((MUG, 24))
    for strokes in ("", "5,5", "5,5 20,20", "<svg>", "9999,9 1,1", "1,1 900,1 " * 3000):
        assert sign(receipt, strokes) == 422, strokes[:20]
    dock.signs(receipt, world.badge(LI), world.PIN, "CM-OK")
    assert not dock.papers("acceptance_sheet")[-1].get("driver_strokes")


def test_other_figures_want_another_signature(dock: Dock, sign: Sign) -> None:
    receipt = dock.checked((MUG, 24))
    sign(receipt)
    dock.li(receipt, "CM-OK", "CM-SKIP", "1", "CM-OK", ean(MUG), "1", "CM-OK", "0", "1")
    dock.close()
    assert sign(receipt) == 422, "nothing is to sign while it is inspected"
    dock.inspect(receipt)
    dock.signs(receipt, world.badge(LI), world.PIN, "CM-OK")
    assert not dock.papers("acceptance_sheet")[-1].get("driver_strokes")


def test_the_page_shows_the_field_then_the_signature(dock: Dock, sign: Sign) -> None:
    """Found from the sheet in hand; strangers to the dock see nothing; after the signature there is no field."""
    receipt = dock.checked((MUG, 24))
    client = create_app(hub=dock.floor.hub).test_client()
    client.set_cookie("sid", dock.floor.sign_in(LI))
    assert client.get("/work/pen").location == "/work/sign"
    dock.signs(receipt)
    address = f"/work/pen/{receipt}"
    assert client.get("/work/pen").location == address
    assert 'href="/work/pen"' in client.get("/work/sign").text
    assert 'id="pen"' in client.get(address).text
    sign(receipt)
    dock.signs(world.badge(LI), world.PIN, "CM-OK")
    page = client.get(address).text
    assert ("<canvas" in page, page.count("<polyline")) == (False, 2)
    assert client.get("/work/pen/RC-NONE").status_code == 404
    client.set_cookie("sid", dock.floor.sign_in(SUN))
    assert client.get(address).status_code == 403
