"""Looking up, moving, counting and correcting on the smallest handheld."""

from __future__ import annotations

from datetime import date

import pytest

from station.practice.demo import goods, world
from station.wiring import checks
from station.wiring.hub import Hub
from tests.browser.screens import BrowserFloor
from tests.browser.test_screens import speak
from tests.browser.visitors import Visitors
from tests.floor import CHEN, SUN, ZHOU
from tests.station.storage.conftest import Yard

HOME, OTHER = "A-01-01-2-01", "A-01-01-3-01"


@pytest.mark.parametrize("lang", ["zh", pytest.param("en", marks=pytest.mark.long)])
def test_every_screen_of_stock_care_fits(hub: Hub, visitors: Visitors, lang: str) -> None:
    """Refused once, then done, at 320×400, 360×640 and 1280×800 without scrolling."""
    speak(hub, lang)
    floor = BrowserFloor(hub, visitors)
    floor.erp(*goods.products(4))
    yard, oats = Yard(floor), goods.gtin(1)
    for expires in (date(2026, 12, 1), date(2027, 3, 1)):
        yard.bring("S0001", yard.lot(expires=expires), HOME)
    slot = floor.slot(HOME)
    floor.scans(SUN, "lookup", slot, oats)
    assert floor.scan(ZHOU, "move", floor.slot("DOCK-1")).status == 422
    floor.scans(ZHOU, "move", slot, oats, "1", "2", "CM-DAMAGE", "CM-SKIP")
    floor.scans(ZHOU, "move", slot, oats, "1", "2", floor.slot(OTHER))
    floor.scans(ZHOU, "adjust", slot, oats, "2")
    assert floor.scan(ZHOU, "adjust", "12").status == 422
    floor.scans(ZHOU, "adjust", "11", "1", world.badge(ZHOU), world.PIN, world.badge(CHEN), world.PIN)
    yard.home("S0002", "A-01-02-2-01")
    yard.scans(yard.waits("S0002"), "CM-FULL", "CM-MENU")
    floor.scans(SUN, "count", floor.slot("A-01-02-2-01"), oats, "1", "3", "CM-CLOSE")
    assert checks.broken(hub.db) == []
    assert not floor.problems, "\n".join(sorted(set(floor.problems)))
