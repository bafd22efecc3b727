"""After a restore: handhelds, the desk and the ERP know more than the books, and are told so."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from station import create_app
from station.ground.documents import epoch
from station.ground.scan.models import Run, Scan
from station.practice.demo import world
from station.wiring import hub as hubs
from station.wiring.hub import Hub
from tests.floor import SUN, Floor

pytestmark = pytest.mark.both_databases


def _restored(hub: Hub) -> Hub:
    """The station that goes on with these books as if they came from a copy."""
    now = hub.clock.now()
    hub.db.write(
        lambda tx: epoch.begin(
            tx, after=0, copy_of="station-x.zip", copied_at=now - timedelta(hours=5), now=now
        )
    )
    return hubs.build(hub.settings, db=hub.db, clock=hub.clock)


def test_a_scan_from_a_screen_of_the_lost_time_is_refused_and_kept(floor: Floor) -> None:
    floor.scan(SUN, "pick", "CM-OK")
    old = floor.token_of(SUN, "pick")
    floor.hub = _restored(floor.hub)
    refused = floor.scan(SUN, "pick", "CM-OK", step_token=old, scan_id="lost-scan-1")
    assert (refused.status, refused.code) == (409, "E-SYS-11")
    assert "05-01 04:00" in refused.body["message"]["en"]
    assert floor.scan(SUN, "pick", "CM-OK", step_token=old, scan_id="lost-scan-1").body == refused.body
    with floor.hub.db.read() as tx:  # nothing is lost silently: what was scanned stands in the books, refused
        row = tx.execute(select(Scan.raw, Scan.is_accepted).where(Scan.scan_id == "lost-scan-1")).one()
    assert tuple(row) == ("CM-OK", False)
    assert floor.scan(SUN, "pick", "CM-OK", step_token=refused.body["step_token"]).code != "E-SYS-11"


def test_a_screen_that_looks_like_the_present_one_is_still_of_the_lost_time(floor: Floor) -> None:
    """The same position at the same version, but reached by other scans."""
    floor.scan(SUN, "pick", "CM-OK")
    lost = floor.token_of(SUN, "pick")
    floor.hub = _restored(floor.hub)
    with floor.hub.db.read() as tx:
        run = tx.scalars(select(Run)).one()
    assert lost == f"{run.id}-{run.version}"  # by its numbers it is the present screen
    assert floor.scan(SUN, "pick", "CM-OK", step_token=lost).code == "E-SYS-11"


def test_the_desk_says_from_when_the_books_are(hub: Hub) -> None:
    client = create_app(hub=hub).test_client()
    client.post("/login", json={"badge": world.badge("1003"), "pin": world.PIN, "device": "T"})
    assert "station-x.zip" not in client.get("/desk/erp/differences").text
    _restored(hub)
    page = client.get("/desk/erp/differences").text
    assert "station-x.zip" in page
    assert "04:00" in page
