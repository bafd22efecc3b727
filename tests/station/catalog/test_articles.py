"""Articles at the desk: typed, changed, brought by a file; who says a part changes a part."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select

from station.catalog.models import Sku, SkuBarcode
from station.practice.demo import goods
from tests.days import order_of
from tests.floor import SUN, Floor
from tests.station.storage.opening.conftest import Desk

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def sku(floor: Floor, code: str) -> Any:
    with floor.hub.db.read() as tx:
        found = tx.scalars(select(Sku).where(Sku.code == code)).first()
        if found is not None:
            tx.expunge(found)
    return found


def barcodes(floor: Floor, code: str) -> list[tuple[str, str, int, str]]:
    with floor.hub.db.read() as tx:
        rows = tx.scalars(select(SkuBarcode).join(Sku, Sku.id == SkuBarcode.sku_id).where(Sku.code == code))
        return sorted((row.code, row.level, row.qty_each, row.bound_by) for row in rows)


def send(desk: Desk, text: str, name: str = "商品.csv") -> Any:
    return desk.post("/desk/articles/file", file=(io.BytesIO(text.encode()), name))


def bring(desk: Desk, text: str) -> str:
    """Look through a file and do it; what the rehearsal said."""
    shown = send(desk, text)
    assert shown.status_code == 200, shown.text
    kept = re.findall(r'name="kept" value="(\w+)"', shown.text)[0]
    assert desk.post("/desk/articles/file/apply", kept=kept, name="商品.csv").status_code == 302
    return str(shown.text)


FORM = {
    "sku_code": "N1", "name_zh": "新茶", "unit": "盒", "case_qty": "24", "inner_per_case": "4", "gross_g": "260",
    "is_shelf_life": "1", "shelf_life_n": "18", "shelf_life_unit": "M", "abc": "A", "item_type": "NORMAL",
    "price": "12.50", "is_active": "1",
}  # fmt: skip


def test_an_article_is_typed_and_changed(desk: Desk, floor: Floor) -> None:
    made = desk.post("/desk/articles/new", **FORM)
    assert made.status_code == 302
    new = sku(floor, "N1")
    assert (new.name_zh, new.inner_qty, new.price_fen, new.shelf_life_n) == ("新茶", 6, 1250, 18)
    page = desk.client.get(made.location + "/edit").text
    assert 'value="12.50"' in page
    assert desk.post(made.location + "/edit", **(FORM | {"gross_g": "", "price": ""})).status_code == 302
    changed = sku(floor, "N1")
    assert (changed.gross_g, changed.price_fen) == (0, None)
    page = desk.client.get(made.location).text
    assert "gross_g 260 → 0" in page
    assert "李收货" in page
    assert "N1" in desk.client.get("/desk/articles?q=新茶").text


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"sku_code": "S0001"}, "商品编码已存在"),
        ({"name_zh": ""}, "必填项为空"),
        ({"gross_g": "1.5"}, "不是整数"),
        ({"gross_g": "-1"}, "超出范围"),
        ({"inner_per_case": "5"}, "箱规不能被内包数整除"),
        ({"shelf_life_n": ""}, "必填项为空"),
        ({"price": "abc"}, "金额不对"),
        ({"lot_regex": "(a+)+"}, "批号格式"),
        ({"sku_code": "6.9E+12"}, "Excel"),
    ],
)
def test_what_no_article_can_be(desk: Desk, floor: Floor, other: dict[str, str], said: str) -> None:
    answer = desk.post("/desk/articles/new", **(FORM | other))
    assert answer.status_code == 422
    assert said in answer.text
    assert sku(floor, "N1") is None


def test_a_file_changes_only_what_it_contains(desk: Desk, floor: Floor) -> None:
    before = sku(floor, "S0001")
    shown = bring(desk, "货号,毛重克,箱规\nS0001,1.2kg,12\nS0002,,24\n")
    assert "gross_g 1080 → 1200" in shown
    assert "→ 0" in shown, "an emptied cell is told"
    assert sku(floor, "S0002").gross_g == 0
    after = sku(floor, "S0001")
    assert (after.gross_g, after.name_zh, after.shelf_life_n) == (1200, before.name_zh, before.shelf_life_n)
    assert after.case_qty == 12
    assert (goods.case_code(2), "CASE", 24, "") in barcodes(floor, "S0002")  # the pack's code means 24 now
    assert barcodes(floor, "S0001") == [
        (goods.case_code(1), "CASE", 12, ""),
        (goods.gtin(1), "EACH", 1, ""),
    ]


def test_a_file_brings_new_articles_and_other_barcodes(desk: Desk, floor: Floor) -> None:
    shown = bring(desk, "sku_code,name_zh,barcode\nN2,新品,6901234567892\nS0001,,6901234567885\n")
    assert "N2" in shown
    assert barcodes(floor, "N2") == [("6901234567892", "EACH", 1, "")]
    assert [code for code, *_ in barcodes(floor, "S0001")] == [goods.case_code(1), "6901234567885"]


def test_a_rehearsal_changes_nothing(desk: Desk, floor: Floor) -> None:
    shown = send(desk, "sku_code,gross_g\nS0001,7\n")
    assert "1080 → 7" in shown.text
    assert sku(floor, "S0001").gross_g == 1080


def test_a_wrong_file_is_refused_whole(desk: Desk, floor: Floor) -> None:
    rows = [
        "sku_code,name_zh,gross_g,case_qty,inner_per_case",
        "S0001,,5,,",
        "N3,,,,",
        "S0001,,6,,",
        "S0002,,,7,2",
    ]
    answer = send(desk, "\n".join(rows))
    assert answer.status_code == 422
    for code in ("E-ERP-22", "E-ERP-25"):
        assert code in answer.text
    assert "E-ERP-07" in send(desk, "sku_code,gross_g\nS0001,5\nN3,5\n").text
    assert sku(floor, "S0001").gross_g == 1080


def test_a_file_that_is_gone_is_not_applied(desk: Desk) -> None:
    for kept in ("", "0" * 64, "../../etc/passwd"):
        assert "E-FIL-05" in desk.post("/desk/articles/file/apply", kept=kept).text


def test_the_newest_word_counts_and_bound_barcodes_stay(desk: Desk, floor: Floor) -> None:
    """The ERP says the whole article again: what it says holds, what the clerk bound does too."""
    address = f"/desk/articles/{sku(floor, 'S0001').id}"
    assert desk.post(f"{address}/barcodes", code="OLDPACK-1", level="EACH").status_code == 302
    bring(desk, "sku_code,gross_g\nS0001,1200\n")
    other = replace(goods.products(1)[0], gross_g=1111, barcodes=(), version=2)
    assert floor.erp(other) == {"TAKEN": 1}
    assert sku(floor, "S0001").gross_g == 1111
    assert barcodes(floor, "S0001") == [("OLDPACK-1", "EACH", 1, "李收货")]
    page = desk.client.get(address).text
    assert "gross_g 1200 → 1111" in page
    assert "folder" in page


def test_a_part_of_an_article_by_the_erp(desk: Desk, floor: Floor) -> None:
    first = goods.products(1)[0]
    part = replace(first, name_zh="", gross_g=5, barcodes=(), only="gross_g", version=2)
    assert floor.erp(part) == {"TAKEN": 1}
    assert (sku(floor, "S0001").gross_g, sku(floor, "S0001").name_zh) == (5, first.name_zh)
    assert len(barcodes(floor, "S0001")) == 2
    assert floor.erp(replace(part, only="colour", version=3)) == {"PROBLEM": 1}


def test_barcodes_are_bound_and_taken_off(desk: Desk, floor: Floor) -> None:
    address = f"/desk/articles/{sku(floor, 'S0001').id}"
    assert desk.post(f"{address}/barcodes", code=" 16901234567899 ", level="CASE", qty="6").status_code == 302
    assert ("16901234567899", "CASE", 6, "李收货") in barcodes(floor, "S0001")
    for fields, code in (
        ({"code": "16901234567899", "level": "CASE", "qty": "6"}, "E-ART-03"),
        ({"code": "CM-OK", "level": "EACH"}, "E-ART-02"),
        ({"code": "", "level": "EACH"}, "E-ART-02"),
        ({"code": "茶", "level": "EACH"}, "E-ART-02"),
        ({"code": "X1", "level": "EACH", "qty": "2"}, "E-QTY-01"),
        ({"code": "X1", "level": "CASE", "qty": "0"}, "E-QTY-01"),
        ({"code": "X1", "level": "PALLET"}, "E-QTY-01"),
    ):
        assert code in desk.post(f"{address}/barcodes", **fields).text, fields
    assert desk.post(f"{address}/barcodes/off", code="16901234567899").status_code == 302
    assert "E-ART-04" in desk.post(f"{address}/barcodes/off", code="16901234567899").text
    assert len(barcodes(floor, "S0001")) == 2


def test_a_photo_is_kept_when_it_is_one(desk: Desk, floor: Floor) -> None:
    address = f"/desk/articles/{sku(floor, 'S0001').id}"
    picture = io.BytesIO()
    Image.new("RGB", (40, 40), "red").save(picture, "PNG")
    assert desk.post(f"{address}/photo", file=(io.BytesIO(picture.getvalue()), "tea.png")).status_code == 302
    assert "/photos/" in desk.client.get(address).text
    for data, name, code in ((b"no picture", "x.png", "E-FIL-04"), (b"x", "x.svg", "E-FIL-02")):
        assert code in desk.post(f"{address}/photo", file=(io.BytesIO(data), name)).text
    assert "/photos/" in desk.client.get(address).text


def test_the_page_tells_everything(desk: Desk, floor: Floor) -> None:
    (notice,) = goods.notices(goods.products(4), {"S0001": 24}, "WH1", floor.hub.clock.today())
    floor.erp(notice, order_of(1, ("S0001", 2)))
    page = desk.client.get(f"/desk/articles/{sku(floor, 'S0001').id}").text
    for told in (goods.gtin(1), goods.case_code(1), notice.asn_no, "360", "1080"):
        assert told in page
    assert "/desk/orders/DO" in page


def test_pickers_change_nothing(desk: Desk, floor: Floor) -> None:
    desk.enter(SUN)
    assert desk.post("/desk/articles/new", **FORM).status_code == 403
    assert send(desk, "sku_code\nS0001\n").status_code == 403
    assert desk.client.get("/desk/articles").status_code == 403
