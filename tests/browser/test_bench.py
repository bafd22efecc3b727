"""The training bench: a newcomer does the job by following the frame, without hardware."""

from __future__ import annotations

from playwright.sync_api import Frame, Page

from station.practice.demo import goods
from station.wiring.hub import Hub
from tests.browser.visitors import Visitors
from tests.floor import Floor


def handheld(page: Page) -> Frame:
    frame = page.query_selector("#handheld")
    assert frame is not None
    inside = frame.content_frame()
    assert inside is not None
    return inside


def at_step(page: Page, step: str) -> Frame:
    """Wait until the handheld in the frame shows the step; what it shows is marked by then."""
    page.wait_for_function(
        """(step) => {
          const screen = document.getElementById("handheld").contentDocument.getElementById("screen");
          return screen && screen.dataset.step === step && document.getElementById("next-thing").textContent;
        }""",
        arg=step,
    )
    return handheld(page)


def test_a_newcomer_follows_the_frame(hub: Hub, floor: Floor, visitors: Visitors) -> None:
    """Signing in, scanning and typing with nothing but clicks, from the truck to the count."""
    articles = goods.products(1)
    (notice,) = goods.notices(articles, {}, "WH1", hub.clock.today())
    floor.erp(*articles, notice)
    page = visitors.page(width=1280, height=800)
    page.goto(f"{visitors.url}/training")
    page.click("#next-step button")
    at_step(page, "notice")
    page.click("#next-thing .thing")
    inside = at_step(page, "plate")
    inside.evaluate("() => window.station.scan('沪A12345')")
    at_step(page, "driver").evaluate("() => window.station.scan('张师傅')")
    inside = at_step(page, "cartons")
    inside.click('[data-key="2"]')
    inside.click('[data-key="enter"]')
    inside.wait_for_selector(".band-done")
    page.wait_for_selector("#next-step b:has-text('初验')")
    page.click("#next-step button")
    at_step(page, "receipt")
    page.click("#next-thing .thing")
    inside = at_step(page, "product")
    page.wait_for_selector("#next-thing .thing")
    assert "箱 +" in page.inner_text("#next-thing")
    page.click("#next-thing .thing")
    at_step(page, "cartons")
    assert "箱 +" in page.inner_text("#next-thing")


def test_the_scale_and_its_place(hub: Hub, floor: Floor, visitors: Visitors) -> None:
    """A weight on the virtual scale arrives in the database."""
    from sqlalchemy import select

    from station.devices.models import Scale

    page = visitors.page("1006", width=1280, height=800)
    page.goto(f"{visitors.url}/training")
    page.wait_for_function("() => document.getElementById('handheld').contentDocument.body.dataset.csrf")
    page.fill("#scale [name=grams]", "815")
    with page.expect_response("**/demo/scale") as caught:
        page.click("#scale button")
    assert caught.value.status == 200
    with hub.db.read() as tx:
        assert tx.scalar(select(Scale.dg).where(Scale.workstation == "PACK-1")) == 8150


def test_the_desk_breaks_none_of_its_own_rules(hub: Hub, floor: Floor, visitors: Visitors) -> None:
    """Every page of the desk in a browser: no violation of the content policy, no error."""
    page = visitors.page("1008", width=1280, height=800)
    for path in (
        "",
        "desk",
        "desk/orders",
        "desk/receipts",
        "desk/waves",
        "desk/jobs",
        "desk/erp",
        "desk/people",
    ):
        page.goto(f"{visitors.url}/{path}")
        assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    with page.expect_response("**/here") as caught:
        page.click("h1")
    assert caught.value.status == 204
