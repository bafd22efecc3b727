"""The acceptance sheet's gift column (S-07, P4): what a truck brought as gifts stands on its sheet."""

from __future__ import annotations

from collections.abc import Callable

from tests.floor import ZHOU
from tests.station.inbound.dock import MUG, SPOON, Dock, ean


def test_gifts_of_the_truck_stand_on_its_sheet(dock: Dock, books: Callable[[], None]) -> None:
    """Of a counted article in its line, of another one in a line of its own; one taken back in none. What was
    delivered is what was taken in, refused and given (I11); of the supplier named by word nothing is known.
    """
    dock.floor.erp(SPOON)
    receipt = dock.checked((MUG, 24))
    for item, source, qty in (
        (MUG, receipt, "3"),
        (SPOON, receipt, "5"),
        (SPOON, "V01", "7"),
        (MUG, receipt, "9"),
    ):
        answer = dock.floor.scans(ZHOU, "gift_in", ean(item), source, qty)
        dock.floor.scans(ZHOU, "gift_in", "CM-MENU")
    dock.floor.scans(ZHOU, "gift_in", answer.facts["hint"], "CM-SHORT", "1")
    totals = dock.signs(receipt)
    assert (dock.shown(totals, "Delivered"), dock.shown(totals, "Of it gifts")) == ("32", "8")
    rows = [
        (line["sku_code"], line["delivered_qty"], line["received_qty"], line["gift_qty"], line["diff_qty"])
        for line in dock.papers("acceptance_sheet")[-1]["lines"]
    ]
    assert rows == [("S0002", 27, 24, 3, 0), ("S0007", 5, 0, 5, 0)]
    books()
