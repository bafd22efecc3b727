"""A carrier's label that cannot be printed holds its order, until another comes or somebody decides (P19)."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from dataclasses import replace

import pytest
import zxingcpp
from PIL import Image
from sqlalchemy import select

from printers import languages, layouts
from printers.schema import print_job
from station.carriers.models import Waybill
from station.carriers.supplied import SuppliedLabel
from station.exchange.documents import CarrierLabel
from station.outbound.orders.models import DeliveryOrder
from tests.floor import Floor
from tests.printers.samples import WAYBILL
from tests.printers.zpl_zoo import LABEL, NUMBER
from tests.station.outbound.bench import BOX, Bench
from tests.station.outbound.conftest import at_bench, books, shelved
from tests.station.scenarios.conftest import Day, order_of
from tests.station.storage.hall.test_pages import Desk

__all__ = ["at_bench", "books", "shelved"]
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
GOOD = b"^XA" + LABEL + b"^XZ"
HELD = "L-HELD-LABEL"
BAD = b"^XA" + LABEL + b"^XGE:LOGO.GRF,1,1^FS^XZ"


def label_of(data: bytes, kind: str = "ZPL", version: int = 1, number: str = NUMBER) -> CarrierLabel:
    return CarrierLabel(
        erp_no="SO-1",
        waybill_no=number,
        label_format=kind,
        label_data=base64.b64encode(data).decode(),
        version=version,
    )


def state_of(floor: Floor) -> tuple[str, str]:
    with floor.hub.db.read() as tx:
        order = tx.scalars(select(DeliveryOrder)).one()
        return order.state, order.hold_reason


@pytest.fixture
def ordered(shelved: Callable[..., Day]) -> Floor:
    return shelved(order_of(1, ("S0001", 1))).floor


@pytest.mark.parametrize(
    ("data", "kind", "number"),
    [(BAD, "ZPL", NUMBER), (GOOD, "ZPL", "ANOTHER1"), (b"%PDF-1.4 x", "PDF", NUMBER)],
    ids=["logo of some printer", "another number", "broken"],
)
def test_a_label_that_cannot_be_printed_holds_its_order_on_arrival(
    ordered: Floor, books: Callable[[], None], data: bytes, kind: str, number: str
) -> None:
    assert ordered.erp(label_of(data, kind, number=number)) == {"PROBLEM": 1}
    assert state_of(ordered) == ("HOLD", HELD)
    ordered.release()
    assert state_of(ordered) == ("HOLD", HELD), "nothing waves it meanwhile"
    assert ordered.erp(label_of(GOOD, version=2)) == {"TAKEN": 1}
    assert state_of(ordered) == ("AUDITED", "")
    books()


def test_an_order_that_waits_for_something_else_too_waits_on(shelved: Callable[..., Day]) -> None:
    unpaid = replace(order_of(1, ("S0001", 1)), is_paid=False)
    floor = shelved(unpaid).floor
    floor.erp(label_of(BAD))
    floor.erp(label_of(GOOD, version=2))
    assert state_of(floor) == ("HOLD", "L-HELD-UNPAID")


def test_at_the_bench_no_number_of_the_stations_own_takes_its_place(
    at_bench: Callable[..., Bench], books: Callable[[], None]
) -> None:
    bench = at_bench(order_of(1, ("S0001", 1)))
    bench.floor.erp(label_of(BAD))
    bench.to_box(1, 1)
    answer = bench.scan(BOX)
    assert (answer.status, answer.code) == (422, "E-WB-11")
    assert "存在某台打印机里" in answer.body["message"]["zh"]
    assert "stored in some printer" in answer.body["message"]["en"]
    with bench.floor.hub.db.read() as tx:
        assert tx.scalars(select(Waybill)).all() == []
    bench.floor.erp(label_of(GOOD, version=2))
    bench.wait()
    assert bench.scans(BOX).facts["hint"] == NUMBER
    with bench.floor.hub.db.read() as tx:
        kinds = tx.scalars(select(print_job.c.kind).where(print_job.c.kind.like("%waybill"))).all()
    assert kinds == ["supplied_waybill"]
    books()


def test_the_desk_shows_why_sends_another_and_shows_how_it_will_look(ordered: Floor) -> None:
    ordered.erp(label_of(BAD))
    desk = Desk(ordered)
    (number,) = ordered.hub.db.write(lambda tx: tx.scalars(select(DeliveryOrder.order_no)).all())
    path = f"/desk/orders/{number}/label"
    assert path in desk.get(f"/desk/orders/{number}")
    assert "存在某台打印机里" in desk.get(path)
    status, page = desk.post(path, {"waybill_no": NUMBER, "text": BAD.decode()})
    assert (status, "存在某台打印机里" in page) == (422, True)
    status, _ = desk.post(path, {"waybill_no": NUMBER, "text": GOOD.decode()})
    assert status == 302
    assert state_of(ordered)[0] == "AUDITED"
    shown = desk.client.get(f"{path}.png")
    assert shown.mimetype == "image/png"
    codes = zxingcpp.read_barcodes(Image.open(io.BytesIO(shown.data)).convert("L"))
    assert [code.text for code in codes] == [NUMBER]
    assert f"{path}.png" in desk.get(path)


def test_a_file_is_taken_for_what_it_is(ordered: Floor) -> None:
    desk = Desk(ordered)
    (number,) = ordered.hub.db.write(lambda tx: tx.scalars(select(DeliveryOrder.order_no)).all())
    (page,) = layouts.render(WAYBILL, "waybill_76x130")
    fields = {
        "csrf": desk.csrf,
        "waybill_no": WAYBILL.waybill_no,
        "file": (io.BytesIO(languages.encode("pdf", [page], {"dots_per_mm": 8})), "label.pdf"),
    }
    answer = desk.client.post(f"/desk/orders/{number}/label", data=fields)
    assert answer.status_code == 302, answer.text
    with ordered.hub.db.read() as tx:
        assert tx.scalars(select(SuppliedLabel.format)).all() == ["pdf"]


def test_a_person_may_decide_for_the_stations_own_label(ordered: Floor, books: Callable[[], None]) -> None:
    ordered.erp(label_of(BAD))
    desk = Desk(ordered)
    (number,) = ordered.hub.db.write(lambda tx: tx.scalars(select(DeliveryOrder.order_no)).all())
    own = f"/desk/orders/{number}/label/own"
    assert desk.post(own, {"reason": ""})[0] == 422
    assert desk.post(own, {"reason": "快递同意"})[0] == 302
    assert state_of(ordered) == ("AUDITED", "")
    assert desk.post(own, {"reason": "again"})[0] == 422
    ordered.release()
    bench = Bench(ordered)
    bench.pick_all()
    assert bench.to_label(1, 1) != NUMBER
    books()


def test_a_label_that_came_before_its_order_is_used_when_the_order_is_there(
    shelved: Callable[..., Day],
) -> None:
    """Tried again by itself, so that the order does not go out under a number of the station's own."""
    floor = shelved().floor
    assert floor.erp(replace(label_of(GOOD), erp_no="SO-99")) == {"PROBLEM": 1}
    assert floor.erp(order_of(99, ("S0001", 1))) == {"NEW": 1}
    floor.hub.clock.advance(minutes=2)  # type: ignore[attr-defined]
    floor.office().pull("folder")
    with floor.hub.db.read() as tx:
        assert tx.scalars(select(SuppliedLabel.waybill_no)).all() == [NUMBER]
