"""Couriers who come at the same time, and what goes wrong between the first parcel and the signature (P21, P22, P24)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from printers.schema import print_job
from station.ground.documents.history import History
from station.ground.documents.signatures import Signature
from station.ground.words.actor import Role
from station.outbound.dispatch.models import Manifest, ManifestParcel
from station.practice.demo import world
from station.stock.models import Movement
from tests.floor import QIAN, SUN, Answer, Floor
from tests.station.outbound.bench import Bench, ean
from tests.station.outbound.shelves import Shelves
from tests.station.scenarios.conftest import order_of

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
Books = Callable[[], None]
Hire = Callable[..., str]
OTHER = "2002"


@pytest.fixture
def lanes(shelves: Shelves, floor: Floor) -> Bench:
    """Two parcels stand in ZTO's lane (SO-1, SO-2), one in YTO's (SO-3); `bills` in that order."""
    for number, slot in enumerate(shelves.slots(3), 1):
        shelves.put(f"S000{number}", 9, slot)
    carriers = ("ZTO", "ZTO", "YTO")
    floor.erp(*(order_of(number, (f"S000{number}", 2), carrier=carriers[number - 1]) for number in (1, 2, 3)))
    floor.release()
    bench = Bench(floor)
    bench.pick_all()
    stuck = {}
    for tote in (1, 2, 3):
        unit = next(unit for unit in (1, 2, 3) if floor.item_in_tote(f"T{tote:03d}") == ean(unit))
        bench.finish(bench.to_box(tote, unit, unit))
        stuck[unit] = bench.bills[-1]
    bench.bills = [stuck[unit] for unit in (1, 2, 3)]
    return bench


def load(floor: Floor, carrier: str, *bills: str, who: str = QIAN) -> Answer:
    return floor.scans(who, "dispatch", floor.slot(f"LANE-{carrier}"), f"沪{carrier}", "小王", *bills)


def scan(floor: Floor, raw: str, who: str = QIAN) -> Answer:
    return floor.scan(who, "dispatch", raw)


def sign(floor: Floor, who: str = QIAN) -> Answer:
    return floor.scans(who, "dispatch", world.badge(who), world.PIN if who == QIAN else "1234")


def manifests(floor: Floor) -> list[tuple[str, int]]:
    """(state, parcels) of every manifest, oldest first."""
    query = (
        select(Manifest.state, func.count(ManifestParcel.id))
        .outerjoin(ManifestParcel, ManifestParcel.manifest_id == Manifest.id)
        .group_by(Manifest.id)
        .order_by(Manifest.id)
    )
    with floor.hub.db.read() as tx:
        return [(state, int(parcels)) for state, parcels in tx.execute(query)]


def papers(floor: Floor) -> list[dict[str, Any]]:
    query = select(print_job.c.data).where(print_job.c.kind == "manifest").order_by(print_job.c.id)
    with floor.hub.db.read() as tx:
        return list(tx.scalars(query))


def shipped(floor: Floor) -> int:
    """EACH that the ledger gave to customers."""
    with floor.hub.db.read() as tx:
        return int(tx.scalar(select(func.sum(Movement.qty)).where(Movement.type == "SHIP")) or 0)


def test_two_couriers_are_served_at_once(lanes: Bench, floor: Floor, hire: Hire, books: Books) -> None:
    """Each dispatcher has a lane and a manifest; neither closing asks for the other carrier's parcels (E-MAN-07)."""
    hire(OTHER, Role.DISPATCHER)
    load(floor, "ZTO", lanes.bills[0])
    load(floor, "YTO", lanes.bills[2], who=OTHER)
    assert scan(floor, lanes.bills[1], OTHER).code == "E-MAN-02"
    assert scan(floor, lanes.bills[1]).code == "S-DSP-PARCEL"
    assert [scan(floor, "CM-CLOSE", who).step for who in (QIAN, OTHER)] == ["dispatcher", "dispatcher"]
    assert [sign(floor, who).code for who in (OTHER, QIAN)] == ["S-DSP-SHIPPED", "S-DSP-SHIPPED"]
    assert manifests(floor) == [("SIGNED", 2), ("SIGNED", 1)]
    assert [paper.get("unscanned_count", 0) for paper in papers(floor)] == [0] * 4
    assert (shipped(floor), lanes.lies("LANE")) == (6, {})
    books()


def test_two_lorries_of_one_carrier_share_its_lane(
    lanes: Bench, floor: Floor, hire: Hire, books: Books
) -> None:
    """What is on the first lorry is not left behind by the second; each parcel is told once with its manifest."""
    hire(OTHER, Role.DISPATCHER)
    load(floor, "ZTO", lanes.bills[0])
    second = load(floor, "ZTO", lanes.bills[1], who=OTHER)
    assert second.facts["progress"] == [1, 1]
    assert scan(floor, lanes.bills[0], OTHER).code == "E-MAN-05"
    assert scan(floor, "CM-CLOSE", OTHER).step == "dispatcher"
    sign(floor, OTHER)
    assert [lanes.state(number) for number in (1, 2)] == ["STAGED", "SHIPPED"]
    assert scan(floor, "CM-CLOSE").step == "dispatcher"
    sign(floor)
    assert manifests(floor) == [("SIGNED", 1), ("SIGNED", 1)]
    assert {message["waybill_no"] for message in lanes.told("shipment_confirmation")} == set(lanes.bills[:2])
    books()


def test_a_parcel_taken_off_one_lorry_goes_on_the_other(
    lanes: Bench, floor: Floor, hire: Hire, books: Books
) -> None:
    """CM-UNDO frees it for the colleague's manifest: I6, one manifest at a time."""
    hire(OTHER, Role.DISPATCHER)
    load(floor, "ZTO", lanes.bills[0])
    load(floor, "ZTO", who=OTHER)
    assert scan(floor, lanes.bills[0], OTHER).code == "E-MAN-05"
    floor.scans(QIAN, "dispatch", "CM-UNDO")
    assert scan(floor, lanes.bills[0], OTHER).code == "S-DSP-PARCEL"
    assert scan(floor, lanes.bills[0]).code == "E-MAN-05"
    assert manifests(floor) == [("OPEN", 0), ("OPEN", 1)]
    books()


def test_a_cancel_while_somebody_asks_for_the_missing_parcel(
    lanes: Bench, floor: Floor, books: Books
) -> None:
    """T66 at E-MAN-07: the one left behind is cancelled meanwhile, nobody has to confirm it any more."""
    load(floor, "ZTO", lanes.bills[0])
    left = scan(floor, "CM-CLOSE")
    assert (left.code, left.facts["big"]) == ("E-MAN-07", "1")
    lanes.cancel(2)
    assert scan(floor, lanes.bills[1]).code == "E-INT-01"
    assert floor.scans(QIAN, "dispatch", "CM-OK").step == "dispatcher"
    assert {paper.get("unscanned_count", 0) for paper in papers(floor)} == {0}
    sign(floor)
    assert [lanes.state(number) for number in (1, 2)] == ["SHIPPED", "INTERCEPTING"]
    books()


def test_a_cancel_of_a_loaded_parcel_at_the_same_question(lanes: Bench, floor: Floor, books: Books) -> None:
    """I14: "leave behind" is pressed for the other one; the cancelled one comes off, and the question starts anew."""
    load(floor, "ZTO", lanes.bills[0])
    scan(floor, "CM-CLOSE")
    lanes.cancel(1)
    answer = scan(floor, "CM-OK")
    assert (answer.code, answer.step, answer.facts["big"]) == ("W-MAN-10", "parcel", "0")
    assert (papers(floor), manifests(floor)) == ([], [("OPEN", 0)])
    floor.scans(QIAN, "dispatch", lanes.bills[1], "CM-CLOSE")
    sign(floor)
    assert (shipped(floor), [lanes.state(n) for n in (1, 2)]) == (2, ["INTERCEPTING", "SHIPPED"])
    books()


def test_the_count_on_paper_is_the_last_count(lanes: Bench, floor: Floor, books: Books) -> None:
    """Closed with two, one cancelled before the signature: two new copies say one, and the courier signs those."""
    load(floor, "ZTO", *lanes.bills[:2])
    scan(floor, "CM-CLOSE")
    lanes.cancel(1)
    assert sign(floor).code == "W-MAN-10"
    scan(floor, "CM-CLOSE")
    sign(floor)
    assert [len(paper["parcels"]) for paper in papers(floor)] == [2, 2, 1, 1]
    with floor.hub.db.read() as tx:
        events = tx.scalars(select(History.event).where(History.doc_type == "MF").order_by(History.id)).all()
        assert [event for event in events if event in {"close", "reopen", "sign"}] == [
            "close",
            "reopen",
            "close",
            "sign",
        ]
        assert tx.scalar(select(func.count()).select_from(Signature).where(Signature.doc_type == "MF")) == 2
    books()


@pytest.mark.parametrize("who", [SUN, "1006"], ids=["a picker", "a packer"])
def test_only_a_dispatcher_signs(lanes: Bench, floor: Floor, who: str) -> None:
    """E-AUTH-02 on the dispatcher's own screen: the badge of somebody without the role ships nothing."""
    load(floor, "ZTO", *lanes.bills[:2])
    scan(floor, "CM-CLOSE")
    refused = scan(floor, world.badge(who))
    assert (refused.code, refused.step) == ("E-AUTH-02", "dispatcher")
    assert (shipped(floor), manifests(floor)) == (0, [("CLOSED", 2)])


def test_a_closed_manifest_takes_nothing_more(lanes: Bench, floor: Floor, books: Books) -> None:
    """A parcel scanned at the signature is the wrong thing (E-SCN-02), and CM-UNDO unloads nothing."""
    load(floor, "ZTO", lanes.bills[0])
    scan(floor, "CM-CLOSE")
    floor.scans(QIAN, "dispatch", "CM-OK")
    assert scan(floor, lanes.bills[1]).code == "E-SCN-02"
    assert scan(floor, "CM-UNDO").code == "E-CMD-02"
    assert manifests(floor) == [("CLOSED", 1)]
    sign(floor)
    assert shipped(floor) == 2
    books()


def test_what_came_back_to_the_shelf_is_not_shipped_again(lanes: Bench, floor: Floor, books: Books) -> None:
    """T75: the void parcel's label is no parcel in the lane; the number was given up."""
    load(floor, "ZTO", lanes.bills[0])
    lanes.cancel(1)
    floor.scans(SUN, "intercept", lanes.bills[0], lanes.shelf())
    assert manifests(floor) == [("OPEN", 0)]
    refused = scan(floor, lanes.bills[0])
    assert (refused.status, refused.code) == (422, "E-INT-01")
    assert (lanes.state(1), lanes.lies("INTC")) == ("CANCELLED", {"GOOD": 2})
    books()
