"""The manners of the API: who may come in, what is answered to nonsense, and that it is always JSON."""

from __future__ import annotations

import io
import json
import logging
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import EnvironBuilder

from station.erp import connections
from station.erp.models import ApiReply, ErpToken
from station.erp.rest import replies, tokens
from station.erp.rest.endpoints import MOST_BYTES
from station.exchange import freshness
from station.exchange.models import ErpConnection
from station.ground.vault import Vault
from station.outbound.orders import origin
from station.outbound.orders.models import DeliveryOrder
from station.practice.demo import goods
from tests.floor import CHEN, SUN
from tests.station.erp.rest.conftest import Shop, order_of


def error(answer) -> tuple[int, str]:
    assert answer.mimetype == "application/json", answer.text
    assert set(answer.json["error"]) == {"code", "message", "field"}
    assert set(answer.json["error"]["message"]) == {"zh", "en"}
    assert "nosniff" in answer.headers["X-Content-Type-Options"]
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.status_code, answer.json["error"]["code"]


@pytest.mark.parametrize(
    "given", ["", "Bearer", "Bearer st_wrong", "Basic c3Q6eA==", "Bearer st_" + "x" * 5000, "Bearer 令牌"]
)
def test_nobody_comes_in_without_a_token(shop: Shop, given: str) -> None:
    for method, path in (
        ("GET", "/stock"),
        ("PUT", "/orders/1"),
        ("POST", "/orders"),
        ("POST", "/heartbeat"),
    ):
        answer = shop.call(method, path, Authorization=given.encode().decode("latin-1"))
        assert error(answer) == (401, "unknown_token")
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_person_signed_in_is_no_program(shop: Shop) -> None:
    shop.client.set_cookie("sid", shop.floor.sign_in(CHEN, device="DESK"))
    assert error(shop.call("GET", "/stock", Authorization="")) == (401, "unknown_token")


def test_a_cookie_does_not_matter_to_a_program(shop: Shop) -> None:
    """No session, no synchroniser token; an old cookie of the same host does no harm."""
    shop.client.set_cookie("sid", "old")
    assert shop.push(goods.products(1)[0]) == ["TAKEN"]
    assert shop.call("POST", "/heartbeat", Origin="http://shop.example").status_code == 200


def test_a_revoked_token_opens_nothing(shop: Shop) -> None:
    hub = shop.floor.hub
    with hub.db.read() as tx:
        (kept,) = tokens.list_of(tx, shop.connection_id)
    assert shop.token not in (kept.token_hash, kept.name)
    hub.db.write(lambda tx: tokens.revoke(tx, kept.id, hub.clock.now()))
    assert error(shop.call("GET", "/stock")) == (401, "unknown_token")
    with pytest.raises(LookupError):
        hub.db.write(lambda tx: tokens.revoke(tx, kept.id, hub.clock.now()))


def test_a_connection_that_is_switched_off_says_so(shop: Shop) -> None:
    shop.floor.hub.db.write(lambda tx: connections.set_active(tx, "shop", is_active=False))
    assert error(shop.call("GET", "/stock")) == (403, "switched_off")


def test_only_connections_of_this_kind_have_tokens(shop: Shop) -> None:
    hub = shop.floor.hub
    with pytest.raises(LookupError):
        hub.db.write(lambda tx: tokens.issue(tx, 999, "x", "y", hub.clock.now()))


def test_use_is_noted_once_a_minute(shop: Shop) -> None:
    hub = shop.floor.hub

    def noted():
        with hub.db.read() as tx:
            known = select(ErpConnection.ok_at).where(ErpConnection.code == "shop")
            return tx.scalars(select(ErpToken.used_at)).one(), tx.scalar(known)

    assert noted() == (None, None)
    first = hub.clock.now()
    shop.get("/stock")
    assert noted() == (first, first)
    hub.clock.advance(seconds=59)  # type: ignore[attr-defined]
    shop.get("/stock")
    assert noted() == (first, first)
    hub.clock.advance(seconds=1)  # type: ignore[attr-defined]
    shop.get("/stock")
    assert noted() == (first + timedelta(minutes=1),) * 2


def test_two_systems_do_not_see_each_other(shop: Shop, other: Shop) -> None:
    shop.push(*goods.products(1), order_of(1, ("S0001", 1)))
    assert error(other.call("GET", "/orders/SO-1")) == (404, "not_found")
    answer = other.push_one(order_of(1, ("S0001", 9)))
    assert (answer.status_code, answer.json["problem"]["code"]) == (202, "E-ERP-94")
    assert shop.get("/orders/SO-1")["lines"][0]["qty_each"] == 1


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "", (404, "not_found")),
        ("GET", "/nothing", (404, "not_found")),
        ("GET", "/orders/none", (404, "not_found")),
        ("GET", "/notices/none", (404, "not_found")),
        ("POST", "/confirmations/none/ack", (404, "not_found")),
        ("DELETE", "/orders/SO-1", (405, "wrong_method")),
        ("PATCH", "/stock", (405, "wrong_method")),
        ("POST", "/stock", (405, "wrong_method")),
        ("GET", "/stock?limit=0", (422, "bad_query")),
        ("GET", "/stock?limit=501", (422, "bad_query")),
        ("GET", "/stock?limit=ten", (422, "bad_query")),
        ("GET", "/stock?limit=٣", (422, "bad_query")),
        ("GET", "/stock?after=%00", (422, "bad_query")),
        ("GET", "/confirmations?after=-1", (422, "bad_query")),
        ("GET", "/confirmations?after=99999999999999999999", (422, "bad_query")),
        ("GET", "/orders/%00", (404, "not_found")),
    ],
)
def test_every_error_is_json(shop: Shop, method: str, path: str, expected: tuple[int, str]) -> None:
    answer = shop.call(method, path, {} if method == "POST" else None)
    assert error(answer) == expected
    if expected[0] == 405:
        assert answer.headers["Allow"]


def test_a_doubled_slash_is_not_answered_with_a_page(shop: Shop) -> None:
    answer = shop.call("GET", "//stock")
    assert answer.mimetype == "application/json"


def test_only_json_of_a_bearable_size_is_read(shop: Shop) -> None:
    headers = {"Authorization": f"Bearer {shop.token}"}
    put = shop.client.put
    assert error(put("/api/v1/suppliers/V1", data="a=b", headers=headers, content_type="text/plain")) == (
        415,
        "not_json",
    )
    assert error(put("/api/v1/suppliers/V1", data={"a": "b"}, headers=headers)) == (415, "not_json")
    large = b'{"name":"' + b"x" * MOST_BYTES + b'"}'
    answer = put("/api/v1/suppliers/V1", data=large, headers=headers, content_type="application/json")
    assert error(answer) == (413, "too_large")
    most = json.dumps({"name": "x", "version": 1}).encode().ljust(MOST_BYTES)
    answer = put("/api/v1/suppliers/V1", data=most, headers=headers, content_type="application/json")
    assert answer.status_code == 200


def test_a_body_without_a_length_is_not_cut_in_silence(shop: Shop) -> None:
    """Sent in chunks: the server tells where it ends, nobody tells how long it is."""
    good = b'{"name": "x", "version": 1}'
    for size, expected in ((MOST_BYTES, 200), (MOST_BYTES + 1, 413), (2 * MOST_BYTES, 413)):
        builder = EnvironBuilder(
            path="/api/v1/suppliers/V1",
            method="PUT",
            input_stream=io.BytesIO(good.ljust(size)),
            content_type="application/json",
            headers=[("Authorization", f"Bearer {shop.token}")],
        )
        environ = builder.get_environ()
        environ.pop("CONTENT_LENGTH", None)
        answer = shop.client.open({**environ, "wsgi.input_terminated": True})
        assert (size, answer.status_code) == (size, expected)


def test_another_host_is_refused_in_json(shop: Shop) -> None:
    assert error(shop.call("GET", "/stock", Host="evil.example")) == (400, "unknown_host")
    assert shop.call("GET", "/stock", Host="localhost").status_code == 200


def test_an_unexpected_failure_is_json_and_names_no_secret(shop: Shop, monkeypatch, caplog) -> None:
    monkeypatch.setattr("station.erp.rest.showing.stock", lambda *_args: 1 / 0)
    with caplog.at_level(logging.DEBUG):
        answer = shop.call("GET", "/stock")
    assert error(answer) == (500, "failed")
    assert "ZeroDivisionError" in caplog.text
    assert shop.token not in caplog.text


def test_replies_are_forgotten_after_a_week(shop: Shop) -> None:
    hub = shop.floor.hub
    shop.push_one(goods.products(1)[0], key="old")
    hub.clock.advance(days=6)  # type: ignore[attr-defined]
    shop.push_one(goods.products(2)[1], key="young")
    hub.clock.advance(days=2)  # type: ignore[attr-defined]
    assert hub.db.write(lambda tx: replies.forget(tx, hub.clock.now())) == 1
    with hub.db.read() as tx:
        assert tx.scalars(select(ApiReply.idem_key)).all() == ["young"]
        assert tx.scalar(select(func.count()).select_from(ApiReply)) == 1


def watched(shop: Shop, vault: Vault, word: str) -> None:
    """The administrator says in the form whether the shop's cancel list is to be watched."""
    change = partial(connections.change, vault=vault, code="shop", name="", values={"watch_cancels": word})
    shop.floor.hub.db.write(change)


def warned_of(shop: Shop) -> tuple[str, list[str]]:
    """What the packer is told who takes an order of the shop, and of whom the dispatcher hears."""
    hub, sources = shop.floor.hub, select(DeliveryOrder.source)
    at: dict[str, Any] = {"now": hub.clock.now(), "stale_s": hub.settings.rules.cancel_stale_s}
    with hub.db.read() as tx:
        order_id = tx.scalars(select(DeliveryOrder.id).where(DeliveryOrder.erp_no == "SO-1")).one()
        code = "W-ERP-01" if origin.is_stale(tx, order_id, **at) else ""
        return code, [source.name for source in freshness.stale_sources(tx, sources, **at)]


def test_a_shop_that_promised_its_cancels_and_is_silent_is_warned_about(shop: Shop, vault: Vault) -> None:
    """It never called heartbeat, then it does, then it falls silent again."""
    watched(shop, vault, "yes")
    shop.push(*goods.products(1), order_of(1, ("S0001", 1)))
    assert warned_of(shop) == ("", [])
    shop.floor.hub.clock.advance(hours=1)  # type: ignore[attr-defined]
    assert warned_of(shop) == ("W-ERP-01", ["shop"])
    shop.call("POST", "/heartbeat")
    assert warned_of(shop) == ("", [])
    shop.floor.hub.clock.advance(hours=1)  # type: ignore[attr-defined]
    assert warned_of(shop) == ("W-ERP-01", ["shop"])


def test_a_shop_that_promised_nothing_is_never_too_old(shop: Shop, vault: Vault) -> None:
    """Neither before nor after a heartbeat that nobody asked for, nor when the promise is taken back."""
    shop.push(*goods.products(1), order_of(1, ("S0001", 1)))
    shop.floor.hub.clock.advance(hours=1)  # type: ignore[attr-defined]
    assert warned_of(shop) == ("", [])
    assert shop.call("POST", "/heartbeat").json == {"cancels_at": None}
    shop.floor.hub.clock.advance(hours=1)  # type: ignore[attr-defined]
    assert warned_of(shop) == ("", [])
    watched(shop, vault, "yes")
    assert warned_of(shop) == ("W-ERP-01", ["shop"])
    watched(shop, vault, "no")
    assert warned_of(shop) == ("", [])


def test_a_heartbeat_makes_the_cancel_list_fresh(shop: Shop, vault: Vault) -> None:
    hub = shop.floor.hub
    watched(shop, vault, "yes")
    answer = shop.call("POST", "/heartbeat")
    assert answer.json == {"cancels_at": "2026-05-01T09:00:00+08:00"}
    with hub.db.read() as tx:
        assert connections.known(tx, "shop").cancels_at == hub.clock.now()
    assert error(shop.call("POST", "/heartbeat", {"at": 1}))[0] == 422


# --- the page at the desk --------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_shows_every_request(shop: Shop, lang: str) -> None:
    client: FlaskClient = shop.client
    token = shop.floor.sign_in(CHEN, device="DESK")
    client.set_cookie("sid", token)
    if lang == "en":
        from station.ground.web.kit import csrf_token

        client.post("/lang", data={"csrf": csrf_token(token)})
    page = client.get("/desk/api")
    assert page.status_code == 200
    for text in (
        "/confirmations/{event_key}/ack",
        "Station-Signature",
        "openapi.json",
        "hmac.compare_digest",
    ):
        assert text in page.text, text
    assert ("推送发货单" if lang == "zh" else "Push a delivery order") in page.text
    assert shop.token not in page.text


def test_the_page_is_for_the_desk(shop: Shop) -> None:
    assert shop.client.get("/desk/api").status_code == 302
    shop.client.set_cookie("sid", shop.floor.sign_in(SUN, device="DESK"))
    assert shop.client.get("/desk/api").status_code == 403
