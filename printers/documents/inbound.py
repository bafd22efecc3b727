"""Papers of the dock: what came, what was found, what was taken in."""

from dataclasses import dataclass

from printers.fields import BarcodeText, Document


@dataclass(frozen=True, slots=True)
class CartonLabel(Document):
    """收货标签, on every accepted outer carton (S-13, P4)."""

    carton_code: BarcodeText
    sku_code: str
    product_name: str
    spec: str = ""
    product_barcode: str = ""
    produced_on: str = ""
    expires_on: str = ""
    lot_no: str = ""
    received_on: str = ""
    qty_each: int = 0
    pack_text: str = ""
    supplier_name: str = ""
    putaway_zone: str = ""
    inspector_name: str = ""
    inspector_no: str = ""
    marks: tuple[str, ...] = ()
    carton_i: int = 1
    carton_n: int = 1


@dataclass(frozen=True, slots=True)
class TempLabel(Document):
    """临时箱标, for a carton that has no label yet (P3): its number, its article, and a code that proves
    both.
    """

    temp_code: BarcodeText
    carton_no: str
    product_name: str
    sku_code: str = ""
    spec: str = ""
    expires_on: str = ""
    receipt_no: str = ""
    counted_on: str = ""


@dataclass(frozen=True, slots=True)
class AcceptanceLine(Document):
    """One line of the acceptance sheet; quantities in base units, ``used_percent`` of the shelf life."""

    sku_code: str
    product_name: str
    spec: str = ""
    unit: str = ""
    ordered_qty: int = 0
    delivered_qty: int = 0
    received_qty: int = 0
    rejected_qty: int = 0
    gift_qty: int = 0
    diff_qty: int = 0
    produced_on: str = ""
    shelf_life: str = ""
    expires_on: str = ""
    used_percent: int = 0
    lot_no: str = ""
    stage1_result: str = ""
    sample_due: int = 0
    sample_done: int = 0
    sample_bad: int = 0
    verdict: str = ""


@dataclass(frozen=True, slots=True)
class AcceptanceSheet(Document):
    """商品验收单, draft at the dock, final at signature (S-01, S-11, P1, P4). One document per ply (联次).
    ``driver_strokes``: the driver's signature as the pen drew it on a screen (``printers.strokes``).
    """

    as_no: BarcodeText
    po_no: str
    supplier_name: str
    lines: tuple[AcceptanceLine, ...] = ()
    vehicle_no: str = ""
    driver_name: str = ""
    arrived_at: str = ""
    reject_reasons: tuple[str, ...] = ()
    override_by: str = ""
    override_reason: str = ""
    receiver_name: str = ""
    inspector_name: str = ""
    clerk_name: str = ""
    signed_at: str = ""
    driver_strokes: str = ""
    ply_no: int = 1
    ply_name: str = ""
    is_draft: bool = False
    seal: str = ""


@dataclass(frozen=True, slots=True)
class InboundLine(Document):
    """One line of the inbound slip; ``qty`` in base units, prices in fen."""

    sku_code: str
    product_name: str
    spec: str = ""
    unit: str = ""
    qty: int = 0
    unit_price_fen: int = 0
    amount_fen: int = 0
    lot_no: str = ""
    expires_on: str = ""
    slot_code: str = ""


@dataclass(frozen=True, slots=True)
class InboundSlip(Document):
    """入库单 (S-27, S-28, P4). ``shows_money`` only on the finance ply; ``reverses_no`` marks a 红冲 and
    ``reason`` says why.
    """

    gr_no: BarcodeText
    as_no: str
    po_no: str
    supplier_name: str
    lines: tuple[InboundLine, ...] = ()
    warehouse_name: str = ""
    posted_on: str = ""
    supervisor_name: str = ""
    keeper_name: str = ""
    clerk_name: str = ""
    ply_no: int = 1
    ply_name: str = ""
    shows_money: bool = False
    reverses_no: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class DockLabel(Document):
    """月台标, in the lane where a truck's goods wait (P1). ``zone`` is where they will be put away (S-15)."""

    receipt_code: BarcodeText
    supplier_name: str
    po_no: str = ""
    vehicle_no: str = ""
    driver_name: str = ""
    arrived_at: str = ""
    cartons: int = 0
    dock: str = ""
    zone: str = ""
    marks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RejectLabel(Document):
    """拒收标签 at the dock, 隔离标签 for what was found bad later (P2, P5). ``reject_code``: RC and line."""

    reject_code: BarcodeText
    product_name: str
    sku_code: str = ""
    spec: str = ""
    qty: int = 0
    unit: str = ""
    reason: str = ""
    supplier_name: str = ""
    rejected_on: str = ""
    receiver_name: str = ""
    is_quarantine: bool = False
