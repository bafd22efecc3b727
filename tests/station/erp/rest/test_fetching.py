"""Fetching: stock, states, and confirmations that wait until they are acknowledged, in order."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, update

from station.erp.sync import Sync
from station.exchange import documents as erp
from station.exchange import outbox
from station.exchange.models import OutboxMessage
from station.stock.models import Stock
from tests.conftest import SHANGHAI
from tests.station.erp.rest.conftest import Shop, order_of


def tell(shop: Shop, key: str, doc_no: str = "DO1", erp_no: str = "SO-1") -> None:
    """The warehouse has something to say about an order."""
    now = shop.floor.hub.clock.now()
    doc = erp.OrderStateDocument(
        event_key=key, erp_no=erp_no, order_no=doc_no, state="PICK", at=now, operator="李"
    )
    shop.floor.hub.db.write(lambda tx: outbox.put(tx, doc, doc_no=doc_no, now=now))


def keys(page: Any) -> list[str]:
    return [row["event_key"] for row in page["confirmations"]]


def ack(shop: Shop, key: str, **body: str) -> Any:
    return shop.call("POST", f"/confirmations/{key}/ack", body or None)


def test_an_order_goes_through_the_warehouse_and_is_confirmed(stocked: Shop) -> None:
    """Received, ordered, shipped: every confirmation waits for the shop and says what happened."""
    floor = stocked.floor
    stocked.push(order_of(1, ("S0001", 3), ("S0002", 1)))
    floor.release()
    floor.pick_next()
    bills = floor.pack_tote()
    floor.dispatch("ZTO", bills)
    rows = stocked.get("/confirmations")["confirmations"]
    by_kind = {row["kind"]: row["document"] for row in rows}
    for kind, document in ((row["kind"], row["document"]) for row in rows):
        assert erp.to_data(erp.from_data(kind, document), SHANGHAI) == document
        assert {text for name, text in document.items() if name.endswith("_at")} <= {
            "2026-05-01T09:00:00+08:00"
        }
    assert [line["qty_good"] for line in by_kind["receipt_confirmation"]["lines"]] == [24] * 4
    shipped = by_kind["shipment_confirmation"]
    assert (shipped["erp_no"], shipped["waybill_no"]) == ("SO-1", bills[0])
    shown = stocked.get("/orders/SO-1")
    assert shown["state"] == "SHIPPED"
    assert [bill["waybill_no"] for bill in shown["waybills"]] == bills
    assert [line["qty_shipped"] for line in shown["lines"]] == [3, 1]
    (asn_no,) = {by_kind["receipt_confirmation"]["asn_no"]}
    notice = stocked.get(f"/notices/{asn_no}")
    assert notice["state"] != "EXPECTED"
    assert [line["qty_received"] for line in notice["lines"]] == [24] * 4
    assert notice["receipts"][0]["grn_no"] == by_kind["receipt_confirmation"]["grn_no"]
    for row in rows:
        assert ack(stocked, row["event_key"], erp_ref=f"R-{row['id']}").json["result"] == "ACKNOWLEDGED"
    assert stocked.get("/confirmations") == {"confirmations": [], "next": None}


def test_stock_is_paged_by_whole_articles(stocked: Shop) -> None:
    whole = stocked.get("/stock")
    assert whole["next"] is None
    assert [(row["sku_code"], row["qty_each"], row["free_each"]) for row in whole["stock"]] == [
        (f"S{at:04d}", 24, 24) for at in range(1, 5)
    ]

    def split(tx: Any) -> None:
        """Two statuses of one article are never parted."""
        row = tx.scalars(select(Stock).where(Stock.on_hand > 0).order_by(Stock.id)).first()
        tx.add(
            Stock(sku_id=row.sku_id, lot_id=row.lot_id, location_id=row.location_id, status="HOLD", on_hand=5)
        )

    stocked.floor.hub.db.write(split)
    rows: list[Any] = []
    after: Any = ""
    pages = 0
    while after is not None:
        page = stocked.get(f"/stock?limit=1&after={after}")
        rows, after, pages = rows + page["stock"], page["next"], pages + 1
    assert pages == 4
    assert rows == stocked.get("/stock")["stock"]
    assert [row["status"] for row in rows].count("HOLD") == 1


def test_free_stock_is_what_no_order_was_promised(stocked: Shop) -> None:
    stocked.push(order_of(1, ("S0001", 3)))
    stocked.floor.release()
    assert stocked.get("/stock?limit=1")["stock"] == [
        {"sku_code": "S0001", "status": "GOOD", "qty_each": 24, "free_each": 21}
    ]


def test_paging_is_complete_while_new_ones_arrive(shop: Shop) -> None:
    for at in range(5):
        tell(shop, f"E{at}", f"DO{at}")
    seen: list[str] = []
    after: Any = 0
    while after is not None:
        page = shop.get(f"/confirmations?limit=2&after={after}")
        seen += keys(page)
        after = page["next"]
        if len(seen) < 6:
            tell(shop, f"N{len(seen)}", "DO0")
    assert seen == ["E0", "E1", "E2", "E3", "E4", "N2", "N4"]
    assert seen == keys(shop.get("/confirmations"))


def test_acknowledging_twice_is_harmless(shop: Shop) -> None:
    tell(shop, "E/1")
    assert ack(shop, "E/1", erp_ref="R-1").json == {"event_key": "E/1", "result": "ACKNOWLEDGED"}
    assert ack(shop, "E/1", erp_ref="R-2").json == {"event_key": "E/1", "result": "ALREADY"}
    with shop.floor.hub.db.read() as tx:
        row = tx.scalars(select(OutboxMessage)).one()
        assert (row.state, row.erp_ref) == ("DONE", "R-1")


def test_one_document_is_acknowledged_in_its_order(shop: Shop) -> None:
    for key, doc_no in (("A1", "DO1"), ("B1", "DO2"), ("A2", "DO1")):
        tell(shop, key, doc_no)
    early = ack(shop, "A2")
    assert (early.status_code, early.json["error"]["code"]) == (409, "earlier_first")
    assert "A1" in early.json["error"]["message"]["en"]
    assert [ack(shop, key).status_code for key in ("B1", "A1", "A2")] == [200, 200, 200]


def test_behind_one_that_is_set_aside_the_later_ones_of_its_document_wait(shop: Shop) -> None:
    for key, doc_no in (("A1", "DO1"), ("A2", "DO1"), ("B1", "DO2"), ("A3", "DO1")):
        tell(shop, key, doc_no)
    shop.floor.hub.db.write(
        lambda tx: tx.execute(
            update(OutboxMessage).where(OutboxMessage.event_key == "A2").values(state="DEAD")
        )
    )
    assert keys(shop.get("/confirmations")) == ["A1", "B1"]
    assert ack(shop, "A3").json["error"]["code"] == "earlier_first"


def test_confirmations_belong_to_one_system(shop: Shop, other: Shop) -> None:
    tell(shop, "E1")
    assert keys(other.get("/confirmations")) == []
    assert ack(other, "E1").status_code == 404
    assert keys(shop.get("/confirmations")) == ["E1"]


def test_nobody_delivers_what_is_fetched(shop: Shop, vault) -> None:
    tell(shop, "E1")
    hub = shop.floor.hub
    sync = Sync(hub.db, hub.clock, vault, hub.settings)
    assert sync.push("shop") == 0
    assert keys(shop.get("/confirmations")) == ["E1"]


def test_a_strange_reference_is_refused(shop: Shop) -> None:
    tell(shop, "E1")
    bodies: list[Any] = [{"erp_ref": "x" * 121}, {"erp_ref": 5}, {"erp_ref": "a\n"}, {"ref": "a"}, []]
    for body in bodies:
        answer = shop.call("POST", "/confirmations/E1/ack", body)
        assert answer.status_code == 422, body
    assert keys(shop.get("/confirmations")) == ["E1"]
