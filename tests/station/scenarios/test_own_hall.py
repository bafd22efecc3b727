"""Nothing works only in the demo: a whole order in a hall that a shop has set up by the example file."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from printers.schema import print_job, printer
from station.carriers.models import Waybill
from station.ground.scan.codes import internal
from station.ground.work import SYSTEM
from station.practice.demo import goods, world
from station.wiring import checks
from station.wiring.hub import Hub
from station.wiring.setup import running
from tests.days import order_of
from tests.floor import CHEN, LI, SUN, WANG, ZHOU, Floor
from tests.station.storage.hall.conftest import empty

__all__ = ["empty"]
SHOP = (Path(__file__).parents[3] / "docs" / "shop.toml").read_text(encoding="utf-8")
PAPERS = select(print_job.c.kind, printer.c.code).join(printer, printer.c.id == print_job.c.printer_id)
PIN, BENCH, TOTE = "2580", internal("WS", "PACK1"), internal("TT", "T001")


@pytest.fixture
def shop(empty: Hub) -> Floor:
    """The example's shop, just set up."""
    running.set_up(empty, SHOP, SYSTEM)
    return Floor(empty)


def test_the_example_sets_up_once_and_is_exported_again(shop: Floor) -> None:
    hub = shop.hub
    assert running.set_up(hub, SHOP, SYSTEM) == []
    with hub.db.read() as tx:
        assert running.set_up(hub, running.exported(hub.rooms, tx), SYSTEM) == []
    assert checks.broken(hub.db) == []


def test_an_order_leaves_a_hall_that_is_not_the_demos(shop: Floor) -> None:
    """From the notice to the manifest, on the example's printers and without a scale."""
    articles = goods.products(1)
    (notice,) = goods.notices(articles, {articles[0].code: 24}, "WH1", shop.hub.clock.today())
    shop.erp(*articles, notice, order_of(1, ("S0001", 2)))
    receipt = shop.arrive(notice.asn_no, 2)
    made = "20260401" if articles[0].is_shelf_life else ""
    shop.count(receipt, [(articles[0].barcodes[0].code, 2, 0, made)])
    shop.inspect(receipt)
    answer = shop.scans(LI, "sign", receipt, world.badge(LI), PIN, "CM-OK", receipt)
    while answer.step == "labels":
        answer = shop.scans(LI, "sign", answer.facts["hint"])
    shop.scans(LI, "sign", world.badge(CHEN), PIN, world.badge(ZHOU), PIN)
    assert len(shop.put_all_away()) == 2
    shop.release()
    shop.pick_next("T001", SUN)
    answer = shop.scans(SUN, "pack", BENCH, TOTE)
    while answer.step not in {"label", "weigh"}:
        answer = shop.scans(
            SUN, "pack", shop.barcode(answer.facts["hint"]) if answer.step != "box" else internal("BX", "03")
        )
    bill = str(answer.facts["hint"])
    expected = shop.scans(SUN, "pack", bill).facts["lines"][0]["value"].split()[0]
    assert shop.scan(SUN, "pack", "CM-QTY").code == "E-WGT-07"
    assert shop.scans(SUN, "pack", world.badge(CHEN), PIN, "5", expected).code == "S-PAK-TYPED"
    shop.scans(WANG, "dispatch", shop.slot("LANE-ZTO"), "沪B99999", "小王", bill, "CM-CLOSE")
    done = shop.scans(WANG, "dispatch", world.badge(WANG), PIN)
    assert done.code == "S-DSP-SHIPPED"
    with shop.hub.db.read() as tx:
        (sent,) = tx.scalars(select(Waybill))
        papers = {row.kind: row.code for row in tx.execute(PAPERS)}
    assert (sent.waybill_no, sent.route_code, sent.state) == (bill, "571-W03-014", "HANDED")
    assert bill == "ZT000000000001"
    assert papers == {
        "acceptance_sheet": "OFFICE",
        "carton_label": "LABELS",
        "dock_label": "LABELS",
        "inbound_slip": "OFFICE",
        "manifest": "OFFICE",
        "packing_slip": "ROLL",
        "pick_list": "ROLL",
        "waybill": "WAYBILLS",
    }
    assert checks.broken(shop.hub.db) == []
