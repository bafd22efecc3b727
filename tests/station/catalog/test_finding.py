"""Articles by a barcode at the desk and in files, by the same rules as a scan."""

from __future__ import annotations

from dataclasses import replace

import pytest

from station.catalog import finding, rules
from station.catalog.registers import ARTICLES
from station.ground.registers.filters import Asked
from station.practice.demo import goods
from tests.floor import Floor

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_an_article_is_named_by_its_number_or_any_spelling_of_its_barcodes(floor: Floor) -> None:
    """An article that is sold no more gives way; nobody is guessed."""
    first, second, third = goods.products(3)
    shared = replace(second, barcodes=(*second.barcodes, first.barcodes[0]), is_active=False)
    floor.erp(first, shared, third)
    asked = [
        "S0002",
        goods.gtin(1),
        f"0{goods.gtin(3)}",
        f"(01)0{goods.gtin(3)}(10)L7",
        goods.case_code(3),
        "6900000000999",
    ]
    with floor.hub.db.read() as tx:
        found = finding.by_code(tx, asked)
        names = {
            text: [(rules.sku(tx, hit.sku_id).code, hit.qty_each) for hit in hits]
            for text, hits in found.items()
        }
    assert names == {
        "S0002": [("S0002", 1)],
        goods.gtin(1): [("S0001", 1)],
        f"0{goods.gtin(3)}": [("S0003", 1)],
        f"(01)0{goods.gtin(3)}(10)L7": [("S0003", 1)],
        goods.case_code(3): [("S0003", 12)],
    }


@pytest.mark.parametrize("text", [goods.gtin(2), f"0{goods.gtin(2)}", goods.case_code(2), "S0002"])
def test_the_desks_list_finds_what_is_scanned_into_its_search(floor: Floor, text: str) -> None:
    floor.erp(*goods.products(3))
    (by_number,) = ARTICLES.filters
    with floor.hub.db.read() as tx:
        rows = tx.execute(ARTICLES.query.where(*by_number.where(Asked(text=text)))).all()
    assert [row.code for row in rows] == ["S0002"]
