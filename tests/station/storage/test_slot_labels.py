"""A slot's label is worn, lost or doubled: the new one is right, the old one is refused everywhere (T31, P28)."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from printers.schema import print_job, print_route
from station import create_app
from station.ground.documents.history import History
from station.ground.scan.codes import internal
from station.ground.web.kit import csrf_token
from station.stock import locations
from station.stock.models import Location, OldLabel
from tests.floor import CHEN, SUN, ZHAO, ZHOU, Floor
from tests.station.scenarios.conftest import Day, order_of, shelved
from tests.station.storage.conftest import Yard
from tests.works import work

__all__ = ["shelved"]
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
Start = Callable[..., Day]
TOTE = internal("TT", "T001")


@pytest.fixture
def client(floor: Floor) -> FlaskClient:
    return create_app(hub=floor.hub).test_client()


def _desk(client: FlaskClient, floor: Floor, number: str = CHEN) -> str:
    token = floor.sign_in(number, device="DESK")
    client.set_cookie("sid", token)
    return csrf_token(token)


def _renew(client: FlaskClient, floor: Floor, code: str, reason: str = "刮花了") -> int:
    answer = client.post(f"/desk/slots/{code}/label", data={"csrf": _desk(client, floor), "reason": reason})
    return answer.status_code


def _version(floor: Floor, code: str) -> int:
    with floor.hub.db.read() as tx:
        return tx.scalars(select(Location.label_version).where(Location.code == code)).one()


def test_the_old_label_is_refused_where_goods_are_put_away(
    yard: Yard, floor: Floor, client: FlaskClient
) -> None:
    """T31: E-LOC-04 for the old label, the new one is taken; nothing was booked in between."""
    carton = yard.waits()
    slot = yard.scans(carton).facts["big"]
    old = floor.slot(slot)
    assert _renew(client, floor, slot) == 302
    refused = yard.scan(old)
    assert (refused.code, refused.step) == ("E-LOC-04", "slot")
    assert refused.body["message"]["zh"] == "旧库位标签, 请换新"
    assert yard.at(slot) == {}
    yard.scans(floor.slot(slot), "CM-OK")
    assert yard.at(slot) == {("S0001", "GOOD"): 12}


def test_the_old_label_is_refused_where_goods_are_picked(
    shelved: Start, floor: Floor, client: FlaskClient
) -> None:
    """T31 at a walk that had begun: the same stop goes on with the new label, at the slot and at the product."""
    shelved(order_of(1, ("S0001", 2))).receive()
    floor.release()
    answer = floor.scans(SUN, "pick", "CM-OK", TOTE)
    slot, old = answer.facts["big"], answer.facts["hint"]
    assert _renew(client, floor, slot) == 302
    assert floor.scan(SUN, "pick", old).code == "E-LOC-04"
    floor.scans(SUN, "pick", floor.slot(slot))
    assert _renew(client, floor, slot, "又坏了") == 302
    assert floor.scan(SUN, "pick", old).code == "E-LOC-04"
    assert floor.scans(SUN, "pick", floor.slot(slot)).step == "product"


@pytest.mark.parametrize(
    ("place", "who", "flow", "before"),
    [("LANE-ZTO", "1007", "dispatch", ()), ("INTC-1", ZHAO, "pack", ("CM-SHORT", "1", "CM-SHORT"))],
    ids=["lane", "shelf"],
)
def test_lane_and_shelf_refuse_their_old_labels_too(
    shelved: Start,
    floor: Floor,
    client: FlaskClient,
    place: str,
    who: str,
    flow: str,
    before: tuple[str, ...],
) -> None:
    """One rule judges every place that is scanned."""
    day = shelved(order_of(1, ("S0001", 2)))
    if before:
        day.receive()
        floor.release()
        floor.pick_next()
        floor.scans(ZHAO, "pack", internal("WS", "PACK1"), TOTE, *before)
    else:
        day.pack_all()
    old = floor.slot(place)
    assert _renew(client, floor, place) == 302
    assert floor.scan(who, flow, old).code == "E-LOC-04"
    assert floor.scan(who, flow, floor.slot(place)).ok


def test_each_new_label_is_one_version_more_and_is_printed(floor: Floor, client: FlaskClient) -> None:
    """Paper, version and history say the same; all older ones are refused, the first one said no version."""
    slot = "A-01-01-2-01"
    labels = [floor.slot(slot)]
    for _ in range(2):
        assert _renew(client, floor, slot) == 302
        labels.append(floor.slot(slot))
    assert len(set(labels)) == 3
    assert [label[:-1] for label in labels] == ["LCA0101201", "LCA0101201V2", "LCA0101201V3"]
    with floor.hub.db.read() as tx:
        papers = tx.execute(
            select(print_job.c.data).where(print_job.c.kind == "slot_label").order_by(print_job.c.id)
        )
        shown = [(data["slot_code"], data["version"], data["display"]) for (data,) in papers]
        rows = tx.scalars(select(History).where(History.doc_type == "LC", History.doc_no == slot))
        moved = [(row.event, row.old, row.new, row.actor, row.detail["reason"]) for row in rows]
        assert [tx.scalar(select(OldLabel.version).where(OldLabel.barcode == text)) for text in labels] == [
            1, 2, None,
        ]  # fmt: skip
        assert locations.find(tx, labels[2]).code == slot
        assert all(locations.replaced(tx, text) for text in labels[:2])
    assert shown == [(labels[1], 2, slot), (labels[2], 3, slot)]
    assert moved == [
        ("relabel", "1", "2", "陈主管", "刮花了"), ("relabel", "2", "3", "陈主管", "刮花了"),
    ]  # fmt: skip


def test_without_a_printer_the_old_label_stays_right(floor: Floor, client: FlaskClient) -> None:
    """E-PRN-05: a slot must not lose its only label to one that cannot be printed."""
    slot = "A-01-01-2-01"
    old = floor.slot(slot)
    floor.hub.db.write(lambda tx: tx.execute(print_route.delete().where(print_route.c.kind == "slot_label")))
    assert _renew(client, floor, slot) == 422
    assert (floor.slot(slot), _version(floor, slot)) == (old, 1)
    with floor.hub.db.read() as tx:
        assert locations.replaced(tx, old) is None


def test_a_label_never_says_what_another_place_says(yard: Yard, floor: Floor, client: FlaskClient) -> None:
    """A place whose code ends like a version keeps its label; the other one takes the next number."""
    from station.stock.models import LocationKind

    floor.hub.db.write(lambda tx: locations.make(tx, "A-01-01-2-01-V2", LocationKind.RSV).id)
    assert _renew(client, floor, "A-01-01-2-01") == 302
    assert _version(floor, "A-01-01-2-01") == 3
    assert floor.slot("A-01-01-2-01-V2") != floor.slot("A-01-01-2-01")


@pytest.mark.parametrize("code", ["T001", "PACK-1", "NOWHERE", "A-99-99-9-99"])
def test_only_what_has_a_slot_label_gets_a_new_one(floor: Floor, client: FlaskClient, code: str) -> None:
    """Totes and benches have labels of their own kind; a code of no place is refused."""
    assert client.get(f"/desk/slots/{code}", headers={"Cookie": ""}).status_code in {302, 401}
    assert _renew(client, floor, code) == 422
    page = client.get(f"/desk/slots/{code}")
    assert page.status_code == (200 if code in {"T001", "PACK-1"} else 404)
    assert f"/desk/slots/{code}/label" not in page.text


@pytest.mark.parametrize("reason", ["", "   ", "\u202e", "\x07"])
def test_a_new_label_has_a_reason(floor: Floor, client: FlaskClient, reason: str) -> None:
    """I10; what cannot be read is none."""
    assert _renew(client, floor, "A-01-01-2-01", reason) == 422
    assert _version(floor, "A-01-01-2-01") == 1


def test_pickers_order_no_labels(floor: Floor, client: FlaskClient) -> None:
    csrf = _desk(client, floor, SUN)
    answer = client.post("/desk/slots/A-01-01-2-01/label", data={"csrf": csrf, "reason": "x"})
    assert (answer.status_code, _version(floor, "A-01-01-2-01")) == (403, 1)


def test_the_desk_lists_slots_and_shows_one(floor: Floor, client: FlaskClient) -> None:
    """Found by a part of its code; its page tells version, papers and what happened."""
    _renew(client, floor, "A-01-02-3-01")
    page = client.get("/desk/slots?q=A-01-02").text
    assert 'href="/desk/slots/A-01-02-3-01"' in page
    assert "A-02-01" not in page
    assert 'href="/desk/slots/T001"' in client.get("/desk/slots?q=T001").text
    shown = client.get("/desk/slots/A-01-02-3-01").text
    for text in ("换标签", "陈主管", "LCA0102301V2", "标签版本"):
        assert text in shown


def test_why_names_the_place_of_an_old_label(yard: Yard, floor: Floor, client: FlaskClient) -> None:
    """The worker who asks why learns which slot it was."""
    from station.ground.scan.kinds import Code, Kind
    from station.stock import describe

    old = floor.slot("A-01-01-2-01")
    _renew(client, floor, "A-01-01-2-01")
    with floor.hub.db.read() as tx:
        said = describe.place(tx, Code(Kind.LOCATION, old))
        assert [name for name, _facts in said] == ["L-IS-PLACE", "L-IS-OLD-LABEL"]
        assert said[0][1]["code"] == "A-01-01-2-01"
        assert describe.place(tx, Code(Kind.LOCATION, internal("LC", "NOWHERE"))) == []


def test_two_desks_at_once_make_two_versions(floor: Floor) -> None:
    """Both pressed the key: the place has one label, and both older ones are known."""
    hub = floor.hub
    for _ in range(2):
        hub.db.write(lambda tx: locations.relabel(work(tx, hub.clock.now()), "A-01-01-2-01", "x") and None)
    with hub.db.read() as tx:
        assert len(tx.scalars(select(OldLabel.barcode)).all()) == 2
    assert _version(floor, "A-01-01-2-01") == 3
    assert floor.scan(ZHOU, "putaway", floor.slot("A-01-01-2-01")).code != "E-LOC-04"
