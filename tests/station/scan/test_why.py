"""Why a scan was refused: wanted, scanned, what that is, what to do."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from station import create_app
from station.ground.scan.codes import internal
from station.ground.scan.why import Why, explain
from station.ground.words.messages import catalogue, say
from station.practice.demo import goods, world
from station.wiring.hub import Hub
from tests.floor import LI, QIAN, SUN, WANG, ZHAO, Floor

WAITING = Path(__file__).parents[2] / "architecture" / "waiting.txt"


def why(floor: Floor, number: str, flow: str) -> Why:
    hub = floor.hub
    with hub.db.read() as tx:
        actor = hub.services.people.identify_only(tx, floor.sign_in(number), hub.clock.now())
        assert actor is not None
        workflow = hub.workflows[flow]
        return explain(tx, hub.services.codes, workflow, actor, hub.door.look(tx, workflow, actor)["screen"])


def words(told: Why) -> str:
    return " / ".join(say(code, facts)["en"] for code, facts in told.that_is)


@pytest.fixture
def stocked(floor: Floor) -> str:
    """Goods in their slots, orders released; the receipt."""
    articles = goods.products(4)
    wanted = goods.orders(articles, 4, 3, floor.hub.clock.now(), ["ZTO"])
    (notice,) = goods.notices(articles, goods.demand(wanted), "WH1", floor.hub.clock.today())
    floor.erp(*articles, notice, *wanted)
    dated = {item.code: "20260401" if item.is_shelf_life else "" for item in articles}
    receipt = floor.receive(
        notice.asn_no,
        [
            (goods.gtin(int(line.sku_code[1:])), line.qty_each // 12, 0, dated[line.sku_code])
            for line in notice.lines
        ],
    )
    floor.release()
    return receipt


def test_without_a_refusal_the_present_step_is_explained(floor: Floor) -> None:
    told = why(floor, LI, "arrive")
    assert told.refusal is None
    assert told.wanted == say("P-ARR-NOTICE")


def test_an_accepted_scan_ends_the_why(floor: Floor, stocked: str) -> None:
    floor.scan(SUN, "pick", "6901234567893")
    assert why(floor, SUN, "pick").code == "E-BAR-01"
    floor.scans(SUN, "pick", "CM-OK")
    assert why(floor, SUN, "pick").refusal is None


def test_every_kind_of_thing_is_named_by_its_room(floor: Floor, stocked: str) -> None:
    """At a step that wants a tote: other people's badges, papers, goods and places."""
    floor.scans(SUN, "pick", "CM-OK")
    slot = floor.look(SUN, "pick")["facts"].get("big", "")
    assert slot
    cases = {
        goods.gtin(1): ("the article", "its slots:"),
        world.badge(WANG): ("the badge of 王",),
        stocked: (f"receipt {stocked}", "put away"),
        internal("WS", "PACK1"): ("bench PACK-1", "it is empty"),
        internal("WS", "NOWHERE"): ("a bench", "does not know"),
        internal("GF", "0001"): ("a gift label",),
        internal("BX", "03"): ("the box",),
        "CM-SHORT": ("the command card CM-SHORT",),
        "6901234567893": ("13 digits, check digit wrong",),
        "6900000000000": ("13 digits",),
    }
    for raw, parts in cases.items():
        assert not floor.scan(SUN, "pick", raw).ok, raw
        told = why(floor, SUN, "pick")
        assert told.scanned == raw
        assert told.wanted == say("P-PCK-TOTE")
        assert told.todo is not None
        for part in parts:
            assert part.lower() in words(told).lower(), (raw, words(told))


def test_a_full_tote_a_carton_and_papers_are_named(floor: Floor, stocked: str) -> None:
    floor.pick_next()
    for raw, part in ((internal("TT", "T001"), "it holds:"), (stocked, "receipt")):
        assert not floor.scan(QIAN, "dispatch", raw).ok
        assert part in words(why(floor, QIAN, "dispatch"))
    (bill, *_rest) = floor.pack_tote()
    assert not floor.scan(SUN, "pick", bill).ok
    assert "a waybill of" in words(why(floor, SUN, "pick"))
    assert "1380" not in words(why(floor, SUN, "pick"))


def test_a_pin_is_never_shown(floor: Floor) -> None:
    articles = goods.products(1)
    (notice,) = goods.notices(articles, {}, "WH1", floor.hub.clock.today())
    floor.erp(*articles, notice)
    receipt = floor.arrive(notice.asn_no, 1)
    floor.count(receipt, [(goods.gtin(1), 1, 0, "20260401")])
    floor.inspect(receipt)
    floor.scans(LI, "sign", receipt, world.badge(LI))
    assert floor.scan(LI, "sign", "7391").code == "E-AUTH-04"
    told = why(floor, LI, "sign")
    assert (told.is_secret, told.scanned, told.that_is) == (True, "", [])
    assert "7391" not in page(floor, LI, "sign")


def page(floor: Floor, number: str, flow: str, status: int = 200) -> str:
    client: FlaskClient = create_app(hub=floor.hub).test_client()
    client.set_cookie("sid", floor.sign_in(number))
    answer = client.get(f"/work/{flow}/why")
    assert answer.status_code == status
    return answer.get_data(as_text=True)


def test_the_sheet_shows_it_all_and_only_to_its_own_people(floor: Floor, stocked: str) -> None:
    floor.scan(SUN, "pick", "<b>6901</b>")
    html = page(floor, SUN, "pick")
    assert html.count('id="why"') == 1
    assert "&lt;b&gt;6901&lt;/b&gt;" in html
    assert say("H-E-BAR-01")["zh"] in html
    page(floor, ZHAO, "pick", 403)
    page(floor, SUN, "no-such-flow", 404)


def test_another_persons_refusal_is_not_mine(hub: Hub, floor: Floor) -> None:
    floor.scan(LI, "place", "6901234567893")
    assert why(floor, SUN, "place").refusal is None


def test_every_refusal_says_what_to_do() -> None:
    waiting = set(re.findall(r"^([A-Z0-9-]+) ", WAITING.read_text(encoding="utf-8"), re.MULTILINE))
    refusals = {code for code, entry in catalogue().items() if entry.level in "BSI"} - waiting
    assert sorted(code for code in refusals if f"H-{code}" not in catalogue()) == []
    assert sorted(code for code in catalogue() if code[:2] == "H-" and code[2:] not in catalogue()) == []
