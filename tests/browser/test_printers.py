"""Setting up and watching printers from the desk, with an emulated printer at the far end (P30)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page

from printers.transports import Limits
from printers.worker import PrintWorker
from station.ground.scan.codes import internal
from station.practice.demo import goods
from station.wiring.hub import Hub
from tests.browser.screens import measure
from tests.browser.visitors import Visitors
from tests.floor import ZHAO, Floor
from tests.near import REACH
from tests.printers.doubles import ZplPrinter
from tests.station.scenarios.conftest import order_of

WU = "1008"
ALBUM = os.environ.get("STATION_ALBUM", "")
LIMITS = Limits(connect_s=5, write_s=5, drain_s=0.2, status_s=1, fence_s=3, poll_s=0.05, reach=REACH)


def keep(page: Page, name: str) -> None:
    if ALBUM:
        page.screenshot(path=str(Path(ALBUM) / f"{name}.png"), full_page=True)


@pytest.fixture
def zebra() -> Iterator[ZplPrinter]:
    with ZplPrinter(silent_when_blocked=False) as printer:
        yield printer


@pytest.fixture
def worker(hub: Hub) -> PrintWorker:
    return PrintWorker(hub.db.write, hub.clock.now, zone=ZoneInfo("Asia/Shanghai"), limits=LIMITS)


def set_up(page: Page, url: str, address: str) -> None:
    """What the owner does: address, look, name, save."""
    page.goto(f"{url}/desk/printers/new")
    page.fill("[name=address]", address)
    page.click("[formaction$='/look']")
    page.wait_for_selector(".band-ok")
    page.select_option("[name=media]", "waybill_76x130")
    page.fill("[name=code]", "PRNEW")
    page.fill("[name=name]", "面单机 打包台 2")
    keep(page, "printer-form")
    page.click("text=保存")
    page.wait_for_selector("h1:has-text('面单机 打包台 2')")


def test_the_owner_sets_up_a_printer_and_sees_what_it_proves(
    visitors: Visitors, zebra: ZplPrinter, worker: PrintWorker
) -> None:
    page = visitors.page(WU, 1280, 800)
    set_up(page, visitors.url, zebra.address)
    assert page.input_value("select[name=proof]") == "none"
    page.click("text=打印测试页")
    page.wait_for_selector("h2:has-text('最近一张测试页')")
    assert worker.run_once()
    assert len(zebra.papers) == 1
    page.reload()
    assert "打印机计数器" in page.inner_text("dl")
    assert page.input_value("select[name=proof]") == "counter"
    page.fill("[name=mm]", "70")
    page.click("text=记下")
    page.wait_for_selector(".band-warn:has-text('纸规格不对')")
    keep(page, "printer")
    page.goto(f"{visitors.url}/desk/routes")
    page.select_option("[name=kind]", "waybill")
    page.fill("[name=workstation]", "PACK-2")
    page.select_option("[name=printer]", label="面单机 打包台 2 (76×130)")
    page.click("button:has-text('设定')")
    page.wait_for_selector("td:has-text('面单机 打包台 2')")
    keep(page, "routes")


def test_the_board_says_what_to_do_and_the_bench_knows(
    visitors: Visitors, hub: Hub, floor: Floor, zebra: ZplPrinter, worker: PrintWorker
) -> None:
    """缺纸: the supervisor sees which printer, the packer sees it beside the order."""
    owner = visitors.page(WU, 1280, 800)
    set_up(owner, visitors.url, zebra.address)
    owner.click("text=打印测试页")
    owner.wait_for_selector("h2:has-text('最近一张测试页')")
    worker.run_once()
    owner.goto(f"{visitors.url}/desk/routes")
    owner.select_option("[name=kind]", "waybill")
    owner.fill("[name=workstation]", "PACK-1")
    owner.select_option("[name=printer]", label="面单机 打包台 2 (76×130)")
    owner.click("button:has-text('设定')")
    owner.wait_for_selector("h1")
    zebra.paper_out()
    hub.clock.advance(seconds=60)  # type: ignore[attr-defined]
    owner.goto(f"{visitors.url}/desk/printers")
    owner.click("a:has-text('面单机 打包台 2')")
    owner.click("text=打印测试页")
    owner.wait_for_selector("h2:has-text('最近一张测试页')")
    worker.run_once()
    owner.goto(f"{visitors.url}/desk/printers")
    card = owner.inner_text(".printer-stopped")
    assert "缺纸" in card
    assert "装纸" in card
    keep(owner, "board")
    floor.sign_in(ZHAO)
    packer = visitors.work(ZHAO, "place")
    packer.evaluate(f"() => window.station.scan({floor.slot('PACK-1')!r})")
    packer.wait_for_selector(".datum:has-text('PACK-1')")
    assert "缺纸" in packer.inner_text("table")
    keep(packer, "place")
    packer.goto(f"{visitors.url}/work/pack")
    packer.wait_for_selector(".paper-band:has-text('缺纸')")
    keep(packer, "pack-paper-out")


def test_an_address_where_nobody_is_and_one_that_makes_no_sense_are_told(visitors: Visitors) -> None:
    page = visitors.page(WU, 1280, 800)
    for address in ("tcp://127.0.0.1:9", "device:///dev/sda", "javascript:alert(1)"):
        page.goto(f"{visitors.url}/desk/printers/new")
        page.fill("[name=address]", address)
        page.click("[formaction$='/look']")
        page.wait_for_selector(".band-warn")
        assert page.input_value("[name=address]") == address


def test_the_reasons_for_printing_again_fit_the_smallest_screen(
    visitors: Visitors, floor: Floor, worker: PrintWorker
) -> None:
    """T94: five reasons and the way back, with gloves."""
    articles = goods.products(4)
    (notice,) = goods.notices(articles, {}, "WH1", floor.hub.clock.today())
    floor.erp(*articles, notice, order_of(1, ("S0001", 1)))
    lines = [
        (goods.gtin(i), 1, 0, "20260401" if article.is_shelf_life else "")
        for i, article in enumerate(articles, 1)
    ]
    floor.receive(notice.asn_no, lines)
    floor.release()
    floor.pick_next()
    answer = floor.scans(ZHAO, "pack", internal("WS", "PACK1"), internal("TT", "T001"))
    while answer.step != "label":
        answer = floor.pack_step(answer, ZHAO, [])
    while worker.run_once():
        pass
    page = visitors.work(ZHAO, "pack")
    page.evaluate("() => window.station.scan('CM-REPRINT')")
    page.wait_for_selector("#screen[data-step=reprint]")
    problems = measure(page, "pack reprint")
    keep(page, "pack-reprint")
    assert not problems, "\n".join(problems)
    page.click(".choice:has-text('模糊')")
    page.wait_for_selector("#screen[data-step=label] .band-ok")
