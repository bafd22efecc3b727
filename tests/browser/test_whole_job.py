"""The whole job on handhelds in Chromium: every screen fits, nothing breaks the page's rules."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from station.wiring.hub import Hub
from tests.browser.screens import BENCH, HANDHELD, SIZES, BrowserFloor
from tests.browser.test_screens import speak
from tests.browser.visitors import Visitors
from tests.floor import LI, QIAN, SUN, WANG, ZHAO, ZHOU
from tests.station.scenarios.test_whole_job import _ready as ready
from tests.station.scenarios.test_whole_job import assert_books_are_right


def refuse_on_every_first_screen(floor: BrowserFloor) -> None:
    """A strange code where each process begins."""
    for number, flow in (
        (LI, "arrive"),
        (WANG, "stage2"),
        (ZHOU, "putaway"),
        (SUN, "pick"),
        (QIAN, "dispatch"),
    ):
        floor.open(number, flow)
        assert floor.scan(number, flow, "6900000000000").status == 422


@pytest.mark.whole
@pytest.mark.parametrize(
    ("lang", "sizes"),
    [
        ("zh", (HANDHELD, BENCH)),
        pytest.param("zh", SIZES, marks=pytest.mark.long),
        pytest.param("en", SIZES, marks=pytest.mark.long),
    ],
)
def test_every_screen_of_the_job_fits(
    hub: Hub, visitors: Visitors, lang: str, sizes: Sequence[tuple[int, int]]
) -> None:
    """From the truck to the courier: 320×400, 360×640 and 1280×800 without scrolling."""
    speak(hub, lang)
    floor = BrowserFloor(hub, visitors, sizes)
    refuse_on_every_first_screen(floor)
    ready(floor)
    floor.release()
    bills: list[str] = []
    while floor.look(SUN, "pick")["facts"].get("hint"):
        floor.pick_next()
        assert floor.scan(ZHAO, "pack", "nonsense").status == 422
        bills += floor.pack_tote()
    assert floor.dispatch("ZTO", bills).code == "S-DSP-SHIPPED"
    assert_books_are_right(floor)
    assert not floor.problems, "\n".join(sorted(set(floor.problems)))
