"""What buyer and seller have written is read before an order is packed (P17)."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import pytest
from sqlalchemy import select

from station.ground.documents.history import History
from station.ground.scan.speech import spoken
from station.outbound.packing import bench as beside
from tests.floor import Floor
from tests.station.outbound.bench import Bench, ean, tote
from tests.station.scenarios.conftest import order_of

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
AtBench = Callable[..., Bench]
Books = Callable[[], None]
WRITTEN = {"buyer_note": "放门口, 打 13812345678", "seller_note": "送小样"}


def _read(floor: Floor) -> int:
    with floor.hub.db.read() as tx:
        return len(tx.scalars(select(History.id).where(History.event == "read_note")).all())


def test_notes_are_read_once_and_stay_beside(at_bench: AtBench, floor: Floor, books: Books) -> None:
    """From the first scan on, a telephone number hidden, read aloud; not again for the second parcel."""
    bench = at_bench(dataclasses.replace(order_of(1, ("S0001", 2)), **WRITTEN))  # type: ignore[arg-type]
    shown = bench.scans(tote(1))
    texts = [line["value"] for line in shown.facts["lines"]]
    assert (shown.step, texts[1]) == ("note", "送小样")
    assert "放门口" in texts[0]
    assert "13812345678" not in str(shown.body)
    assert "送小样" in spoken(shown.body["screen"])["zh"]
    assert bench.scan(ean(1)).code == "E-SCN-02"
    assert bench.scans("CM-OK").step == "verify"
    bench.scans(ean(1))
    rest = bench.finish(bench.scans("CM-FULL"))
    assert (rest.step, _read(floor)) == ("verify", 1)
    with floor.hub.db.read() as tx:
        assert [note.label for note in beside.notes_of(tx, 1)] == ["L-PAK-BUYER", "L-PAK-SELLER"]
    books()


def test_a_single_item_with_a_note_stops_the_packer(at_bench: AtBench, floor: Floor) -> None:
    """The order that the item found has something written: read, then the box as usual."""
    bench = at_bench(dataclasses.replace(order_of(1, ("S0001", 1)), seller_note="送小样"))
    assert bench.scans(tote(1), ean(1)).step == "note"
    assert bench.scans("CM-OK").step == "box"
    assert _read(floor) == 1
