"""A bad sample has its photo, or a word why there is none (P3)."""

from __future__ import annotations

from functools import partial
from typing import Any

from sqlalchemy import select

from station.ground.documents.history import History
from station.ground.work import Machine
from station.inbound import photos
from tests.station.inbound.dock import MUG, Dock
from tests.station.inbound.test_inspecting import inspector, opened


def photographed(dock: Dock, receipt: str, *names: str) -> None:
    """The handheld's camera page kept these."""
    for name in names:
        dock.floor.hub.works.do(partial(photos.tell, receipt_no=receipt, name=name), Machine("王质检"))


def told(dock: Dock) -> list[dict[str, Any]]:
    """What the receipt's history says of its bad samples."""
    with dock.floor.hub.db.read() as tx:
        rows = tx.scalars(select(History.detail).where(History.event == "bad_sample").order_by(History.id))
        return [{key: value for key, value in row.items() if key != "line"} for row in rows]


def test_a_bad_sample_is_refused_with_the_photo_of_it(dock: Dock) -> None:
    """An older photo of the truck is none of it (E-QC-06); the one that is taken now is."""
    receipt = opened(dock, (MUG, 24))
    photographed(dock, receipt, "before")
    inspector(dock, "CM-DAMAGE", "4")
    assert inspector(dock, "CM-OK").code == "E-QC-06"
    assert dock.on_hand() == 24, "nothing is refused before it is proven"
    photographed(dock, receipt, "broken")
    answer = inspector(dock, "CM-OK")
    assert (answer.code, answer.step, dock.on_hand()) == ("W-ST2-FULL", "sample", 23)
    assert told(dock) == [{"fault": "DAMAGED", "photos": ["broken"]}]


def test_without_a_photo_the_reason_is_kept(dock: Dock) -> None:
    opened(dock, (MUG, 24))
    for key in "1234":
        assert inspector(dock, "CM-DAMAGE", "1", key).code == "W-ST2-FULL"
    assert [one["without"] for one in told(dock)] == ["CAMERA", "SEEN", "SAME", "OTHER"]


def test_a_receipt_with_enough_photos_is_asked_for_no_more(dock: Dock) -> None:
    receipt = opened(dock, (MUG, 24))
    photographed(dock, receipt, *(f"p{number}" for number in range(photos.MOST)))
    assert inspector(dock, "CM-DAMAGE", "1").code == "W-ST2-FULL"
    assert told(dock)[0]["without"] == "ENOUGH"
