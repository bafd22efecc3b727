"""Opening stock gets into the books by two signatures, once, as a whole, and out of them by a reversing document."""

from __future__ import annotations

import threading
from functools import partial

import pytest
from sqlalchemy import func, select, update

from station.catalog.models import Sku
from station.ground.documents.signatures import Signature
from station.ground.words.messages import Refused
from station.ground.work import SYSTEM, Work
from station.stock import ledger, lots
from station.stock.ledger import Place, Posting
from station.stock.models import LOCATION, Location, Movement, MovementType, Stock
from station.storage.opening import posting, rules
from station.wiring import checks
from tests.floor import CHEN, LI, ZHOU, Floor
from tests.station.storage.opening.conftest import OWNER, Desk, documents, lies_at, slots

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def moved(floor: Floor) -> int:
    with floor.hub.db.read() as tx:
        return tx.scalar(select(func.count()).select_from(Movement)) or 0


def take_away(work: Work, place: str, code: str, qty: int = 1) -> None:
    """Somebody books units out of a place; a negative `qty` books them in."""
    sku = work.tx.scalars(select(Sku).where(Sku.code == code)).one()
    at = Place(work.tx.scalars(select(Location.id).where(Location.code == place)).one(), "GOOD")
    out = Place(ledger.ADJUST, "GOOD")
    there = work.tx.scalar(select(Stock.lot_id).where(Stock.sku_id == sku.id, Stock.on_hand > 0))
    lot = there or lots.make(work.tx, sku.id, received_on=work.today, receipt_id=None)
    source, target = (at, out) if qty > 0 else (out, at)
    ledger.post(work, Posting(MovementType.MOVE, sku.id, lot, abs(qty), source, target, "T", "1", f"t{qty}"))


def home(floor: Floor, code: str) -> str | None:
    with floor.hub.db.read() as tx:
        return tx.scalar(
            select(Location.code).join(Sku, Sku.home_location_id == Location.id).where(Sku.code == code)
        )


@pytest.mark.both_databases
def test_two_signatures_put_it_into_the_books(desk: Desk, stage: Floor) -> None:
    pick, reserve, quarantine = slots(stage, "PICK")[0], slots(stage, "RSV")[0], slots(stage, "QUAR")[0]
    os_no = desk.bring(
        f"{pick},S0002,L1,2026-03-01,,24",
        f"{reserve},S0002,L1,2026-03-01,,48",
        f"{quarantine},S0001,,2025-03-01,2026-04-01,3",
    )
    assert desk.sign(os_no).status_code == 302
    assert documents(stage) == [(os_no, "POSTED")]
    assert lies_at(stage, pick) == [("S0002", "L1", "GOOD", 24)]
    assert lies_at(stage, quarantine) == [("S0001", "", "EXPIRED", 3)]
    assert home(stage, "S0002") == pick
    with stage.hub.db.read() as tx:
        assert len(set(tx.scalars(select(Movement.lot_id).where(Movement.doc_no == os_no)))) == 2
        signed = tx.execute(select(Signature.meaning, Signature.signer).where(Signature.doc_no == os_no))
        assert {tuple(row) for row in signed} == {("COUNTED", "李收货"), ("POSTED", "陈主管")}
    page = desk.client.get(f"/desk/opening/{os_no}").text
    assert "陈主管" in page
    assert 'name="pin"' not in page
    assert checks.broken(stage.hub.db) == []


@on_sqlite
def test_posting_twice_books_once(desk: Desk, stage: Floor) -> None:
    os_no = desk.bring(f"{slots(stage, 'PICK')[0]},S0007,,,,5")
    assert desk.sign(os_no).status_code == 302
    assert "E-OPN-01" in desk.sign(os_no).text
    assert moved(stage) == 1


@pytest.mark.both_databases
def test_two_people_post_the_same_draft_at_once(desk: Desk, stage: Floor) -> None:
    os_no = desk.bring(f"{slots(stage, 'PICK')[0]},S0007,,,,5")
    people, tokens = stage.hub.services.people, [stage.sign_in(who) for who in (LI, CHEN)]
    with stage.hub.db.read() as tx:
        li, chen = (people.identify_only(tx, token, stage.hub.clock.now()) for token in tokens)
    assert li is not None
    assert chen is not None
    told: list[str] = []
    start = threading.Barrier(2)

    def post() -> None:
        start.wait()
        try:
            stage.hub.works.do(lambda work: posting.post(work, os_no, li, chen), li)
        except Refused as refused:
            told.append(refused.code)
        else:
            told.append("posted")

    threads = [threading.Thread(target=post) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == ["E-OPN-01", "posted"]
    assert moved(stage) == 1
    assert checks.broken(stage.hub.db) == []


@on_sqlite
@pytest.mark.parametrize(
    ("at_desk", "second", "pin", "code"),
    [
        (LI, LI, "1234", "E-AUTH-03"),
        (LI, ZHOU, "1234", "E-AUTH-02"),
        (LI, CHEN, "4321", "E-AUTH-04"),
        (LI, "7777", "1234", "E-AUTH-01"),
    ],
)
def test_who_may_not_post(desk: Desk, stage: Floor, at_desk: str, second: str, pin: str, code: str) -> None:
    os_no = desk.bring(f"{slots(stage, 'PICK')[0]},S0007,,,,5")
    desk.enter(at_desk)
    answer = desk.sign(os_no, second, pin)
    assert answer.status_code == 422
    assert code in answer.text
    assert documents(stage) == [(os_no, "DRAFT")]
    assert moved(stage) == 0


@on_sqlite
def test_the_supervisor_who_brought_it_does_not_post_it(desk: Desk, stage: Floor) -> None:
    desk.enter(CHEN)
    os_no = desk.bring(f"{slots(stage, 'PICK')[0]},S0007,,,,5")
    assert "E-OPN-11" in desk.sign(os_no, LI).text
    assert desk.sign(os_no, OWNER).status_code == 302


@on_sqlite
def test_a_draft_changes_line_by_line(desk: Desk, stage: Floor) -> None:
    pick, other = slots(stage, "PICK", 2)
    os_no = desk.bring(f"{pick},S0007,,,,5", f"{other},S0008,,,,6")
    with stage.hub.db.read() as tx:
        opening = rules.find(tx, os_no)
        assert opening is not None
        first, second = (line.id for line in rules.lines_of(tx, opening.id))
    here = f"/desk/opening/{os_no}"
    assert desk.post(f"{here}/lines/{first}", qty="9").status_code == 302
    assert desk.post(f"{here}/lines/{second}", what="remove").status_code == 302
    assert (
        desk.post(f"{here}/lines", slot=other, sku_code="S0003", produced_on="1.4.2026", qty="2").status_code
        == 302
    )
    for wrong, code in (
        ({"slot": other, "sku_code": "S0003", "produced_on": "2026-04-01", "qty": "2"}, "E-OPN-06"),
        ({"slot": other, "sku_code": "S0003", "qty": "2"}, "E-OPN-19"),
        ({"slot": "nowhere", "sku_code": "S0003", "qty": "2"}, "E-OPN-19"),
    ):
        assert code in desk.post(f"{here}/lines", **wrong).text
    assert "E-QTY-01" in desk.post(f"{here}/lines/{first}", qty="1.5").text
    assert "E-OPN-17" in desk.post(f"{here}/lines/{second}", qty="1").text
    assert desk.sign(os_no).status_code == 302
    assert lies_at(stage, pick) == [("S0007", "", "GOOD", 9)]
    assert lies_at(stage, other) == [("S0003", "", "GOOD", 2)]
    assert "E-OPN-01" in desk.post(f"{here}/lines/{first}", qty="1").text
    assert "改数量" in desk.client.get(here).text


@on_sqlite
def test_a_draft_is_thrown_away(desk: Desk, stage: Floor) -> None:
    os_no = desk.bring(f"{slots(stage, 'PICK')[0]},S0007,,,,5")
    assert desk.post(f"/desk/opening/{os_no}/drop", reason="文件错了").status_code == 302
    assert documents(stage) == [(os_no, "DROPPED")]
    assert "E-OPN-01" in desk.sign(os_no).text
    assert "文件错了" in desk.client.get(f"/desk/opening/{os_no}").text


@on_sqlite
def test_a_slot_is_opened_once_and_again_after_a_reversal(desk: Desk, stage: Floor) -> None:
    pick = slots(stage, "PICK")[0]
    first, late = desk.bring(f"{pick},S0007,,,,5"), desk.bring(f"{pick},S0008,,,,6")
    assert desk.sign(first).status_code == 302
    assert "E-OPN-03" in desk.sign(late).text
    assert "E-OPN-05" in desk.send(f"slot,sku_code,qty\n{pick},S0007,1").text
    reversal = str(desk.post(f"/desk/opening/{first}/reverse").location).rpartition("/")[2]
    assert "E-OPN-13" in desk.post(f"/desk/opening/{first}/reverse").text
    assert lies_at(stage, pick) == [("S0007", "", "GOOD", 5)]
    assert desk.sign(reversal).status_code == 302
    assert lies_at(stage, pick) == []
    assert checks.broken(stage.hub.db) == []
    stage.hub.works.do(partial(take_away, place=pick, code="S0008", qty=-2), SYSTEM)
    assert desk.sign(late).status_code == 302  # what lies there came by another document
    assert documents(stage) == [(first, "POSTED"), (late, "POSTED"), (reversal, "POSTED")]
    assert checks.broken(stage.hub.db) == []


@on_sqlite
def test_what_has_moved_on_is_not_taken_back(desk: Desk, stage: Floor) -> None:
    pick, other = slots(stage, "PICK", 2)
    os_no = desk.bring(f"{other},S0008,,,,6", f"{pick},S0007,,,,5")
    desk.sign(os_no)
    stage.hub.works.do(partial(take_away, place=pick, code="S0007"), SYSTEM)
    reversal = str(desk.post(f"/desk/opening/{os_no}/reverse").location).rpartition("/")[2]
    answer = desk.sign(reversal)
    assert "E-OPN-12" in answer.text
    assert pick in answer.text
    assert lies_at(stage, other) == [("S0008", "", "GOOD", 6)]  # nothing half taken back


@on_sqlite
def test_a_slot_that_is_counted_or_closed_meanwhile(desk: Desk, stage: Floor) -> None:
    pick, other = slots(stage, "PICK", 2)
    os_no = desk.bring(f"{other},S0008,,,,6", f"{pick},S0007,,,,5")

    def freeze(work: object) -> None:
        place = work.tx.scalars(select(Location).where(Location.code == pick)).one()  # type: ignore[attr-defined]
        LOCATION.move(work, place, "freeze")  # type: ignore[arg-type]

    stage.hub.works.do(freeze, SYSTEM)
    assert "E-LOC-02" in desk.sign(os_no).text
    assert moved(stage) == 0
    assert documents(stage) == [(os_no, "DRAFT")]


@on_sqlite
def test_what_is_odd_is_told_before_and_taken_all_the_same(desk: Desk, stage: Floor) -> None:
    one, two, three = slots(stage, "PICK", 3)
    stage.hub.db.write(
        lambda tx: tx.execute(update(Location).where(Location.code == three).values(max_weight_g=1000))
    )
    os_no = desk.bring(
        f"{one},S0007,,,,5",
        f"{two},S0007,,,,5",
        f"{two},S0008,,,,5",
        f"{three},S0003,,2026-04-01,,200",
    )
    page = desk.client.get(f"/desk/opening/{os_no}").text
    band = page[page.index("band-warn") : page.index("</section>")]
    assert f"该商品已有拣货位 {one}" in band
    assert "此库位已有其他商品" in band
    assert "超重" in band
    assert desk.sign(os_no).status_code == 302
    assert home(stage, "S0007") == one
    assert checks.broken(stage.hub.db) == []


@on_sqlite
def test_stock_of_other_documents_is_added_to_and_told(desk: Desk, stage: Floor) -> None:
    pick = slots(stage, "PICK")[0]
    stage.hub.works.do(partial(take_away, place=pick, code="S0007", qty=-3), SYSTEM)
    os_no = desk.bring(f"{pick},S0007,,,,5")
    assert "账上这里已有 3 件" in desk.client.get(f"/desk/opening/{os_no}").text
    assert desk.sign(os_no).status_code == 302
    assert sum(row[3] for row in lies_at(stage, pick)) == 8
