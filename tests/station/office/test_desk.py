"""The desk: forms, paging, search, what each role may change, and the training bench's floor."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from printers import roster, routes
from printers.schema import print_job
from station import create_app
from station.ground.web.kit import csrf_token
from station.ground.web.sheets import PAGE
from station.people.models import DeviceSession
from station.practice.demo import goods, world
from station.wiring.hub import Hub
from tests.floor import CHEN, LI, SUN, ZHAO, Floor
from tests.station.scenarios.conftest import order_of

WU = "1008"
"""Administrator, supervisor and finance of the demo."""


@pytest.fixture
def client(floor: Floor) -> FlaskClient:
    floor.hub.demo_people = world.people(0)
    return create_app(hub=floor.hub).test_client()


def enter(client: FlaskClient, floor: Floor, number: str) -> str:
    """Come in as a person; the synchroniser token."""
    token = floor.sign_in(number, device="DESK")
    client.set_cookie("sid", token)
    return csrf_token(token)


def stock(floor: Floor) -> str:
    """Goods of four articles in their slots; the receipt."""
    articles = goods.products(4)
    (notice,) = goods.notices(articles, {}, "WH1", floor.hub.clock.today())
    floor.erp(*articles, notice)
    lines = [
        (goods.gtin(i), 1, 0, "20260401" if article.is_shelf_life else "")
        for i, article in enumerate(articles, 1)
    ]
    return floor.receive(notice.asn_no, lines)


def test_waves_are_released_from_the_form(client: FlaskClient, floor: Floor) -> None:
    stock(floor)
    floor.erp(order_of(1, ("S0001", 1)))
    floor.advance_orders()
    csrf = enter(client, floor, CHEN)
    assert "释放波次 (1)" in client.get("/desk/waves").text
    answer = client.post("/desk/waves/release", data={"csrf": csrf}, follow_redirects=True)
    assert answer.status_code == 200
    assert "已释放波次 1 个, 发货单 1 张" in answer.text
    assert "释放波次 (" not in answer.text


def test_nonsense_in_the_address_is_ignored(client: FlaskClient, floor: Floor) -> None:
    enter(client, floor, CHEN)
    for query in (
        "?waves=x&orders=1&waiting=1",
        "?page=-1",
        "?page=٣",
        "?page=99999999",
        "?state=%00",
        "?q=%25",
    ):
        for page in ("waves", "orders", "receipts", "jobs", "erp", "refusals"):
            assert client.get(f"/desk/{page}{query}").status_code == 200
    for path in (
        "/desk/orders/%00",
        "/desk/waves/%0a",
        "/work/%00",
        "/desk/receipts/%ff",
        "/desk/jobs/99999",
    ):
        assert client.get(path).status_code == 404


def test_sign_in_takes_any_text(client: FlaskClient) -> None:
    """Nothing that a form can send is more than a wrong PIN, and a right one is not spoilt by the device."""
    for text in ("\x00", "\ud800", "工牌" * 100, "' OR 1=1"):
        answer = client.post("/login", json={"badge": text, "pin": text, "device": text})
        assert answer.status_code == 422
    right = {"badge": world.badge(LI), "pin": world.PIN, "device": "HH\x00\ud8001"}
    assert client.post("/login", json=right).status_code == 200
    client.delete_cookie("sid")
    assert client.post("/login", json=["no", "object"]).status_code == 422


def test_long_lists_come_in_pages(client: FlaskClient, floor: Floor) -> None:
    floor.erp(*goods.products(4), *(order_of(i, ("S0001", 1)) for i in range(1, PAGE + 4)))
    enter(client, floor, CHEN)
    first = client.get("/desk/orders?q=SO")
    rows = re.findall(r'href="(/desk/orders/DO[^"]+)"', first.text)
    assert len(rows) == PAGE
    older = re.search(r'href="(/desk/orders\?[^"]*page=1)"', first.text)
    assert older is not None
    rest = re.findall(r'href="(/desk/orders/DO[^"]+)"', client.get(older[1].replace("&amp;", "&")).text)
    assert len(rest) == 3
    assert not set(rest) & set(rows)


def test_search_takes_wildcards_as_they_are(client: FlaskClient, floor: Floor) -> None:
    floor.erp(*goods.products(4), order_of(1, ("S0001", 1)))
    enter(client, floor, CHEN)
    assert "/desk/orders/DO" in client.get("/desk/orders?q=1").text
    assert "/desk/orders/DO" not in client.get("/desk/orders?q=%25").text
    assert "/desk/orders/DO" not in client.get("/desk/orders?q=_").text


def test_a_paper_is_printed_again_with_a_reason(client: FlaskClient, floor: Floor) -> None:
    """I10: without a reason or while the first is on its way nothing is printed."""
    stock(floor)
    csrf = enter(client, floor, CHEN)
    with floor.hub.db.read() as tx:
        job_id, total = tx.execute(select(func.min(print_job.c.id), func.count())).one()
    page = client.get(f"/desk/jobs/{job_id}")
    assert f'action="/desk/jobs/{job_id}/cancel"' in page.text
    for reason in ("", "   ", "smudged"):
        answer = client.post(f"/desk/jobs/{job_id}/reprint", data={"csrf": csrf, "reason": reason})
        assert answer.status_code == 422
        assert 'role="status"' in answer.text
    with floor.hub.db.read() as tx:
        assert tx.scalar(select(func.count()).select_from(print_job)) == total


@pytest.mark.parametrize(("paper", "state"), [("yes", "CONFIRMED"), ("no", "FAILED")])
def test_a_person_says_what_became_of_a_paper(
    client: FlaskClient, floor: Floor, paper: str, state: str
) -> None:
    """Nobody knows whether it was printed: somebody looks at the printer."""
    stock(floor)
    with floor.hub.db.read() as tx:
        job_id = tx.scalar(select(func.max(print_job.c.id)).where(print_job.c.kind == "inbound_slip"))
    csrf = enter(client, floor, CHEN)
    path = f"/desk/jobs/{job_id}/seen/{paper}"
    assert client.post(path, data={"csrf": csrf}).status_code == 422
    floor.hub.db.write(
        lambda tx: tx.execute(update(print_job).where(print_job.c.id == job_id).values(state="UNKNOWN"))
    )
    assert path in client.get(f"/desk/jobs/{job_id}").text
    assert client.post(path, data={"csrf": csrf}).status_code == 302
    with floor.hub.db.read() as tx:
        assert tx.scalar(select(print_job.c.state).where(print_job.c.id == job_id)) == state


def test_only_those_who_may_change_something_see_the_forms(client: FlaskClient, floor: Floor) -> None:
    stock(floor)
    with floor.hub.db.read() as tx:
        job_id = tx.scalar(select(func.min(print_job.c.id)))
    for number, allowed in ((CHEN, True), (LI, True), (WU, True)):
        enter(client, floor, number)
        assert ("/cancel" in client.get(f"/desk/jobs/{job_id}").text) is allowed
    csrf = enter(client, floor, SUN)
    assert client.get(f"/desk/jobs/{job_id}").status_code == 403
    for path in (f"/desk/jobs/{job_id}/reprint", "/desk/orders/x/unhold", "/desk/waves/release"):
        assert client.post(path, data={"csrf": csrf}).status_code == 403


def test_pictures_of_labels_are_for_the_desk(client: FlaskClient, floor: Floor) -> None:
    floor.hub.demo_people = []
    enter(client, floor, ZHAO)
    assert client.get("/desk/jobs/1.png").status_code == 403


def test_using_the_desk_keeps_the_session_awake(client: FlaskClient, floor: Floor) -> None:
    csrf = enter(client, floor, CHEN)
    for _ in range(3):
        floor.hub.clock.advance(minutes=10)  # type: ignore[attr-defined]
        assert client.get("/desk").status_code == 200
        assert client.post("/here", headers={"X-CSRF-Token": csrf}).status_code == 204
    floor.hub.clock.advance(minutes=16)  # type: ignore[attr-defined]
    assert client.get("/desk").status_code == 302


def test_looking_alone_does_not_touch_the_session(client: FlaskClient, floor: Floor) -> None:
    enter(client, floor, CHEN)
    floor.hub.clock.advance(minutes=5)  # type: ignore[attr-defined]
    with floor.hub.db.read() as tx:
        before = tx.scalars(select(DeviceSession.seen_at)).all()
    client.get("/desk")
    client.get("/tiles")
    with floor.hub.db.read() as tx:
        assert tx.scalars(select(DeviceSession.seen_at)).all() == before


def test_only_a_demo_may_be_framed(client: FlaskClient, floor: Floor) -> None:
    assert "frame-ancestors 'self'" in client.get("/login").headers["Content-Security-Policy"]
    floor.hub.demo_people = []
    assert "frame-ancestors 'none'" in client.get("/login").headers["Content-Security-Policy"]
    assert "frame-src" not in client.get("/login").headers["Content-Security-Policy"]


def test_static_files_name_their_content(client: FlaskClient) -> None:
    page = client.get("/login").text
    address = re.search(r'href="(/static/station\.css\?v=[0-9a-f]{10})"', page)
    assert address is not None
    answer = client.get(address[1])
    assert "max-age=31536000" in answer.headers["Cache-Control"]
    answer.close()


def test_the_watchdog_sees_the_database(client: FlaskClient, hub: Hub) -> None:
    kind = "sqlite" if hub.db.is_sqlite else "postgresql"
    answer = client.get("/health")
    assert answer.json is not None
    assert (answer.status_code, answer.json["status"], answer.json["database"]) == (200, "ok", kind)
    assert (answer.json["problems"], answer.json["warnings"]) == ([], [])


def test_the_bench_shows_what_stands_on_the_dock(client: FlaskClient, floor: Floor) -> None:
    """Counted goods leave the truck's list; what comes next and who does it is named."""
    articles = goods.products(2)
    (notice,) = goods.notices(articles, {}, "WH1", floor.hub.clock.today())
    floor.erp(*articles, notice)
    assert "到货登记" in client.get("/training/floor").text
    receipt = floor.arrive(notice.asn_no, 2)
    shown = client.get("/training/floor").text
    assert shown.count(f"AT:product:{receipt}") == 2
    assert "箱 +" in shown
    floor.scans(LI, "stage1", receipt, goods.gtin(1), "1", "CM-OK", "0", "20260401", "CM-OK", "1")
    assert client.get("/training/floor").text.count(f"AT:product:{receipt}") == 1


def test_barcodes_on_the_screen_are_modest(client: FlaskClient) -> None:
    assert client.get("/training/barcode/PO-1.svg").mimetype == "image/svg+xml"
    for text in ("x" * 41, "%E4%B8%AD", "%01"):
        assert client.get(f"/training/barcode/{text}.svg").status_code == 404


FORM = {
    "address": "tcp://192.168.1.50:9100",
    "code": "PRX",
    "name": "X",
    "language": "tspl",
    "media": "label_60x40",
    "dpi": "203",
    "lang": "zh",
    "gap_mm": "3",
}


def test_only_an_administrator_names_the_address_of_a_printer(client: FlaskClient, floor: Floor) -> None:
    """The server connects to that address, so it is nobody else's business."""
    for number, status in ((CHEN, 403), (LI, 403), (SUN, 403), (WU, 302)):
        csrf = enter(client, floor, number)
        assert client.post("/desk/printers/save", data=FORM | {"csrf": csrf}).status_code == status
        assert client.get("/desk/printers/new").status_code == (200 if status == 302 else 403)
    with floor.hub.db.read() as tx:
        made = roster.find_by_code(tx, "PRX")
    assert (made.language, made.options, made.state) == ("tspl", {"gap_mm": 3}, "UNTRIED")


@pytest.mark.parametrize(
    "wrong",
    [
        {"address": "device:///dev/sda"},
        {"address": "serial:///etc/shadow"},
        {"address": "tcp://host"},
        {"address": "virtual:", "language": "png", "dpi": "600"},
        {"language": "png"},
        {"language": "pcl"},
        {"media": "papyrus"},
        {"dpi": "two"},
        {"gap_mm": "99"},
        {"address": "tcp://169.254.169.254:80"},
        {"address": "tcp://[::1]:9100"},
        {"address": "tcp://0.0.0.0:9100"},
        {"code": ""},
        {"code": "条码"},
        {"name": ""},
        {"lang": "fr"},
    ],
    ids=str,
)
def test_settings_that_make_no_sense_are_refused_and_kept_in_the_form(
    client: FlaskClient, floor: Floor, wrong: dict[str, str]
) -> None:
    csrf = enter(client, floor, WU)
    answer = client.post("/desk/printers/save", data=FORM | wrong | {"csrf": csrf})
    assert answer.status_code == 422
    assert 'role="status"' in answer.text
    with floor.hub.db.read() as tx:
        assert "PRX" not in {found.code for found in roster.list_printers(tx)}


def test_a_waiting_paper_is_moved_or_taken_back_from_the_desk(client: FlaskClient, floor: Floor) -> None:
    stock(floor)
    csrf = enter(client, floor, CHEN)
    with floor.hub.db.read() as tx:
        first, second = tx.scalars(
            select(print_job.c.id).where(print_job.c.kind == "carton_label").order_by(print_job.c.id).limit(2)
        )
        wrong = roster.find_by_code(tx, "PRA4").id
    floor.hub.db.write(
        lambda tx: roster.add_printer(
            tx, code="PRD2", name="D2", language="zpl", address="tcp://127.0.0.1:9", media="label_60x40"
        )
    )
    with floor.hub.db.read() as tx:
        other = roster.find_by_code(tx, "PRD2").id
    path = f"/desk/jobs/{first}"
    assert client.post(f"{path}/hand-over", data={"csrf": csrf, "choice": str(wrong)}).status_code == 422
    assert client.post(f"{path}/hand-over", data={"csrf": csrf, "choice": str(other)}).status_code == 302
    assert "D2" in client.get(path).text
    assert client.post(f"/desk/jobs/{second}/cancel", data={"csrf": csrf, "reason": ""}).status_code == 422
    assert client.post(f"/desk/jobs/{second}/cancel", data={"csrf": csrf, "reason": "x"}).status_code == 302
    with floor.hub.db.read() as tx:
        states = dict(tx.execute(select(print_job.c.id, print_job.c.state)).all())
    assert (states[first], states[second]) == ("QUEUED", "CANCELLED")


def test_routes_are_set_and_cleared_by_the_supervisor(client: FlaskClient, floor: Floor) -> None:
    csrf = enter(client, floor, CHEN)
    with floor.hub.db.read() as tx:
        label, office = roster.find_by_code(tx, "PRWB").id, roster.find_by_code(tx, "PRA4").id
    good = {"csrf": csrf, "kind": "waybill", "workstation": "PACK-9", "printer": str(label)}
    for bad in ({"printer": str(office)}, {"printer": "x"}, {"standby": str(label)}, {"kind": "ticket"}):
        assert client.post("/desk/routes", data=good | bad).status_code == 422
    assert client.post("/desk/routes", data=good).status_code == 302
    with floor.hub.db.read() as tx:
        (route,) = (found for found in routes.list_routes(tx) if found.workstation == "PACK-9")
    assert client.post(f"/desk/routes/{route.id}/clear", data={"csrf": csrf}).status_code == 302
    assert "PACK-9" not in client.get("/desk/routes").text
