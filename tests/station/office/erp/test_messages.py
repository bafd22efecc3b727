"""Messages set aside: sent again, mended or dropped."""

from __future__ import annotations

import json

import pytest
from flask.testing import FlaskClient

from station.exchange import documents as erp
from station.exchange.models import OutboxMessage
from tests.floor import CHEN, LI, Floor
from tests.station.office.erp.desk import audits, enter, message, row_of, state_of


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
    said = client.get(f"/desk/erp/out/{message_id}").text
    assert "手工已录入" in said
    assert "不再处理" in said, "the history says it too"
