"""Scales at the desk: putting one at a bench, what is refused, and what the page shows of it."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from printers import roster
from station import create_app
from station.devices.models import Scale, ScaleKind
from station.devices.says import Says
from station.devices.scales import rules
from station.devices.scales.telling import Line, Word
from station.ground.web.kit import csrf_token
from station.people.models import AuditRow
from tests.floor import CHEN, SUN, ZHAO, Floor

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def client(floor: Floor) -> FlaskClient:
    return create_app(hub=floor.hub).test_client()


def enter(client: FlaskClient, floor: Floor, number: str, lang: str = "en") -> str:
    token = floor.sign_in(number, device="DESK")
    client.set_cookie("sid", token)
    if lang == "en":
        client.post("/lang", data={"csrf": csrf_token(token)})
    return csrf_token(token)


def scale(floor: Floor, bench: str = "PACK-1") -> Scale:
    with floor.hub.db.read() as tx:
        row = rules.of(tx, bench)
    assert row is not None
    return row


def told(floor: Floor, word: Word) -> None:
    """The reader of PACK-1's scale says this."""
    row = scale(floor)
    hub = floor.hub
    run = hub.db.write(lambda tx: rules.begin(tx, row.id, hub.clock.now()))
    assert hub.db.write(lambda tx: rules.hear(tx, row.id, run, 1, word, hub.clock.now()))


def put(client: FlaskClient, csrf: str, **fields: str) -> TestResponse:
    return client.post(
        "/desk/scales/put", data={"csrf": csrf, "bench": "PACK-1", "port": "/dev/ttyUSB0"} | fields
    )


def test_a_scale_is_put_at_a_bench_and_taken_away(client: FlaskClient, floor: Floor) -> None:
    """By its port alone; the same again changes nothing; who did it is written down."""
    csrf = enter(client, floor, CHEN)
    assert put(client, csrf).status_code == 302
    row = scale(floor)
    assert (row.kind, row.port, row.family) == (ScaleKind.SERIAL, "/dev/ttyUSB0", "")
    told(floor, Word(Says.FINDING, found=Line("STGS", "9600-8N1", "kg")))
    run = scale(floor).run
    assert put(client, csrf).status_code == 302
    assert scale(floor).run == run
    page = client.get("/desk/scales").text
    assert "/dev/ttyUSB0 · STGS · 9600-8N1 · kg" in page
    assert client.post("/desk/scales/PACK-1/look", data={"csrf": csrf}).status_code == 302
    assert scale(floor).family == ""
    assert client.post("/desk/scales/PACK-1/remove", data={"csrf": csrf}).status_code == 302
    with floor.hub.db.read() as tx:
        assert rules.of(tx, "PACK-1") is None
        actions = tx.scalars(
            select(AuditRow.action).where(AuditRow.action.startswith("SCALE_")).order_by(AuditRow.id)
        ).all()
    assert actions == ["SCALE_PUT", "SCALE_PUT", "SCALE_LOOK", "SCALE_REMOVE"]


REFUSED: tuple[tuple[dict[str, str], str], ...] = (
    ({"port": "/etc/passwd"}, "no serial port"),
    ({"port": "/dev/../dev/ttyUSB0"}, "no serial port"),
    ({"port": ""}, "no serial port"),
    ({"bench": "PACK-9"}, "no pack bench PACK-9"),
    ({"bench": "DOCK-1"}, "no pack bench DOCK-1"),
    ({"family": "NONE"}, "no family of scales NONE"),
    ({"line": "9601-8N1"}, "9601-8N1 is no setting"),
    ({"unit": "oz"}, "oz is no unit"),
    ({"bench": "PACK-2"}, "scale of bench PACK-1 is at port"),
    ({"bench": "<b>\x00"}, "no pack bench &lt;b&gt;"),
)


def test_what_is_refused(client: FlaskClient, floor: Floor) -> None:
    """Each with its reason, and nothing is changed."""
    csrf = enter(client, floor, CHEN)
    put(client, csrf)
    before = scale(floor).run, scale(floor, "PACK-2").kind
    for fields, words in REFUSED:
        answer = put(client, csrf, **fields)
        assert answer.status_code == 422, fields
        assert words in answer.text, fields
    assert (scale(floor).run, scale(floor, "PACK-2").kind) == before


def test_the_port_of_a_printer(client: FlaskClient, floor: Floor) -> None:
    """It would print whatever a scale is asked."""
    csrf = enter(client, floor, CHEN)
    address = "serial:///dev/ttyUSB0?baud=115200"
    floor.hub.db.write(
        lambda tx: roster.add_printer(
            tx, code="PRX", name="X", language="zpl", address=address, media="label_100x70"
        )
    )
    answer = put(client, csrf)
    assert answer.status_code == 422
    assert "The printer PRX is at port /dev/ttyUSB0" in answer.text
    assert put(client, csrf, port="/dev/ttyUSB1").status_code == 302


def test_a_name_of_udev_is_allowed_by_the_settings(client: FlaskClient, floor: Floor) -> None:
    csrf = enter(client, floor, CHEN)
    hub = floor.hub
    hub.works = replace(hub.works, settings=replace(hub.settings, serial_ports=("/dev/scale1",)))
    assert put(client, csrf, port="/dev/scale1").status_code == 302
    assert put(client, csrf, port="/dev/scale2").status_code == 422


def test_a_line_that_can_be_read_in_two_ways(client: FlaskClient, floor: Floor) -> None:
    """The page shows what each family would mean; the person presses what the display shows."""
    csrf = enter(client, floor, CHEN)
    put(client, csrf)
    told(floor, Word(Says.UNCLEAR, found=Line("", "9600-8N1"), guesses="=REVERSED:30000 =FORWARD:3000"))
    page = client.get("/desk/scales/live").text
    assert "3000.0 g · =REVERSED" in page
    assert "300.0 g · =FORWARD" in page
    wrong = client.post("/desk/scales/PACK-1/choose", data={"csrf": csrf, "family": "STGS"})
    assert wrong.status_code == 422
    client.post("/desk/scales/PACK-1/choose", data={"csrf": csrf, "family": "=REVERSED"})
    row = scale(floor)
    assert (row.family, row.line, row.unit) == ("=REVERSED", "9600-8N1", "kg")


SAYINGS: tuple[tuple[Word, str], ...] = (
    (Word(Says.STILL, 12_345, 1, "ST,GS,+1.2345kg"), "1234.5 g"),
    (Word(Says.STILL, -5, 0), "-0.5 g"),
    (Word(Says.STILL, 12_345, 0), "No zero since the last parcel"),
    (Word(Says.FOREIGN, frame="<script>alert(1)"), "&lt;script&gt;alert(1)"),
    (Word(Says.LOST), "The cable is out"),
    (Word(Says.TARED), "A tare is set"),
)


def test_what_it_says(client: FlaskClient, floor: Floor) -> None:
    csrf = enter(client, floor, CHEN)
    put(client, csrf)
    for word, words in SAYINGS:
        told(floor, word)
        assert words in client.get("/desk/scales/live").text, word
    floor.hub.clock.advance(seconds=60)  # type: ignore[attr-defined]
    assert "Not heard of since" in client.get("/desk/scales/live").text


@pytest.mark.parametrize("number", [SUN, ZHAO])
def test_who_may_not(client: FlaskClient, floor: Floor, number: str) -> None:
    csrf = enter(client, floor, number)
    assert client.get("/desk/scales").status_code == 403
    assert put(client, csrf).status_code == 403
    assert client.post("/desk/scales/PACK-1/remove", data={"csrf": csrf}).status_code == 403
    assert scale(floor).kind == ScaleKind.VIRTUAL


def test_a_token_is_shown_once(client: FlaskClient, floor: Floor) -> None:
    """Only its hash is kept, and another one makes it worthless."""
    csrf = enter(client, floor, CHEN)
    page = put(client, csrf, where="bench").text
    (token,) = re.findall(r"PACK-1: <code>([\w-]{32})</code>", page)
    row = scale(floor)
    assert row.kind == ScaleKind.BENCH
    assert token not in row.token_hash
    assert token not in client.get("/desk/scales").text
    kept = row.token_hash
    client.post("/desk/scales/PACK-1/token", data={"csrf": csrf})
    assert scale(floor).token_hash != kept
