"""A shop's file is mapped in a real browser, and a row that was set aside is mended in its cell."""

from __future__ import annotations

from sqlalchemy import insert, select

from station.erp.models import ErpFileMap, ErpIntake, InboxProblem
from station.wiring.hub import Hub
from tests.browser.screens import BENCH
from tests.browser.test_erp import WU, look
from tests.browser.visitors import Visitors
from tests.station.erp.test_mapping import TAOBAO
from tests.station.erp.test_set_aside import CARDS, Desk


def test_a_clerk_maps_a_file_and_mends_a_row(hub: Hub, visitors: Visitors) -> None:
    desk = Desk(hub)
    desk.drop("products-1.csv", CARDS)
    with hub.db.read() as tx:
        (problem,) = tx.scalars(select(InboxProblem))
    now = hub.clock.now()
    moving = {"source": "folder", "name": "orders-large.xlsx", "done": 30_000, "total": 100_000, "at": now}
    hub.db.write(lambda tx: tx.execute(insert(ErpIntake), [moving]))
    page = visitors.page(WU, *BENCH)
    page.goto(f"{visitors.url}/desk/erp")
    assert page.get_attribute("progress[max='100000']", "value") == "30000"
    page.goto(f"{visitors.url}/desk/erp/files/1")
    look(page, "file-zh")
    page.goto(f"{visitors.url}/desk/erp/in/{problem.id}")
    look(page, "cells-zh")
    page.fill("input[aria-invalid]", "900")
    page.click("text=接收修改后的内容")
    page.wait_for_selector(".band-ok")
    page.goto(f"{visitors.url}/desk/erp/maps")
    look(page, "maps-zh")
    page.set_input_files(
        "[name=file]", {"name": "ExportOrderList.csv", "mimeType": "text/csv", "buffer": TAOBAO}
    )
    page.click("text=看它的列")
    page.wait_for_selector("text=某路1号")
    look(page, "map-zh")
    page.select_option("[name=keep_column]", "")
    page.click("text=看看结果")
    page.wait_for_selector("text=2 ✔")
    look(page, "map-looked-zh")
    page.fill("[name=title]", "淘宝一店")
    page.click("button:has-text('保存')")
    page.wait_for_selector("td:has-text('淘宝一店')")
    with hub.db.read() as tx:
        assert [row.version for row in tx.scalars(select(ErpFileMap))] == [1]
