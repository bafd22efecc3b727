"""What courier and warehouse keep of a handover, what the desk sees, and that nothing changes afterwards (P21, T64–T69)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from printers.schema import print_job
from station.carriers.models import Waybill
from station.ground.documents.history import History
from station.ground.documents.signatures import Signature
from station.outbound.dispatch.models import Manifest, ManifestParcel
from station.practice.demo import world
from station.stock.models import Movement
from tests.floor import CHEN, QIAN, ZHAO, Floor
from tests.station.outbound.bench import Bench
from tests.station.outbound.shelves import Shelves
from tests.station.scenarios.conftest import order_of

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
Books = Callable[[], None]


@pytest.fixture
def lane(shelves: Shelves, floor: Floor) -> Bench:
    """Three parcels stand in ZTO's lane."""
    for number, slot in enumerate(shelves.slots(3), 1):
        shelves.put(f"S000{number}", 9, slot)
    floor.erp(*(order_of(number, (f"S000{number}", 2)) for number in (1, 2, 3)))
    floor.release()
    bench = Bench(floor)
    bench.pick_all()
    for number in (1, 2, 3):
        bench.finish(bench.to_box(number, number, number))
    return bench


def _open(floor: Floor, *bills: str) -> None:
    floor.scans(QIAN, "dispatch", floor.slot("LANE-ZTO"), "沪B1", "小王", *bills)


def _close(floor: Floor) -> None:
    if floor.scan(QIAN, "dispatch", "CM-CLOSE").step == "left":
        floor.scans(QIAN, "dispatch", "CM-OK")


def _sign(floor: Floor) -> Any:
    return floor.scans(QIAN, "dispatch", world.badge(QIAN), world.PIN)


def _papers(floor: Floor) -> list[dict[str, Any]]:
    query = select(print_job.c.data).where(print_job.c.kind == "manifest").order_by(print_job.c.id)
    with floor.hub.db.read() as tx:
        return list(tx.scalars(query))


def _manifest(floor: Floor) -> Manifest:
    with floor.hub.db.read() as tx:
        found = tx.scalars(select(Manifest).order_by(Manifest.id.desc())).first()
        assert found is not None
        tx.expunge_all()
        return found


def test_two_copies_say_what_was_scanned(lane: Bench, floor: Floor) -> None:
    """I6: numbers, weights and count on paper are those scanned; who, which lorry, and what stayed behind."""
    _open(floor, *lane.bills[:2])
    _close(floor)
    first, second = _papers(floor)
    assert [part["waybill_no"] for part in first["parcels"]] == lane.bills[:2]
    assert all(part["weight_g"] > 0 for part in first["parcels"])
    assert (first["ticket_count"], first["unscanned_count"]) == (2, 1)
    assert (first["vehicle_no"], first["courier_name"], first["pickup_on"]) == ("沪B1", "小王", "2026-05-01")
    assert (first["ply_name"], second["ply_name"]) == ("仓库联", "快递联")
    assert {**first, "ply_no": 2, "ply_name": "快递联"} == second


def test_both_signatures_stand_with_the_manifest(lane: Bench, floor: Floor, books: Books) -> None:
    """Dispatcher by badge and PIN, courier by name; every step is in the history."""
    _open(floor, *lane.bills)
    _close(floor)
    assert floor.scan(QIAN, "dispatch", world.badge(ZHAO)).code.startswith("E-AUTH")
    assert _sign(floor).code == "S-DSP-SHIPPED"
    number = _manifest(floor).manifest_no
    with floor.hub.db.read() as tx:
        signed = tx.execute(
            select(Signature.meaning, Signature.signer).where(Signature.doc_no == number)
        ).all()
        steps = tx.scalars(
            select(History.event)
            .where(History.doc_no == number, History.doc_type == "MF")
            .order_by(History.id)
        ).all()
    assert {row.meaning for row in signed} == {"dispatcher", "courier"}
    assert any("小王" in row.signer for row in signed)
    assert steps == ["close", "sign"]
    books()


def test_a_wrong_pin_ships_nothing(lane: Bench, floor: Floor, books: Books) -> None:
    """E-AUTH-04: the manifest waits at the signature, the goods are the house's."""
    _open(floor, *lane.bills)
    _close(floor)
    floor.scans(QIAN, "dispatch", world.badge(QIAN))
    assert floor.scan(QIAN, "dispatch", "0000").code == "E-AUTH-04"
    assert [lane.state(number) for number in (1, 2, 3)] == ["STAGED"] * 3
    assert lane.told("shipment_confirmation") == []
    assert _manifest(floor).state == "CLOSED"
    books()


def test_what_was_signed_never_changes_and_the_late_parcel_has_its_own(
    lane: Bench, floor: Floor, books: Books
) -> None:
    """T68: E-MAN-09 for the old number; the third parcel leaves on a new manifest."""
    _open(floor, *lane.bills[:2])
    _close(floor)
    _sign(floor)
    old = _manifest(floor)
    assert floor.scan(QIAN, "dispatch", old.manifest_no).code == "E-MAN-09"
    _open(floor, lane.bills[2])
    _close(floor)
    assert _sign(floor).body["message"]["en"].startswith("Shipped 1")
    new = _manifest(floor)
    assert new.manifest_no != old.manifest_no
    with floor.hub.db.read() as tx:
        on = select(ManifestParcel.manifest_id)
        assert sorted(tx.scalars(on)) == [old.id, old.id, new.id]
    books()


def test_every_unit_leaves_the_lane_for_the_customer(lane: Bench, floor: Floor, books: Books) -> None:
    """T69: ledger LANE→CUSTOMER, waybills HANDED, one confirmation for each parcel with lots and weight."""
    _open(floor, *lane.bills)
    _close(floor)
    _sign(floor)
    assert lane.lies("LANE") == {}
    assert lane.waybills() == ["HANDED"] * 3
    told = lane.told("shipment_confirmation")
    assert [message["waybill_no"] for message in told] == lane.bills
    assert all(message["is_last"] and message["weight_g"] for message in told)
    assert [[line["qty_each"] for line in message["lines"]] for message in told] == [[2], [2], [2]]  # type: ignore[attr-defined]
    with floor.hub.db.read() as tx:
        moved = tx.execute(select(Movement.doc_no, Movement.qty).where(Movement.type == "SHIP")).all()
    assert sorted(tuple(row) for row in moved) == sorted((lane.order_no(number), 2) for number in (1, 2, 3))
    books()


def test_the_same_signature_sent_again_ships_once(lane: Bench, floor: Floor, books: Books) -> None:
    """I8, T88: the last scan repeated five times under one id has one effect and one answer."""
    _open(floor, *lane.bills)
    _close(floor)
    floor.scans(QIAN, "dispatch", world.badge(QIAN))
    token = floor.token_of(QIAN, "dispatch")
    answers = [
        floor.scan(QIAN, "dispatch", world.PIN, scan_id="pin-once", step_token=token) for _ in range(5)
    ]
    assert {answer.code for answer in answers} == {"S-DSP-SHIPPED"}
    assert len(lane.told("shipment_confirmation")) == 3
    books()


@pytest.mark.parametrize("text", ["", " ", "\x07", "车" * 21])
def test_a_plate_is_a_text(lane: Bench, floor: Floor, text: str) -> None:
    """Nothing, blanks, controls and too much are no plate; the step stays."""
    floor.scans(QIAN, "dispatch", floor.slot("LANE-ZTO"))
    refused = floor.scan(QIAN, "dispatch", text)
    assert (refused.status, refused.step) == (422, "plate")
    with floor.hub.db.read() as tx:
        assert tx.scalars(select(Manifest.id)).all() == []
    assert len(lane.bills) == 3


def test_who_may_not_dispatch(lane: Bench, floor: Floor) -> None:
    """E-AUTH-02 for a packer; a supervisor may."""
    assert floor.scan(ZHAO, "dispatch", floor.slot("LANE-ZTO")).code == "E-AUTH-02"
    assert floor.scan(CHEN, "dispatch", floor.slot("LANE-ZTO")).ok
    with floor.hub.db.read() as tx:
        assert set(tx.scalars(select(Waybill.state))) == {"BOUND"}
    assert len(lane.bills) == 3
