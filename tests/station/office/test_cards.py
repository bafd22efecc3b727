"""The sheet of command cards and the design page."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from station import create_app
from station.ground.scan.cards import CARDS
from station.ground.scan.kinds import COMMANDS
from station.office.design import contrast
from station.rooms import ROOMS
from tests.floor import CHEN, SUN, Floor


@pytest.fixture
def client(floor: Floor) -> FlaskClient:
    made = create_app(hub=floor.hub).test_client()
    made.set_cookie("sid", floor.sign_in(CHEN, device="DESK"))
    return made


def test_the_sheet_has_every_card_that_somebody_listens_to() -> None:
    """And none that would only be refused: CM-UNDO and CM-HELP work everywhere."""
    used = {
        card
        for room in ROOMS
        for flow in room.workflows
        for step in flow.steps.values()
        for card in step.commands
    }
    assert set(CARDS) == used | {"CM-UNDO", "CM-HELP"}
    assert set(CARDS) <= COMMANDS


def test_cards_carry_both_languages(client: FlaskClient) -> None:
    page = client.get("/desk/cards").text
    assert "撤销" in page
    assert "Undo" in page
    assert page.count('class="command-card"') == len(CARDS)
    assert client.get("/desk/cards/CM-OK.svg").mimetype == "image/svg+xml"
    assert client.get("/desk/cards/CM-NO.svg").status_code == 404
    client.set_cookie("sid", "")
    assert client.get("/desk/cards/CM-OK.svg").status_code == 302


def test_the_design_page_shows_every_token_with_its_contrast(client: FlaskClient) -> None:
    page = client.get("/desk/design").text
    ratios = [
        (float(ratio), int(least)) for ratio, least in re.findall(r"([\d.]+):1 \S+ [a-z-]+ ≥ (\d)", page)
    ]
    assert len(ratios) == 20
    assert all(ratio >= least for ratio, least in ratios)
    for name in ("touch", "touch-main", "gap", "text-s", "ink", "ok-soft"):
        assert f"--{name}</code>" in page
    assert round(contrast("#fff", "#000000"), 1) == 21


def test_workers_have_no_business_there(floor: Floor, client: FlaskClient) -> None:
    client.set_cookie("sid", floor.sign_in(SUN))
    assert client.get("/desk/design").status_code == 403
