"""Into quarantine by one person, out of it by two (P5)."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from html import unescape
from typing import Any

import pytest
from click.testing import CliRunner
from PIL import Image
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from printers import queue
from printers.schema import print_route
from station import create_app
from station.ground.documents.signatures import Signature
from station.ground.web.kit import csrf_token
from station.inbound.quarantine.models import LetOut, LetOutLine, SetApart
from station.practice.demo import goods, world
from station.stock.models import HandlingUnit, Location, Movement, Stock, UnitState
from station.wiring import checks
from station.wiring.setup.doctor import doctor
from tests.floor import CHEN, SUN, WANG, ZHOU, Answer, Floor
from tests.station.outbound.shelves import Shelves
from tests.station.scenarios.conftest import order_of

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
SLOT, EAN = "A-01-01-2-01", goods.gtin(1)
BOTH = (world.badge(ZHOU), world.PIN, world.badge(CHEN), world.PIN)


@dataclass
class Hall:
    """Ten of the first article in a slot of the demo's hall."""

    floor: Floor
    shelves: Shelves

    def scan(self, raw: str) -> Answer:
        return self.floor.scan(ZHOU, "quarantine", raw)

    def scans(self, *raws: str) -> Answer:
        return self.floor.scans(ZHOU, "quarantine", *raws)

    def place(self, code: str) -> str:
        return self.floor.slot(code)

    def wait(self) -> None:
        """Some seconds: the same code scanned again is no bounce of the trigger."""
        self.floor.hub.clock.advance(seconds=5)  # type: ignore[attr-defined]

    def set_apart(self, qty: int, reason: str = "1") -> Answer:
        return self.scans(self.place(SLOT), EAN, str(qty), reason, self.place("QUAR-1"))

    def choose(self, qty: int, way: str) -> Answer:
        """Some of what lies in quarantine, and what becomes of it."""
        self.wait()
        return self.scans(self.place("QUAR-1"), EAN, str(qty), way)

    def at(self, code: str) -> dict[str, int]:
        query = select(Stock.status, func.sum(Stock.on_hand)).join(Location, Location.id == Stock.location_id)
        with self.floor.hub.db.read() as tx:
            rows = tx.execute(query.where(Location.code == code, Stock.on_hand > 0).group_by(Stock.status))
            return {row[0]: int(row[1]) for row in rows}

    def papers(self, kind: str) -> int:
        with self.floor.hub.db.read() as tx:
            return len(queue.list_jobs(tx, subject_type=kind))

    def books(self) -> None:
        assert checks.broken(self.floor.hub.db) == []


@pytest.fixture
def hall(floor: Floor) -> Hall:
    shelves = Shelves(floor)
    shelves.put("S0001", 10, SLOT)
    return Hall(floor, shelves)


@pytest.mark.parametrize(("reason", "status"), [("1", "DEFECT"), ("2", "BOXDMG"), ("4", "HOLD")])
def test_rejects_go_to_quarantine_only(hall: Hall, reason: str, status: str) -> None:
    """E-QUAR-01 for any other place; then what they are says the reason, and a red label comes."""
    hall.scans(hall.place(SLOT), EAN, "3", reason)
    for other in ("A-01-01-2-02", "DOCK-1", "RTN-1", "INTC-1"):
        with hall.floor.hub.db.read() as tx:
            known = tx.scalar(select(Location.id).where(Location.code == other))
        if known is not None:
            assert hall.scan(hall.place(other)).code == "E-QUAR-01"
    assert hall.at(SLOT) == {"GOOD": 10}
    assert hall.scans(hall.place("QUAR-1")).code == "S-QUA-IN"
    assert (hall.at(SLOT), hall.at("QUAR-1"), hall.papers("QR")) == ({"GOOD": 7}, {status: 3}, 1)
    with hall.floor.hub.db.read() as tx:
        assert tx.scalars(select(SetApart.qty)).all() == [3]
    hall.books()


def test_what_lies_there_is_never_allocated(hall: Hall) -> None:
    """Eight of ten are set apart: an order of three waits."""
    hall.set_apart(8)
    hall.floor.erp(order_of(1, ("S0001", 3)))
    hall.floor.release()
    assert hall.shelves.state() == "AUDITED"
    hall.books()


def test_goods_that_are_promised_stay(hall: Hall) -> None:
    hall.floor.erp(order_of(1, ("S0001", 9)))
    hall.floor.release()
    hall.scans(hall.place(SLOT), EAN)
    assert hall.scan("2").code == "E-MOV-01"


def test_released_by_inspector_and_supervisor(hall: Hall) -> None:
    """The keeper cannot; one person cannot sign twice; then they are good and wait to be put away."""
    hall.set_apart(4)
    hall.choose(3, "1")
    assert hall.scan(world.badge(SUN)).code == "E-AUTH-02"
    hall.scans(world.badge(WANG), world.PIN)
    assert hall.scan(world.badge(WANG)).code in {"E-AUTH-02", "E-AUTH-03"}
    assert hall.at("QUAR-1") == {"DEFECT": 4}
    hall.scans(world.badge(CHEN))
    assert hall.scans(world.PIN).code == "S-QUA-RELEASE"
    assert hall.at("QUAR-1") == {"DEFECT": 1, "GOOD": 3}
    assert hall.floor.look(ZHOU, "putaway")["facts"]["hint"] == "SKU:S0001"
    hall.books()


def test_expired_goods_are_not_released(hall: Hall) -> None:
    slot = hall.shelves.slots(3)[-1]
    hall.shelves.put("S0001", 4, slot, days=-1)
    hall.scans(hall.place(slot), EAN, "4", "1", hall.place("QUAR-1"))
    hall.choose(1, "1")
    signed = (world.badge(WANG), world.PIN, world.badge(CHEN))
    hall.scans(*signed)
    refused = hall.scan(world.PIN)
    assert (refused.code, refused.step) == ("E-QUAR-02", "place")
    assert hall.at("QUAR-1") == {"DEFECT": 4}


def test_returned_to_the_supplier(hall: Hall) -> None:
    """Plate, driver, the keeper's signature; two copies of the paper; the goods are the supplier's."""
    hall.set_apart(4)
    hall.choose(4, "2")
    assert hall.scans("沪A12345", "张师傅", world.badge(ZHOU), world.PIN).code == "S-QUA-RETURN"
    assert (hall.at("QUAR-1"), hall.papers("RV")) == ({}, 2)
    with hall.floor.hub.db.read() as tx:
        paper = tx.scalars(select(LetOut)).one()
        assert (paper.kind, paper.driver, paper.first_name) == ("RETURN", "张师傅", "周仓管")
        query = select(Signature.signer).where(Signature.doc_no == paper.exit_no).order_by(Signature.id)
        assert tx.scalars(query).all() == ["周仓管", "张师傅"]
        to = select(Location.code).join(Movement, Movement.to_location_id == Location.id)
        assert tx.scalars(to.where(Movement.type == "RETURN")).all() == ["SUPPLIER"]
    hall.books()


def test_scrapped_by_two(hall: Hall) -> None:
    """Two signatures, a copy for Finance, and several lines on one paper."""
    hall.set_apart(4)
    hall.set_apart(2, "2")
    hall.wait()
    hall.scans(hall.place("QUAR-1"), EAN, "1", "1", "CM-SKIP", EAN, "2", "2", "3")
    hall.scans(*BOTH[:3])
    assert hall.scans(BOTH[3]).code == "S-QUA-SCRAP"
    assert sum(hall.at("QUAR-1").values()) == 3
    with hall.floor.hub.db.read() as tx:
        assert sorted(tx.scalars(select(LetOutLine.qty))) == [1, 2]
    assert hall.papers("SC") == 2
    hall.books()


def test_without_a_printer_nothing_leaves(hall: Hall) -> None:
    """No scrap without Finance's copy."""
    hall.set_apart(4)
    hall.floor.hub.db.write(lambda tx: tx.execute(delete(print_route)))
    hall.choose(4, "3")
    hall.scans(*BOTH[:3])
    assert hall.scan(BOTH[3]).code == "E-PRN-05"
    assert hall.at("QUAR-1") == {"DEFECT": 4}
    hall.books()


def test_nobody_can_take_more_than_there_is(hall: Hall) -> None:
    """The same row twice on one paper is added up."""
    hall.set_apart(4)
    hall.wait()
    hall.scans(hall.place("QUAR-1"), EAN, "3", "CM-SKIP", EAN)
    assert hall.scan("2").code == "E-MOV-01"


def test_what_lies_too_long_is_told_at_the_desk_and_by_the_doctor(hall: Hall) -> None:
    """`quar_days` = 7: on the eighth day, with its place, name and number; more of it changes nothing."""
    hub, sentence = hall.floor.hub, "隔离区有 1 批货放了超过 7 天: QUAR-1 有机燕麦片 ×"
    desk = create_app(hub=hub).test_client()
    hall.set_apart(4)

    def told() -> str:
        desk.set_cookie("sid", hall.floor.sign_in(CHEN, device=f"desk{hub.clock.now()}"))
        return unescape(desk.get("/desk").text)

    hall.floor.days_pass(7)
    assert sentence not in told()
    hall.set_apart(1)
    hall.floor.days_pass(1)
    page = told()
    assert f"{sentence}5" in page
    (address,) = re.findall(r'href="(/desk/quarantine\?to=[0-9-]+)"', page)
    assert "有机燕麦片" in desk.get(address).text
    hall.choose(4, "3")
    hall.scans(*BOTH)
    assert sentence not in told(), "what is left came yesterday"
    assert "有机燕麦片" not in desk.get(address).text


def test_the_doctor_tells_it_too(hall: Hall) -> None:
    hall.set_apart(4)
    hall.floor.days_pass(8)
    said = CliRunner().invoke(doctor, obj=lambda: hall.floor.hub).output
    assert "late: 1 goods have lain in quarantine for more than 7 days: QUAR-1 有机燕麦片 ×4" in said


def test_photos_of_what_was_set_apart(hall: Hall) -> None:
    """📸 takes them of what one brought last; they stay with the entry, until the goods have left."""
    answer = hall.set_apart(4)
    number = re.findall(r"\((QR\w+)\)", answer.body["message"]["zh"])[0]
    web = create_app(hub=hall.floor.hub).test_client()
    token = hall.floor.sign_in(ZHOU, device="HH-1")
    web.set_cookie("sid", token)
    assert 'href="/work/apart-photos"' in web.get("/work/quarantine").text
    page = web.get("/work/apart-photos", follow_redirects=True)
    assert (page.request.path, "有机燕麦片" in page.text) == (f"/work/apart-photos/{number}", True)
    picture = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(picture, "PNG")

    def send(data: bytes, name: str = "a.png") -> Any:
        file = {"file": (io.BytesIO(data), name), "csrf": csrf_token(token)}
        return web.post(page.request.path, data=file, follow_redirects=True)

    assert send(b"no picture").status_code == 422
    (address,) = re.findall(rf'src="({page.request.path}/\w+)"', send(picture.getvalue()).text)
    with web.get(address) as shown:
        assert shown.data == picture.getvalue()
    hall.choose(4, "3")
    hall.scans(*BOTH)
    other = picture.getvalue() + b" "
    assert send(other).status_code == 422
    assert "enctype" not in web.get(page.request.path).text
    with web.get(address) as kept:
        assert kept.status_code == 200


def test_every_entry_and_every_paper_has_its_page(hall: Hall) -> None:
    hall.set_apart(4)
    hall.choose(4, "2")
    hall.scans("沪A12345", "张师傅", world.badge(ZHOU), world.PIN)
    desk = create_app(hub=hall.floor.hub).test_client()
    desk.set_cookie("sid", hall.floor.sign_in(CHEN, device="desk"))
    for register, words in (
        ("set-apart", ("破损", SLOT, "残次")),
        ("quarantine-papers", ("退供", "沪A12345", "张师傅")),
    ):
        (address,) = set(re.findall(rf'href="(/desk/{register}/\w+)"', desk.get(f"/desk/{register}").text))
        page = desk.get(address).text
        assert all(word in page for word in ("有机燕麦片", *words)), page


def test_loose_goods_are_found_beside_many_cartons(hall: Hall) -> None:
    """Six cartons that expire sooner stand in the same place: the loose ones are there all the same."""
    cartons = [hall.shelves.put("S0001", 12, SLOT, days=days) for days in range(1, 7)]

    def seal(tx: Session) -> None:
        for number, stock_id in enumerate(cartons, 1):
            unit = HandlingUnit(lpn=f"CT{number}", kind="CARTON", state=UnitState.STORED, seq=1, qty=12)
            tx.add(unit)
            tx.flush()
            tx.get_one(Stock, stock_id).hu_id = unit.id

    hall.floor.hub.db.write(seal)
    assert hall.scans(hall.place(SLOT), EAN).step == "qty"
