"""Documents that could not be taken over, and words that nobody knew."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from station.erp import connections, vocabulary
from station.erp.models import ErpMapping, InboxProblem
from station.exchange import documents as erp
from station.ground.spreadsheets.reasons import LATE, UNMAPPED
from station.practice.demo import goods
from tests.floor import CHEN, LI, Floor
from tests.station.office.erp.desk import arrive, audits, enter, problem, read, row_of
from tests.station.office.erp_twin import HOSTILE
from tests.station.scenarios.conftest import order_of


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


# --- words -----------------------------------------------------------------------------------------


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
