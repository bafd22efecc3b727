"""What stands on each paper, as plain frozen data.

Only ``str``, ``int``, ``bool``, tuples and nested lines. Dates and instants are ISO strings in local
time (``2026-01-31``, ``2026-01-31 09:30``), money is integer fen, weights are integer grams, quantities are
integer base units. An empty string or 0 means "not known, not printed". Personal data arrives already masked.
How often a paper was printed is not part of it: that belongs to the print job.
"""

import dataclasses
from dataclasses import dataclass
from typing import Any, cast, get_args, get_origin

from printers.errors import BadDocument
from printers.fields import BarcodeText, Document, fields_of, is_document

__all__ = [
    "KINDS",
    "AcceptanceLine",
    "AcceptanceSheet",
    "BarcodeText",
    "CartonLabel",
    "Document",
    "InboundLine",
    "InboundSlip",
    "InvoiceCopy",
    "InvoiceLine",
    "Manifest",
    "ManifestParcel",
    "PackingLine",
    "PackingSlip",
    "PickLine",
    "PickList",
    "SlotLabel",
    "TestPage",
    "Waybill",
    "from_data",
    "kind_of",
    "to_data",
]


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
class SlotLabel(Document):
    """库位标签, stuck on the rack (S-25, P8, P28). ``arrow`` to the level: ``up``, ``down`` or empty."""

    slot_code: BarcodeText
    display: str
    check_digits: str = ""
    slot_type: str = ""
    zone: str = ""
    arrow: str = ""
    version: int = 1


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
    """商品验收单, draft at the dock, final at signature (S-01, S-11, P1, P4). One document per ply (联次)."""

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
    ply_no: int = 1
    ply_name: str = ""
    is_draft: bool = False


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
    """入库单 (S-27, S-28, P4). ``shows_money`` only on the finance ply; ``reverses_no`` marks a 红冲."""

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
    """拣货单, lines in walk order (S-32, P14). ``pick_no`` is a PK or WV code."""

    pick_no: BarcodeText
    lines: tuple[PickLine, ...] = ()
    kind_text: str = ""
    picker_name: str = ""
    cart_code: str = ""
    carrier_name: str = ""
    cutoff_at: str = ""


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
    """One parcel handed over; weight in grams."""

    waybill_no: str
    weight_g: int = 0


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


@dataclass(frozen=True, slots=True)
class TestPage(Document):
    """测试页: ruler and symbols that show what a printer can do (P30)."""

    __test__ = False  # not a test case, whatever pytest reads into the name

    printer_code: BarcodeText
    printer_name: str = ""
    workstation: str = ""
    language: str = ""
    address: str = ""


KINDS: dict[str, type[Document]] = {
    "carton_label": CartonLabel,
    "slot_label": SlotLabel,
    "acceptance_sheet": AcceptanceSheet,
    "inbound_slip": InboundSlip,
    "pick_list": PickList,
    "packing_slip": PackingSlip,
    "waybill": Waybill,
    "invoice_copy": InvoiceCopy,
    "manifest": Manifest,
    "test_page": TestPage,
}
_NAMES = {document: kind for kind, document in KINDS.items()}


def kind_of(doc: Document) -> str:
    """Return the snake_case kind of a document; BadDocument for a line or a foreign object."""
    if type(doc) not in _NAMES:
        raise BadDocument(f"{type(doc).__name__} is not a document that can be printed alone.")
    return _NAMES[type(doc)]


def to_data(doc: Document) -> dict[str, Any]:
    """Return the content as JSON-ready data, which ``from_data`` turns into an equal document."""
    return cast("dict[str, Any]", _plain(doc))


def from_data(kind: str, data: Any) -> Document:
    """Return the document described by JSON data; BadDocument on anything unknown, missing or mistyped."""
    if kind not in KINDS:
        raise BadDocument(f"There is no document kind {kind!r}.")
    return _build(kind, KINDS[kind], data)


def _plain(value: Any) -> Any:
    if isinstance(value, Document):
        return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value


def _build(path: str, cls: type[Document], data: Any) -> Document:
    if not isinstance(data, dict):
        raise BadDocument(f"{path} must be an object, not {type(data).__name__}.")
    unknown = sorted(str(name) for name in data.keys() - fields_of(cls).keys())
    missing = [name for name in fields_of(cls) if name not in data]
    if unknown or missing:
        raise BadDocument(f"{path}: unknown fields {unknown}, missing fields {missing}.")
    values = {name: _value(f"{path}.{name}", data[name], hint) for name, hint in fields_of(cls).items()}
    return cls(**values)


def _value(path: str, value: Any, hint: Any) -> Any:
    """Turn JSON into what the field holds; the types themselves are checked at construction."""
    if get_origin(hint) is not tuple:
        return value
    if not isinstance(value, list | tuple):
        raise BadDocument(f"{path} must be a list.")
    item = get_args(hint)[0]
    if not is_document(item):
        return tuple(value)
    return tuple(_build(f"{path}[{i}]", item, part) for i, part in enumerate(value))
