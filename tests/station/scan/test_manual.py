"""Typed by hand (domain §10.3): a slot or a waybill needs a supervisor, everything else does not."""

from __future__ import annotations

from station.ground.scan.codes import internal
from station.ground.scan.door import ScanRequest
from station.ground.scan.replies import Reply
from station.practice.demo import goods, world
from tests.floor import CHEN, LI, ZHAO, Floor

DOCK = internal("LC", "DOCK-1")


def typed(floor: Floor, number: str, flow: str, raw: str) -> Reply:
    """A scan that was typed on the handheld's keyboard."""
    return floor.hub.door.take(
        ScanRequest(
            workflow=flow,
            scan_id=f"typed-{number}-{raw}",
            raw=raw,
            step_token=floor.token_of(number, flow),
            token=floor.sign_in(number),
            manual=True,
        )
    )


def test_a_supervisor_allows_a_typed_slot(floor: Floor) -> None:
    assert typed(floor, ZHAO, "place", DOCK).body["code"] == "E-SCN-03"
    floor.scans(ZHAO, "place", world.badge(CHEN), world.PIN)
    answer = floor.scans(ZHAO, "place", "2")
    assert answer.code == "S-PLACE"


def test_a_supervisor_may_type_and_anybody_may_scan(floor: Floor) -> None:
    assert typed(floor, CHEN, "place", DOCK).body["code"] == "S-PLACE"
    assert floor.scan(ZHAO, "place", DOCK).code == "S-PLACE"


def test_an_article_may_be_typed(floor: Floor) -> None:
    (article,) = goods.products(1)
    (notice,) = goods.notices([article], {}, "WH1", floor.hub.clock.today())
    floor.erp(article, notice)
    floor.scans(LI, "stage1", floor.arrive(notice.asn_no, 1))
    assert typed(floor, LI, "stage1", goods.gtin(1)).status == 200
