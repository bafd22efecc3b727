"""The desk's ERP pages: what they show, who may decide, and that nothing slips through a form."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import logging
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from babel.messages.pofile import read_po
from flask.testing import FlaskClient
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from station import create_app
from station.erp import connections, vocabulary
from station.erp.compare import reconcile, wishes
from station.erp.compare.models import Difference, DifferenceSeen, Reconciliation
from station.erp.connectors import KINDS
from station.erp.folder import columns
from station.erp.folder.files import FolderConnector, IncomingFile
from station.erp.inward import inbox, problems
from station.erp.inward.reasons import LATE, UNMAPPED
from station.erp.makeup import Setup, Words
from station.erp.models import ErpFeed, ErpMapping, ErpToken, InboxProblem
from station.erp.pages import mapping as erp_words
from station.erp.pages import setup as erp_setup
from station.erp.pages import trying as erp_trying
from station.erp.pages.health import STATES
from station.erp.pages.talk import OUT_STATES
from station.erp.port import Item, OpenOrder, StockLine
from station.erp.rest import tokens
from station.erp.vault import Vault
from station.exchange import documents as erp
from station.exchange.models import ErpConnection, OutboxMessage
from station.ground.db import table
from station.ground.web.kit import csrf_token
from station.people.models import AuditRow
from station.practice.demo import goods, world
from station.wiring.hub import Hub
from tests.floor import CHEN, LI, SUN, Floor
from tests.station.office.erp_twin import HOSTILE, PATIENCE, SECRET, TwinConnector
from tests.station.scenarios.conftest import order_of

WU = "1008"
"""Administrator, supervisor and finance of the demo."""

READ = ("", "/out", "/in", "/differences", "/templates", "/words/twin")


@pytest.fixture
def twin(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> int:
    """A connection to the twin, beside the folder."""
    monkeypatch.setitem(KINDS, "twin", ("tests.station.office.erp_twin:TwinConnector", "孪生", "Twin"))
    key, now = vault_of(floor.hub), floor.hub.clock.now()
    values = {"url": "http://127.0.0.1:9/", "password": SECRET}

    def work(tx: Session) -> int:
        return connections.add(tx, key, code="twin", name="孪生 ERP", kind="twin", values=values, now=now)

    return floor.hub.db.write(work)


def vault_of(hub: Hub) -> Any:
    return Vault.in_folder(hub.settings.data)


@pytest.fixture
def client(floor: Floor, twin: int) -> FlaskClient:
    assert twin
    floor.hub.demo_people = world.people(0)
    return create_app(hub=floor.hub).test_client()


def enter(client: FlaskClient, floor: Floor, number: str) -> str:
    """Come in as a person; the synchroniser token."""
    token = floor.sign_in(number, device="DESK")
    client.set_cookie("sid", token)
    return csrf_token(token)


def read(hub: Hub, what: Callable[[Session], Any]) -> Any:
    with hub.db.read() as tx:
        return what(tx)


def row_of(hub: Hub, model: Any, row_id: int) -> Any:
    return read(hub, lambda tx: tx.get(model, row_id))


def audits(hub: Hub) -> list[tuple[str, str, Any]]:
    rows = read(hub, lambda tx: list(tx.scalars(select(AuditRow).order_by(AuditRow.id))))
    return [(row.action, row.subject, row.detail) for row in rows if row.action.startswith("ERP")]


def arrive(hub: Hub, *docs: Any, source: str = "twin") -> None:
    """Documents are taken over."""
    items, today, now = inbox.items_of(docs), hub.clock.today(), hub.clock.now()
    hub.db.write(lambda tx: inbox.take(tx, source, items, settings=hub.settings, today=today, now=now))


def state_of(order_no: str = "DO1", key: str = "k1") -> erp.OrderStateDocument:
    from datetime import UTC, datetime

    return erp.OrderStateDocument(
        event_key=key, erp_no="E1", order_no=order_no, state="PICK",
        at=datetime(2026, 5, 1, tzinfo=UTC), operator=HOSTILE,
    )  # fmt: skip


def message(hub: Hub, key: str = "k1", state: str = "DEAD", error: str = f"Refused: {HOSTILE}") -> int:
    """A confirmation for the twin in some state; its id."""
    now = hub.clock.now()

    def work(tx: Session) -> int:
        row = OutboxMessage(
            event_key=key, kind="order_state", doc_no="DO1", target="twin",
            payload=erp.to_data(state_of(key=key)), state=state, attempts=3, refusals=1,
            last_error=error, next_at=now, created_at=now,
        )  # fmt: skip
        tx.add(row)
        tx.flush()
        return row.id

    return hub.db.write(work)


def problem(hub: Hub, doc: Any, code: str = "E-ERP-93", why: str = HOSTILE, raw: Any = None) -> int:
    """A document of the twin that could not be taken over; its id."""
    item = Item(erp.doc_type_of(doc), erp.doc_no_of(doc), None if raw else doc, raw=raw)
    now = hub.clock.now()

    def work(tx: Session) -> int:
        problems.keep(tx, "twin", item, code, why, now)
        found = tx.scalar(select(InboxProblem.id).order_by(InboxProblem.id.desc()))
        assert found is not None
        return found

    return hub.db.write(work)


# --- reading -----------------------------------------------------------------------------------


def test_everybody_of_the_desk_reads_and_nobody_else(client: FlaskClient, floor: Floor) -> None:
    message_id, problem_id = message(floor.hub), problem(floor.hub, erp.Supplier(code="V9", name="x"))
    paths = [*READ, f"/out/{message_id}", f"/in/{problem_id}", f"/differences/{difference(floor.hub)}"]
    for number in (CHEN, LI, WU):
        enter(client, floor, number)
        for path in paths:
            assert client.get(f"/desk/erp{path}").status_code == 200, path
    enter(client, floor, SUN)
    for path in paths:
        assert client.get(f"/desk/erp{path}").status_code == 403, path


def test_hostile_words_stay_words(client: FlaskClient, floor: Floor) -> None:
    hub = floor.hub
    message_id = message(hub)
    problem_id = problem(hub, erp.Supplier(code="V9", name=HOSTILE))
    difference_id = difference(hub, ours=HOSTILE, note=HOSTILE)
    now = hub.clock.now()

    def work(tx: Session) -> None:
        for kind in ("carrier", "unit", "status", "warehouse"):
            vocabulary.note_word(tx, connections.known(tx, "twin").id, kind, HOSTILE, now)
        tx.execute(
            update(ErpConnection)
            .where(ErpConnection.code == "twin")
            .values(name=HOSTILE, down_since=now, last_error=f"Down: {HOSTILE}")
        )

    hub.db.write(work)
    enter(client, floor, WU)
    paths = [*READ, f"/out/{message_id}", f"/in/{problem_id}", f"/differences/{difference_id}", "/twin/edit"]
    for path in paths:
        text = client.get(f"/desk/erp{path}").text
        assert "<img src=x" not in text, path
        assert "<b>'" not in text, path
    assert "&lt;img src=x" in client.get(f"/desk/erp/out/{message_id}").text
    assert "&lt;img src=x" in client.get("/desk/erp/words/twin").text


def test_nonsense_in_the_address_is_ignored_or_not_there(client: FlaskClient, floor: Floor) -> None:
    enter(client, floor, WU)
    for page in ("out", "in", "differences"):
        for query in ("?state=%00", "?target=nobody", "?page=-1", "?page=999999", "?q=%25", "?gone=x"):
            assert client.get(f"/desk/erp/{page}{query}").status_code == 200
    for path in (
        "out/99999", "in/99999", "differences/99999", "words/nobody", "nobody/edit",
        "new/edit", "templates/stock.csv", "templates/orders.exe", "out/x",
    ):  # fmt: skip
        assert client.get(f"/desk/erp/{path}").status_code == 404, path


def test_every_word_that_is_looked_up_is_translated() -> None:
    """States, documents, their fields and what people did come from data, where no linter sees them."""
    path = Path(erp.__file__).parents[1] / "ground/words/translations/zh/LC_MESSAGES/messages.po"
    with path.open("rb") as file:
        known = {str(entry.id) for entry in read_po(file) if entry.string}
    folder = Path(erp_setup.__file__).parent
    code = "".join(path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.py")))
    actions = set(re.findall(r'"(ERP_[A-Z_]+)"', code)) | {"ERP_PAUSE", "ERP_RESUME"}
    assert len(actions) > 10
    parts = [part for part in vars(erp).values() if dataclasses.is_dataclass(part)]
    fields = {item.name for part in parts for item in dataclasses.fields(part)}
    wanted = {*STATES.values(), *erp.DOC_TYPES, *actions, *fields, *OUT_STATES, *erp_words.KINDS}
    assert sorted(wanted - known) == []


# --- the board ---------------------------------------------------------------------------------


def state_on_board(client: FlaskClient) -> str:
    text = client.get("/desk/erp").text
    card = text[text.index("twin ·") :]
    found = re.search(r'class="state state-\w+">([^<]+)<', card)
    assert found is not None
    return found[1].strip()


def set_twin(hub: Hub, **values: Any) -> None:
    hub.db.write(
        lambda tx: tx.execute(update(ErpConnection).where(ErpConnection.code == "twin").values(**values))
    )


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


# --- messages out ------------------------------------------------------------------------------


def test_a_message_set_aside_is_sent_again_under_the_same_key(client: FlaskClient, floor: Floor) -> None:
    hub = floor.hub
    first, later = message(hub), message(hub, key="k2", state="PENDING")
    csrf = enter(client, floor, CHEN)
    listed = client.get("/desk/erp/out").text
    assert listed.index(f"/desk/erp/out/{first}") < listed.index(f"/desk/erp/out/{later}")
    shown = client.get(f"/desk/erp/out/{first}").text
    assert f"/desk/erp/out/{later}" in shown  # what waits behind it
    mended = erp.to_data(state_of()) | {"operator": "陈主管"}
    answer = client.post(f"/desk/erp/out/{first}/resend", data={"csrf": csrf, "payload": json.dumps(mended)})
    assert answer.status_code == 302
    row = row_of(hub, OutboxMessage, first)
    assert (row.state, row.event_key, row.payload["operator"], row.handled_by) == (
        "PENDING", "k1", "陈主管", "陈主管",
    )  # fmt: skip
    assert audits(hub) == [("ERP_RESEND", "k1", {"changed": ["operator"]})]
    assert "陈主管" in client.get(f"/desk/erp/out/{first}").text
    assert client.post(f"/desk/erp/out/{first}/resend", data={"csrf": csrf}).status_code == 409


@pytest.mark.parametrize(
    "payload",
    [
        "", "{", "[]", "null", "7", '"x"', "NaN", "[" * 30_000, "{}",
        json.dumps(erp.to_data(state_of(key="other"))),
        json.dumps(erp.to_data(state_of()) | {"more": 1}),
        json.dumps(erp.to_data(state_of()) | {"at": 5}),
        json.dumps(erp.to_data(state_of()) | {"at": "2026-05-01T00:00:00"}),
        json.dumps(erp.to_data(state_of()) | {"operator": "\ud800"}),
        json.dumps(erp.to_data(state_of()) | {"operator": "a\x00b"}),
    ],
)  # fmt: skip
def test_a_payload_that_is_no_such_document_changes_nothing(
    client: FlaskClient, floor: Floor, payload: str
) -> None:
    hub = floor.hub
    message_id = message(hub)
    before = row_of(hub, OutboxMessage, message_id)
    csrf = enter(client, floor, CHEN)
    answer = client.post(f"/desk/erp/out/{message_id}/resend", data={"csrf": csrf, "payload": payload})
    assert answer.status_code == 422
    assert "不能这样发送" in answer.text
    after = row_of(hub, OutboxMessage, message_id)
    assert (after.state, after.payload, after.handled_by) == ("DEAD", before.payload, "")
    assert audits(hub) == []


def test_dropping_wants_a_reason(client: FlaskClient, floor: Floor) -> None:
    hub = floor.hub
    message_id = message(hub)
    csrf = enter(client, floor, LI)
    answer = client.post(f"/desk/erp/out/{message_id}/drop", data={"csrf": csrf, "reason": " \x00 "})
    assert answer.status_code == 422
    assert row_of(hub, OutboxMessage, message_id).state == "DEAD"
    done = client.post(f"/desk/erp/out/{message_id}/drop", data={"csrf": csrf, "reason": "手工已录入"})
    assert done.status_code == 302
    assert row_of(hub, OutboxMessage, message_id).state == "DROPPED"
    assert audits(hub) == [("ERP_DROP", "k1", {"reason": "手工已录入"})]
    assert "手工已录入" in client.get(f"/desk/erp/out/{message_id}").text


# --- documents in ------------------------------------------------------------------------------


def test_a_document_is_mended_and_taken_over(client: FlaskClient, floor: Floor) -> None:
    hub = floor.hub
    arrive(hub, *goods.products(4))
    order = order_of(1, ("S0001", 1))
    wrong = erp.to_data(order) | {"carrier_code": "NOBODY", "version": 1}
    problem_id = problem(hub, erp.from_data("order", wrong))
    csrf = enter(client, floor, CHEN)
    path = f"/desk/erp/in/{problem_id}"
    assert client.post(f"{path}/retry", data={"csrf": csrf}).status_code == 422
    other = json.dumps(erp.to_data(order) | {"erp_no": "ANOTHER"})
    assert client.post(f"{path}/retry", data={"csrf": csrf, "payload": other}).status_code == 422
    assert client.post(f"{path}/retry", data={"csrf": csrf, "payload": "{"}).status_code == 422
    assert row_of(hub, InboxProblem, problem_id).state == "OPEN"
    mended = json.dumps(erp.to_data(order))
    assert client.post(f"{path}/retry", data={"csrf": csrf, "payload": mended}).status_code == 302
    row = row_of(hub, InboxProblem, problem_id)
    assert (row.state, row.handled_by) == ("DONE", "陈主管")
    assert order.erp_no in client.get("/desk/orders").text
    assert client.post(f"{path}/retry", data={"csrf": csrf}).status_code == 409
    assert ("ERP_RETRY", f"twin order {order.erp_no}", {"changed": ["carrier_code"]}) in audits(hub)


def test_a_document_that_nobody_understands_is_shown_as_it_came(client: FlaskClient, floor: Floor) -> None:
    problem_id = problem(floor.hub, erp.Supplier(code="V9", name="x"), raw=f"garbage {HOSTILE}")
    csrf = enter(client, floor, CHEN)
    assert "garbage &lt;img" in client.get(f"/desk/erp/in/{problem_id}").text
    answer = client.post(f"/desk/erp/in/{problem_id}/retry", data={"csrf": csrf})
    assert answer.status_code == 422
    answer = client.post(f"/desk/erp/in/{problem_id}/drop", data={"csrf": csrf, "reason": "测试数据"})
    assert answer.status_code == 302
    assert row_of(floor.hub, InboxProblem, problem_id).state == "DROPPED"
    again = client.post(f"/desk/erp/in/{problem_id}/drop", data={"csrf": csrf, "reason": "again"})
    assert again.status_code == 409


def test_reasons_are_in_both_languages(client: FlaskClient, floor: Floor) -> None:
    problem_id = problem(floor.hub, erp.Supplier(code="V9", name="x"), code=LATE, why="SHIPPED")
    enter(client, floor, CHEN)
    text = client.get(f"/desk/erp/in/{problem_id}").text
    assert "更改来得太晚" in text
    assert "the change came too late" in text


# --- words -------------------------------------------------------------------------------------


def test_a_word_gets_a_meaning_and_what_waited_is_tried_again(client: FlaskClient, floor: Floor) -> None:
    hub = floor.hub
    now = hub.clock.now()
    twin_id = read(hub, lambda tx: connections.known(tx, "twin").id)
    hub.db.write(lambda tx: vocabulary.note_word(tx, twin_id, "carrier", "Flash Express", now))
    waits = problem(hub, erp.Supplier(code="V9", name="x"), code=UNMAPPED)
    other = problem(hub, erp.Supplier(code="V8", name="x"), code="E-ERP-93")
    hub.db.write(lambda tx: tx.execute(update(InboxProblem).values(next_at=now + timedelta(hours=1))))
    word_id = read(hub, lambda tx: tx.scalar(select(ErpMapping.id)))
    csrf = enter(client, floor, CHEN)
    assert "Flash Express" in client.get("/desk/erp/words/twin").text
    form = {"csrf": csrf, "id": str(word_id), "ours": "ZTO"}
    assert client.post("/desk/erp/words/twin", data=form).status_code == 302
    row = row_of(hub, ErpMapping, word_id)
    assert (row.ours, row.changed_by) == ("ZTO", "陈主管")
    assert row_of(hub, InboxProblem, waits).next_at == now
    assert row_of(hub, InboxProblem, other).next_at > now
    assert audits(hub)[0][:2] == ("ERP_WORD", "twin")


@pytest.mark.parametrize(
    "form",
    [
        {"kind": "carrier", "theirs": "X", "ours": "NOBODY"},
        {"kind": "carrier", "theirs": "", "ours": "ZTO"},
        {"kind": "carrier", "theirs": "x" * 121, "ours": "ZTO"},
        {"kind": "colour", "theirs": "X", "ours": "ZTO"},
        {"kind": "unit", "theirs": "箱", "ours": "EACH", "factor": "0"},
        {"kind": "unit", "theirs": "箱", "ours": "EACH", "factor": "1.5"},
        {"kind": "unit", "theirs": "箱", "ours": "EACH", "factor": "99999999"},
        {"kind": "unit", "theirs": "箱", "ours": "EACH"},
        {"kind": "status", "theirs": "ok", "ours": ""},
    ],
)
def test_a_meaning_that_does_not_exist_is_refused(
    client: FlaskClient, floor: Floor, form: dict[str, str]
) -> None:
    csrf = enter(client, floor, CHEN)
    assert client.post("/desk/erp/words/twin", data={"csrf": csrf} | form).status_code == 422
    assert read(floor.hub, lambda tx: tx.scalar(select(ErpMapping.id))) is None


def test_words_are_added_by_hand(client: FlaskClient, floor: Floor) -> None:
    csrf = enter(client, floor, LI)
    for form in (
        {"kind": "unit", "theirs": "箱(12)", "ours": "EACH", "factor": "12"},
        {"kind": "status", "theirs": "ok", "ours": "GOOD"},
        {"kind": "warehouse", "theirs": "Main", "ours": "WH1"},
    ):
        assert client.post("/desk/erp/words/twin", data={"csrf": csrf} | form).status_code == 302
    twin_id = read(floor.hub, lambda tx: connections.known(tx, "twin").id)
    words = read(floor.hub, lambda tx: vocabulary.words(tx, twin_id, floor.hub.settings))
    assert words.unit("箱(12)") == 12
    assert words.status("ok", {}) == "GOOD"
    assert words.warehouse("Main") == "WH1"
    foreign = {"csrf": csrf, "id": "999", "ours": "ZTO"}
    assert client.post("/desk/erp/words/twin", data=foreign).status_code == 404


# --- differences -------------------------------------------------------------------------------


def difference(
    hub: Hub, what: str = "stock", key: str = "S0001", ours: str = "GOOD 5", note: str = ""
) -> int:
    """Something both sides say differently; its id."""
    now = hub.clock.now()

    def work(tx: Session) -> int:
        connection_id = connections.known(tx, "twin").id
        run = Reconciliation(
            connection_id=connection_id, state="DONE", asked_by="陈主管", compared=10, differences=1,
            started_at=now, finished_at=now,
        )  # fmt: skip
        row = Difference(
            connection_id=connection_id, what=what, key=key, ours=ours[:80], theirs="GOOD 7",
            first_at=now, last_at=now, note=note,
        )  # fmt: skip
        tx.add_all([run, row])
        tx.flush()
        tx.add(
            DifferenceSeen(
                difference_id=row.id, reconciliation_id=run.id, ours="GOOD 5", theirs="GOOD 7", at=now
            )
        )
        tx.flush()
        return row.id

    return hub.db.write(work)


def test_a_difference_leads_to_the_stations_own_history(client: FlaskClient, floor: Floor) -> None:
    articles = goods.products(4)
    (notice,) = goods.notices(articles, {}, "WH1", floor.hub.clock.today())
    arrive(floor.hub, *articles, notice, order_of(1, ("S0001", 1)))
    lines = [
        (goods.gtin(i), 1, 0, "20260401" if article.is_shelf_life else "")
        for i, article in enumerate(articles, 1)
    ]
    floor.receive(notice.asn_no, lines)
    enter(client, floor, CHEN)
    assert "收货" in client.get(f"/desk/erp/differences/{difference(floor.hub)}").text
    order = order_of(1, ("S0001", 1)).erp_no
    text = client.get(f"/desk/erp/differences/{difference(floor.hub, 'order', order)}").text
    assert re.search(r'href="/desk/orders/DO', text)
    nobody = client.get(f"/desk/erp/differences/{difference(floor.hub, 'order', 'nobody')}")
    assert nobody.status_code == 200


def test_a_note_is_kept_and_the_figures_stay(client: FlaskClient, floor: Floor) -> None:
    hub = floor.hub
    difference_id = difference(hub)
    csrf = enter(client, floor, CHEN)
    form = {"csrf": csrf, "note": f"已通知财务\n{HOSTILE}", "ours": "GOOD 7", "explained": "x"}
    assert client.post(f"/desk/erp/differences/{difference_id}/note", data=form).status_code == 302
    row = row_of(hub, Difference, difference_id)
    assert row.note.startswith("已通知财务 <img")
    assert (row.ours, row.explained, row.noted_by) == ("GOOD 5", "", "陈主管")
    assert "已通知财务" in client.get("/desk/erp/differences").text
    assert client.post("/desk/erp/differences/99999/note", data=form).status_code == 404


def compared(hub: Hub, **answers: Any) -> None:
    """The twin is asked and compared, as the workers do it."""

    class Asked(TwinConnector):
        def stock(self) -> Any:
            return answers.get("stock")

        def open_orders(self) -> Any:
            return answers.get("open_orders")

        def shipped(self, since: Any) -> Any:
            assert since
            return answers.get("shipped")

    setup = Setup(values={}, words=Words(), warehouse="WH1", timezone="Asia/Shanghai")
    wish = read(hub, lambda tx: wishes.asked(tx, "twin"))
    by = "" if wish else "night"
    assert reconcile.run(hub.db, hub.clock, "twin", Asked(setup), asked_by=by, reconciliation_id=wish)


def cells(client: FlaskClient, title: str) -> list[str]:
    """What stands under a title of the tables of differences."""
    text = client.get("/desk/erp/differences").text
    found = re.findall(rf'<td data-title="{title}">(.*?)</td>', text, re.DOTALL)
    return [re.sub(r"<[^>]+>", " ", item).strip() for item in found]


def test_the_page_says_what_the_erp_could_not_tell(client: FlaskClient, floor: Floor) -> None:
    csrf = enter(client, floor, CHEN)
    compared(floor.hub)
    client.post("/desk/erp/twin/reconcile", data={"csrf": csrf})
    compared(
        floor.hub, stock=[StockLine("S0001", "", "GOOD", 3)], open_orders=[OpenOrder("E9", "")], shipped={}
    )
    newest, first = cells(client, "说明")
    assert newest == ""
    assert re.split(r"\s+", first) == [
        "对方无法告知库存。", "对方无法告知未完成订单。", "对方无法告知已发货的单。"
    ]  # fmt: skip
    assert cells(client, "申请人") == ["陈主管", "每夜"]


def test_differences_are_told_in_words(client: FlaskClient, floor: Floor) -> None:
    enter(client, floor, CHEN)
    hub = floor.hub
    compared(hub, stock=[StockLine("S0001", "L1", "GOOD", 3)], open_orders=[OpenOrder("E9", "")])
    text = client.get("/desk/erp/differences").text
    assert "S0001 · 正品 · L1" in text
    assert "本仓没有" in text
    assert "对方仍待发" in text
    said = {"explained": "receipt_confirmation=2 DEAD=1", "theirs": "3 (+5)"}
    change = update(Difference).where(Difference.what == "stock").values(**said)
    hub.db.write(lambda tx: tx.execute(change))
    text = client.get("/desk/erp/differences").text
    assert "2 × 入库确认, 1 × 其中被拒绝" in text
    assert "3 (+5)" in text
    row = read(hub, lambda tx: tx.scalar(select(Difference.id).where(Difference.what == "order")))
    assert "对方仍待发" in client.get(f"/desk/erp/differences/{row}").text


def test_a_comparison_that_failed_says_why(client: FlaskClient, floor: Floor) -> None:
    enter(client, floor, CHEN)
    now = floor.hub.clock.now()

    def work(tx: Session) -> None:
        values = {"connection_id": connections.known(tx, "twin").id, "asked_by": "night", "started_at": now}
        tx.add(Reconciliation(**values, state="FAILED", error=f"Down: {HOSTILE}", finished_at=now))
        tx.flush()

    floor.hub.db.write(work)
    assert "Down: &lt;img" in client.get("/desk/erp/differences").text


# --- set-up ------------------------------------------------------------------------------------

FORM = {"kind": "twin", "of": "", "code": "shop", "name": "店铺", "set_url": "http://127.0.0.1:9/"}


def test_a_connection_is_set_up_and_its_secret_never_comes_back(
    client: FlaskClient, floor: Floor, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    hub = floor.hub
    csrf = enter(client, floor, WU)
    assert "孪生" in client.get("/desk/erp/new").text
    assert 'type="password" name="set_password"' in client.get("/desk/erp/new?kind=twin").text
    form = FORM | {"csrf": csrf, "set_mode": "well", "set_password": "another-secret"}
    assert client.post("/desk/erp/save", data=form).headers["Location"].endswith("/desk/erp/shop/edit")
    pages = [client.get(path).text for path in ("/desk/erp/shop/edit", "/desk/erp", "/desk/erp/words/shop")]
    change = FORM | {"csrf": csrf, "of": "shop", "name": "店铺2", "set_mode": "silent"}
    assert client.post("/desk/erp/save", data=change).status_code == 302
    kept = read(hub, lambda tx: connections.known(tx, "shop"))
    assert (kept.name, kept.settings["mode"]) == ("店铺2", "silent")
    assert vault_of(hub).unlock(kept.secrets)["password"] == "another-secret"
    assert "another-secret" not in kept.secrets
    spoken = "".join(pages) + caplog.text + json.dumps(audits(hub))
    assert "another-secret" not in spoken


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"code": "Shop"}, "编码"),
        ({"code": "twin"}, "编码"),
        ({"code": "words"}, "编码"),
        ({"set_url": "http://me:pw@host/"}, "地址"),
        ({"set_url": "ftp://host/"}, "地址"),
        ({"set_url": ""}, "地址"),
        ({"set_password": ""}, "密码"),
        ({"set_password": "x" * 501}, "密码"),
    ],
)
def test_a_form_that_cannot_be_used_names_the_field(
    client: FlaskClient, floor: Floor, change: dict[str, str], field: str
) -> None:
    csrf = enter(client, floor, WU)
    form = FORM | {"csrf": csrf, "set_password": "typed-secret"} | change
    answer = client.post("/desk/erp/save", data=form)
    assert answer.status_code == 422
    band = re.search(r'class="band band-warn"[^>]*>([^<]*)<', answer.text)
    assert band is not None
    assert field in band[1]
    assert "typed-secret" not in answer.text
    assert [row.code for row in read(floor.hub, connections.list_all) if row.kind == "twin"] == ["twin"]


def test_the_test_tells_and_changes_nothing(client: FlaskClient, floor: Floor) -> None:
    csrf = enter(client, floor, WU)
    form = FORM | {"csrf": csrf, "set_password": SECRET}
    answer = client.post("/desk/erp/test", data=form)
    assert answer.status_code == 200
    assert "连接正常" in answer.text
    assert "&lt;img src=x" in answer.text
    assert "<img" not in answer.text
    assert SECRET not in answer.text
    assert "•••" in answer.text
    wrong = client.post("/desk/erp/test", data=form | {"set_password": "wrong-one"}).text
    assert "还不能用" in wrong
    assert "wrong-one" not in wrong
    assert [row.code for row in read(floor.hub, connections.list_all) if row.kind == "twin"] == ["twin"]


@pytest.mark.parametrize(
    ("mode", "told"),
    [("silent", "nobody there"), ("forbidden", "wrong password"), ("broken", "RuntimeError")],
)
def test_whatever_goes_wrong_in_a_test_is_told_in_words(
    client: FlaskClient, floor: Floor, caplog: pytest.LogCaptureFixture, mode: str, told: str
) -> None:
    csrf = enter(client, floor, WU)
    form = FORM | {"csrf": csrf, "set_password": SECRET, "set_mode": mode}
    answer = client.post("/desk/erp/test", data=form)
    assert "还不能用" in answer.text
    assert told in answer.text
    assert SECRET not in answer.text + caplog.text


def test_a_test_that_takes_too_long_is_given_up(
    client: FlaskClient, floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(erp_trying, "TEST_S", 0.05)
    PATIENCE.clear()
    csrf = enter(client, floor, WU)
    form = FORM | {"csrf": csrf, "set_password": SECRET, "set_mode": "slow"}
    try:
        assert "未在限时内应答" in client.post("/desk/erp/test", data=form).text
    finally:
        PATIENCE.set()


def test_a_known_secret_is_not_sent_to_another_address(client: FlaskClient, floor: Floor) -> None:
    hub = floor.hub
    csrf = enter(client, floor, WU)
    same = FORM | {"csrf": csrf, "of": "twin"}
    assert "连接正常" in client.post("/desk/erp/test", data=same).text
    moved = same | {"set_url": "http://127.0.0.1:10/"}
    assert "地址变了" in client.post("/desk/erp/test", data=moved).text
    assert client.post("/desk/erp/save", data=moved).status_code == 422
    assert read(hub, lambda tx: connections.known(tx, "twin").settings["url"]) == "http://127.0.0.1:9/"
    assert client.post("/desk/erp/save", data=moved | {"set_password": SECRET}).status_code == 302


def test_a_lost_key_file_is_told(client: FlaskClient, floor: Floor) -> None:
    csrf = enter(client, floor, WU)
    (floor.hub.settings.data / "secrets.key").unlink()
    form = FORM | {"csrf": csrf, "of": "twin"}
    assert "密钥文件不符" in client.post("/desk/erp/test", data=form).text
    answer = client.post("/desk/erp/save", data=form)
    assert answer.status_code == 422
    assert "密钥文件不符" in answer.text
    assert client.get("/desk/erp/twin/edit").status_code == 200


def test_the_folder_can_be_tested_too(client: FlaskClient, floor: Floor, tmp_path: Path) -> None:
    """The first connection of every station, with a folder that cannot be and one that can."""
    csrf = enter(client, floor, WU)
    (tmp_path / "file").write_text("x", encoding="utf-8")
    form = {"csrf": csrf, "kind": "folder", "of": "folder"}
    assert "连接正常" in client.post("/desk/erp/test", data=form).text
    nowhere = form | {"set_path": str(tmp_path / "file" / "erp")}
    assert "还不能用" in client.post("/desk/erp/test", data=nowhere).text


def test_a_kind_that_is_not_there_is_a_page_that_is_not_there(
    client: FlaskClient, floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(KINDS, "twin", ("station.erp.nowhere:Nobody", "无", "None"))
    csrf = enter(client, floor, WU)
    assert client.get("/desk/erp/new?kind=twin").status_code == 404
    assert client.get("/desk/erp/twin/edit").status_code == 404
    monkeypatch.delitem(KINDS, "twin")
    assert client.get("/desk/erp/twin/edit").status_code == 404
    assert client.post("/desk/erp/test", data={"csrf": csrf, "kind": "twin"}).status_code == 404
    assert client.post("/desk/erp/save", data={"csrf": csrf, "kind": "twin"}).status_code == 404
    assert client.get("/desk/erp").status_code == 200


def test_only_one_connection_is_the_main_one(client: FlaskClient, floor: Floor) -> None:
    csrf = enter(client, floor, WU)
    form = FORM | {"csrf": csrf, "set_password": SECRET}
    client.post("/desk/erp/save", data=form)
    assert client.post("/desk/erp/shop/main", data={"csrf": csrf}).status_code == 302
    rows = read(floor.hub, connections.list_all)
    assert [row.code for row in rows if row.is_main] == ["shop"]


# --- keys to our API ---------------------------------------------------------------------------


def test_a_key_is_shown_once_and_can_be_revoked(
    client: FlaskClient, floor: Floor, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    hub = floor.hub
    csrf = enter(client, floor, WU)
    form = {"csrf": csrf, "kind": "rest", "of": "", "code": "shop", "name": "网店"}
    assert client.post("/desk/erp/save", data=form).status_code == 302
    assert client.post("/desk/erp/shop/tokens", data={"csrf": csrf, "token_name": " "}).status_code == 422
    made = client.post("/desk/erp/shop/tokens", data={"csrf": csrf, "token_name": HOSTILE})
    found = re.search(r'<code class="token">([^<]+)</code>', made.text)
    assert found is not None
    token = found[1]
    assert read(hub, lambda tx: tokens.identify(tx, token)) is not None
    later = client.get("/desk/erp/shop/edit").text
    assert "&lt;img src=x" in later
    assert "<img" not in later
    assert token not in later + caplog.text + json.dumps(audits(hub))
    token_id = read(hub, lambda tx: tx.scalar(select(ErpToken.id)))
    path = f"/desk/erp/shop/tokens/{token_id}/revoke"
    for _ in range(2):
        assert client.post(path, data={"csrf": csrf}).status_code == 302
    assert read(hub, lambda tx: tokens.identify(tx, token)) is None
    assert "已吊销" in client.get("/desk/erp/shop/edit").text
    foreign = f"/desk/erp/twin/tokens/{token_id}/revoke"
    assert client.post(foreign, data={"csrf": csrf}).status_code == 404
    assert client.post("/desk/erp/twin/tokens", data={"csrf": csrf, "token_name": "x"}).status_code == 404
    assert [row[0] for row in audits(hub)] == ["ERP_ADD", "ERP_TOKEN", "ERP_TOKEN_REVOKE"]


# --- templates ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", list(columns.FILES))
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_template_is_taken_as_it_is(
    client: FlaskClient, floor: Floor, tmp_path: Path, name: str, kind: str
) -> None:
    enter(client, floor, LI)
    answer = client.get(f"/desk/erp/templates/{name}.{kind}")
    assert answer.status_code == 200
    assert f'filename="{name}-template.{kind}"' in answer.headers["Content-Disposition"]
    item = columns.FILES[name]
    examples = [column.example for column in item.columns + item.lines]
    if kind == "csv":
        header, row = csv.reader(io.StringIO(answer.data.decode("utf-8-sig"), newline=""))
        assert header == [column.name for column in item.columns + item.lines]
        assert row == examples
    else:
        book = openpyxl.load_workbook(io.BytesIO(answer.data))
        sheet = book.worksheets[0]
        assert [cell.value or "" for cell in sheet[2]] == examples
        assert {cell.number_format for line in sheet.iter_rows(max_row=50) for cell in line} == {"@"}
        assert all(isinstance(cell.value, str | None) for cell in sheet[2])
        assert len(list(book.worksheets[1].iter_rows())) == len(examples) + 1
    taken: list[IncomingFile] = []
    connector = FolderConnector(tmp_path / "erp", ZoneInfo("Asia/Shanghai"), lambda: 4_000_000_000)
    (tmp_path / "erp" / "inbox" / f"{name}-template.{kind}").write_bytes(answer.data)
    assert connector.poll(taken.append).taken == [f"{name}-template.{kind}"]
    assert len(taken[0].documents) == 1


def test_every_column_is_explained(client: FlaskClient, floor: Floor) -> None:
    enter(client, floor, LI)
    text = client.get("/desk/erp/templates").text
    for column in columns.describe():
        assert f">{column['column']}<" in text
        assert column["zh"].split("：", 1)[0] in text
    assert "inbox" in text
