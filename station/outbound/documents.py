"""What the outbound room prints; personal data is masked before it gets here (GB/T 41833)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from printers import documents as paper
from station.carriers.models import Waybill, WaybillState
from station.catalog import rules as catalog
from station.catalog.models import Carrier, Sku
from station.ground import shop
from station.ground.seals import head_on_paper
from station.outbound.dispatch.models import Manifest, ManifestParcel
from station.outbound.orders.masking import mask_note
from station.outbound.orders.models import DeliveryOrder, OrderLine
from station.outbound.orders.place import receiver
from station.outbound.packing.models import Parcel, ParcelLine, ParcelState
from station.settings import Settings

_SHOWN = 6
"""Articles named on a waybill; the packing slip names all."""


def _lines(tx: Session, order_id: int) -> list[Any]:
    return list(
        tx.execute(
            select(
                Sku.name_zh,
                Sku.spec,
                Sku.unit,
                Sku.code,
                OrderLine.qty,
                OrderLine.is_gift,
                OrderLine.price_fen,
            )
            .join(Sku, Sku.id == OrderLine.sku_id)
            .where(OrderLine.order_id == order_id)
            .order_by(OrderLine.id)
        )
    )


def _parcel_lines(tx: Session, parcel_id: int) -> list[Any]:
    """What lies in one parcel; an order may go in several (P17)."""
    return list(
        tx.execute(
            select(Sku.name_zh, Sku.spec, Sku.code, OrderLine.is_gift, func.sum(ParcelLine.qty).label("qty"))
            .join(OrderLine, OrderLine.id == ParcelLine.order_line_id)
            .join(Sku, Sku.id == OrderLine.sku_id)
            .where(ParcelLine.parcel_id == parcel_id)
            .group_by(OrderLine.id, Sku.name_zh, Sku.spec, Sku.code, OrderLine.is_gift)
            .order_by(OrderLine.id)
        )
    )


def _parcels(tx: Session, order_id: int) -> int:
    """How many parcels an order has so far."""
    query = select(func.count(Parcel.id)).where(Parcel.order_id == order_id, Parcel.state != ParcelState.VOID)
    return tx.scalar(query) or 1


def packing_slip(tx: Session, order: DeliveryOrder, parcel: Parcel) -> paper.PackingSlip:
    """发货单, into the parcel."""
    return paper.PackingSlip(
        do_no=order.order_no,
        lines=tuple(
            paper.PackingLine(row.name_zh, row.spec, int(row.qty), row.is_gift)
            for row in _parcel_lines(tx, parcel.id)
        ),
        shop_name=order.shop,
        platform_no=order.platform_no,
        buyer_note=mask_note(order.buyer_note),
        parcel_i=parcel.seq,
        parcel_n=_parcels(tx, order.id),
        **receiver(order),
    )


def waybill(
    tx: Session, order: DeliveryOrder, parcel: Parcel, bill: Waybill, settings: Settings
) -> paper.Waybill:
    """快递面单 with the carrier's routing texts as given."""
    carrier, house = tx.get_one(Carrier, bill.carrier_id), shop.name_of(tx, settings)
    assert bill.waybill_no is not None
    return paper.Waybill(
        waybill_no=bill.waybill_no,
        carrier_name=carrier.name,
        route_code=bill.route_code,
        sortation_name=bill.sortation,
        consolidation=bill.consolidation,
        sender_name=carrier.sender_name or order.shop or house,
        sender_phone=carrier.sender_phone,
        sender_address=carrier.sender_address or house,
        parcel_i=parcel.seq,
        parcel_n=_parcels(tx, order.id),
        do_no=order.order_no,
        goods=_goods(_parcel_lines(tx, parcel.id)),
        note=mask_note(order.seller_note),
        **receiver(order),
    )


def _goods(lines: list[Any]) -> tuple[str, ...]:
    """What lies in the parcel, for whoever packs; of many articles how many more there are."""
    shown = [f"{row.code}×{row.qty}" for row in lines[:_SHOWN]]
    return (*shown, f"+{len(lines) - _SHOWN}") if len(lines) > _SHOWN else tuple(shown)


def invoice_copy(tx: Session, order: DeliveryOrder, settings: Settings) -> paper.InvoiceCopy:
    """发票副本 on request (P20): number and amounts come from the ERP, the station only prints."""
    data = order.invoice or {}
    lines = [row for row in _lines(tx, order.id) if not row.is_gift]
    gross = data.get("amount_fen") or sum((row.price_fen or 0) * row.qty for row in lines)
    return paper.InvoiceCopy(
        invoice_no=data.get("number", ""),
        issued_on=data.get("issued_on", ""),
        buyer_name=data.get("title", ""),
        seller_name=order.shop or shop.name_of(tx, settings),
        lines=tuple(
            paper.InvoiceLine(
                row.name_zh, row.spec, row.unit, row.qty, row.price_fen or 0, (row.price_fen or 0) * row.qty
            )
            for row in lines
        ),
        buyer_tax_no=data.get("tax_no", ""),
        gross_fen=gross,
        do_no=order.order_no,
    )


def manifest(tx: Session, manifest: Manifest, settings: Settings, ply: int, left: int = 0) -> paper.Manifest:
    """交接清单: the count on paper is the count scanned (I6)."""
    rows = tx.execute(
        select(Waybill.waybill_no, Parcel.weight_dg, Parcel.is_typed)
        .join(Parcel, Parcel.id == Waybill.parcel_id)
        .join(ManifestParcel, ManifestParcel.parcel_id == Parcel.id)
        .where(ManifestParcel.manifest_id == manifest.id, Waybill.state == WaybillState.BOUND)
        .order_by(ManifestParcel.id)
    ).all()
    return paper.Manifest(
        manifest_no=manifest.manifest_no,
        carrier_name=catalog.carrier(tx, manifest.carrier_id).name,
        parcels=tuple(
            paper.ManifestParcel(row.waybill_no, (row.weight_dg or 0) // 10, row.is_typed) for row in rows
        ),
        warehouse_name=shop.name_of(tx, settings),
        pickup_on=str(manifest.opened_at.astimezone(settings.zone).date()),
        vehicle_no=manifest.plate,
        ticket_count=len(rows),
        unscanned_count=left,
        dispatcher_name=manifest.opened_by,
        courier_name=manifest.courier,
        ply_no=ply,
        ply_name=("仓库联", "快递联")[ply - 1],
        seal=head_on_paper(tx),
    )
