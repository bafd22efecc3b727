"""The opening count by scan: slot after slot, several people at once, one draft that two people post (P29)."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from station.people.models import User
from station.practice.demo import goods, world
from station.wiring import checks
from tests.floor import CHEN, QIAN, SUN, ZHOU, Answer, Floor
from tests.station.storage.opening.conftest import Desk, documents, lies_at, slots

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def stage(stage: Floor) -> Floor:
    """Qian helps the keeper."""
    helps = update(User).where(User.badge == world.badge(QIAN)).values(roles="DISPATCHER,KEEPER")
    stage.hub.db.write(lambda tx: tx.execute(helps))
    return stage


def scans(floor: Floor, *raws: str, who: str = ZHOU) -> Answer:
    return floor.scans(who, "opening", *raws)


def draft(floor: Floor) -> str:
    """The number of the one draft there is."""
    ((os_no, state),) = documents(floor)
    assert state == "DRAFT"
    return os_no


@pytest.mark.both_databases
def test_two_people_count_and_a_supervisor_posts(desk: Desk, stage: Floor) -> None:
    one, two, three = slots(stage, "PICK", 3)
    scans(stage, stage.slot(one), goods.gtin(1), "20260301", "CM-OK", "24")
    scans(stage, stage.slot(two), goods.gtin(7), "5", who=QIAN)
    scans(stage, goods.gtin(2), "CM-SKIP", "20270301", "L77", "3", stage.slot(three), "CM-SHORT")
    scans(stage, goods.case_code(8), "CM-OK", "CM-CLOSE", who=QIAN)
    os_no = draft(stage)
    page = desk.client.get(f"/desk/opening/{os_no}").text
    for told in ("周仓管", "钱发货", "L77", "空位"):
        assert told in page
    assert desk.sign(os_no).status_code == 302
    assert lies_at(stage, one) == [("S0001", "", "GOOD", 24), ("S0002", "L77", "GOOD", 3)]
    assert lies_at(stage, two) == [("S0007", "", "GOOD", 5), ("S0008", "", "GOOD", 12)]
    assert checks.broken(stage.hub.db) == []
    assert stage.scan(ZHOU, "opening", stage.slot(one)).code == "E-OPN-05"


@on_sqlite
def test_the_code_tells_dates_and_lot(stage: Floor) -> None:
    pick = slots(stage, "PICK")[0]
    gs1 = f"]d2010{goods.gtin(2)}11260301172703011 0L9".replace(" ", "")
    asked = scans(stage, stage.slot(pick), gs1)
    assert asked.step == "expires"
    assert asked.facts["big"] == "2027.03.01"
    assert scans(stage, "CM-OK").step == "qty"
    assert scans(stage, "4").facts["table"][0][1:] == ["4", "2027-03-01"]


@on_sqlite
def test_the_same_goods_are_added_and_undo_takes_them_back(desk: Desk, stage: Floor) -> None:
    pick = slots(stage, "PICK")[0]
    scans(stage, stage.slot(pick), goods.gtin(7), "5")
    told = scans(stage, stage.slot(pick))
    assert told.code == "W-OPN-21"
    assert scans(stage, goods.gtin(7), "3").facts["table"][0][1] == "8"
    assert scans(stage, "CM-UNDO").step == "qty"
    assert scans(stage, "CM-SKIP").facts["table"][0][1] == "5"
    scans(stage, goods.gtin(8), "9")
    scans(stage, "CM-UNDO", "CM-SKIP")
    assert desk.sign(draft(stage)).status_code == 302
    assert lies_at(stage, pick) == [("S0007", "", "GOOD", 5)]


@on_sqlite
def test_what_is_refused_while_counting(stage: Floor) -> None:
    pick, other = slots(stage, "PICK", 2)
    for place, code in ((stage.slot("LANE-ZTO"), "E-OPN-15"), (goods.gtin(1), "E-SCN-02")):
        assert stage.scan(ZHOU, "opening", place).code == code
    scans(stage, stage.slot(pick), goods.gtin(1))
    assert stage.scan(ZHOU, "opening", "20260502").code == "E-EXP-01"
    scans(stage, "20250101")
    for typed, code in (("20260430", "E-EXP-04"), ("20241231", "E-EXP-02"), ("20261399", "E-DAT-01")):
        assert stage.scan(ZHOU, "opening", typed).code == code
    scans(stage, "20260601")
    for typed in ("0", "100000"):
        assert not stage.scan(ZHOU, "opening", typed).ok
    scans(stage, "2", goods.gtin(2), "20260301", "CM-OK")
    assert stage.scan(ZHOU, "opening", "CM-OK").code == "E-OPN-09"
    scans(stage, "L1", "1", stage.slot(other), goods.gtin(2), "20260302", "CM-OK", "L1")
    assert stage.scan(ZHOU, "opening", "1").code == "E-OPN-07"
    scans(stage, "CM-SKIP")
    scans(stage, goods.gtin(7), "1")
    assert stage.scan(ZHOU, "opening", "CM-SHORT").code == "E-OPN-18"
    assert stage.scan(SUN, "opening", stage.slot(pick)).code == "E-AUTH-02"


@on_sqlite
def test_a_slot_is_one_persons_and_may_be_taken_over(stage: Floor) -> None:
    pick = slots(stage, "PICK")[0]
    scans(stage, stage.slot(pick), goods.gtin(7), "5")
    assert stage.scan(QIAN, "opening", stage.slot(pick)).code == "E-TSK-01"
    taken = stage.scan(QIAN, "opening", stage.slot(pick))
    assert taken.ok
    assert taken.facts["table"][0][1] == "5"
    assert stage.scan(ZHOU, "opening", goods.gtin(7), step_token="1-1").status == 409


@on_sqlite
def test_leaving_keeps_what_was_counted_and_frees_the_slot(stage: Floor) -> None:
    pick = slots(stage, "PICK")[0]
    scans(stage, stage.slot(pick), goods.gtin(7), "5", goods.gtin(8), "CM-MENU")
    assert scans(stage, stage.slot(pick), who=QIAN).code == "W-OPN-21"
    assert stage.look(QIAN, "opening")["facts"]["table"][0][1] == "5"


@on_sqlite
def test_a_draft_that_is_posted_while_somebody_counts(desk: Desk, stage: Floor) -> None:
    """The line that is being typed goes into a new draft, or is refused where the slot is in the books now."""
    pick, other = slots(stage, "PICK", 2)
    scans(stage, stage.slot(pick), goods.gtin(7), "5", goods.gtin(8))
    first = draft(stage)
    assert desk.sign(first, CHEN, world.PIN).status_code == 302
    assert stage.scan(ZHOU, "opening", "4").code == "E-OPN-05"
    scans(stage, "CM-SKIP", stage.slot(other), goods.gtin(8), "4")
    assert [state for _no, state in documents(stage)] == ["POSTED", "DRAFT"]
    assert checks.broken(stage.hub.db) == []


@on_sqlite
def test_what_a_code_says_wrongly_is_typed_instead(stage: Floor) -> None:
    """Dates and lot of a label can be changed at each step that shows them; the pack's own code adds them too."""
    pick = slots(stage, "PICK")[0]
    wrong = f"010{goods.gtin(2)}112603011727030110L9"
    assert scans(stage, stage.slot(pick), wrong, "CM-OK").step == "qty"
    assert scans(stage, "CM-QTY").step == "produced"
    assert stage.scan(ZHOU, "opening", goods.gtin(1)).code == "E-BAR-04"
    assert scans(stage, "260302", "20270302").facts["default"] == "L9"
    scans(stage, "L8", "4")
    assert scans(stage, goods.gtin(2)).step == "produced"
    assert scans(stage, "]C11126030117270301\x1d10L7").facts["big"] == "2027.03.01"
    assert scans(stage, "CM-OK", "CM-OK").step == "article"
    assert scans(stage, f"010{goods.gtin(2)}11991301").code == "W-LBL-DATE"
