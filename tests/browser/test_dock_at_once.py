"""Three people with three handhelds at the dock at once: none waits for another, and no scan gets lost."""

from __future__ import annotations

from collections.abc import Iterator

from playwright.sync_api import Page
from sqlalchemy import select

from station.ground.scan.models import Scan
from station.wiring import checks
from station.wiring.hub import Hub
from tests.browser.visitors import Visitors
from tests.floor import LI, WANG, ZHOU, Floor
from tests.station.inbound.dock import MUG, SPOON, Dock, ean


def type_in(page: Page, raw: str) -> None:
    """As a wedge does; the answer is not waited for."""
    page.keyboard.insert_text(raw)
    page.keyboard.press("Enter")


def settled(page: Page) -> None:
    page.wait_for_function("() => !document.getElementById('scan-box').value && !station.pending()")


def counting(receipt: str) -> Iterator[str]:
    yield from (receipt, ean(SPOON), "2", "CM-OK", "0", "1", "CM-CLOSE")


def inspecting(floor: Floor, receipt: str) -> Iterator[str]:
    yield receipt
    while (screen := floor.look(WANG, "stage2"))["step"] == "sample":
        yield floor.barcode(screen["facts"]["hint"])
    yield "CM-OK"


def putting_away(floor: Floor) -> Iterator[str]:
    while carton := floor.look(ZHOU, "putaway")["facts"].get("hint"):
        yield carton
        yield floor.look(ZHOU, "putaway")["facts"]["hint"]
        yield "CM-OK"


def test_receiver_inspector_and_keeper_work_beside_each_other(
    hub: Hub, visitors: Visitors, floor: Floor
) -> None:
    dock = Dock(floor)
    shelved = dock.posted((MUG, 24))
    inspected = dock.truck((SPOON, 24), asn="PO-2")
    dock.line(SPOON, 2)
    dock.close()
    dock.expects((SPOON, 24), asn="PO-3")
    counted = floor.arrive("PO-3", 2)
    with hub.db.read() as tx:
        before = tx.scalars(select(Scan.id)).all()
    jobs = [
        (visitors.work(LI, "stage1"), counting(counted)),
        (visitors.work(WANG, "stage2"), inspecting(floor, inspected)),
        (visitors.work(ZHOU, "putaway"), putting_away(floor)),
    ]
    typed = 0
    while jobs:
        still = [(page, raws, raw) for page, raws in jobs if (raw := next(raws, None)) is not None]
        for page, _raws, raw in still:
            type_in(page, raw)
        for page, _raws, _raw in still:
            settled(page)
        typed += len(still)
        jobs = [(page, raws) for page, raws, _raw in still]
    states = [dock.state(receipt) for receipt in (counted, inspected, shelved)]
    assert states == ["STAGE2", "AWAIT_SIGN", "PUTAWAY_DONE"]
    with hub.db.read() as tx:
        scans = tx.execute(select(Scan.is_accepted).where(Scan.id.not_in(before))).scalars().all()
        assert (len(scans), all(scans)) == (typed, True)
    assert list(checks.broken(hub.db)) == []
