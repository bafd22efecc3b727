"""Two workers who put away at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from station.ground.tasks import TaskState
from station.wiring import checks
from tests.floor import CHEN, SUN, ZHOU
from tests.station.storage.cartons import HOME, OTHER, RESERVE, close_all_but, events_of, user_id_of
from tests.station.storage.conftest import Yard


def test_two_workers_and_the_last_free_slot(yard: Yard) -> None:
    """T30 one way: whoever is sent there first has it; the other is told that there is none."""
    close_all_but(yard, RESERVE)
    first, second = yard.waits("S0001"), yard.waits("S0002")
    assert yard.scans(first).facts["big"] == RESERVE
    answer = yard.scans(second, who=CHEN)
    assert (answer.code, answer.facts["big"]) == ("W-PUT-NOWHERE", "—")
    yard.scans(yard.slot(RESERVE), "CM-OK")
    assert yard.scan(yard.slot(RESERVE), who=CHEN).code == "E-PUT-02"
    assert yard.floor.look(CHEN, "putaway")["step"] == "slot"


def test_whoever_stands_there_first_wins(yard: Yard) -> None:
    """T30 the other way: the slot was promised to one, the other has put theirs there; both had scanned it."""
    close_all_but(yard, RESERVE)
    first, second = yard.waits("S0001"), yard.waits("S0002")
    yard.scans(first, yard.slot(RESERVE))
    yard.scans(second, yard.slot(RESERVE), "CM-OK", who=CHEN)
    answer = yard.scan("CM-OK")
    assert (answer.code, answer.step) == ("E-PUT-02", "confirm")
    assert yard.at(RESERVE) == {("S0002", "GOOD"): 12}
    yard.scans("CM-MENU")
    assert yard.task(first).state == TaskState.OPEN
    assert checks.broken(yard.floor.hub.db) == []


def test_two_confirm_the_same_slot_at_the_same_moment(yard: Yard) -> None:
    """T30 with both fingers on the key: one article stands there afterwards, whoever was faster."""
    for article, who in (("S0001", ZHOU), ("S0002", CHEN)):
        yard.home(article, OTHER if who == ZHOU else "A-01-02-2-01")
        yard.scans(yard.waits(article), yard.slot(RESERVE), "1", who=who)
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda who: yard.scan("CM-OK", who=who), (ZHOU, CHEN)))
    assert sorted(answer.code for answer in answers) == ["E-PUT-02", "S-PUT-DONE"]
    assert len(yard.at(RESERVE)) == 1
    assert checks.broken(yard.floor.hub.db) == []


def test_two_are_never_sent_to_the_same_empty_slot(yard: Yard) -> None:
    first, second = yard.waits("S0001"), yard.waits("S0002")
    for who in (ZHOU, CHEN):
        yard.floor.sign_in(who)
    with ThreadPoolExecutor(2) as pool:
        jobs = [(ZHOU, first), (CHEN, second)]
        answers = list(pool.map(lambda job: yard.scan(job[1], who=job[0]), jobs))
    assert {answer.facts["big"] for answer in answers} == {HOME, OTHER}


def test_a_colleague_takes_over_by_scanning_twice(yard: Yard) -> None:
    lpn = yard.waits()
    yard.scans(lpn, yard.slot(HOME))
    refused = yard.scan(lpn, who=CHEN)
    assert refused.code == "E-TSK-01"
    assert "周仓管" in refused.body["message"]["zh"]
    assert yard.scan(lpn, who=CHEN).step == "confirm"
    assert yard.task(lpn).taken_by == user_id_of(yard, CHEN)
    assert yard.floor.look(ZHOU, "putaway")["step"] == "carton"
    yard.scans("CM-OK", who=CHEN)
    assert events_of(yard, lpn) == ["take", "hand_over", "finish"]


def test_only_keepers_put_away(yard: Yard) -> None:
    assert yard.scan(yard.waits(), who=SUN).code == "E-AUTH-02"
