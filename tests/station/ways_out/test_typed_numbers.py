"""A number typed as it is printed, without prefix and check character, finds its thing."""

from __future__ import annotations

import pytest

from station.ground.scan.door import ScanRequest
from station.practice.demo import goods
from tests.floor import LI, SUN, ZHAO, Floor

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def _type(floor: Floor, number: str, flow: str, raw: str) -> tuple[int, str]:
    token = floor.sign_in(number)
    reply = floor.hub.door.take(
        ScanRequest(flow, f"typed-{raw}-{flow}", raw, floor.token_of(number, flow), token, manual=True)
    )
    return reply.status, str(reply.body["code"])


def test_a_bench_and_a_tote_are_found_by_their_names(floor: Floor) -> None:
    assert _type(floor, ZHAO, "pack", "PACK-1")[0] == 200
    assert _type(floor, ZHAO, "pack", "T001") == (422, "E-PAK-06")  # found, and empty
    assert _type(floor, ZHAO, "pack", "T999")[1] == "E-BAR-01"


def test_a_receipt_is_found_by_the_number_printed_on_its_sheet(floor: Floor) -> None:
    articles = goods.products(2)
    (notice,) = goods.notices(articles, {}, "WH1", floor.hub.clock.today())
    floor.erp(*articles, notice)
    receipt = floor.arrive(notice.asn_no, 2)
    printed = receipt.removeprefix("RC")[:-1]
    assert _type(floor, LI, "stage1", f"RC{printed}")[0] == 200


def test_a_slot_typed_by_hand_still_wants_a_supervisor(floor: Floor) -> None:
    assert _type(floor, SUN, "place", "LANE-ZTO")[1] == "E-SCN-03"
