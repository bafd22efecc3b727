"""A warehouse with a past, made inside the database: rows enough that a plan that reads them all shows.

Numbers and dates fit each other as far as joins need it; the books do not balance.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import JSON, ColumnElement, String, Table, cast, insert, literal, select, text
from sqlalchemy.orm import Session

from printers.schema import print_job
from printers.schema import printer as printer_table
from station.carriers.models import Waybill
from station.catalog.models import Carrier, Sku, Supplier
from station.exchange.models import OutboxMessage
from station.ground.db import Base, Database, Day, Flag, Json, Str, table
from station.ground.documents.history import History
from station.ground.documents.signatures import Signature
from station.ground.scan.models import Scan
from station.inbound.models import InboundLine, InboundNotice, Receipt, ReceiptLine
from station.outbound.dispatch.models import Manifest, ManifestParcel
from station.outbound.orders.models import Allocation, DeliveryOrder, OrderLine
from station.outbound.packing.models import Parcel, ParcelLine
from station.outbound.picking.models import PickList, PickTask
from station.outbound.waves.models import Wave, WaveOrder
from station.people.models import User
from station.stock.models import HandlingUnit, Location, Lot, Movement, Stock
from station.storage.putaway.models import PutawayTask

PAST = datetime(2026, 1, 10, 3, 0, tzinfo=UTC)
ORDERS = 20_000
BASE = 100_000
"""Ids begin after those of the demo's own hall."""

_number = select(literal(1).label("i")).cte("n", recursive=True)
_n = _number.union_all(select(_number.c.i + 1).where(_number.c.i < text(":most")))
N: ColumnElement[int] = _n.c.i


def _of(share: int) -> ColumnElement[int]:
    """One of `share` ids, in turn."""
    return N % share + 1 + BASE


def _no(prefix: str, number: ColumnElement[int] = N) -> ColumnElement[str]:
    return literal(prefix, Str(20)).concat(cast(number, String(20)))


def _constant(column: Any) -> Any:
    kind = column.type
    for types, value in (
        ((Str, String), ""),
        ((Flag,), False),
        ((Json, JSON), {}),
        ((Day,), PAST.date()),
    ):
        if isinstance(kind, types):
            return literal(value, kind)
    return literal(PAST if "DateTime" in type(kind).__name__ else 0, kind)


def fill(tx: Session, model: type[Base] | Table, count: int, **given: Any) -> None:
    """`count` rows; columns that are not given and may not be empty get a constant of their type."""
    into = table(model) if isinstance(model, type) else model
    values: dict[str, Any] = {"id": N + BASE}
    for column in into.columns:
        if column.name in given:
            value = given[column.name]
            values[column.name] = value if isinstance(value, ColumnElement) else literal(value, column.type)
        elif column.name != "id" and not column.nullable:
            values[column.name] = _constant(column)
    source = select(*values.values()).select_from(_n)
    tx.execute(insert(into).from_select(list(values), source, include_defaults=False), {"most": count})


def crowd(db: Database, orders: int = ORDERS) -> None:
    """One line, one allocation, one parcel for each order; every article is a best seller."""
    db.write(lambda tx: _goods(tx, orders))
    db.write(lambda tx: _orders(tx, orders))
    db.write(lambda tx: _work(tx, orders))
    db.write(lambda tx: _trail(tx, orders))
    if not db.is_sqlite:
        with db.engine.connect() as connection:
            connection.execute(text("ANALYZE"))
            connection.commit()


SKUS, LOTS, SLOTS, WAVES, LISTS, MANIFESTS, RECEIPTS = 100, 500, 300, 400, 2000, 100, 100


def _goods(tx: Session, orders: int) -> None:
    fill(tx, Supplier, 1, code="CROWD")
    fill(tx, Location, SLOTS, code=_no("C-"), barcode=_no("LC-"), kind="PICK", state="OPEN", pick_seq=N)
    fill(tx, Sku, orders // 4, code=_no("C"), name_zh="茶", case_qty=12, shelf_life_unit="D", item_type="NORMAL", abc="B",
         home_location_id=_of(SLOTS))  # fmt: skip
    fill(tx, InboundNotice, RECEIPTS, asn_no=_no("C-PO"), supplier_id=BASE + 1, warehouse="WH1")
    fill(tx, InboundLine, LOTS, notice_id=_of(RECEIPTS), line_key=_no(""), sku_id=_of(SKUS), qty_expected=12)
    fill(tx, Receipt, RECEIPTS, receipt_no=_no("C-RC"), sheet_no=_no("C-AS"), grn_no=_no("C-GR"), notice_id=_of(RECEIPTS),
         state="PUTAWAY_DONE", dock_id=_of(SLOTS), posted_at=PAST)  # fmt: skip
    fill(tx, Lot, LOTS, sku_id=_of(SKUS), receipt_id=_of(RECEIPTS))
    fill(tx, ReceiptLine, LOTS, receipt_id=_of(RECEIPTS), inbound_line_id=_of(LOTS), sku_id=_of(SKUS), lot_id=_of(LOTS),
         cartons=1, case_qty=12, qty_delivered=12)  # fmt: skip
    fill(tx, HandlingUnit, LOTS, lpn=_no("C-CT"), kind="CARTON", state="STORED", receipt_line_id=_of(LOTS))
    fill(
        tx,
        PutawayTask,
        LOTS,
        hu_id=_of(LOTS),
        origin_type="RC",
        origin_no=_no("C-RC", _of(RECEIPTS)),
        source_id=_of(SLOTS),
        status="GOOD",
        sku_id=_of(SKUS),
        lot_id=_of(LOTS),
        qty=12,
        state="DONE",
        done_at=PAST,
        proposed_id=_of(SLOTS),
    )
    places = N // LOTS % SLOTS + 1 + BASE
    fill(
        tx,
        Stock,
        orders,
        sku_id=_of(SKUS),
        lot_id=_of(LOTS),
        location_id=places,
        status="GOOD",
        hu_id=0,
        on_hand=N % 2,
    )


def _orders(tx: Session, orders: int) -> None:
    carrier = select(Carrier.id).order_by(Carrier.id).limit(1).scalar_subquery()
    fill(tx, DeliveryOrder, orders, order_no=_no("C-DO"), erp_no=_no("C-SO"), version=1, order_type="JYCK", state="SHIPPED",
         carrier_id=carrier, created_at=PAST)  # fmt: skip
    fill(tx, OrderLine, orders, order_id=N + BASE, line_key="1", sku_id=_of(SKUS), qty=1, qty_reserved=1, qty_picked=1,
         qty_packed=1, qty_shipped=1)  # fmt: skip
    fill(tx, Wave, WAVES, wave_no=_no("C-WV"), type="W1", state="DONE", carrier_id=carrier, created_by="")
    fill(tx, WaveOrder, orders, wave_id=_of(WAVES), order_id=N + BASE, seq=N, flag="DONE")
    fill(tx, PickList, LISTS, pick_no=_no("C-PK"), wave_id=_of(WAVES), state="DONE")
    fill(tx, PickTask, orders, pick_list_id=_of(LISTS), seq=N, stock_id=N + BASE, location_id=_of(SLOTS), sku_id=_of(SKUS),
         lot_id=_of(LOTS), qty=1, qty_picked=1, state="DONE")  # fmt: skip
    fill(tx, Allocation, orders, owner_type="LINE", owner_id=N + BASE, stock_id=N + BASE, lot_id=_of(LOTS), task_id=N + BASE, qty=1,
         qty_taken=1, state="PICKED", ended_at=PAST)  # fmt: skip


def _work(tx: Session, orders: int) -> None:
    carrier = select(Carrier.id).order_by(Carrier.id).limit(1).scalar_subquery()
    fill(tx, Parcel, orders, parcel_no=_no("C-PC"), order_id=N + BASE, seq=1, state="SHIPPED")
    fill(
        tx,
        ParcelLine,
        orders,
        parcel_id=N + BASE,
        order_line_id=N + BASE,
        sku_id=_of(SKUS),
        lot_id=_of(LOTS),
        qty=1,
    )
    fill(tx, Waybill, orders, parcel_id=N + BASE, carrier_id=carrier, request_key=_no("C-"), waybill_no=_no("C-WB"),
         state="HANDED", print_count=1)  # fmt: skip
    fill(tx, Manifest, MANIFESTS, manifest_no=_no("C-MF"), carrier_id=carrier, state="SIGNED", closed_at=PAST)
    fill(tx, ManifestParcel, orders, manifest_id=_of(MANIFESTS), parcel_id=N + BASE)
    fill(tx, OutboxMessage, orders, event_key=_no("C-SHIP-"), kind="shipment_confirmation", doc_no=_no("C-DO"), state="DONE",
         done_at=PAST, target="folder")  # fmt: skip


def _trail(tx: Session, orders: int) -> None:
    printer = select(printer_table.c.id).order_by(printer_table.c.id).limit(1).scalar_subquery()
    user = select(User.id).order_by(User.id).limit(1).scalar_subquery()
    fill(tx, Movement, orders, type="SHIP", sku_id=_of(SKUS), lot_id=_of(LOTS), qty=1, from_location_id=_of(SLOTS),
         from_status="GOOD", to_location_id=2, to_status="GOOD", doc_type="DO", doc_no=_no("C-DO"), idem_key=_no("C-"))  # fmt: skip
    fill(tx, History, orders, doc_type="DO", doc_no=_no("C-DO"), event="ship")
    fill(tx, Signature, orders // 10, doc_type="MF", doc_no=_no("C-MF"), meaning="courier", signer="x")
    fill(tx, print_job, orders, idem_key=_no("C-"), kind="waybill", subject_type="waybill", subject_no=_no("C-WB"),
         printer_id=printer, copies=1, copy_no=1, state="SENT", media="waybill_76x130")  # fmt: skip
    fill(tx, Scan, orders, scan_id=_no("C-"), user_id=user, is_accepted=True, at=PAST - timedelta(days=1))
