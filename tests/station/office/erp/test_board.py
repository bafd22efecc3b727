"""The board of connections: how each is, what one may wish, and who may decide."""

from __future__ import annotations

import re
from datetime import timedelta

from flask.testing import FlaskClient
from sqlalchemy import insert, select, update

from station.erp import connections
from station.erp.compare.models import Reconciliation
from station.erp.models import ErpFeed
from station.exchange import documents as erp
from station.exchange.models import OutboxMessage
from station.ground.db import table
from tests.floor import CHEN, LI, SUN, Floor
from tests.station.office.erp.desk import audits, difference, enter, message, problem, read, row_of, set_twin


def state_on_board(client: FlaskClient) -> str:
    text = client.get("/desk/erp").text
    card = text[text.index("twin ·") :]
    found = re.search(r'class="state state-\w+">([^<]+)<', card)
    assert found is not None
    return found[1].strip()


def test_the_board_tells_how_each_connection_is(client: FlaskClient, floor: Floor) -> None:
    hub = floor.hub
    now = hub.clock.now()
    enter(client, floor, CHEN)
    assert state_on_board(client) == "未用过"
    set_twin(hub, ok_at=now, cancels_at=now)
    assert state_on_board(client) == "一致"
    set_twin(hub, down_since=now, last_error="Down: nobody there")
    assert state_on_board(client) == "无应答 自 05-01 09:00"
    set_twin(hub, last_error="NoAccess: wrong password")
    assert state_on_board(client) == "无权限"
    set_twin(hub, is_active=False)
    assert state_on_board(client) == "已暂停"
    set_twin(hub, is_active=True, down_since=None, last_error="")
    message(hub, state="PENDING", error="")
    assert state_on_board(client) == "一致"
    hub.clock.advance(minutes=6)  # type: ignore[attr-defined]
    assert state_on_board(client) == "落后"


def test_the_board_asks_again_quickly_only_while_something_moves(client: FlaskClient, floor: Floor) -> None:
    hub, now = floor.hub, floor.hub.clock.now()
    set_twin(hub, ok_at=now, cancels_at=now)
    enter(client, floor, CHEN)
    assert 'hx-trigger="every 60s"' in client.get("/desk/erp").text
    hub.db.write(
        lambda tx: tx.execute(
            insert(table(ErpFeed)),
            {
                "connection_id": connections.known(tx, "twin").id,
                "feed": "orders",
                "cursor": {},
                "taken": 4200,
                "total": 10000,
                "problems": 3,
                "started_at": now,
                "at": now,
            },
        )
    )
    text = client.get("/desk/erp").text
    assert 'hx-trigger="every 3s"' in text
    assert '<progress max="10000" value="4200">' in text
    hub.db.write(lambda tx: tx.execute(update(ErpFeed).values(finished_at=now)))
    assert 'hx-trigger="every 60s"' in client.get("/desk/erp").text


def test_an_old_cancel_list_is_told(client: FlaskClient, floor: Floor) -> None:
    hub, now = floor.hub, floor.hub.clock.now()
    set_twin(hub, ok_at=now, cancels_at=now)
    feed = {"feed": "orders", "cursor": {}, "taken": 1, "problems": 0, "at": now, "finished_at": now}
    hub.db.write(
        lambda tx: tx.execute(
            insert(table(ErpFeed)), feed | {"connection_id": connections.known(tx, "twin").id}
        )
    )
    enter(client, floor, CHEN)
    assert "最新" in client.get("/desk/erp").text
    hub.clock.advance(seconds=hub.settings.rules.cancel_stale_s + 1)  # type: ignore[attr-defined]
    assert "过期" in client.get("/desk/erp").text
    assert state_on_board(client) == "落后"


def test_wishes_are_written_down_and_the_workers_woken(client: FlaskClient, floor: Floor) -> None:
    hub = floor.hub
    csrf = enter(client, floor, CHEN)
    set_twin(hub, retry_at=hub.clock.now() + timedelta(hours=1))
    hub.wake.clear()
    assert client.post("/desk/erp/twin/sync", data={"csrf": csrf}).status_code == 302
    assert hub.wake.is_set()
    assert read(hub, lambda tx: connections.known(tx, "twin").retry_at) is None
    for _ in range(2):
        assert client.post("/desk/erp/twin/reconcile", data={"csrf": csrf}).status_code == 302
    (run,) = read(hub, lambda tx: list(tx.scalars(select(Reconciliation))))
    assert (run.state, run.asked_by) == ("ASKED", "陈主管")
    client.post("/desk/erp/twin/pause", data={"csrf": csrf})
    assert "twin" not in read(hub, connections.active_codes)
    client.post("/desk/erp/twin/resume", data={"csrf": csrf})
    assert "twin" in read(hub, connections.active_codes)
    assert [row[0] for row in audits(hub)] == [
        "ERP_SYNC", "ERP_RECONCILE", "ERP_RECONCILE", "ERP_PAUSE", "ERP_RESUME",
    ]  # fmt: skip


def test_who_may_not_decide_is_refused(client: FlaskClient, floor: Floor) -> None:
    hub = floor.hub
    message_id, problem_id = message(hub), problem(hub, erp.Supplier(code="V9", name="x"))
    clerk_too = (
        f"out/{message_id}/resend", f"out/{message_id}/drop", f"in/{problem_id}/retry",
        f"in/{problem_id}/drop", "words/twin", f"differences/{difference(hub)}/note",
        "twin/sync", "twin/reconcile",
    )  # fmt: skip
    admin_only = ("save", "test", "twin/main", "twin/tokens", "twin/tokens/1/revoke")
    csrf = enter(client, floor, SUN)
    for path in (*clerk_too, *admin_only, "twin/pause"):
        assert client.post(f"/desk/erp/{path}", data={"csrf": csrf}).status_code == 403, path
    csrf = enter(client, floor, LI)  # a clerk
    for path in (*admin_only, "twin/pause"):
        assert client.post(f"/desk/erp/{path}", data={"csrf": csrf}).status_code == 403, path
    csrf = enter(client, floor, CHEN)
    for path in admin_only:
        assert client.post(f"/desk/erp/{path}", data={"csrf": csrf}).status_code == 403, path
    for path in ("new", "twin/edit"):
        assert client.get(f"/desk/erp/{path}").status_code == 403, path
    assert client.post("/desk/erp/twin/sync").status_code == 403  # without the token of the session
    assert row_of(hub, OutboxMessage, message_id).state == "DEAD"
    assert audits(hub) == []
