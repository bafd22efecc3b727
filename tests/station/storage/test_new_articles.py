"""A new article's pick slot (S-25): chosen, bound, its label printed anew and scanned before anything stands there."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, select

from printers.schema import print_job, print_route
from station.catalog.models import Sku
from station.ground.knobs import changing
from station.ground.work import SYSTEM
from station.stock.models import Location
from station.storage.settings import SETTINGS
from station.wiring import checks
from tests.floor import CHEN
from tests.station.storage.conftest import Yard

HOME, OTHER = "A-01-01-2-01", "A-01-02-2-01"
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def labelled(yard: Yard) -> Yard:
    """A supervisor wants new labels for new articles."""
    (one,) = (one for one in SETTINGS if one.name == "new_slot_label")
    yard.floor.hub.works.do(lambda work: changing.change(work, one, "on", was="off", reason="x"), SYSTEM)
    return yard


def home(yard: Yard, code: str = "S0001") -> str | None:
    with yard.floor.hub.db.read() as tx:
        query = select(Location.code).join(Sku, Sku.home_location_id == Location.id).where(Sku.code == code)
        return tx.scalar(query)


def test_the_new_label_is_scanned_before_goods_stand_there(labelled: Yard) -> None:
    """T31: the old label is E-LOC-04 from then on; the new one activates the slot."""
    lpn = labelled.waits()
    old = labelled.scans(lpn).facts["hint"]
    answer = labelled.scans(old)
    assert (answer.code, answer.step, answer.facts["big"]) == ("S-PUT-LABEL", "label", HOME)
    new = str(answer.facts["hint"])
    assert new != old
    labelled.floor.hub.clock.advance(seconds=1)  # type: ignore[attr-defined]
    assert labelled.scan(old).code == "E-LOC-04"
    assert labelled.scan(labelled.slot(OTHER)).code == "E-PCK-01"
    assert labelled.at(HOME) == {}
    assert labelled.scans(new, "CM-OK").code == "S-PUT-DONE"
    assert (labelled.at(HOME), home(labelled)) == ({("S0001", "GOOD"): 12}, HOME)
    with labelled.floor.hub.db.read() as tx:
        assert len(tx.scalars(select(print_job.c.id).where(print_job.c.kind == "slot_label")).all()) == 1
    assert checks.broken(labelled.floor.hub.db) == []


def test_once_for_an_article_and_not_for_those_that_have_a_slot(labelled: Yard) -> None:
    """Left in the middle, the next worker finds the label made; the second carton wants none."""
    first, second = labelled.waits(), labelled.waits()
    answer = labelled.scans(first)
    labelled.scans(answer.facts["hint"], "CM-MENU")
    answer = labelled.scans(first, who=CHEN)
    assert labelled.scans(answer.facts["hint"], who=CHEN).step == "confirm"
    labelled.scans("CM-OK", who=CHEN)
    answer = labelled.scans(second)
    assert labelled.scans(answer.facts["hint"]).step == "confirm"


def test_a_label_that_did_not_come_is_printed_again_or_another_slot_taken(labelled: Yard) -> None:
    labelled.scans(labelled.waits())
    labelled.scans(labelled.slot(HOME), "CM-REPRINT")
    assert labelled.scan("1").code == "E-PRN-07"  # it is on its way
    labelled.scans("CM-SKIP")
    assert labelled.scans("CM-SKIP").step == "slot"


def test_without_a_printer_the_old_label_stays_the_right_one(labelled: Yard) -> None:
    labelled.floor.hub.db.write(lambda tx: tx.execute(delete(print_route)))
    old = labelled.scans(labelled.waits()).facts["hint"]
    answer = labelled.scans(old)
    assert (answer.code, answer.step) == ("W-PUT-NO-LABEL", "confirm")
    assert labelled.slot(HOME) == old
    assert labelled.scans("CM-OK").code == "S-PUT-DONE"
    assert labelled.at(HOME) == {("S0001", "GOOD"): 12}


def test_another_empty_pick_slot_becomes_the_new_articles(yard: Yard) -> None:
    """Nobody has to allow it: nothing of the article ever stood in the slot that was named."""
    yard.scans(yard.waits())
    assert home(yard) == HOME
    assert yard.scans(yard.slot(OTHER)).step == "confirm"
    yard.scans("CM-OK")
    assert (home(yard), yard.at(OTHER)) == (OTHER, {("S0001", "GOOD"): 12})


def test_not_another_articles_slot(yard: Yard) -> None:
    yard.home("S0002", OTHER)
    yard.scans(yard.waits())
    assert yard.scan(yard.slot(OTHER)).code == "E-PUT-03"
    assert home(yard) == HOME
