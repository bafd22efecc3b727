"""When waves are released without a key (P13)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from station.ground.knobs import changing
from station.ground.web.kit import csrf_token
from station.ground.work import SYSTEM
from station.outbound.waves import rules, running
from station.outbound.waves.models import Wave
from station.outbound.waves.settings import SETTINGS
from station.outbound.waves.triggers import Standing, Why, due
from station.settings import Rules
from tests.floor import CHEN, Floor
from tests.station.outbound.shelves import Shelves
from tests.station.scenarios.conftest import order_of

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
COUNT, TIMER, CUT_OFF = Rules(wave_from=10), Rules(wave_every_min=30), Rules(wave_lead_min=60)


def minutes(number):
    return NOON + timedelta(minutes=number)


@pytest.mark.parametrize(
    ("rules", "standing", "why"),
    [
        (Rules(), Standing(500, minutes(-5), None), None),
        (COUNT, Standing(9, None, None), None),
        (COUNT, Standing(10, None, minutes(0)), Why.COUNT),
        (TIMER, Standing(1, None, minutes(-29)), None),
        (TIMER, Standing(1, None, minutes(-30)), Why.TIMER),
        (TIMER, Standing(1, None, None), Why.TIMER),
        (TIMER, Standing(0, None, minutes(-99)), None),
        (CUT_OFF, Standing(1, minutes(61), None), None),
        (CUT_OFF, Standing(1, minutes(60), None), Why.CUT_OFF),
        (CUT_OFF, Standing(1, minutes(-9), None), Why.CUT_OFF),
        (CUT_OFF, Standing(1, None, None), None),
        (replace(COUNT, wave_lead_min=60), Standing(10, minutes(1), None), Why.CUT_OFF),
    ],
)
def test_what_asks_for_a_release(rules, standing, why):
    assert due(standing, rules, NOON) == why


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_cut_off_takes_what_must_leave_and_leaves_the_rest(shelves: Shelves, floor: Floor) -> None:
    """The loop asks, releases, and notes what it did; nothing more happens until somebody is due again."""
    shelves.put("S0001", 20, shelves.slots(1)[0])
    for number, hours in ((1, 5), (2, 30)):
        at = floor.hub.clock.now() + timedelta(hours=hours)
        floor.erp(replace(order_of(number, ("S0001", 1)), latest_ship_at=at))
    floor.advance_orders()
    loop = running.Releasing(floor.hub.works)
    assert not loop.turn()
    known = next(one for one in SETTINGS if one.name == "wave_lead_min")
    shelves.do(lambda work: changing.change(work, known, "360", was="0", reason="test"))
    while loop.turn():
        pass
    assert (shelves.state("SO-1"), shelves.state("SO-2")) == ("WAVED", "ALLOCATED")
    with floor.hub.db.read() as tx:
        run = running.last(tx)
    assert run is not None
    assert (run.why, run.asked_by, run.planned, run.done, run.orders, run.waves) == (
        "CUT_OFF",
        "system",
        1,
        1,
        1,
        1,
    )
    assert run.finished_at is not None


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_release_that_was_cut_off_goes_on_and_counts_on(shelves: Shelves, floor: Floor) -> None:
    """The station died after the first of three waves: the page says 3 of 3 in the end, not 3 of 2."""
    shelves.put("S0001", 20, shelves.slots(1)[0])
    floor.erp(*(replace(order_of(number, ("S0001", 1)), is_urgent=number == 1) for number in (1, 2)))
    floor.erp(order_of(3, ("S0001", 2)))
    floor.advance_orders()
    run_id = shelves.do(lambda work: running.ask(work, Why.BUTTON))

    def dies(work, made, planned, looked_at):
        if shelves.state("SO-1") == "WAVED":
            raise OSError
        running.note(work, made, planned, looked_at, run_id, before=0)

    with pytest.raises(OSError):
        rules.release(floor.hub.works, SYSTEM, note=dies)
    assert running.Releasing(floor.hub.works).turn()
    with floor.hub.db.read() as tx:
        run = running.last(tx)
    assert run is not None
    assert (run.id, run.planned, run.done, run.orders, run.waves) == (run_id, 3, 3, 3, 3)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_key_is_answered_at_once_and_the_page_tells_how_far_it_is(shelves: Shelves, floor: Floor) -> None:
    """Twice pressed is once released; whoever pressed it stands on the wave."""
    from station import create_app

    shelves.put("S0001", 20, shelves.slots(1)[0])
    floor.erp(order_of(1, ("S0001", 1)), order_of(2, ("S0001", 2)), order_of(3, ("S0002", 2)))
    floor.advance_orders()
    client = create_app(hub=floor.hub).test_client()
    client.set_cookie("sid", floor.sign_in(CHEN, device="DESK"))
    token = {"csrf": csrf_token(floor.sign_in(CHEN, device="DESK"))}
    for _ in range(2):
        answer = client.post("/desk/waves/run", data=token, headers={"HX-Request": "true"})
        assert answer.status_code == 200
        assert "load delay:1s" in answer.text
    assert shelves.state("SO-1") == "ALLOCATED"
    preview = client.get("/desk/waves/next").text
    assert "W1 单品单件" in preview
    assert "一件货" in preview
    assert "S0002: 0/2" in preview
    assert 'action="/desk/waves/run"' in preview
    assert "load delay:1s" in client.post("/desk/waves/run", data=token, follow_redirects=True).text
    loop = running.Releasing(floor.hub.works)
    assert loop.turn()
    assert not loop.turn()
    told = client.get("/desk/waves/run")
    assert told.headers["HX-Refresh"] == "true"
    assert "load delay" not in told.text
    assert "已释放波次 2 个" in client.get("/desk/waves").text
    with floor.hub.db.read() as tx:
        assert {wave.created_by for wave in tx.query(Wave)} == {"陈主管"}
    assert "W1" not in client.get("/desk/waves/next").text
