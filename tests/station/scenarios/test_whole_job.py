"""The main job in the floor's words, on both databases."""

from __future__ import annotations

from sqlalchemy import select

from station.exchange.models import OutboxMessage
from station.outbound.orders.models import DeliveryOrder
from station.practice.demo import files, goods
from station.stock.models import Movement
from station.wiring import checks
from tests.floor import QIAN, SUN, Floor


def _ready(floor: Floor, count: int = 4) -> list[str]:
    """Goods are in their slots, orders are in; their ERP numbers."""
    articles = goods.products(4)
    wanted = goods.orders(articles, count, 3, floor.hub.clock.now(), ["ZTO"])
    (notice,) = goods.notices(articles, goods.demand(wanted), "WH1", floor.hub.clock.today())
    files.write_documents(floor.hub.settings, articles, [notice], wanted)
    office = floor.office()
    for _ in range(2):  # a file is taken when two looks find it unchanged
        office.pull("folder")
    dated = {item.code: "20260401" if item.is_shelf_life else "" for item in articles}
    lines = [
        (goods.gtin(int(line.sku_code[1:])), line.qty_each // 12, 0, dated[line.sku_code])
        for line in notice.lines
    ]
    floor.receive(notice.asn_no, lines)
    return [order.erp_no for order in wanted]


def assert_books_are_right(floor: Floor) -> None:
    assert checks.broken(floor.hub.db) == []


def test_an_order_goes_from_the_office_to_the_courier(floor: Floor) -> None:
    """From the documents of the ERP to its confirmations; every invariant holds (T69)."""
    numbers = _ready(floor)
    released = floor.release()
    assert released.orders == len(numbers)
    bills: list[str] = []
    while floor.look(SUN, "pick")["facts"].get("hint"):
        floor.pick_next()
        bills += floor.pack_tote()
    assert len(bills) == len(numbers)
    answer = floor.dispatch("ZTO", bills)
    assert answer.code == "S-DSP-SHIPPED"
    floor.office().push("folder")
    outbox = sorted(path.name for path in (floor.hub.settings.data / "erp" / "outbox").iterdir())
    assert [name.split("-")[0] for name in outbox] == ["receipt_confirmation"] + [
        "shipment_confirmation"
    ] * len(numbers)
    with floor.hub.db.read() as tx:
        assert set(tx.scalars(select(DeliveryOrder.state))) == {"SHIPPED"}
        confirmed = tx.scalars(
            select(OutboxMessage).where(OutboxMessage.kind == "shipment_confirmation")
        ).all()
        assert sorted(message.payload["erp_no"] for message in confirmed) == sorted(numbers)
        assert all(
            message.payload["lines"][0]["lot"] and message.payload["weight_g"] for message in confirmed
        )
        shipped = tx.scalars(select(Movement).where(Movement.type == "SHIP")).all()
        assert {move.to_location_id for move in shipped} == {2}
    assert_books_are_right(floor)


def test_a_closed_manifest_takes_no_late_parcel(floor: Floor) -> None:
    """T68: after closing, a late parcel is refused; it goes on a new manifest."""
    _ready(floor)
    floor.release()
    bills: list[str] = []
    while floor.look(SUN, "pick")["facts"].get("hint"):
        floor.pick_next()
        bills += floor.pack_tote()
    first = floor.dispatch("ZTO", bills[:-1])
    assert first.code == "S-DSP-SHIPPED"
    late = floor.dispatch("ZTO", bills[-1:], number=QIAN)
    assert late.body["message"]["en"].startswith("Shipped 1")
    assert_books_are_right(floor)
