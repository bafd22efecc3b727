"""What the scale finds (P18): the border to the tenth of a gram, which article is named, and what must be seen again."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select, update

from station.catalog.models import Packaging, Sku
from station.outbound.packing.models import Parcel
from station.people.models import OverrideRow
from station.practice.demo import world
from tests.floor import CHEN, ZHAO, Answer
from tests.station.outbound.bench import BENCH, BOX, Bench, ean, tote
from tests.station.scenarios.conftest import order_of

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
AtBench = Callable[..., Bench]
Books = Callable[[], None]


def weigh_of(bench: Bench, *grams: int) -> None:
    """S0001, S0002, … weigh so many grams each."""

    def change(tx):
        for number, each in enumerate(grams, 1):
            tx.execute(update(Sku).where(Sku.code == f"S{number:04d}").values(gross_g=each))

    bench.floor.hub.db.write(change)


def expected(answer: Answer) -> str:
    return str(next(row["value"] for row in answer.facts["lines"] if row["label"]["en"] == "Expected"))


def parcel(bench: Bench) -> tuple[str, int | None, bool]:
    """State, weight in tenths of a gram, and whether nobody could weigh it."""
    with bench.floor.hub.db.read() as tx:
        row = tx.scalars(select(Parcel).order_by(Parcel.id)).first()
        assert row is not None
        return row.state, row.weight_dg, row.is_unweighed


def overrides(bench: Bench) -> list[str]:
    with bench.floor.hub.db.read() as tx:
        return list(tx.scalars(select(OverrideRow.code).order_by(OverrideRow.id)))


@pytest.mark.parametrize(
    ("grams", "off_dg", "code"),
    [
        (600, 0, "S-PAK-STAGED"),
        (600, "edge", "S-PAK-STAGED"),
        (600, "past", "E-WGT-01"),
        (600, "-edge", "S-PAK-STAGED"),
        (600, "-past", "E-WGT-01"),
        (50, 200, "S-PAK-STAGED"),
        (50, -201, "E-WGT-01"),
        (12_000, 5000, "S-PAK-STAGED"),
        (12_000, 5001, "E-WGT-01"),
    ],
)
def test_the_border_of_the_tolerance(
    at_bench: AtBench, books: Books, grams: int, off_dg: int | str, code: str
) -> None:
    """T53, T54 on the scale: three percent, never less than 20 g nor more than 500 g, to the tenth of a gram."""
    bench = at_bench(order_of(1, ("S0001", 2)))
    weigh_of(bench, grams)
    answer = bench.scans(bench.to_label(1, 1, 1))
    whole_g = int(expected(answer).split()[0])
    edge = whole_g * 3 // 10  # 3 % of whole grams in tenths of a gram, rounded down
    if isinstance(off_dg, str):
        off_dg = {"edge": edge, "past": edge + 1, "-edge": -edge, "-past": -edge - 1}[off_dg]
    bench.floor.weigh(answer, off_dg)
    judged = bench.scan("CM-OK")
    assert judged.code == code
    if code == "S-PAK-STAGED":
        assert parcel(bench) == ("STAGED", whole_g * 10 + off_dg, False)
    else:
        assert (judged.step, parcel(bench)[:2]) == ("reverify", ("PACKED", None))
        assert bench.lies("LANE") == {}
    books()


@pytest.mark.parametrize(
    ("off_g", "says"), [(-300, "-300"), (-700, "-700"), (700, "+700")], ids=["light", "lighter", "too much"]
)
def test_the_refusal_says_by_how_much(at_bench: AtBench, off_g: int, says: str) -> None:
    """E-WGT-01 with its sign: too light means a unit is missing, too heavy that one is too many."""
    bench = at_bench(order_of(1, ("S0001", 1), ("S0002", 1)))
    weigh_of(bench, 300, 700)
    bench.floor.weigh(bench.scans(bench.to_label(1, 1, 2)), off_g * 10)
    refused = bench.scan("CM-OK")
    assert (refused.code, says in refused.body["message"]["en"]) == ("E-WGT-01", True)


def test_every_unit_is_seen_again_before_the_second_weighing(at_bench: AtBench, books: Books) -> None:
    """Neither half of them nor the label leads back to the scale; the right weight then needs nobody's word."""
    bench = at_bench(order_of(1, ("S0001", 2), ("S0002", 1)))
    weigh_of(bench, 300, 700)
    bill = bench.to_label(1, 1, 1, 2)
    scale = bench.scans(bill)
    bench.floor.weigh(scale, -3000)
    assert bench.scan("CM-OK").step == "reverify"
    bench.wait()
    assert bench.scan(bill).code == "E-SCN-02"
    for unit, step in ((1, "reverify"), (1, "reverify"), (2, "weigh")):
        bench.wait()
        assert bench.scans(ean(unit)).step == step
    bench.floor.weigh(scale)
    assert bench.scans("CM-OK").code == "S-PAK-STAGED"
    assert overrides(bench) == []
    books()


def test_one_too_many_is_refused_when_all_are_seen_again(at_bench: AtBench) -> None:
    """E-PAK-02: the third unit of two is what made the parcel heavy; it is taken out, the weight is right."""
    bench = at_bench(order_of(1, ("S0001", 2), ("S0002", 1)))
    weigh_of(bench, 300, 700)
    scale = bench.scans(bench.to_label(1, 1, 1, 2))
    bench.floor.weigh(scale, 3000)
    bench.scan("CM-OK")
    bench.scans(ean(1))
    bench.wait()
    bench.scans(ean(1))
    bench.wait()
    assert bench.scan(ean(1)).code == "E-PAK-02"
    bench.scans(ean(2))
    bench.floor.weigh(scale)
    assert bench.scans("CM-OK").code == "S-PAK-STAGED"


def test_leaving_the_scale_does_not_make_a_wrong_weight_right(at_bench: AtBench, books: Books) -> None:
    """CM-MENU after the first refusal and back: the same weight is refused again, and nothing stands in the lane."""
    bench = at_bench(order_of(1, ("S0001", 2)))
    weigh_of(bench, 300)
    scale = bench.scans(bench.to_label(1, 1, 1))
    bench.floor.weigh(scale, -3000)
    bench.scan("CM-OK")
    bench.scans("CM-MENU")
    answer = bench.scans(BENCH, tote(1))
    while answer.step in {"verify", "reverify"}:
        bench.wait()
        answer = bench.scans(ean(1))
    assert answer.step == "weigh"
    refused = bench.scan("CM-OK")
    assert (refused.code, parcel(bench)[0], bench.lies("LANE")) == ("E-WGT-01", "PACKED", {})
    books()


@pytest.mark.parametrize(("badge", "pin"), [(ZHAO, ""), (CHEN, "0000")], ids=["the packer", "wrong pin"])
def test_only_a_supervisor_lets_a_wrong_weight_go(at_bench: AtBench, badge: str, pin: str) -> None:
    """Off twice: who may not allow it allows nothing, the parcel stays on the bench without a weight."""
    bench = at_bench(order_of(1, ("S0001", 2)))
    weigh_of(bench, 300)
    bench.floor.weigh(bench.scans(bench.to_label(1, 1, 1)), -3000)
    bench.scan("CM-OK")
    bench.scans(ean(1))
    bench.wait()
    bench.scans(ean(1))
    assert bench.scan("CM-OK").code == "E-WGT-01"
    answer = bench.scan(world.badge(badge))
    if pin:
        answer = bench.scan(pin)
    assert answer.code in {"E-AUTH-02", "E-AUTH-03", "E-AUTH-04"}
    assert (overrides(bench), parcel(bench)[:2]) == ([], ("PACKED", None))


def test_the_weight_of_one_unknown_article_is_nobodys_guess(at_bench: AtBench, books: Books) -> None:
    """One of two articles has no weight: "?" on the screen, no half sum is judged, the parcel keeps what it weighs."""
    bench = at_bench(order_of(1, ("S0001", 1), ("S0002", 1)))
    weigh_of(bench, 300, 0)
    answer = bench.scans(bench.to_label(1, 1, 2))
    assert expected(answer) == "?"
    bench.scale(dg=99_990, is_stable=True, zero_seen=True)
    assert bench.scans("CM-OK").code == "S-PAK-STAGED"
    assert parcel(bench) == ("STAGED", 99_990, False)
    books()


def test_a_heavier_article_since_the_label_changes_nothing(at_bench: AtBench) -> None:
    """The office corrects an article's weight while the parcel is on the bench: it is judged by what was printed."""
    bench = at_bench(order_of(1, ("S0001", 2)))
    weigh_of(bench, 300)
    answer = bench.scans(bench.to_label(1, 1, 1))
    before = expected(answer)
    weigh_of(bench, 3000)
    assert expected(Answer(200, {"screen": bench.floor.look(ZHAO, "pack")})) == before
    bench.floor.weigh(answer)
    assert bench.scans("CM-OK").code == "S-PAK-STAGED"


def test_the_box_weighs_too(at_bench: AtBench) -> None:
    """Tare and filling stand in what is expected beside the goods."""
    bench = at_bench(order_of(1, ("S0001", 2)))
    weigh_of(bench, 300)
    answer = bench.scans(bench.to_label(1, 1, 1))
    with bench.floor.hub.db.read() as tx:
        tare_g = tx.scalar(select(Packaging.tare_g).where(Packaging.code == BOX))
    assert tare_g
    filler_g = bench.floor.hub.settings.rules.filler_g
    assert expected(answer) == f"{600 + tare_g + filler_g} g"
