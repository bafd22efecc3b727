"""A real scale from the desk to the packing bench, in Chromium: put there, found, shown live, and a parcel weighed."""

from __future__ import annotations

from dataclasses import replace

from printers.worker import PrintWorker
from station.devices.scales.keeping import Readers
from station.ground.scan.codes import internal
from station.wiring.hub import Hub
from tests.browser.screens import BENCH
from tests.browser.test_pack_bench import pack_one, to_the_bench, type_in
from tests.browser.visitors import Visitors
from tests.floor import CHEN, ZHAO, Floor
from tests.patience import until
from tests.station.devices.wire import QUICK, wire


def test_a_scale_is_found_and_weighs_a_parcel(hub: Hub, visitors: Visitors, floor: Floor) -> None:
    """The supervisor names a port; the page finds the family and shows the frame; the packer sees the same weight."""
    to_the_bench(floor)
    with wire() as scale:
        hub.works = replace(hub.works, settings=replace(hub.settings, serial_ports=(scale.port,)))
        readers = Readers(hub.works, QUICK)
        desk = visitors.page(CHEN)
        desk.goto(f"{visitors.url}/desk/scales")
        desk.select_option("select[name=bench]", "PACK-1")
        desk.fill("input[name=port]", scale.port)
        scale.sends(b"ST,GS,+  0.000kg\r\n")
        desk.click("form.setup button[type=submit]")
        card = "[data-bench=PACK-1]"
        until(lambda: readers() or desk.get_attribute(card, "data-says") == "EMPTY")
        assert "STGS · 9600-8N1 · kg" in desk.inner_text(card)
        assert "ST,GS,+  0.000kg" in desk.inner_text(f"{card} code")
        page = visitors.work(ZHAO, "pack", *BENCH)
        for raw in (internal("WS", "PACK1"), internal("TT", "T001")):
            type_in(page, raw)
        pack_one(page, floor, PrintWorker(hub.db.write, hub.clock.now))
        expected = page.inner_text(".beside-weight div:last-child dd")
        grams = int(expected.split()[0])
        scale.sends(f"ST,GS,+{grams // 1000:3d}.{grams % 1000:03d}kg\r\n".encode())
        page.wait_for_selector(f".beside-weight dd[data-says=STILL]:has-text('{grams} g')")
        desk.wait_for_selector(f"{card}[data-says=STILL]:has-text('{grams}.0 g')")
        type_in(page, "CM-OK")
        assert "LANE-ZTO" in page.inner_text("#band")
        scale.sends(b"")
        page.wait_for_selector(".beside-weight dd[data-says=SILENT]")
        readers.close()
