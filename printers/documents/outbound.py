"""Papers of an order on its way out: picking, sorting, parcel, waybill, invoice, handover."""

from dataclasses import dataclass

from printers.fields import BarcodeText, Document


@dataclass(frozen=True, slots=True)
class PickLine(Document):
    """One stop of the walk; ``qty`` in base units, ``cell`` of the tote or wall."""

    slot_code: str
    sku_code: str
    product_name: str
    spec: str = ""
    lot_no: str = ""
    expires_on: str = ""
    qty: int = 0
    cell: str = ""


@dataclass(frozen=True, slots=True)
class PickList(Document):
    """拣货单, lines in walk order (S-32, P14). ``pick_no`` is a PK or WV code. ``walk_m`` metres are walked,
    ``saved_m`` less than along the fixed sequence; 0 is not shown.
    """

    pick_no: BarcodeText
    lines: tuple[PickLine, ...] = ()
    kind_text: str = ""
    picker_name: str = ""
    cart_code: str = ""
    carrier_name: str = ""
    cutoff_at: str = ""
    walk_m: int = 0
    saved_m: int = 0
    seal: str = ""


@dataclass(frozen=True, slots=True)
class SortCell(Document):
    """Which order stands in which cell of the wall."""

    cell: str
    do_no: str


@dataclass(frozen=True, slots=True)
class SortPut(Document):
    """How many of an article go into a cell, in base units."""

    cell: str
    qty: int = 0


@dataclass(frozen=True, slots=True)
class SortLine(Document):
    """One article of the wave and the cells it is dealt out to."""

    sku_code: str
    product_name: str
    spec: str = ""
    puts: tuple[SortPut, ...] = ()


@dataclass(frozen=True, slots=True)
class SortSheet(Document):
    """播种单: cells and orders of a wave, and every article dealt out to them (P14, P16)."""

    wave_no: BarcodeText
    cells: tuple[SortCell, ...] = ()
    lines: tuple[SortLine, ...] = ()
    wall_name: str = ""
    carrier_name: str = ""
    cutoff_at: str = ""
    sorter_name: str = ""


@dataclass(frozen=True, slots=True)
class PackingLine(Document):
    """One article in the parcel; ``amount_fen`` is shown only when the slip shows prices."""

    product_name: str
    spec: str = ""
    qty: int = 0
    is_gift: bool = False
    amount_fen: int = 0


@dataclass(frozen=True, slots=True)
class PackingSlip(Document):
    """发货单, travels in the parcel (S-32, P14, P17). No prices on a gift order."""

    do_no: BarcodeText
    lines: tuple[PackingLine, ...] = ()
    shop_name: str = ""
    platform_no: str = ""
    ordered_on: str = ""
    receiver_name: str = ""
    receiver_phone: str = ""
    receiver_address: str = ""
    buyer_note: str = ""
    seller_note: str = ""
    service_text: str = ""
    return_address: str = ""
    cell: str = ""
    parcel_i: int = 1
    parcel_n: int = 1
    shows_prices: bool = False


@dataclass(frozen=True, slots=True)
class Waybill(Document):
    """快递面单 (P17, P19). Routing texts are printed as the carrier gave them; weight g, money fen."""

    waybill_no: BarcodeText
    carrier_name: str
    route_code: str = ""
    sortation_name: str = ""
    consolidation: str = ""
    service_name: str = ""
    receiver_name: str = ""
    receiver_phone: str = ""
    receiver_address: str = ""
    sender_name: str = ""
    sender_phone: str = ""
    sender_address: str = ""
    parent_no: str = ""
    parcel_i: int = 1
    parcel_n: int = 1
    weight_g: int = 0
    insured_fen: int = 0
    cod_fen: int = 0
    do_no: str = ""
    cell: str = ""
    goods: tuple[str, ...] = ()
    note: str = ""
    is_inspected: bool = True


@dataclass(frozen=True, slots=True)
class InvoiceLine(Document):
    """One invoiced item; prices without tax in fen, ``tax_rate`` as printed (``13%``)."""

    item_name: str
    spec: str = ""
    unit: str = ""
    qty: int = 0
    unit_price_fen: int = 0
    amount_fen: int = 0
    tax_rate: str = ""
    tax_fen: int = 0


@dataclass(frozen=True, slots=True)
class InvoiceCopy(Document):
    """发票副本 for the parcel (S-32, P20): never the fiscal original. ``check_url`` becomes the QR."""

    invoice_no: str
    issued_on: str
    buyer_name: str
    seller_name: str
    lines: tuple[InvoiceLine, ...] = ()
    buyer_tax_no: str = ""
    seller_tax_no: str = ""
    net_fen: int = 0
    tax_fen: int = 0
    gross_fen: int = 0
    note: str = ""
    issuer_name: str = ""
    check_url: str = ""
    do_no: str = ""


@dataclass(frozen=True, slots=True)
class ManifestParcel(Document):
    """One parcel handed over; weight in grams, `is_typed` (M) when no scale read it."""

    waybill_no: str
    weight_g: int = 0
    is_typed: bool = False


@dataclass(frozen=True, slots=True)
class Manifest(Document):
    """交接清单, what one courier takes in one pickup (S-32, P21). Tickets are counted apart from pieces."""

    manifest_no: BarcodeText
    carrier_name: str
    parcels: tuple[ManifestParcel, ...] = ()
    carrier_account: str = ""
    carrier_branch: str = ""
    warehouse_name: str = ""
    pickup_on: str = ""
    shift: str = ""
    vehicle_no: str = ""
    ticket_count: int = 0
    unscanned_count: int = 0
    intercepted_count: int = 0
    dispatcher_name: str = ""
    courier_name: str = ""
    courier_phone: str = ""
    handed_at: str = ""
    ply_no: int = 1
    ply_name: str = ""
    seal: str = ""
