"""The ERP's pages in a real browser: an owner sets a connection up, a supervisor mends what was refused."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page
from sqlalchemy import select, update

from station.erp import connections, vocabulary
from station.erp.connectors import KINDS
from station.erp.models import ErpFeed, ErpMapping, InboxProblem
from station.exchange import documents
from station.exchange.models import ErpConnection, OutboxMessage
from station.ground.vault import Vault
from station.wiring.hub import Hub
from tests.browser.screens import BENCH, HANDHELD, resize
from tests.browser.visitors import Visitors
from tests.floor import CHEN
from tests.station.office.erp import desk
from tests.station.office.erp_twin import HOSTILE, SECRET

WU = "1008"
ALBUM = os.environ.get("STATION_ALBUM", "")

FITS = "() => document.documentElement.scrollWidth <= innerWidth"
HACKED = "() => document.body.dataset.hacked || document.querySelector('img[src=x]')"


@pytest.fixture
def twin(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> int:
    """A connection to the desk's test ERP."""
    monkeypatch.setitem(KINDS, "twin", ("tests.station.office.erp_twin:TwinConnector", "孪生", "Twin"))
    key, now = Vault.in_folder(hub.settings.data), hub.clock.now()
    values = {"url": "http://127.0.0.1:9/", "password": SECRET}
    return hub.db.write(
        lambda tx: connections.add(tx, key, code="twin", name="孪生 ERP", kind="twin", values=values, now=now)
    )


def look(page: Page, name: str) -> None:
    """Both sizes: nothing sticks out, nothing was let in."""
    for size in (HANDHELD, BENCH):
        resize(page, size)
        if ALBUM:
            page.screenshot(path=str(Path(ALBUM) / f"erp-{name}-{size[0]}.png"), full_page=True)
        assert page.evaluate(FITS), f"{name} {size}"
        assert not page.evaluate(HACKED), name


def fill(hub: Hub) -> dict[str, int]:
    """Something on every page; the ids of single things."""
    now = hub.clock.now()
    order = documents.OrderDocument(
        erp_no="SO-260501-7-00042", carrier_code="Flash Express", shop=HOSTILE,
        receiver=documents.Receiver(name="张三丰", phone="13800000000", address="文三路100号502室", city="杭州市"),
        lines=tuple(
            documents.OrderDocumentLine(line_key=str(i), sku_code=f"S000{i}", qty_each=i) for i in range(1, 4)
        ),
    )  # fmt: skip
    made = {
        "out": desk.message(hub),
        "behind": desk.message(hub, key="k2", state="PENDING", error=""),
        "in": desk.problem(hub, order, code="E-ERP-92", why="carrier 'Flash Express'"),
        "difference": desk.difference(hub, ours="GOOD 5"),
    }

    def work(tx: Any) -> None:
        twin_id = connections.known(tx, "twin").id
        for kind, word in (("carrier", "Flash Express"), ("unit", "箱(12)"), ("status", HOSTILE)):
            vocabulary.note_word(tx, twin_id, kind, word, now)
        for feed, taken, finished in (("products", 1200, now), ("orders", 42_000, None)):
            tx.add(
                ErpFeed(
                    connection_id=twin_id,
                    feed=feed,
                    cursor={},
                    taken=taken,
                    total=100_000,
                    problems=3,
                    started_at=now,
                    finished_at=finished,
                    at=now,
                )
            )
        tx.execute(
            update(ErpConnection).where(ErpConnection.code == "twin").values(ok_at=now, cancels_at=now)
        )

    hub.db.write(work)
    return made


@pytest.mark.usefixtures("twin")
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_page_fits_and_words_stay_words(hub: Hub, visitors: Visitors, lang: str) -> None:
    made = fill(hub)
    page = visitors.page(WU, *BENCH)
    page.goto(f"{visitors.url}/desk/erp")
    if lang == "en":
        page.click(".desk-nav button")
        page.wait_for_load_state()
    for name, path in {
        "board": "",
        "out": "/out",
        "message": f"/out/{made['out']}",
        "in": "/in",
        "problem": f"/in/{made['in']}",
        "words": "/words/twin",
        "differences": "/differences",
        "difference": f"/differences/{made['difference']}",
        "new": "/new",
        "form": "/twin/edit",
        "templates": "/templates",
    }.items():
        page.goto(f"{visitors.url}/desk/erp{path}")
        page.evaluate("() => document.querySelectorAll('details').forEach((part) => { part.open = true; })")
        look(page, f"{name}-{lang}")


@pytest.mark.usefixtures("twin")
def test_the_board_follows_by_itself_while_something_moves(hub: Hub, visitors: Visitors) -> None:
    fill(hub)
    page = visitors.page(CHEN, *BENCH)
    page.goto(f"{visitors.url}/desk/erp")
    assert page.get_attribute("progress", "value") == "42000"
    hub.db.write(lambda tx: tx.execute(update(ErpFeed).where(ErpFeed.feed == "orders").values(taken=55_000)))
    page.wait_for_selector("progress[value='55000']")
    now = hub.clock.now()
    hub.db.write(lambda tx: tx.execute(update(ErpFeed).values(finished_at=now)))
    hub.db.write(lambda tx: tx.execute(update(OutboxMessage).values(state="DONE", done_at=now)))
    page.wait_for_selector("#board[hx-trigger='every 60s']")
    page.click("text=立即对账")
    page.wait_for_selector("#board[hx-trigger='every 3s']")


def test_the_owner_tests_and_keeps_a_connection(
    hub: Hub, visitors: Visitors, twin: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The form stays as it was typed while the test tells, and the password never comes back."""
    assert twin
    page = visitors.page(WU, *BENCH)
    page.goto(f"{visitors.url}/desk/erp")
    page.click("text=添加连接")
    page.click("a:has-text('孪生')")
    page.fill("[name=code]", "shop")
    page.fill("[name=name]", "网店")
    page.fill("[name=set_url]", "http://127.0.0.1:9/")
    page.fill("[name=set_password]", "wrong-one")
    page.click("text=测试连接")
    page.wait_for_selector("#report .band-warn")
    assert page.input_value("[name=set_password]") == "wrong-one"
    page.fill("[name=set_password]", SECRET)
    page.click("text=测试连接")
    page.wait_for_selector("#report .band-ok")
    assert "V1" in page.inner_text("#report")
    look(page, "tested")
    page.click("text=保存")
    page.wait_for_selector("h1 small:has-text('shop')")
    assert page.input_value("[name=set_password]") == ""
    assert SECRET not in page.content()
    with hub.db.read() as tx:
        kept = connections.known(tx, "shop")
    assert Vault.in_folder(hub.settings.data).unlock(kept.secrets)["password"] == SECRET


@pytest.mark.usefixtures("twin")
def test_a_supervisor_mends_what_the_erp_refused(hub: Hub, visitors: Visitors) -> None:
    made = fill(hub)
    page = visitors.page(CHEN, *BENCH)
    page.goto(f"{visitors.url}/desk/erp/out")
    page.click("a:has-text('k1')")
    page.click("summary")
    text = page.input_value("textarea")
    page.fill("textarea", text.replace('"k1"', '"other"'))
    page.click("text=发送修改后的内容")
    page.wait_for_selector(".band-warn:has-text('不能这样发送')")
    assert '"other"' in page.input_value("textarea")
    look(page, "refused")
    page.fill("textarea", json.dumps(json.loads(text) | {"operator": "陈主管"}))
    page.click("text=发送修改后的内容")
    page.wait_for_selector(".state-PENDING")
    with hub.db.read() as tx:
        row = tx.get(OutboxMessage, made["out"])
    assert row is not None
    assert (row.state, row.event_key, row.payload["operator"]) == ("PENDING", "k1", "陈主管")


@pytest.mark.usefixtures("twin")
def test_a_word_is_translated_where_it_is_missed(hub: Hub, visitors: Visitors) -> None:
    made = fill(hub)
    page = visitors.page(CHEN, *BENCH)
    page.goto(f"{visitors.url}/desk/erp/in/{made['in']}")
    page.click("text=去对照这个词")
    row = page.locator("tr:has-text('Flash Express')")
    row.locator("select").select_option("ZTO")
    row.locator("button").click()
    page.wait_for_selector("tr:has-text('Flash Express'):not(:has(.state-HOLD))")
    with hub.db.read() as tx:
        word = tx.scalars(select(ErpMapping).where(ErpMapping.theirs == "Flash Express")).one()
        waits = tx.get(InboxProblem, made["in"])
    assert waits is not None
    assert (word.ours, waits.next_at) == ("ZTO", hub.clock.now())


def test_a_template_is_downloaded(visitors: Visitors) -> None:
    page = visitors.page(CHEN, *BENCH)
    page.goto(f"{visitors.url}/desk/erp/templates")
    with page.expect_download() as waited:
        page.click("a[href$='products.xlsx']")
    assert waited.value.suggested_filename == "products-template.xlsx"
