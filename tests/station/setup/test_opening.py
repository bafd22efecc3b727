"""Opening stock by the set-up file: a draft that waits for its signatures, and is never made twice."""

from __future__ import annotations

import tomllib
from datetime import date

import pytest
from sqlalchemy import func, select

from station.ground.setup.problems import SetupRefused
from station.ground.work import SYSTEM, Work
from station.practice.demo import goods, world
from station.rooms import ROOMS
from station.stock.models import Stock
from station.storage.opening import posting, rules
from station.storage.opening.models import Opening, OpeningLine
from station.wiring import checks
from station.wiring.setup import running
from tests.floor import CHEN, ZHOU, Floor
from tests.station.setup.test_articles import of_guide

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PICK, RSV = "A-01-01-2-01", "R-01-01-4-01"
LINE = f"""[[opening]]
slot = "{PICK}"
article = "S0001"
produced_on = 2026-04-01
qty = 24
"""
OTHER = LINE.replace(PICK, RSV).replace("2026-04-01", '"2026-04-01"').replace('"S0001"', f'"{goods.gtin(1)}"')


@pytest.fixture
def stocked(floor: Floor) -> Floor:
    """A hall with articles, and nothing in it."""
    floor.erp(*goods.products(4))
    return floor


def documents(floor: Floor) -> list[tuple[str, int, int]]:
    """(state, lines, EACH) of every opening document."""
    with floor.hub.db.read() as tx:
        rows = tx.execute(
            select(Opening.state, func.count(OpeningLine.id), func.sum(OpeningLine.qty))
            .join(OpeningLine, OpeningLine.opening_id == Opening.id)
            .where(OpeningLine.removed_at.is_(None))
            .group_by(Opening.id, Opening.state)
            .order_by(Opening.id)
        )
        return [(state, int(lines), int(qty)) for state, lines, qty in rows]


def sign(floor: Floor) -> None:
    """Keeper and supervisor sign the only draft."""

    def rule(work: Work) -> None:
        people = floor.hub.services.people
        one, other = (people.badge(work.tx, world.badge(number)) for number in (ZHOU, CHEN))
        os_no = work.tx.scalars(select(Opening.os_no).where(Opening.state == "DRAFT")).one()
        assert one is not None
        assert other is not None
        posting.post(work, os_no, one, other)

    floor.hub.works.do(rule, SYSTEM)


def test_it_waits_for_two_signatures_and_is_made_once(stocked: Floor) -> None:
    hub = stocked.hub
    (made,) = running.set_up(hub, LINE + OTHER, SYSTEM)
    assert (made.how, made.things, made.names) == ("NEW", "opening lines", [PICK, RSV])
    assert documents(stocked) == [("DRAFT", 2, 48)]
    assert running.set_up(hub, LINE + OTHER, SYSTEM) == []
    with hub.db.read() as tx:
        assert tx.scalar(select(func.count()).select_from(Stock).where(Stock.on_hand > 0)) == 0
        assert tx.scalars(select(OpeningLine.expires_on)).all() == [date(2027, 3, 27)] * 2
    sign(stocked)
    assert running.set_up(hub, LINE + OTHER, SYSTEM) == []
    assert documents(stocked) == [("POSTED", 2, 48)]
    with hub.db.read() as tx:
        assert tx.scalar(select(func.sum(Stock.on_hand))) == 48
    assert checks.broken(hub.db) == []


def test_the_draft_follows_the_file_until_it_is_signed(stocked: Floor) -> None:
    running.set_up(stocked.hub, LINE, SYSTEM)
    changes = running.set_up(stocked.hub, LINE.replace("24", "20") + OTHER, SYSTEM)
    assert [(change.how, change.names) for change in changes] == [("NEW", [RSV]), ("CHANGED", [PICK])]
    assert documents(stocked) == [("DRAFT", 2, 44)]
    sign(stocked)
    assert running.set_up(stocked.hub, LINE, SYSTEM) == [], "what was signed does not follow any more"
    assert documents(stocked) == [("POSTED", 2, 44)]


def test_a_slot_that_was_opened_with_other_goods_is_refused(stocked: Floor) -> None:
    running.set_up(stocked.hub, LINE, SYSTEM)
    sign(stocked)
    with pytest.raises(SetupRefused) as refusal:
        running.set_up(stocked.hub, OTHER + LINE.replace("S0001", "S0003"), SYSTEM)
    (problem,) = refusal.value.problems
    assert (problem.line, problem.code) == (7, "E-SET-12")
    assert "already" in problem.text["en"]
    assert documents(stocked) == [("POSTED", 1, 24)]


def test_one_that_was_taken_back_is_made_again(stocked: Floor) -> None:
    running.set_up(stocked.hub, LINE, SYSTEM)
    sign(stocked)
    with stocked.hub.db.read() as tx:
        os_no = tx.scalars(select(Opening.os_no)).one()
    stocked.hub.works.do(lambda work: rules.take_back(work, os_no) and None, SYSTEM)
    sign(stocked)
    (again,) = running.set_up(stocked.hub, LINE, SYSTEM)
    assert again.how == "NEW"


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (LINE.replace(PICK, "A-99-01-2-01"), 2, "A-99-01-2-01"),
        (LINE.replace(PICK, "DOCK-1"), 2, "DOCK-1"),
        (LINE.replace("S0001", "NOSUCH"), 3, "NOSUCH"),
        (LINE.replace("2026-04-01", "2026-05-02"), 4, "2026-05-02"),
        (LINE.replace("produced_on = 2026-04-01\n", ""), 1, "date"),
        (LINE + LINE, 7, PICK),
        (LINE.replace("24", "0"), 5, "from 1 to"),
        (LINE.replace("24", "-3"), 5, "from 1 to"),
        (LINE.replace("24", "2.5"), 5, "a whole number"),
        (LINE.replace("2026-04-01", '"01/04/2026"'), 4, "a day"),
        (LINE.replace("2026-04-01", "2026-04-01T08:00:00"), 4, "a day"),
        (LINE + "colour = 1\n", 6, "colour"),
        (LINE.replace("qty = 24\n", ""), 1, '"qty" is missing'),
    ],
    ids=[
        "no such slot", "a dock", "no such article", "from the future", "without a date", "twice", "none",
        "fewer than none", "a fraction", "two ways to read", "an instant", "a wrong key", "no quantity",
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_line_and_nothing_is_made(
    stocked: Floor, text: str, line: int, words: str
) -> None:
    with pytest.raises(SetupRefused) as refusal:
        running.set_up(stocked.hub, text, SYSTEM)
    told = [(one.line, one.text["en"]) for one in refusal.value.problems]
    assert any(at == line and words in said for at, said in told), told
    assert documents(stocked) == []


def test_the_guides_goods_can_be_brought_and_no_stock_is_exported(stocked: Floor) -> None:
    hall = '[hall]\n[[hall.zone]]\ncode = "A"\n[[hall.rack]]\nzone = "A"\nkind = "PICK"\naisles = "1"\nbays = "1"\nlevels = "1"\npositions = "1"\n'
    text = of_guide("article") + hall + of_guide("opening")
    running.set_up(stocked.hub, text, SYSTEM)
    assert documents(stocked) == [("DRAFT", 1, 24)]
    sign(stocked)
    with stocked.hub.db.read() as tx:
        exported = running.exported(ROOMS, tx)
    assert "opening" not in tomllib.loads(exported)
    assert running.set_up(stocked.hub, exported, SYSTEM) == []
