"""今日收货 (P1, S-15): what is expected, what stands at the dock and how far it is, where its room is kept."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from functools import partial

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from printers import roster, routes
from station import create_app
from station.catalog.models import Sku
from station.exchange.documents import Product
from station.ground.web.kit import csrf_token
from station.ground.words.messages import Refused
from station.ground.work import SYSTEM
from station.inbound import notices
from station.inbound.arrive import searching
from station.inbound.dock import queries, rules
from station.practice.demo import world
from station.stock.models import Location, Stock
from station.storage.keeping import rules as keeping
from tests.floor import CHEN, ZHOU
from tests.plans import full_scans, statements
from tests.station.inbound.dock import MUG, OATS, PO, SPOON, Dock


def room(dock: Dock, zone: str) -> int:
    with dock.floor.hub.db.read() as tx:
        return next(one.id for one in keeping.rooms(tx) if one.zone == zone)


def kept(dock: Dock) -> dict[str, str]:
    with dock.floor.hub.db.read() as tx:
        return keeping.kept(tx)


def keep(dock: Dock, asn: str, zone: str) -> None:
    dock.floor.hub.works.do(partial(rules.keep_zone, asn_no=asn, room_id=room(dock, zone)), SYSTEM)


def stands(dock: Dock, item: Product) -> set[str]:
    """The zones of reserve in which an article lies."""
    with dock.floor.hub.db.read() as tx:
        query = select(Location.zone).join(Stock, Stock.location_id == Location.id)
        query = query.join(Sku, Sku.id == Stock.sku_id).where(Stock.on_hand > 0, Location.kind == "RSV")
        return set(tx.scalars(query.where(Sku.code == item.code)))


NEAR, FAR = "S", "R"


def two_zones(dock: Dock) -> None:
    """The reserve slots that the walk comes by first are a zone of their own."""

    def split(tx: Session) -> None:
        reserve = select(Location).where(Location.kind == "RSV").order_by(Location.pick_seq)
        places = list(tx.scalars(reserve))
        for place in places[: len(places) // 2]:
            place.zone = NEAR

    dock.floor.hub.db.write(split)


def label_printer(tx: Session) -> None:
    """The dock has a printer for its lanes' labels."""
    made = roster.add_printer(
        tx, code="PRLANE", name="月台", language="png", address="virtual:", media="label_100x70"
    )
    routes.set_route(tx, "dock_label", made)


def receive(dock: Dock, item: Product, asn: str) -> None:
    """Four cartons of an order that is expected already are received and put away."""
    receipt = dock.truck(asn=asn, cartons=4)
    dock.line(item, 4)
    dock.li("CM-CLOSE")
    dock.inspect(receipt)
    dock.labelled(receipt)
    dock.signs(world.badge(CHEN), world.PIN, world.badge(ZHOU), world.PIN)
    dock.floor.put_all_away()


def test_a_zone_is_kept_for_goods_before_they_come(dock: Dock, books: Callable[[], None]) -> None:
    """S-15: spoons stay out of the zone that is kept for mugs, though it is nearer; mugs go to theirs, though it
    is farther. The label of their lane names it. When all lies there nothing is kept any more.
    """
    two_zones(dock)
    dock.floor.hub.db.write(label_printer)
    dock.expects((MUG, 48))
    dock.expects((SPOON, 48), asn="PO-2")
    keep(dock, PO, NEAR)
    receive(dock, SPOON, "PO-2")
    assert stands(dock, SPOON) == {FAR}
    assert kept(dock) == {PO: NEAR}
    keep(dock, PO, FAR)
    receive(dock, MUG, PO)
    assert stands(dock, MUG) == {FAR}
    assert [paper["zone"] for paper in dock.papers("dock_label")] == ["", FAR]
    assert kept(dock) == {}
    books()


def test_what_is_not_expected_any_more_has_no_zone(dock: Dock) -> None:
    """The office takes the order back: its zone is everybody's; a closed order gets none, nor is there any zone."""
    dock.expects((MUG, 48))
    with pytest.raises(Refused, match="E-LOC-01"):
        dock.floor.hub.works.do(partial(rules.keep_zone, asn_no=PO, room_id=999_999), SYSTEM)
    keep(dock, PO, FAR)
    dock.floor.hub.works.do(partial(notices.cancel, asn_no=PO), SYSTEM)
    assert kept(dock) == {}
    with pytest.raises(Refused, match="E-RCV-01"):
        keep(dock, PO, FAR)


def test_the_board_shows_who_is_expected_who_stands_here_and_how_far(dock: Dock) -> None:
    """Late, today's and tomorrow's orders are expected; a truck is at its dock with what is counted of it."""
    dock.expects((MUG, 24), asn="PO-LATE", expected_on=date(2026, 4, 20))
    dock.expects((MUG, 36), asn="PO-MORROW", expected_on=date(2026, 5, 2))
    dock.expects((MUG, 24), asn="PO-MAY", expected_on=date(2026, 5, 20))
    dock.expects((MUG, 24), asn="PO-ELSE", warehouse="WH2")
    receipt = dock.truck((OATS, 24), asn="PO-HERE")
    dock.line(OATS, 1)
    hub = dock.floor.hub
    hub.demo_people = world.people(0)
    client = create_app(hub=hub).test_client()
    token = dock.floor.sign_in(CHEN, device="DESK")
    client.set_cookie("sid", token)
    here, coming, done = re.findall(r"<h2>.*?(?=<h2>|</div>)", client.get("/desk/dock").text, re.DOTALL)
    assert receipt in here
    assert "DOCK-1" in here
    assert re.search(r"12\s*</td>", here)
    assert [asn for asn in ("PO-LATE", "PO-MORROW", "PO-MAY", "PO-ELSE", "PO-HERE") if asn in coming] == [
        "PO-LATE",
        "PO-MORROW",
    ]
    assert coming.index("PO-LATE") < coming.index("PO-MORROW")
    assert receipt not in done
    for asked in ("RROW", "良品", "保温", "S0002"):  # any open order is found in the list of all
        found = client.get("/desk/notices", query_string={"q": asked, "state": "OPEN"}).text
        assert "PO-MORROW" in found
    assert "PO-MORROW" not in client.get("/desk/notices?q=燕麦").text
    data = {"csrf": csrf_token(token), "choice": str(room(dock, FAR))}
    page = client.post("/desk/notices/PO-MORROW/zone", data=data, follow_redirects=True).text
    assert "预留此库区" in page
    assert "取消预留" in page
    assert kept(dock) == {"PO-MORROW": FAR}
    page = client.post("/desk/notices/PO-MORROW/zone/free", data=data, follow_redirects=True).text
    assert kept(dock) == {}
    assert client.get("/desk/notices/PO-NONE").status_code == 404
    assert client.post("/desk/notices/PO-MORROW/zone", data=data | {"choice": "x"}).status_code == 404


def test_closed_orders_are_never_read_through(dock: Dock) -> None:
    """They are ever more: what looks for open ones at the dock, on the handheld and on the board has their index."""
    dock.expects((MUG, 24))
    db = dock.floor.hub.db
    with db.read() as tx, statements() as seen:
        assert searching.by_text(tx, "WH1", "保温")
        assert searching.by_text(tx, "WH1", "PO")
        assert queries.expected(tx, "WH1", date(2026, 5, 1))
        queries.at_dock(tx)
    scanned = set().union(*(full_scans(db, statement) for statement in seen))
    assert not scanned & {"inbound_notice", "receipt", "inbound_line", "receipt_line"}, scanned
