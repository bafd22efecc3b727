"""A carrier's routing table comes from the carrier's own file, whole or not at all (P19)."""

from __future__ import annotations

import io

import pytest
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from sqlalchemy import select

from station.carriers.models import CarrierRoute
from station.catalog.models import Carrier
from tests.floor import SUN, Floor
from tests.station.storage.hall.test_pages import Desk

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

HEAD = "省,市,区,三段码,大头笔,集包地\n"
TABLE = (
    HEAD
    + "浙江省,,,浙-01,,\n浙江省,杭州市,,571-W03,杭州,杭州中心\n浙江省,杭州市,西湖区,571-W03-014,西湖,杭州中心\n"
)


@pytest.fixture
def desk(floor: Floor) -> Desk:
    return Desk(floor)


def _send(desk: Desk, text: str | bytes, name: str = "routes.csv", **more: str) -> tuple[int, str]:
    data = text.encode("utf-8-sig") if isinstance(text, str) else text
    fields = {"csrf": desk.csrf, "file": (io.BytesIO(data), name), "do": "load"} | more
    answer = desk.client.post("/desk/carriers/ZTO/routes", data=fields)
    return answer.status_code, answer.text


def _routes(floor: Floor) -> dict[str, str]:
    """Place → code, without what the demo has for all places."""
    with floor.hub.db.read() as tx:
        rows = tx.scalars(select(CarrierRoute).join(Carrier).where(Carrier.code == "ZTO"))
        return {f"{row.province}{row.city}{row.district}": row.route_code for row in rows if row.province}


def test_a_table_is_looked_at_then_loaded_and_given_back(floor: Floor, desk: Desk) -> None:
    status, page = _send(desk, TABLE, do="look")
    assert (status, _routes(floor)) == (200, {})
    assert "新 3" in page
    assert _send(desk, TABLE)[0] == 200
    assert _routes(floor) == {"浙江": "浙-01", "浙江杭州": "571-W03", "浙江杭州西湖区": "571-W03-014"}
    back = desk.client.get("/desk/carriers/ZTO/routes.csv").data.decode("utf-8-sig")
    assert "浙江,杭州,西湖区,571-W03-014,西湖,杭州中心" in back
    assert "571-W03-014" in desk.get("/desk/carriers/ZTO/routes?q=西湖")
    part = HEAD + "浙江,杭州,,571-NEW,,\n"
    assert "变更 1" in _send(desk, part)[1]
    assert _routes(floor)["浙江杭州"] == "571-NEW"
    assert len(_routes(floor)) == 3
    _send(desk, part, whole="yes")
    assert _routes(floor) == {"浙江杭州": "571-NEW"}


def test_a_workbook_is_read_like_a_csv(floor: Floor, desk: Desk) -> None:
    book, out = Workbook(), io.BytesIO()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    for row in (["中通分拣表"], ["省", "市", "区", "三段码"], ["江苏省", "南京市", None, "025-A01"]):
        sheet.append(row)
    book.save(out)
    assert _send(desk, out.getvalue(), "表.xlsx")[0] == 200
    assert _routes(floor) == {"江苏南京": "025-A01"}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (HEAD + "浙江省,杭州市,,571-A,,\n浙江,杭州,,571-B,,\n", "571-B"),
        (HEAD + "浙江省,,西湖区,571-A,,\n", "city"),
        (HEAD + "浙江省,杭州市,,,,\n", "route_code"),
        ("省,市,三段\n浙江省,杭州市,571\n", "三段"),
        (HEAD, "没有数据行"),
        (HEAD + "浙江省,杭州市,," + "9" * 41 + ",,\n", "route_code"),
        (b"PK\x03\x04torn", "读不了"),
    ],
)
def test_a_table_with_a_mistake_is_refused_whole_with_its_place(
    floor: Floor, desk: Desk, text: str | bytes, told: str
) -> None:
    name = "routes.xlsx" if isinstance(text, bytes) else "routes.csv"
    status, page = _send(desk, text, name)
    assert (status, _routes(floor)) == (422, {})
    assert told in page


def test_who_sets_nothing_up_only_looks(floor: Floor) -> None:
    picker = Desk(floor, SUN)
    assert _send(picker, TABLE)[0] in {302, 403}
    assert _routes(floor) == {}


def test_an_address_of_no_carrier_is_not_found(desk: Desk) -> None:
    assert desk.client.get("/desk/carriers/NONE/routes").status_code == 404
    fields = {"csrf": desk.csrf, "file": (io.BytesIO(TABLE.encode()), "t.csv"), "do": "load"}
    assert desk.client.post("/desk/carriers/NONE/routes", data=fields).status_code == 404
