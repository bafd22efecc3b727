"""Articles by the set-up file: new, changed in what is named, found again, refused with their line, exported."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from sqlalchemy import delete, select

from station.catalog.models import Sku, SkuBarcode
from station.ground.setup.problems import SetupRefused
from station.ground.work import SYSTEM
from station.rooms import ROOMS
from station.wiring.hub import Hub
from station.wiring.setup import running

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
GUIDE = Path(__file__).parents[3] / "docs" / "setup.md"

OATS = """[[article]]
code = "X1"
name_zh = "燕麦"
barcodes = ["6900000000014"]
case_barcodes = ["16900000000011"]
case_qty = 12
gross_g = 1080
is_shelf_life = true
shelf_life_n = 360
"""


def of_guide(section: str) -> str:
    """The example that the guide gives of a section."""
    guide = GUIDE.read_text(encoding="utf-8")
    part = guide.partition(f"    [[{section}]]" if f"    [[{section}]]" in guide else f"    [{section}]")
    lines = (part[1] + part[2]).splitlines()
    return "\n".join(
        line[4:] for line in lines[: next(i for i, line in enumerate(lines) if line and line[0] != " ")]
    )


def article(hub: Hub, code: str) -> Sku:
    with hub.db.read() as tx:
        sku = tx.scalars(select(Sku).where(Sku.code == code)).one()
        tx.expunge_all()
        return sku


@on_sqlite
def test_an_article_is_made_changed_in_what_is_named_and_found_again(hub: Hub) -> None:
    (made,) = running.set_up(hub, OATS, SYSTEM)
    assert (made.how, made.things, made.names) == ("NEW", "articles", ["X1"])
    assert running.set_up(hub, OATS, SYSTEM) == []
    (changed,) = running.set_up(hub, '[[article]]\ncode = "X1"\ngross_g = 1100\nis_lot = true\n', SYSTEM)
    assert (changed.how, changed.names) == ("CHANGED", ["X1"])
    sku = article(hub, "X1")
    assert (sku.gross_g, sku.is_lot, sku.case_qty, sku.shelf_life_n) == (1100, True, 12, 360)
    with hub.db.read() as tx:
        rows = tx.execute(
            select(SkuBarcode.code, SkuBarcode.level, SkuBarcode.qty_each).where(SkuBarcode.sku_id == sku.id)
        )
        assert {tuple(row) for row in rows} == {("6900000000014", "EACH", 1), ("16900000000011", "CASE", 12)}


@on_sqlite
def test_an_export_brings_the_same_articles_to_another_station(hub: Hub) -> None:
    """Whatever of them is not as usual; and the same file says nothing new to the station itself."""
    more = (
        OATS.replace('"X1"', '"X2"')
        + 'inner_per_case = 2\ninner_barcodes = ["26900000000018"]\nreject_days = 0\nprice_fen = 990\nis_active = false\n'
    )
    running.set_up(hub, more, SYSTEM)
    with hub.db.read() as tx:
        text = running.exported(hub.rooms, tx)
    assert running.set_up(hub, text, SYSTEM) == []
    (row,) = [one for one in tomllib.loads(text)["article"] if one["code"] == "X2"]
    assert (row["inner_per_case"], row["reject_days"], row["is_active"]) == (2, 0, False)
    before = {
        name: getattr(article(hub, "X2"), name)
        for name in ("inner_qty", "case_qty", "price_fen", "shelf_life_n")
    }
    hub.db.write(lambda tx: tx.execute(delete(SkuBarcode)))
    hub.db.write(lambda tx: tx.execute(delete(Sku)))
    running.set_up(hub, text, SYSTEM)
    assert {name: getattr(article(hub, "X2"), name) for name in before} == before


@pytest.mark.parametrize(
    ("text", "line", "code", "words"),
    [
        (OATS + 'colour = "red"\n', 10, "E-SET-01", "colour"),
        (OATS + OATS, 11, "E-SET-09", '"X1" is given twice'),
        (OATS.replace("1080", "-1"), 7, "E-SET-04", "from 0 to 1000000"),
        (OATS.replace("1080", "1080.5"), 7, "E-SET-03", "a whole number"),
        (OATS.replace('"6900000000014"', "6900000000014"), 4, "E-SET-03", "a list of texts"),
        (OATS.replace('"6900000000014"', '"6.9E+12"'), 4, "E-SET-12", "6.9E+12"),
        (OATS + 'abc = "D"\n', 10, "E-SET-12", "D"),
        (OATS + 'lot_regex = "(a+"\n', 10, "E-SET-12", "(a+"),
        (OATS + "inner_per_case = 5\n", 10, "E-SET-12", "inner"),
        (OATS.replace("case_qty = 12\n", ""), 1, "E-SET-02", '"case_qty" is missing'),
        (OATS + 'inner_barcodes = ["16900000000011"]\n', 1, "E-SET-02", "inner_per_case"),
        ('[[article]]\nname_zh = "燕麦"\n', 1, "E-SET-02", '"code" is missing'),
    ],
)
def test_what_is_wrong_is_told_with_its_line(text: str, line: int, code: str, words: str) -> None:
    with pytest.raises(SetupRefused) as refusal:
        running.read(running.sections(ROOMS), text)
    told = {(one.line, one.code): one.text["en"] for one in refusal.value.problems}
    assert words in told[line, code]


@on_sqlite
@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('[[article]]\ncode = "X9"\n', "name_zh"),
        ('[[article]]\ncode = "X9"\nname_zh = "y"\nis_shelf_life = true\n', "shelf_life_n"),
    ],
)
def test_what_a_new_article_lacks_is_told_and_nothing_is_made(hub: Hub, text: str, key: str) -> None:
    with pytest.raises(SetupRefused) as refusal:
        running.set_up(hub, OATS + text, SYSTEM)
    (problem,) = refusal.value.problems
    assert (problem.code, problem.line, problem.facts["key"]) == ("E-SET-02", 10, key)
    with hub.db.read() as tx:
        assert tx.scalar(select(Sku.id).where(Sku.code == "X1")) is None


@on_sqlite
def test_the_guides_article_is_one(hub: Hub) -> None:
    text = of_guide("article")
    running.set_up(hub, text, SYSTEM)
    names = set(re.findall(r"^(\w+) =", text, re.MULTILINE))
    with hub.db.read() as tx:
        (told,) = [
            one for one in tomllib.loads(running.exported(hub.rooms, tx))["article"] if one["code"] == "S0001"
        ]
    assert names - told.keys() == {"unit", "abc", "shelf_life_unit"}, "what is as usual is not exported"
