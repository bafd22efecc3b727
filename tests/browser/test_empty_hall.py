"""From an empty data folder to the first courier, as an owner does it: by the browser, without a line of SQL.

Everything an owner touches is real: the server is a process, the printers listen on the loopback, the scale is
a serial line, files come in by the desk. What it costs in clicks and typed fields is printed.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page

from station.ground.documents.check_char import internal
from station.practice.demo import goods
from tests.browser.axe import judge
from tests.browser.visitors import REFUSALS, WATCH
from tests.commands import Station
from tests.patience import PATIENCE_S, until
from tests.printers.doubles import OfficePrinter, ZplPrinter
from tests.station.devices.wire import Wire, wire

ROOT = Path(__file__).parents[2]
OWNER, PIN = "1001", "2580"
CREW = {
    "1002": ("李收货", ("RECEIVER", "CLERK")),
    "1003": ("王质检", ("INSPECTOR", "DISPATCHER")),
    "1004": ("周仓管", ("KEEPER",)),
    "1005": ("孙拣货", ("PICKER",)),
    "1006": ("赵打包", ("PACKER",)),
}
WIDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
PAGES = ("first", "carriers/new", "printers/find", "handhelds")
"""What an owner sees on the way, on a phone as well as at the desk."""
SETTLED = """(token) => !document.body.dataset.busy && !station.pending()
  && document.getElementById("screen").dataset.stepToken !== token"""


def snap(page: Page, name: str) -> None:
    """A picture for people to look at, when a folder for them is given."""
    if os.environ.get("SNAPS"):
        page.screenshot(path=Path(os.environ["SNAPS"]) / f"{name}.png", full_page=True)


class Hand:
    """Somebody's hand at a browser: it counts what it does."""

    def __init__(self, browser: Browser, url: str, size: tuple[int, int]) -> None:
        context = browser.new_context(viewport={"width": size[0], "height": size[1]}, locale="zh-CN")
        context.add_init_script(WATCH)
        context.set_default_timeout(PATIENCE_S * 1000)
        self.page: Page = context.new_page()
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(f"pageerror {error}"))
        self.url, self.clicks, self.fields, self.scans = url, 0, 0, 0
        self.complaints: list[str] = []

    def _heard(self, message: object) -> None:
        if message.type == "error" and not message.text.startswith(REFUSALS):  # type: ignore[attr-defined]
            self.complaints.append(message.text)  # type: ignore[attr-defined]

    def click(self, selector: str) -> None:
        self.clicks += 1
        self.page.click(selector)

    def type(self, **values: str) -> None:
        for name, value in values.items():
            self.fields += 1
            self.page.fill(f'[name="{name.replace("__", ".")}"]', value)

    def choose(self, name: str, value: str) -> None:
        self.clicks += 1
        self.page.select_option(f'[name="{name}"]', value)

    def tick(self, name: str, *values: str) -> None:
        for value in values:
            self.clicks += 1
            self.page.check(f'[name="{name}"][value="{value}"]')

    def bring(self, name: str, text: str) -> None:
        """Choose a file on this machine."""
        self.clicks += 1
        content = text.encode("utf-8-sig")
        self.page.set_input_files("[name=file]", {"name": name, "mimeType": "text/csv", "buffer": content})

    def save(self, button: str = "保存") -> None:
        """Press the button of the form; a refusal on the page ends the test with its words."""
        self.click(f"button:text-is('{button}')")
        self.page.wait_for_load_state()
        snap(self.page, f"empty-hall-{self.clicks}")
        refused = self.page.locator(".band-error")
        assert not refused.count(), refused.first.inner_text()

    def next_step(self, name: str) -> None:
        """The next step of the first set-up is this one; go there."""
        snap(self.page, f"empty-hall-before-{name}")
        if urlsplit(self.page.url).path != "/desk/first":
            self.click(".first-band a")
        assert self.page.get_attribute("[aria-current=step]", "data-step") == name
        self.click("[aria-current=step] a")

    def sign_in(self, badge: str) -> None:
        self.page.goto(f"{self.url}/login")
        self.type(badge=badge, pin=PIN)
        self.click("button.key[type=submit]")
        self.page.wait_for_selector(".tiles")

    # --- a handheld ---------------------------------------------------------------------------

    def work(self, flow: str) -> None:
        self.page.goto(f"{self.url}/work/{flow}")
        self.page.wait_for_selector("#scan-box")

    def scan(self, *raws: str) -> None:
        """What a scanner types; every one must be taken."""
        for raw in raws:
            self.scans += 1
            token = self.page.get_attribute("#screen", "data-step-token")
            self.page.keyboard.insert_text(raw)
            self.page.keyboard.press("Enter")
            self.page.wait_for_function(SETTLED, arg=token)
            refused = self.page.locator("#screen .band-error")
            assert not refused.count(), f"{raw}: {refused.first.inner_text()}"

    def shown(self, name: str) -> str:
        return self.page.get_attribute("#screen", f"data-{name}") or ""


def table(head: Sequence[str], *rows: Sequence[object]) -> str:
    """A file as an office exports it."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows([head, *rows])
    return out.getvalue()


PRODUCTS = table(
    ("sku_code", "name_zh", "barcode", "case_qty", "gross_g", "is_shelf_life", "price"),
    *((f"S000{n}", f"商品{n}", goods.gtin(n), 12, 250, "否", "9.90") for n in (1, 2)),
)
STOCK = table(("slot", "sku_code", "qty"), ("A-01-01-1-01", "S0001", 40), ("B-01-03-2-01", "S0002", 25))
ORDERS = table(
    [
        "erp_no",
        "shop",
        "carrier_code",
        "is_paid",
        "receiver_name",
        "receiver_phone",
        "province",
        "city",
        "district",
        "address",
        "line_key",
        "sku_code",
        "qty",
    ],
    (
        "SO-1",
        "小店",
        "ZTO",
        "是",
        "张三",
        "13812345678",
        "浙江省",
        "杭州市",
        "西湖区",
        "文三路1号",
        1,
        "S0001",
        2,
    ),
    (
        "SO-1",
        "小店",
        "ZTO",
        "是",
        "张三",
        "13812345678",
        "浙江省",
        "杭州市",
        "西湖区",
        "文三路1号",
        2,
        "S0002",
        1,
    ),
)


@pytest.fixture
def outside() -> Iterator[tuple[ZplPrinter, OfficePrinter, Wire]]:
    """What stands in the hall already: a label printer, an office printer, a scale."""
    with ZplPrinter(silent_when_blocked=False) as labels, OfficePrinter() as office, wire() as scale:
        scale.sends(b"ST,GS,+  0.000kg\r\n")
        yield labels, office, scale


@pytest.fixture
def station(tmp_path: Path) -> Iterator[Station]:
    station = Station(tmp_path / "data")
    yield station
    station.close()


def start_code(station: Station) -> str:
    """What the server's window says."""
    process = station.started[-1]
    assert process.stdout
    for line in process.stdout:
        if "start code" in line:
            return line.split()[-1]
    raise AssertionError("the window says no start code")


def describe(owner: Hand) -> None:
    """A carrier, a box, and a hall of three zones and 400 slots, each as the page leads on."""
    owner.next_step("carriers")
    owner.type(code="ZTO", name="中通快递", sender_name="小店", sender_phone="0571-88888888")
    owner.type(prefix="ZT", first="000000000001", last="000000005000")
    owner.type(routes="浙江省\t杭州市\t\t571-W03-014\t杭州\t杭州转运中心")
    owner.save()
    owner.next_step("boxes")
    owner.type(code="03", name="3号箱", tare_g="120")
    owner.save()
    owner.next_step("hall")
    owner.type(rack__0__aisles="1-4", rack__1__aisles="1-4")
    owner.click("button:text-is('再加一行')")
    owner.type(rack__2__zone="B", rack__2__aisles="1-2", rack__2__bays="1-10")
    owner.type(rack__2__levels="1-2", rack__2__positions="1-2")
    owner.save("建立")


def staff(owner: Hand, labels: ZplPrinter, office: OfficePrinter) -> None:
    """People, two printers, and the office's files."""
    owner.next_step("people")
    for n, (number, (name, roles)) in enumerate(CREW.items(), 1):
        assert owner.page.input_value("[name=number]") == number
        owner.type(name=name, pin=PIN, again=PIN)
        owner.tick("roles", *roles)
        owner.save("保存" if n == len(CREW) else "保存并再加一个")
    owner.next_step("printers")
    for printer, name, language, media in (
        (labels, "标签机", "zpl", "waybill_100x150"),
        (office, "办公室 A4", "pdf", "a4"),
    ):
        if urlsplit(owner.page.url).path != "/desk/printers/find":
            owner.page.goto(f"{owner.url}/desk/printers/find")
        owner.click("text=我知道地址")
        owner.type(address=printer.address)
        owner.click("[formaction$='/look']")
        owner.page.wait_for_selector(".band")
        if owner.page.input_value("[name=language]") != language:
            owner.choose("language", language)
        owner.choose("media", media)
        owner.type(name=name)
        owner.save()
    owner.next_step("goods")
    owner.click("text=添加连接")
    owner.click("a[href*='kind=folder']")
    owner.save()


def weigh_in(owner: Hand, scale: Wire) -> None:
    """A scale at the bench: its port, and what it is is found by looking at the line."""
    owner.page.goto(f"{owner.url}/desk/first")
    owner.click("[data-step=scales] a")
    if owner.page.input_value("[name=port]") != scale.port:
        owner.type(port=scale.port)
    owner.save()
    owner.page.wait_for_selector("[data-bench=PACK-1][data-says=EMPTY]")


def fill(owner: Hand, clerk: Hand) -> None:
    """Articles, opening stock and an order, each by a file; who counted does not post alone."""
    bring(owner, "products-1.csv", PRODUCTS)
    clerk.sign_in("1002")
    clerk.page.goto(f"{clerk.url}/desk/opening")
    clerk.click("a[href='/desk/opening/new']")
    clerk.bring("stock.csv", STOCK)
    clerk.save("检查并做成草稿")
    clerk.type(badge=OWNER, pin=PIN)
    clerk.save("签字过账")
    bring(clerk, "orders-1.csv", ORDERS)


def bring(owner: Hand, name: str, text: str) -> None:
    """A file of the office, and what came of it."""
    owner.page.goto(f"{owner.url}/desk/erp")
    owner.bring(name, text)
    owner.save("放进文件")
    owner.page.wait_for_selector(f"#last-files tr:has-text('{name}') .state-TAKEN")


def label(owner: Hand, office: OfficePrinter) -> None:
    """The first labels, on A4 to be cut."""
    owner.page.goto(f"{owner.url}/desk/first")
    owner.click("[data-step=labels] a")
    before = len(office.jobs)
    owner.choose("which", "under:A-01")
    owner.choose("paper", "a4")
    owner.save("打印")
    until(lambda: len(office.jobs) > before)


def work_the_order(owner: Hand, chromium: Browser, scale: Wire) -> tuple[str, int]:
    """Wave, walk, bench and courier; the waybill, and how many scans it took. Each person has a handheld of their own."""
    owner.page.goto(f"{owner.url}/desk/waves")
    until(lambda: owner.page.reload() and owner.page.locator("button:has-text('释放波次')").count())
    owner.click("button:has-text('释放波次')")
    picker, packer, courier = (Hand(chromium, owner.url, (360, 640)) for _ in range(3))
    picker.sign_in("1005")
    picker.work("pick")
    picker.scan("CM-OK", internal("TT", "T001"))
    while picker.shown("step") in {"slot", "product", "qty"}:
        picker.scan(article(picker.shown("hint")))
    picker.scan(internal("WS", "PACK1"))
    packer.sign_in("1006")
    packer.work("pack")
    packer.scan(internal("WS", "PACK1"), internal("TT", "T001"))
    while packer.shown("step") in {"item", "verify"}:
        packer.scan(article(packer.shown("hint")))
    packer.scan(internal("BX", "03"))
    bill = packer.shown("hint")
    packer.scan(bill)
    scale.sends(b"ST,GS,+  0.885kg\r\n")
    owner.page.goto(f"{owner.url}/desk/scales")
    owner.page.wait_for_selector("[data-bench=PACK-1][data-says=STILL]")
    packer.scan("CM-OK")
    courier.sign_in("1003")
    courier.work("dispatch")
    courier.scan(internal("LC", "LANEZTO"), "沪B99999", "小王", bill, "CM-CLOSE")
    courier.scan(internal("US", "1003"), PIN)
    assert [one.complaints for one in (owner, picker, packer, courier)] == [[]] * 4
    return bill, picker.scans + packer.scans + courier.scans


def article(hint: str) -> str:
    """What stands on the goods: an article's EAN for ``SKU:…``, else the hint itself."""
    return goods.gtin(int(hint[5:])) if hint.startswith("SKU:S") else hint


def begin(chromium: Browser, station: Station, scale: Wire) -> Hand:
    """The server starts on an empty folder, and the owner is made with the code in its window."""
    assert station.run("migrate")[0] == 0
    _process, port = station.serve(STATION_ALLOW_ADDRESSES="127.0.0.1", STATION_SERIAL_PORTS=scale.port)
    owner = Hand(chromium, f"http://127.0.0.1:{port}", (1280, 800))
    owner.page.goto(owner.url)
    owner.type(code=start_code(station), shop="小店一号仓", name="王店主", pin=PIN, again=PIN)
    owner.save("开始")
    return owner


def test_the_first_start_leads_from_step_to_step(chromium: Browser, station: Station) -> None:
    """The short way: to a hall of 400 slots; what is left to do is the next step."""
    with wire() as scale:
        owner = begin(chromium, station, scale)
        describe(owner)
    assert "320" in owner.page.inner_text(".hall-map h2 >> nth=0")
    owner.page.goto(f"{owner.url}/desk/first")
    assert owner.page.get_attribute("[aria-current=step]", "data-step") == "people"
    assert owner.page.locator("[data-done=yes]").count() == 4
    owner.page.set_viewport_size({"width": 320, "height": 640})
    for path in PAGES:
        owner.page.goto(f"{owner.url}/desk/{path}")
        assert owner.page.evaluate(WIDE) <= 0, path
        assert judge(owner.page, path) == []
    assert owner.complaints == []
    owner.page.context.close()


@pytest.mark.long
def test_an_order_leaves_a_hall_that_was_empty_this_morning(
    chromium: Browser, station: Station, outside: tuple[ZplPrinter, OfficePrinter, Wire]
) -> None:
    labels, office, scale = outside
    owner = begin(chromium, station, scale)
    describe(owner)
    staff(owner, labels, office)
    weigh_in(owner, scale)
    clerk = Hand(chromium, owner.url, (1280, 800))
    fill(owner, clerk)
    label(owner, office)
    bill, scans = work_the_order(owner, chromium, scale)
    clicks, fields = owner.clicks + clerk.clicks, owner.fields + clerk.fields
    cost = f"{clicks} clicks, {fields} typed fields and {scans} scans"
    print(f"\n{cost}")  # noqa: T201 — what it costs to set a shop up
    assert cost in (ROOT / "docs" / "operate.md").read_text(encoding="utf-8")
    assert bill == "ZT000000000001"
    assert len(labels.papers) == 1, "the waybill"
    owner.page.goto(f"{owner.url}/desk/first")
    assert "就绪" in owner.page.inner_text("main, body")
    assert station.run("doctor")[0] == 0
    assert station.run("check")[0] == 0
