"""What the desk looks up; pages hold no SQL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, false, func, or_, select
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
from station.outbound.picking.models import ListTote, PickList
from station.outbound.waves.models import Wave, WaveOrder
from station.people.models import User
from station.stock.models import Location, Movement

Documents = Sequence[tuple[str, str]]
"""Kind and number, as history, ledger, signatures and papers keep them."""

MOST = 200
"""Ledger rows or papers shown of one document."""


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
    """Waves, newest first; orders are counted for those of the page only."""
    orders = select(func.count()).where(WaveOrder.wave_id == Wave.id).scalar_subquery()
    query = (
        select(Wave.wave_no, Wave.type, Wave.state, Carrier.name, orders.label("orders"), Wave.created_at)
        .join(Carrier, Carrier.id == Wave.carrier_id)
        .order_by(Wave.id.desc())
    )
    return list(tx.execute(_page(query, page)))


@dataclass(frozen=True, slots=True)
class ListRow:
    """A pick list with its totes and its picker, as a page shows it."""

    pick_no: str
    state: str
    code: str
    name: str


def wave_lists(tx: Session, wave_no: str) -> list[Any]:
    """Pick lists of a wave."""
    rows = tx.execute(
        select(PickList.id, PickList.pick_no, PickList.state, User.name)
        .join(Wave, Wave.id == PickList.wave_id)
        .outerjoin(User, User.id == PickList.user_id)
        .where(Wave.wave_no == wave_no)
        .order_by(PickList.id)
    ).all()
    carried: dict[int, list[str]] = {}
    for tote in tx.execute(
        select(ListTote.pick_list_id, Location.code)
        .join(Location, Location.id == ListTote.tote_id)
        .where(ListTote.pick_list_id.in_([row.id for row in rows]))
        .order_by(ListTote.id)
    ):
        carried.setdefault(tote.pick_list_id, []).append(tote.code)
    return [
        ListRow(row.pick_no, row.state, " ".join(carried.get(row.id, ())), row.name or "") for row in rows
    ]


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


def jobs(tx: Session, page: int, printer_id: int = 0) -> list[Any]:
    """Print jobs, newest first; of one printer when given."""
    query = _jobs()
    if printer_id:
        query = query.where(print_job.c.printer_id == printer_id)
    return list(tx.execute(_page(query.order_by(print_job.c.id.desc()), page)))


def jobs_of(tx: Session, documents: Documents) -> list[Any]:
    """The papers of documents, newest first."""
    query = _jobs().where(_one_of(print_job.c.subject_type, print_job.c.subject_no, documents))
    return list(tx.execute(query.order_by(print_job.c.id.desc()).limit(MOST)))


def _jobs() -> Any:
    return select(
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
                .order_by(Scan.at.desc(), Scan.id.desc()),
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


def _one_of(doc_type: Any, doc_no: Any, documents: Documents) -> ColumnElement[bool]:
    """Documents by type and number: the indexes begin with the type, a number alone reads the whole table."""
    numbers: dict[str, list[str]] = {}
    for kind, number in documents:
        numbers.setdefault(kind, []).append(number)
    return or_(false(), *(and_(doc_type == kind, doc_no.in_(some)) for kind, some in numbers.items()))


def history(tx: Session, documents: Documents) -> list[History]:
    """State changes of documents."""
    wanted = _one_of(History.doc_type, History.doc_no, documents)
    return list(tx.scalars(select(History).where(wanted).order_by(History.id)))


def signatures(tx: Session, documents: Documents) -> list[Signature]:
    """Who signed."""
    wanted = _one_of(Signature.doc_type, Signature.doc_no, documents)
    return list(tx.scalars(select(Signature).where(wanted).order_by(Signature.id)))


def movements(tx: Session, documents: Documents) -> list[Any]:
    """Ledger rows of documents, with the names of places."""
    source, target = table(Location).alias("source"), table(Location).alias("target")
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
            .where(_one_of(Movement.doc_type, Movement.doc_no, documents))
            .order_by(Movement.id)
            .limit(MOST)
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
