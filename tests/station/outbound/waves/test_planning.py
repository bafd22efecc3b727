"""What waves are built by is read from articles and slots (P13)."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from station.catalog.models import Sku
from station.outbound.waves import planning
from station.outbound.waves.limits import Load
from tests.floor import Floor
from tests.station.outbound.shelves import Shelves
from tests.station.scenarios.conftest import order_of

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def _planned(floor: Floor) -> planning.Planned:
    clock = floor.hub.clock
    with floor.hub.db.read() as tx:
        return planning.plan(tx, floor.hub.settings.rules, clock.now(), clock.today())


def _known(shelves: Shelves, code: str, **values: object) -> None:
    shelves.do(lambda work: work.tx.execute(update(Sku).where(Sku.code == code).values(values)))


def test_an_order_is_what_its_articles_and_their_slots_are(shelves: Shelves, floor: Floor) -> None:
    """Weight and volume of all units, whole cartons, the zone they lie in, the spot where one stands."""
    (slot,) = shelves.slots(1)
    shelves.put("S0001", 20, slot)
    _known(shelves, "S0001", gross_g=300, volume_cm3=500, case_qty=4)
    floor.erp(order_of(1, ("S0001", 5)), order_of(2, ("S0001", 3)))
    floor.advance_orders()
    many, few = _planned(floor).orders.values()
    assert (many.load, few.load) == (Load(1, 1, 2500, 1500), Load(1, 1, 1500, 900))
    assert (many.is_big, few.is_big) == (True, False)
    assert (many.zone, len(many.points)) == (slot[0], 1)


@pytest.mark.parametrize(
    ("values", "kind"), [({"is_valuable": True}, "W8"), ({"goods_class": "liquid"}, "W9"), ({}, "W1")]
)
def test_what_an_article_is_decides_the_wave(
    shelves: Shelves, floor: Floor, values: dict[str, object], kind: str
) -> None:
    shelves.put("S0001", 20, shelves.slots(1)[0])
    _known(shelves, "S0001", **values or {"is_valuable": False})
    floor.erp(order_of(1, ("S0001", 1)))
    floor.advance_orders()
    assert [draft.type for draft in _planned(floor).drafts] == [kind]
