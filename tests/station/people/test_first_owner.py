"""A new station takes its owner from whoever reads the server's window, once; nobody else gets in before."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from station import create_app
from station.ground.scan.codes import internal
from station.ground.words.messages import Refused
from station.ground.work import SYSTEM
from station.people import first
from station.people.models import AuditRow, User
from station.serving import welcome
from station.wiring.hub import Hub
from tests.station.storage.hall.conftest import empty

__all__ = ["empty"]
GOOD = {"number": "1001", "name": "王店主", "pin": "2580", "again": "2580"}


@pytest.fixture
def client(empty: Hub) -> FlaskClient:
    return create_app(hub=empty).test_client()


@pytest.fixture
def send(empty: Hub, client: FlaskClient) -> Callable[..., TestResponse]:
    """The form of the first start, right but for what is given."""

    def post(**other: str) -> TestResponse:
        page = client.get("/first").get_data(as_text=True)
        csrf = page.partition('name="csrf" value="')[2].partition('"')[0]
        fields = {"csrf": csrf, "code": empty.part(first.FirstStart).shown} | GOOD | other
        return client.post("/first", data=fields)

    return post


def people(hub: Hub) -> list[tuple[str, str, str]]:
    with hub.db.read() as tx:
        return [(row.badge, row.name, row.roles) for row in tx.scalars(select(User))]


on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@on_sqlite
def test_the_owner_is_made_and_signed_in(
    empty: Hub, client: FlaskClient, send: Callable[..., TestResponse]
) -> None:
    assert client.get("/").headers["Location"].startswith("/login")
    assert client.get("/login").headers["Location"] == "/first"
    answer = send(code=empty.part(first.FirstStart).code.lower())
    assert (answer.status_code, answer.headers["Location"]) == (302, "/desk/first")
    assert people(empty) == [(internal("US", "1001"), "王店主", "ADMIN,SUPERVISOR")]
    assert "王店主" in client.get("/").get_data(as_text=True)
    with empty.db.read() as tx:
        assert tx.scalar(select(func.count()).where(AuditRow.action == "ADD_USER")) == 1


@on_sqlite
@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"code": ""}, "start code"),
        ({"code": "AAAA-AAAA"}, "start code"),
        ({"pin": "1234", "again": "1234"}, "tried first"),
        ({"pin": "12", "again": "12"}, "digits"),
        ({"again": "2581"}, "differ"),
        ({"name": " "}, "name"),
        ({"number": "工牌"}, "letters and digits"),
        ({"number": ""}, "letters and digits"),
    ],
)
def test_what_is_not_right_makes_nobody_and_keeps_what_was_typed(
    empty: Hub, send: Callable[..., TestResponse], other: dict[str, str], said: str
) -> None:
    answer = send(**other)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert said in page
    assert people(empty) == []
    if "name" not in other:
        assert 'value="王店主"' in page


@on_sqlite
def test_once_there_are_people_there_is_no_first_start(
    empty: Hub, client: FlaskClient, send: Callable[..., TestResponse]
) -> None:
    send()
    for answer in (client.get("/first"), client.post("/first", data=GOOD)):
        assert answer.headers.get("Location", "/login") == "/login"
    assert len(people(empty)) == 1
    assert all("start code" not in line for line in welcome.lines(empty.settings, empty))


@pytest.mark.both_databases
def test_two_at_the_same_moment_make_one_owner(empty: Hub) -> None:
    refused, go = [], threading.Barrier(2)

    def begin(number: str) -> None:
        go.wait()
        try:
            empty.works.do(lambda work: first.make_owner(work, number, "谁", "hash"), SYSTEM)
        except Refused as refusal:
            refused.append(refusal.code)

    threads = [threading.Thread(target=begin, args=(number,)) for number in ("1", "2")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused == ["E-PPL-09"]
    assert len(people(empty)) == 1


@on_sqlite
def test_the_window_says_the_code_and_every_run_has_another(empty: Hub) -> None:
    code = empty.part(first.FirstStart).shown
    assert any(code in line for line in welcome.lines(empty.settings, empty))
    assert first.FirstStart().shown != code
