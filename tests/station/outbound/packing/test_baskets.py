"""Identical baskets: the first is verified, the others are weighed (W3, P13)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import update

from station.catalog.models import Sku
from tests.floor import Floor
from tests.station.outbound.bench import BENCH, BOX, ean
from tests.station.outbound.sorting.wall import TOTE, Wall
from tests.station.scenarios.conftest import order_of

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
Books = Callable[[], None]


@pytest.fixture
def baskets(shelved: Callable[..., object], floor: Floor) -> Callable[..., Wall]:
    """Three orders of the same basket in one tote at the bench; `light`: S0002 weighs next to nothing."""

    def begin(*, light: bool = False) -> Wall:
        shelved(*(order_of(number, ("S0001", 1), ("S0002", 2)) for number in (1, 2, 3)))
        weigh = update(Sku).where(Sku.code == "S0002").values(gross_g=3 if light else 400)
        floor.hub.db.write(lambda tx: tx.execute(weigh))
        bench = Wall(floor)
        bench.release(kind="W3")
        bench.pick()
        bench.scans(BENCH, TOTE)
        return bench

    return begin


def test_the_first_is_verified_and_the_others_are_weighed(baskets: Callable[..., Wall], books: Books) -> None:
    bench = baskets()
    assert bench.scans(ean(1)).step == "verify"
    assert bench.scan("CM-CLOSE").code == "E-PAK-03"
    bench.finish(bench.scans(ean(2), ean(2)))
    bench.wait()
    second = bench.scans(ean(1))
    assert (second.code, second.step) == ("S-PAK-CHECKED", "box")
    bench.finish(second)
    assert [bench.state(number) for number in (1, 2, 3)] == ["STAGED", "STAGED", "PICKED"]
    books()


def test_a_basket_the_scale_cannot_judge_is_verified_each_time(baskets: Callable[..., Wall]) -> None:
    """A unit of three grams would hide within the tolerance (T56)."""
    bench = baskets(light=True)
    bench.finish(bench.scans(ean(1), ean(2), ean(2)))
    bench.wait()
    assert bench.scans(ean(1)).step == "verify"


def test_a_basket_of_wrong_weight_is_verified_again(
    baskets: Callable[..., Wall], floor: Floor, books: Books
) -> None:
    """What is missing shows on the scale: every unit of that parcel is seen."""
    bench = baskets()
    bench.finish(bench.scans(ean(1), ean(2), ean(2)))
    bench.wait()
    bench.scans(ean(1))
    answer = bench.scans(str(bench.scans(BOX).facts["hint"]))
    floor.weigh(answer, -4000)
    off = bench.scan("CM-OK")
    assert (off.code, off.step, off.facts["big"]) == ("E-WGT-01", "reverify", "0/3")
    books()
