"""What an ERP sends us: see `station.exchange.documents`, by which everybody reaches these."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductBarcode:
    """A barcode and how many EACH one scan of it means; level EACH, INNER or CASE."""

    code: str
    level: str = "EACH"
    qty: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """An article (domain §3), known by `code`.

    `inner_per_case` inner packs make a case of `case_qty` EACH; 0 when there are none. `gross_g` grams and
    `volume_cm3` cubic centimetres are of one EACH, 0 when not known. The life is `shelf_life_n` days ("D") or
    months ("M"); `reject_days` 禁收, `lockup_days` 禁售 and `advent_days` 临期 are days. `item_type` is
    NORMAL, GIFT or PACKAGING; an empty `goods_class` says nothing of it. `only` names the fields that are
    said, with commas between; the others, and barcodes of levels that are not there, stay as they are.
    Empty, all are said. `cleared` names levels of which the article has no barcode any more, where `only`
    is used.
    """

    code: str
    name_zh: str
    name_en: str = ""
    spec: str = ""
    unit: str = "件"
    barcodes: tuple[ProductBarcode, ...] = ()
    inner_per_case: int = 0
    case_qty: int = 1
    gross_g: int = 0
    volume_cm3: int = 0
    is_valuable: bool = False
    is_serial: bool = False
    is_lot: bool = False
    lot_regex: str = ""
    is_shelf_life: bool = False
    shelf_life_n: int | None = None
    shelf_life_unit: str = "D"
    reject_days: int | None = None
    lockup_days: int | None = None
    advent_days: int | None = None
    abc: str = "B"
    goods_class: str = ""
    item_type: str = "NORMAL"
    price_fen: int | None = None
    is_active: bool = True
    only: str = ""
    cleared: str = ""
    version: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Supplier:
    """Who delivers, known by `code`."""

    code: str
    name: str
    version: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeLine:
    """One article of a notice; `line_key` is the ERP's own key and comes back with the receipt.

    `qty_each` is all that is expected under this notice, what came already included. Lot and dates are
    what the supplier announced; what counts is what the dock reads. `sscc` are the numbers (AI 00) of the
    cartons or pallets that its goods come in, with blanks between them.
    """

    line_key: str
    sku_code: str
    qty_each: int
    price_fen: int | None = None
    lot: str = ""
    produced_on: date | None = None
    expires_on: date | None = None
    sscc: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeDocument:
    """What is expected from a supplier (P1), known by `asn_no`; a higher `version` replaces a lower one."""

    asn_no: str
    supplier_code: str
    warehouse: str
    lines: tuple[NoticeLine, ...]
    version: int = 1
    supplier_name: str = ""
    expected_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelNotice:
    """The office does not expect `asn_no` any more."""

    asn_no: str
    version: int = 1
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receiver:
    """Where a parcel goes."""

    name: str
    phone: str
    address: str
    province: str = ""
    city: str = ""
    district: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice:
    """What the copy of an invoice says (P20)."""

    title: str
    tax_no: str = ""
    number: str = ""
    issued_on: date | None = None
    amount_fen: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderDocumentLine:
    """One article of an order; `line_key` is the ERP's own key and comes back with the shipment."""

    line_key: str
    sku_code: str
    qty_each: int
    is_gift: bool = False
    price_fen: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderDocument:
    """What one consignee gets (P11), known by `erp_no`; a higher `version` replaces a lower one.

    `order_type` is JYCK sale, BFCK reship, HHCK exchange or QTCK other. `min_left_days` is the shelf life
    the goods must still have on the day they leave. `route_code`, `sortation` and `consolidation` (三段码,
    大头笔, 集包地) are what the carrier told the office of this address; they go before the station's table.
    """

    erp_no: str
    carrier_code: str
    receiver: Receiver
    lines: tuple[OrderDocumentLine, ...]
    version: int = 1
    order_type: str = "JYCK"
    shop: str = ""
    platform_no: str = ""
    is_paid: bool = True
    is_urgent: bool = False
    paid_at: datetime | None = None
    latest_ship_at: datetime | None = None
    buyer_note: str = ""
    seller_note: str = ""
    wants_invoice: bool = False
    invoice: Invoice | None = None
    min_left_days: int = 0
    route_code: str = ""
    sortation: str = ""
    consolidation: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelOrder:
    """The office stops the whole order `erp_no` (P24)."""

    erp_no: str
    version: int = 1
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CarrierLabel:
    """The carrier's number for `erp_no`, with its own label, printed as it is (P19 RAW), or without one:
    then the station draws it. `label_data` is base64.
    """

    erp_no: str
    waybill_no: str
    label_format: str = ""
    label_data: str = ""
    label_dpi: int = 203
    route_code: str = ""
    sortation: str = ""
    consolidation: str = ""
    version: int = 1
