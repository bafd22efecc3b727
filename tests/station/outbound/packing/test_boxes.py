"""The box that is proposed by volume and weight (P17), and how few actions a single item takes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import update

from station.catalog.models import Packaging, Sku
from station.ground.knobs import changing
from station.ground.work import SYSTEM
from station.outbound.packing.boxes import Size, smallest
from station.outbound.packing.settings import SETTINGS
from tests.floor import Floor
from tests.station.outbound.bench import BENCH, BOX, Bench, ean, tote
from tests.station.scenarios.conftest import order_of

AtBench = Callable[..., Bench]
Books = Callable[[], None]
SIZES = [Size(1, 1000, 2000), Size(2, 8000, 0), Size(3, 4000, 5000), Size(4, 0, 0)]


@pytest.mark.parametrize(
    ("cm3", "grams", "box"),
    [
        (900, 2000, 1),
        (901, 2000, 3),
        (900, 2001, 3),
        (3000, 5001, 2),
        (7200, 90_000, 2),
        (7201, 1, None),
        (0, 0, 1),
    ],
    ids=["just fits", "corners", "too heavy", "heavier still", "anything", "too big", "nothing"],
)
def test_the_smallest_box_that_holds_and_carries_it(cm3: int, grams: int, box: int | None) -> None:
    for boxes in (SIZES, SIZES[::-1]):
        found = smallest(cm3, grams, boxes)
        assert (found and found.box_id) == box


def _known_sizes(floor: Floor, *, fixed: bool) -> None:
    """Every article has 100 cm³, box 3号箱 holds them, and whether it is taken without a scan."""
    floor.hub.db.write(lambda tx: tx.execute(update(Sku).values(volume_cm3=100)))
    three = update(Packaging).where(Packaging.name == "3号箱").values(inner_cm3=5000)
    floor.hub.db.write(lambda tx: tx.execute(three))
    if fixed:
        change = {"setting": SETTINGS[0], "reason": "test", "text": "on", "was": "off"}
        floor.hub.works.do(lambda work: changing.change(work, **change), SYSTEM)  # type: ignore[arg-type]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(("fixed", "actions"), [(False, 4), (True, 3)])
def test_a_single_item_takes_four_actions_or_fewer(
    at_bench: AtBench, floor: Floor, books: Books, *, fixed: bool, actions: int
) -> None:
    """Item, box, waybill, weight; where the proposed box is taken by itself, the item alone prints the papers."""
    bench = at_bench(order_of(1, ("S0001", 1)), order_of(2, ("S0001", 1)))
    _known_sizes(floor, fixed=fixed)
    bench.scans(BENCH)
    for number in (1, 2):
        bench.wait()
        answer, count = bench.scans(ean(1)), 1
        if answer.step == "box":
            assert answer.facts["lines"][0]["value"] == "3号箱"
            answer, count = bench.scans(BOX), count + 1
        assert answer.step == "label"
        answer = bench.scans(str(answer.facts["hint"]))
        bench.floor.weigh(answer)
        bench.scans("CM-OK")
        assert (count + 2, bench.state(number)) == (actions, "STAGED")
    books()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_box_of_unknown_size_is_scanned(at_bench: AtBench, floor: Floor) -> None:
    """Nothing is proposed where nobody said what an article measures; another box may replace the proposed."""
    bench = at_bench(order_of(1, ("S0001", 1), ("S0002", 1)))
    _known_sizes(floor, fixed=True)
    floor.hub.db.write(lambda tx: tx.execute(update(Sku).where(Sku.code == "S0002").values(volume_cm3=0)))
    assert bench.to_box(1, 1, 2).step == "box"


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_split_parcel_names_its_own_box(at_bench: AtBench, floor: Floor, books: Books) -> None:
    """The box was full: which one it is, the packer says; the last parcel's prints by itself again."""
    bench = at_bench(order_of(1, ("S0001", 3)))
    _known_sizes(floor, fixed=True)
    bench.scans(tote(1), ean(1))
    split = bench.scans("CM-FULL")
    assert split.step == "box"
    rest = bench.finish(split)
    assert rest.step == "verify"
    bench.wait()
    last = bench.scans(ean(1), ean(1))
    assert (last.code, last.step) == ("S-PAK-AT-ONCE", "label")
    books()
