"""What the desk looks up; pages hold no SQL."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import false, func, select
from sqlalchemy.orm import Session

from printers.schema import print_job, printer
from station.carriers.models import Waybill
from station.catalog.models import Carrier, Sku, Supplier
from station.exchange.models import OutboxMessage
from station.ground.db import table
from station.ground.documents.history import History
from station.ground.documents.signatures import Signature
from station.ground.scan.models import Scan
from station.ground.web.sheets import PAGE
from station.inbound.models import InboundNotice, Receipt, ReceiptLine
from station.outbound.orders.models import DeliveryOrder, OrderLine
from station.outbound.packing.models import Parcel
from station.outbound.picking.models import PickList
from station.outbound.waves.models import Wave, WaveOrder
from station.people.models import User
from station.stock.models import Location, Movement


def state_counts(tx: Session, model: Any) -> list[tuple[str, int]]:
    """How many rows are in each state."""
    rows = tx.execute(select(model.state, func.count()).group_by(model.state).order_by(model.state))
    return [(row[0], row[1]) for row in rows]


def _page(query: Any, page: int) -> Any:
    return query.offset(page * PAGE).limit(PAGE + 1)


def orders(tx: Session, state: str, text: str, page: int) -> list[Any]:
    """Orders, newest first; by state and by a part of a number."""
    query = select(
        DeliveryOrder.order_no,
        DeliveryOrder.erp_no,
        DeliveryOrder.state,
        DeliveryOrder.shop,
        Carrier.name,
        DeliveryOrder.latest_ship_at,
        DeliveryOrder.hold_reason,
    ).join(Carrier, Carrier.id == DeliveryOrder.carrier_id)
    if state:
        query = query.where(DeliveryOrder.state == state)
    if text:
        query = query.where(
            DeliveryOrder.order_no.contains(text, autoescape=True)
            | DeliveryOrder.erp_no.contains(text, autoescape=True)
        )
    return list(tx.execute(_page(query.order_by(DeliveryOrder.id.desc()), page)))


def order(tx: Session, order_no: str) -> Any:
    """One order with its carrier and waybill, or None."""
    return tx.execute(
        select(DeliveryOrder, Carrier.name, Waybill.waybill_no, Parcel.weight_dg)
        .join(Carrier, Carrier.id == DeliveryOrder.carrier_id)
        .outerjoin(Parcel, Parcel.order_id == DeliveryOrder.id)
        .outerjoin(Waybill, Waybill.parcel_id == Parcel.id)
        .where(DeliveryOrder.order_no == order_no)
        .order_by(Waybill.id.desc())
        .limit(1)
    ).first()


def order_lines(tx: Session, order_id: int) -> list[Any]:
    """Articles of an order with what became of them."""
    return list(
        tx.execute(
            select(
                Sku.code,
                Sku.name_zh,
                OrderLine.qty,
                OrderLine.qty_picked,
                OrderLine.qty_packed,
                OrderLine.qty_shipped,
            )
            .join(Sku, Sku.id == OrderLine.sku_id)
            .where(OrderLine.order_id == order_id)
            .order_by(OrderLine.id)
        )
    )


def receipts(tx: Session, state: str, page: int) -> list[Any]:
    """Receipts, newest first; by state."""
    query = (
        select(
            Receipt.receipt_no,
            Receipt.state,
            InboundNotice.asn_no,
            Supplier.name,
            Receipt.plate,
            Receipt.sheet_no,
            Receipt.grn_no,
            Receipt.arrived_at,
        )
        .join(InboundNotice, InboundNotice.id == Receipt.notice_id)
        .join(Supplier, Supplier.id == InboundNotice.supplier_id)
    )
    if state:
        query = query.where(Receipt.state == state)
    return list(tx.execute(_page(query.order_by(Receipt.id.desc()), page)))


def receipt(tx: Session, receipt_no: str) -> Receipt | None:
    """One receipt."""
    return tx.scalars(select(Receipt).where(Receipt.receipt_no == receipt_no)).first()


def receipt_lines(tx: Session, receipt_id: int) -> list[Any]:
    """What was counted and what inspection said."""
    return list(
        tx.execute(
            select(
                Sku.code,
                Sku.name_zh,
                ReceiptLine.qty_delivered,
                ReceiptLine.qty_rejected,
                ReceiptLine.reject_reason,
                ReceiptLine.expires_on,
                ReceiptLine.samples_done,
                ReceiptLine.samples_due,
            )
            .join(Sku, Sku.id == ReceiptLine.sku_id)
            .where(ReceiptLine.receipt_id == receipt_id)
            .order_by(ReceiptLine.id)
        )
    )


def waves(tx: Session, page: int) -> list[Any]:
    """Waves with their orders counted, newest first."""
    return list(
        tx.execute(
            _page(
                select(
                    Wave.wave_no,
                    Wave.type,
                    Wave.state,
                    Carrier.name,
                    func.count(WaveOrder.id).label("orders"),
                    Wave.created_at,
                )
                .join(Carrier, Carrier.id == Wave.carrier_id)
                .join(WaveOrder, WaveOrder.wave_id == Wave.id)
                .group_by(Wave.id, Wave.wave_no, Wave.type, Wave.state, Carrier.name, Wave.created_at)
                .order_by(Wave.id.desc()),
                page,
            )
        )
    )


def wave_lists(tx: Session, wave_no: str) -> list[Any]:
    """Pick lists of a wave."""
    return list(
        tx.execute(
            select(PickList.pick_no, PickList.state, Location.code, User.name)
            .join(Wave, Wave.id == PickList.wave_id)
            .outerjoin(Location, Location.id == PickList.tote_id)
            .outerjoin(User, User.id == PickList.user_id)
            .where(Wave.wave_no == wave_no)
            .order_by(PickList.id)
        )
    )


def wave_orders(tx: Session, wave_no: str) -> list[Any]:
    """Orders of a wave."""
    return list(
        tx.execute(
            select(DeliveryOrder.order_no, DeliveryOrder.state, WaveOrder.flag)
            .join(WaveOrder, WaveOrder.order_id == DeliveryOrder.id)
            .join(Wave, Wave.id == WaveOrder.wave_id)
            .where(Wave.wave_no == wave_no)
            .order_by(WaveOrder.seq)
        )
    )


def jobs(tx: Session, page: int, subject: str = "", printer_id: int = 0) -> list[Any]:
    """Print jobs, newest first; of one subject or one printer when given."""
    query = select(
        print_job.c.id,
        print_job.c.kind,
        print_job.c.subject_no,
        print_job.c.state,
        print_job.c.copy_no,
        printer.c.name,
        print_job.c.cause,
        print_job.c.proof,
        print_job.c.error,
        print_job.c.created_at,
    ).join(printer, printer.c.id == print_job.c.printer_id)
    if subject:
        query = query.where(print_job.c.subject_no == subject)
    if printer_id:
        query = query.where(print_job.c.printer_id == printer_id)
    return list(tx.execute(_page(query.order_by(print_job.c.id.desc()), page)))


def outbox(tx: Session, page: int, doc_no: str = "") -> list[Any]:
    """Confirmations for the ERP."""
    query = select(OutboxMessage)
    if doc_no:
        query = query.where(OutboxMessage.doc_no == doc_no)
    return list(tx.execute(_page(query.order_by(OutboxMessage.id.desc()), page)).scalars())


def refusals(tx: Session, now: datetime, zone: ZoneInfo, page: int) -> list[Any]:
    """Scans refused since midnight at the warehouse."""
    midnight = datetime.combine(now.astimezone(zone).date(), time(), zone)
    return list(
        tx.execute(
            _page(
                select(Scan.at, User.name, Scan.workflow, Scan.step, Scan.code, Scan.raw)
                .join(User, User.id == Scan.user_id)
                .where(Scan.is_accepted.is_(false()), Scan.at >= midnight)
                .order_by(Scan.id.desc()),
                page,
            )
        )
    )


def alive(tx: Session) -> None:
    """The smallest question the database can answer."""
    tx.execute(select(1))


def people(tx: Session) -> list[User]:
    """Everybody with a badge."""
    return list(tx.scalars(select(User).order_by(User.id).limit(200)))


def history(tx: Session, *doc_nos: str) -> list[History]:
    """State changes of documents."""
    wanted = [doc_no for doc_no in doc_nos if doc_no]
    return list(tx.scalars(select(History).where(History.doc_no.in_(wanted)).order_by(History.id)))


def signatures(tx: Session, *doc_nos: str) -> list[Signature]:
    """Who signed."""
    wanted = [doc_no for doc_no in doc_nos if doc_no]
    return list(tx.scalars(select(Signature).where(Signature.doc_no.in_(wanted)).order_by(Signature.id)))


def movements(tx: Session, *doc_nos: str) -> list[Any]:
    """Ledger rows of documents, with the names of places."""
    source, target = table(Location).alias("source"), table(Location).alias("target")
    wanted = [doc_no for doc_no in doc_nos if doc_no]
    return list(
        tx.execute(
            select(
                Movement.at,
                Movement.type,
                Sku.code,
                Movement.qty,
                source.c.code.label("source"),
                target.c.code.label("target"),
            )
            .join(Sku, Sku.id == Movement.sku_id)
            .join(source, source.c.id == Movement.from_location_id)
            .join(target, target.c.id == Movement.to_location_id)
            .where(Movement.doc_no.in_(wanted))
            .order_by(Movement.id)
            .limit(200)
        )
    )


def pick_numbers(tx: Session, order_id: int) -> list[str]:
    """The pick lists that took goods for an order."""
    from station.outbound.orders.models import Allocation
    from station.outbound.picking.models import PickTask

    return list(
        tx.scalars(
            select(PickList.pick_no)
            .join(PickTask, PickTask.pick_list_id == PickList.id)
            .join(Allocation, Allocation.task_id == PickTask.id)
            .join(OrderLine, OrderLine.id == Allocation.owner_id)
            .where(OrderLine.order_id == order_id)
            .distinct()
        )
    )
