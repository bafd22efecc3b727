"""A whole place counted because the desk asked: by pieces, cases and cartons, lot by lot, and what the office sees of it."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from station import create_app
from station.ground.web.kit import csrf_token
from station.practice.demo import goods
from station.storage.counting.models import CountLine, CountTask
from station.wiring import checks
from tests.floor import CHEN, SUN, ZHOU, Answer
from tests.station.storage.conftest import FRESH, Yard

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

HOME, OTHER = "A-01-01-2-01", "A-01-01-3-01"
OATS, CASE = goods.gtin(1), goods.case_code(1)


class Desk:
    """Somebody at the desk of a yard."""

    def __init__(self, yard: Yard, number: str = CHEN) -> None:
        self.client: FlaskClient = create_app(hub=yard.floor.hub).test_client()
        token = yard.floor.sign_in(number, device="DESK")
        self.client.set_cookie("sid", token)
        self.csrf = csrf_token(token)

    def have_counted(self, slot: str) -> int:
        """The status of the answer to "count this place"."""
        answer = self.client.post(f"/desk/slots/{slot}/count", data={"csrf": self.csrf})
        return answer.status_code

    def page(self, task: CountTask) -> str:
        answer = self.client.get(f"/desk/counts/{task.id}")
        assert answer.status_code == 200
        return answer.text


def tasks(yard: Yard) -> list[CountTask]:
    with yard.floor.hub.db.read() as tx:
        return list(tx.scalars(select(CountTask).order_by(CountTask.id)))


def counts(yard: Yard, who: str, *raws: str) -> Answer:
    return yard.floor.scans(who, "count", *raws)


def refused(yard: Yard, who: str, raw: str) -> Answer:
    answer = yard.floor.scan(who, "count", raw)
    assert answer.status == 422
    return answer


def lines(yard: Yard) -> list[tuple[int, int]]:
    """What was written down: quantity (EACH) counted and in the book, in order."""
    with yard.floor.hub.db.read() as tx:
        rows = tx.execute(select(CountLine.qty, CountLine.book).order_by(CountLine.round, CountLine.lot_id))
        return [(row.qty, row.book) for row in rows]


@pytest.fixture
def asked(yard: Yard) -> Yard:
    """Twelve of one lot in a slot, which the desk wants counted."""
    yard.bring("S0001", yard.lot(), HOME, 12)
    assert Desk(yard).have_counted(HOME) == 302
    return yard


def test_the_desk_has_a_place_counted_once_and_sees_what_came_of_it(asked: Yard) -> None:
    """P27: the office sees count, book, who and when; a handheld sees none of the book."""
    desk = Desk(asked)
    assert desk.have_counted(HOME) == 302
    (task,) = tasks(asked)
    assert (task.state, task.sku_id) == ("OPEN", None)
    assert counts(asked, ZHOU, asked.slot(HOME), OATS, "11", "CM-CLOSE").code == "W-CNT-AGAIN"
    assert counts(asked, SUN, asked.slot(HOME), OATS, "11", "CM-CLOSE").code == "W-CNT-WRONG"
    assert lines(asked) == [(11, 12), (11, 12)]
    (task,) = tasks(asked)
    page = desk.page(task)
    assert all(text in page for text in (task.task_no, HOME, "S0001", "周仓管", "孙拣货", ">11<", ">12<"))
    assert "/desk/adjustments/" in page


def test_only_who_rules_the_hall_has_places_counted(yard: Yard) -> None:
    yard.bring("S0001", yard.lot(), HOME, 12)
    assert Desk(yard, ZHOU).have_counted(HOME) == 403
    Desk(yard).have_counted("Z-99-99-9-99")
    assert tasks(yard) == []
    assert Desk(yard).client.get("/desk/counts/4711").status_code == 404


def test_a_count_that_agrees_leaves_the_book_as_it_is(asked: Yard) -> None:
    assert counts(asked, ZHOU, asked.slot(HOME), OATS, "12", "CM-CLOSE").code == "S-CNT-DONE"
    assert asked.at(HOME) == {("S0001", "GOOD"): 12}
    assert "/desk/adjustments/" not in Desk(asked).page(tasks(asked)[0])
    assert checks.broken(asked.floor.hub.db) == []


def test_pieces_and_cases_of_one_article_add_up(asked: Yard) -> None:
    """The level of the code scanned counts: a case is offered as its twelve, and taken with one key."""
    assert counts(asked, ZHOU, asked.slot(HOME), OATS, "2").step == "goods"
    offered = counts(asked, ZHOU, CASE)
    assert (offered.step, offered.facts["default"]) == ("qty", "12")
    assert [row[2] for row in counts(asked, ZHOU, "CM-OK").facts["table"]] == ["2", "12"]
    counts(asked, ZHOU, "CM-CLOSE")
    assert lines(asked) == [(14, 12)]


def test_a_single_piece_has_no_pack_to_take(asked: Yard) -> None:
    """CM-OK at the quantity means "just this pack"; one piece is none, so it asks for a number."""
    counts(asked, ZHOU, asked.slot(HOME), OATS)
    answer = refused(asked, ZHOU, "CM-OK")
    assert (answer.code, answer.step) == ("E-CMD-01", "qty")
    assert counts(asked, ZHOU, "12", "CM-CLOSE").code == "S-CNT-DONE"


def test_a_labelled_carton_says_its_article_and_lot(yard: Yard) -> None:
    """Two lots in one slot: the carton's label decides, and no question is asked."""
    older = yard.lot()
    carton = yard.bring("S0001", older, OTHER, 12, carton=True)
    yard.bring("S0001", yard.lot(expires=FRESH.replace(year=2028)), OTHER, 5)
    Desk(yard).have_counted(OTHER)
    assert counts(yard, ZHOU, yard.slot(OTHER), carton).step == "qty"
    counts(yard, ZHOU, "12", "CM-CLOSE")
    assert sorted(lines(yard)) == [(0, 5), (12, 12)]


def test_of_two_lots_the_one_is_chosen_or_the_question_left(yard: Yard) -> None:
    yard.bring("S0001", yard.lot(), OTHER, 12)
    yard.bring("S0001", yard.lot(expires=FRESH.replace(year=2028)), OTHER, 5)
    Desk(yard).have_counted(OTHER)
    asked = counts(yard, ZHOU, yard.slot(OTHER), OATS)
    assert (asked.step, len(asked.facts["table"])) == ("lot", 2)
    assert counts(yard, ZHOU, "CM-SKIP").step == "goods"
    counts(yard, ZHOU, OATS)
    assert refused(yard, ZHOU, "3").code == "E-QTY-01"
    assert counts(yard, ZHOU, "1", "12", OATS, "2", "5", "CM-CLOSE").code == "S-CNT-DONE"


def test_what_the_book_knows_nothing_of_there_is_said_and_the_count_goes_on(asked: Yard) -> None:
    """An article that is not of this place is no line of its count: it is looked into first (E-ADJ-04)."""
    counts(asked, ZHOU, asked.slot(HOME))
    stranger = refused(asked, ZHOU, goods.gtin(2))
    assert (stranger.code, stranger.step) == ("E-ADJ-04", "goods")
    assert counts(asked, ZHOU, OATS, "12", "CM-CLOSE").code == "S-CNT-DONE"


def test_the_place_comes_first(asked: Yard) -> None:
    assert refused(asked, ZHOU, OATS).code == "E-CNT-01"
    assert refused(asked, ZHOU, asked.slot(OTHER)).code == "E-TSK-02"
    assert counts(asked, ZHOU, asked.slot(HOME)).step == "goods"


def test_a_count_that_was_taken_away_is_said_and_the_next_begins(asked: Yard) -> None:
    """A colleague insists and takes it over: nothing of the half count is kept."""
    counts(asked, ZHOU, asked.slot(HOME), OATS, "7")
    assert refused(asked, SUN, asked.slot(HOME)).code == "E-TSK-01"
    assert counts(asked, SUN, asked.slot(HOME)).ok
    lost = asked.floor.scan(ZHOU, "count", "CM-CLOSE")
    assert (lost.ok, lost.step) == (False, "slot")
    assert lines(asked) == []
