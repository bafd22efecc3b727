"""What a short pick keeps from everybody is let go by a supervisor who has looked (P15, T41)."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from station import create_app
from station.ground.documents.history import History
from station.ground.web.kit import csrf_token
from station.outbound.picking.models import ShortPick
from tests.floor import CHEN, LI, SUN, Floor
from tests.station.outbound.shelves import Shelves
from tests.station.scenarios.conftest import order_of

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
Books = Callable[[], None]


@pytest.fixture
def client(floor: Floor) -> FlaskClient:
    return create_app(hub=floor.hub).test_client()


@pytest.fixture
def stock(shelves: Shelves, floor: Floor) -> int:
    """Ten in the book, eight wanted, six found: the stock row of which four are kept; the order is short."""
    row = shelves.put("S0001", 10, shelves.slots(1)[0])
    floor.erp(order_of(1, ("S0001", 8)))
    floor.release()
    shelves.begin()
    shelves.short(6)
    return row


def _enter(client: FlaskClient, floor: Floor, number: str) -> str:
    token = floor.sign_in(number, device="DESK")
    client.set_cookie("sid", token)
    return csrf_token(token)


def _short(floor: Floor) -> ShortPick:
    with floor.hub.db.read() as tx:
        found = tx.scalars(select(ShortPick)).one()
        tx.expunge_all()
        return found


def test_the_desk_lists_what_is_kept_and_lets_it_go(
    shelves: Shelves, floor: Floor, client: FlaskClient, stock: int, books: Books
) -> None:
    """Overview → list → page → key: the four are free again, with who, when and what was seen."""
    assert shelves.stock(stock) == (4, 4)
    csrf = _enter(client, floor, CHEN)
    assert 'href="/desk/shorts"' in client.get("/desk").text
    page = client.get("/desk/shorts").text
    (address,) = re.findall(r'href="(/desk/shorts/\d+)"', page)
    for text in (shelves.slots(1)[0], "S0001", "数量不够", "孙拣货"):
        assert text in page
    shown = client.get(address).text
    assert "货在位上" in shown
    answer = client.post(f"{address}/release", data={"csrf": csrf, "choice": "0"})
    assert answer.status_code == 302
    assert shelves.stock(stock) == (4, 0)
    short = _short(floor)
    assert (short.closed_by, short.closed_reason) == ("陈主管", "SEEN")
    with floor.hub.db.read() as tx:
        row = tx.scalars(select(History).where(History.doc_type == "SHORT")).one()
        assert (row.event, row.actor, row.detail) == ("release", "陈主管", {"reason": "SEEN", "qty": 4})
    assert address not in client.get("/desk/shorts").text
    assert 'href="/desk/shorts"' not in client.get("/desk").text
    after = client.get(address).text
    assert "陈主管" in after
    assert "/release" not in after
    books()


def test_what_was_let_go_is_sold_to_the_next_order(
    shelves: Shelves, floor: Floor, client: FlaskClient, stock: int, books: Books
) -> None:
    """Kept, nobody is sent there; let go, the next wave is."""
    floor.erp(order_of(2, ("S0001", 4)))
    floor.release()
    assert shelves.state("SO-2") == "AUDITED"
    csrf = _enter(client, floor, CHEN)
    client.post(f"/desk/shorts/{_short(floor).id}/release", data={"csrf": csrf, "choice": "2"})
    floor.release()
    assert (shelves.state("SO-2"), shelves.stock(stock)) == ("WAVED", (4, 4))
    books()


def test_twice_is_once(shelves: Shelves, floor: Floor, client: FlaskClient, stock: int, books: Books) -> None:
    """A second press, or a colleague's, changes neither books nor the name that stands there."""
    csrf, number = _enter(client, floor, CHEN), _short(floor).id
    for choice in ("1", "2"):
        client.post(f"/desk/shorts/{number}/release", data={"csrf": csrf, "choice": choice})
    assert _short(floor).closed_reason == "PUT_BACK"
    assert shelves.stock(stock) == (4, 0)
    with floor.hub.db.read() as tx:
        assert len(tx.scalars(select(History).where(History.doc_type == "SHORT")).all()) == 1
    books()


@pytest.mark.usefixtures("stock")
@pytest.mark.parametrize("choice", ["", "9", "-1", "x", "²", "1" * 40])
def test_without_a_finding_nothing_is_let_go(floor: Floor, client: FlaskClient, choice: str) -> None:
    csrf, number = _enter(client, floor, CHEN), _short(floor).id
    answer = client.post(f"/desk/shorts/{number}/release", data={"csrf": csrf, "choice": choice})
    assert (answer.status_code, _short(floor).closed_at) == (404, None)


@pytest.mark.usefixtures("stock")
@pytest.mark.parametrize("who", [SUN, LI])
def test_only_a_supervisor_lets_go(floor: Floor, client: FlaskClient, who: str) -> None:
    """The picker's own word is what the stock is kept for."""
    csrf, number = _enter(client, floor, who), _short(floor).id
    answer = client.post(f"/desk/shorts/{number}/release", data={"csrf": csrf, "choice": "0"})
    assert (answer.status_code, _short(floor).closed_at) == (403, None)


@pytest.mark.parametrize("number", ["999", "2147483647", "9" * 30])
def test_a_short_pick_that_is_none(floor: Floor, client: FlaskClient, number: str) -> None:
    csrf = _enter(client, floor, CHEN)
    assert client.get(f"/desk/shorts/{number}").status_code == 404
    answer = client.post(f"/desk/shorts/{number}/release", data={"csrf": csrf, "choice": "0"})
    assert answer.status_code == 404
