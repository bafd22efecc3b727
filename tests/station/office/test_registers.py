"""Registers: every list of the desk by day, state and number, as page, CSV, XLSX and paper."""

from __future__ import annotations

import csv
import dataclasses
import io
import re

import openpyxl
import pypdfium2
import pytest
from babel.messages.pofile import read_po
from flask.testing import FlaskClient
from sqlalchemy import select, update

from printers.schema import print_job
from station import create_app
from station.ground.registers import downloads
from station.ground.registers.register import Register
from station.ground.web.kit import csrf_token
from station.ground.words.wording import FOLDER
from station.outbound.orders.models import DeliveryOrder
from station.people.models import User
from station.practice.demo import goods
from station.rooms import ROOMS
from tests.floor import CHEN, LI, SUN, Floor
from tests.station.scenarios.conftest import order_of

FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://x","y")')
REGISTERS: list[Register] = [register for room in ROOMS for register in room.registers]
ADDRESSES = {register.name: f"/desk/{register.path or register.name}" for register in REGISTERS}


@pytest.fixture
def client(floor: Floor) -> FlaskClient:
    return create_app(hub=floor.hub).test_client()


def enter(client: FlaskClient, floor: Floor, number: str = CHEN) -> str:
    token = floor.sign_in(number, device="DESK")
    client.set_cookie("sid", token)
    return csrf_token(token)


def order_named(number: int, shop: str) -> object:
    return dataclasses.replace(order_of(number, ("S0001", 2), ("S0002", 3)), shop=shop)


def orders(floor: Floor, *shops: str) -> None:
    floor.erp(*goods.products(4), *(order_named(i, shop) for i, shop in enumerate(shops, 1)))


def links(page: str, what: str) -> list[str]:
    return re.findall(rf'href="/desk/{what}/([^"/?]+)"', page)


def read_csv(client: FlaskClient, address: str) -> list[list[str]]:
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))


# --- the list ----------------------------------------------------------------------------------


def test_every_register_speaks_both_languages(client: FlaskClient, floor: Floor) -> None:
    with (FOLDER / "zh/LC_MESSAGES/messages.po").open("rb") as file:
        words = {str(message.id): str(message.string) for message in read_po(file)}
    orders(floor, "青山店")
    floor.scan(LI, "arrive", "NONSENSE")
    csrf = enter(client, floor)
    for lang in ("zh", "en"):
        for register in REGISTERS:
            for address in (ADDRESSES[register.name], f"/desk/r/{register.name}"):
                page = client.get(address)
                assert page.status_code == 200
                for text in (register.title, *(column.title for column in register.columns)):
                    assert (words[text] if lang == "zh" else text) in page.text
        client.post("/lang", data={"csrf": csrf})


def test_orders_show_whom_they_go_to_and_how_much(client: FlaskClient, floor: Floor) -> None:
    orders(floor, "青山店")
    with floor.hub.db.read() as tx:
        name = tx.scalars(select(DeliveryOrder.receiver_name)).one()
    enter(client, floor)
    page = client.get("/desk/orders").text
    assert f"{name[0]}*" in page
    assert name not in page
    assert re.search(r'data-title="件数">\s*5\s*<', page)


def test_orders_by_day_state_and_number(client: FlaskClient, floor: Floor) -> None:
    orders(floor, "一店")
    first = floor.hub.clock.today()
    floor.hub.clock.advance(minutes=24 * 60)  # type: ignore[attr-defined]
    floor.erp(order_named(2, "二店"))
    second = floor.hub.clock.today()
    enter(client, floor)

    def shops(query: str) -> set[str]:
        return {row[3] for row in read_csv(client, f"/desk/r/orders.csv?{query}")[1:]}

    assert shops("") == {"一店", "二店"}
    assert shops(f"from={second}") == {"二店"}
    assert shops(f"to={first}") == {"一店"}
    assert shops(f"from={first}&to={second}") == {"一店", "二店"}
    assert shops("from=nonsense&to=9999-12-31&state=NOSUCH") == {"一店", "二店"}
    with floor.hub.db.read() as tx:
        rows = dict(tx.execute(select(DeliveryOrder.shop, DeliveryOrder.erp_no)).all())
    assert shops(f"q={rows['二店']}") == {"二店"}
    floor.hub.db.write(
        lambda tx: tx.execute(
            update(DeliveryOrder).where(DeliveryOrder.shop == "一店").values(state="SHIPPED")
        )
    )
    assert shops("state=SHIPPED") == {"一店"}
    assert shops("state=NEW") == {"二店"}
    page = client.get(f"/desk/orders?from={second}&to={second}").text
    assert f'value="{second}"' in page
    assert len(links(page, "orders")) == 1


def test_a_day_is_the_warehouses(client: FlaskClient, floor: Floor) -> None:
    """At half past midnight in Shanghai it is still yesterday in Greenwich."""
    clock = floor.hub.clock
    local = clock.now().astimezone(clock.zone)
    clock.advance(minutes=24 * 60 - local.hour * 60 - local.minute + 30)  # type: ignore[attr-defined]
    orders(floor, "夜店")
    enter(client, floor)
    today = clock.today()
    rows = read_csv(client, f"/desk/r/orders.csv?from={today}&to={today}")
    assert len(rows) == 2
    assert rows[1][-1] == f"{today} 00:30"


def test_receipts_compare_what_was_expected(client: FlaskClient, floor: Floor) -> None:
    articles = goods.products(4)
    (notice,) = goods.notices(articles, {}, "WH1", floor.hub.clock.today())
    floor.erp(*articles, notice)
    lines = [
        (goods.gtin(i), 1, 0, "20260401" if article.is_shelf_life else "")
        for i, article in enumerate(articles, 1)
    ]
    receipt = floor.receive(notice.asn_no, lines)
    enter(client, floor)
    (row,) = read_csv(client, f"/desk/r/receipts.csv?q={notice.asn_no}")[1:]
    assert row[0] == receipt
    assert int(row[4]) == sum(line.qty_each for line in notice.lines)
    assert 0 < int(row[5]) <= int(row[4])
    assert len(read_csv(client, "/desk/r/receipts.csv?q=NOSUCH")) == 1
    assert len(read_csv(client, "/desk/r/receipts.csv?state=ARRIVED")) == 1
    with floor.hub.db.read() as tx:
        papers = tx.execute(select(print_job.c.id, print_job.c.subject_no)).all()
    jobs = read_csv(client, "/desk/r/jobs.csv")[1:]
    assert {(int(row[0]), row[3]) for row in jobs} == {tuple(row) for row in papers}
    assert {row[1] for row in read_csv(client, "/desk/r/jobs.csv?state=QUEUED")[1:]} == {"排队"}


def test_refusals_are_grouped_and_say_what_the_handheld_said(client: FlaskClient, floor: Floor) -> None:
    said = [floor.scan(LI, "arrive", raw) for raw in ("NONSENSE-1", "NONSENSE-2")]
    code, sentence = said[0].code, said[0].body["message"]["zh"]
    enter(client, floor)
    page = client.get("/desk/refusals").text
    assert sentence in page
    (group,) = re.findall(rf'href="(/desk/refusals\?[^"]*state={code}[^"]*)"', page)
    assert len(links(client.get(group.replace("&amp;", "&")).text, "refusals")) == 2
    number = links(page, "refusals")[0]
    detail = client.get(f"/desk/refusals/{number}").text
    for text in ("NONSENSE-2", "NONSENSE-1", sentence, "到货"):
        assert text in detail
    assert client.get("/desk/refusals/99999999").status_code == 404
    floor.hub.clock.advance(minutes=24 * 60)  # type: ignore[attr-defined]
    enter(client, floor, "1002")
    client.set_cookie("sid", floor.sign_in(CHEN, device="DESK-2"))
    assert links(client.get("/desk/refusals").text, "refusals") == []
    assert len(links(client.get("/desk/refusals?from=&to=").text, "refusals")) == 2


def test_people_by_role_and_who_left(client: FlaskClient, floor: Floor) -> None:
    enter(client, floor)
    everybody = read_csv(client, "/desk/r/people.csv")[1:]
    pickers = read_csv(client, "/desk/r/people.csv?state=PICKER")[1:]
    assert 0 < len(pickers) < len(everybody)
    assert all("拣货员" in row[2] for row in pickers)
    name = pickers[0][1]
    floor.hub.db.write(lambda tx: tx.execute(update(User).where(User.name == name).values(is_active=False)))
    (row,) = read_csv(client, f"/desk/r/people.csv?q={pickers[0][0]}")[1:]
    assert row[4] == "否"


def test_only_the_desk_takes_lists_away(client: FlaskClient, floor: Floor) -> None:
    for register in REGISTERS:
        assert client.get(f"/desk/r/{register.name}.csv").status_code == 302
    enter(client, floor, SUN)
    for register in REGISTERS:
        for end in ("", ".csv", ".xlsx", ".pdf"):
            assert client.get(f"/desk/r/{register.name}{end}").status_code == 403
    enter(client, floor)
    assert client.get("/desk/r/nosuch").status_code == 404
    assert client.get("/desk/r/nosuch.csv").status_code == 404


# --- files and paper ---------------------------------------------------------------------------


def test_a_text_never_becomes_a_formula(client: FlaskClient, floor: Floor) -> None:
    orders(floor, *FORMULAS, '青山\u3000旗舰店, "好"')
    enter(client, floor)
    shops = [row[3] for row in read_csv(client, "/desk/r/orders.csv")[1:]]
    assert sorted(shops) == sorted([*(f"'{text}" for text in FORMULAS), '青山\u3000旗舰店, "好"'])
    book = openpyxl.load_workbook(io.BytesIO(client.get("/desk/r/orders.xlsx").data))
    sheet = book["发货单"]
    cells = [row[3] for row in sheet.iter_rows(min_row=2)]
    assert {cell.value for cell in cells} == {*FORMULAS, '青山\u3000旗舰店, "好"'}
    assert {cell.data_type for cell in cells} == {"s"}
    assert {cell.quotePrefix for cell in cells if cell.value in FORMULAS} == {True}
    assert [cell.value for cell in sheet[1]] == read_csv(client, "/desk/r/orders.csv")[0]
    assert {row[5].value for row in sheet.iter_rows(min_row=2)} == {5}
    assert sheet["J2"].is_date
    assert sheet["J2"].value.date() == floor.hub.clock.today()


def test_a_cut_file_says_so(client: FlaskClient, floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(downloads, "FILE_ROWS", 2)
    orders(floor, "一店", "二店", "三店")
    enter(client, floor)
    rows = read_csv(client, "/desk/r/orders.csv")
    assert [row[3] for row in rows[1:3]] == ["三店", "二店"]
    assert rows[3] == ["只有最新的 2 行: 其余请缩短日期范围。"]
    monkeypatch.setattr(downloads, "FILE_ROWS", 3)
    assert len(read_csv(client, "/desk/r/orders.csv")) == 4


@pytest.mark.parametrize("name", [register.name for register in REGISTERS])
def test_every_register_is_paper(client: FlaskClient, floor: Floor, name: str) -> None:
    """An A4 with ink on it, whatever the list holds."""
    orders(floor, "青山店")
    floor.scan(LI, "arrive", "NONSENSE")
    enter(client, floor)
    answer = client.get(f"/desk/r/{name}.pdf?q=")
    assert answer.mimetype == "application/pdf"
    book = pypdfium2.PdfDocument(answer.data)
    assert len(book) >= 1
    width, height = book[0].get_size()
    assert (round(width / 72 * 25.4), round(height / 72 * 25.4)) == (210, 297)
    assert book[0].render(scale=1).to_pil().convert("L").getextrema()[0] == 0
    book.close()


def test_the_paper_says_what_was_asked_for(client: FlaskClient, floor: Floor) -> None:
    from printers import layouts
    from station.ground.registers import filters, paper
    from station.outbound.orders.registers import ORDERS

    orders(floor, *(f"店{i}" for i in range(70)))
    clock, zone = floor.hub.clock, floor.hub.settings.zone
    app = create_app(hub=floor.hub)
    with app.test_request_context(), floor.hub.db.read() as tx:
        asked = filters.read(
            ORDERS.filters, {"from": str(clock.today()), "state": "NEW", "q": "SO"}, clock.today(), zone
        )
        document = paper.sheet(
            ORDERS,
            ORDERS.page(tx, asked, limit=100),
            filter_text=downloads.filter_text(ORDERS, asked),
            warehouse="示范仓",
            made_at="2026-11-27 09:30",
            made_by="陈主管",
        )
        drawn = layouts.compose(document)
    texts = ["\n".join(part.content for part in page.placed if part.kind == "text") for page in drawn]
    assert len(texts) > 1
    for i, text in enumerate(texts, 1):
        for word in ("发货单", f"{clock.today()}", "新建", "SO", "示范仓", "陈主管", f"{i}/{len(texts)}"):
            assert word in text, (i, word)
    assert "店69" in texts[0]
    assert "店0" in texts[-1]


# --- a refused page ----------------------------------------------------------------------------


# --- the queries -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("orders", {}),
        ("orders", {"from": "2026-11-01", "to": "2026-11-02"}),
        ("orders", {"state": "SHIPPED"}),
        ("receipts", {}),
        ("sheets", {}),
        ("slips", {}),
        ("slips", {"from": "2026-11-01", "to": "2026-11-02"}),
        ("purchases", {}),
        ("waves", {}),
        ("waves", {"state": "DONE"}),
        ("jobs", {}),
        ("refusals", {}),
    ],
)
def test_a_page_is_found_by_an_index(floor: Floor, name: str, args: dict[str, str]) -> None:
    """The newest page neither sorts the table nor reads it whole (SQLite's own plan)."""

    from station.ground.registers import filters

    hub = floor.hub
    if not hub.db.is_sqlite:
        pytest.skip("the plan is SQLite's")
    (register,) = (register for register in REGISTERS if register.name == name)
    asked = filters.read(register.filters, args, hub.clock.today(), hub.settings.zone)
    with hub.db.read() as tx:
        query = (
            register.keys(asked)
            .limit(51)
            .compile(tx.connection(), compile_kwargs={"render_postcompile": True})
        )
        sql = str(query)
        plan = [
            row[3]
            for row in tx.connection().exec_driver_sql(
                f"EXPLAIN QUERY PLAN {sql}",
                tuple(query.construct_params()[key] for key in query.positiontup or ()),
            )
        ]
    assert any("USING" in step and "INDEX" in step for step in plan), plan
    sorts = [step for step in plan if "TEMP B-TREE" in step and "LAST TERM" not in step]
    assert sorts == [], plan  # the lines of one moment may be sorted, they are few
