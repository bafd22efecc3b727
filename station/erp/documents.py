"""The canonical documents the station exchanges with any ERP (§11).

Frozen data: quantities in EACH, weights in whole grams, money in whole fen, dates warehouse-local,
instants aware. Numbers of the ERP (`code`, `asn_no`, `erp_no`, `line_key`) are kept as it wrote them.
`to_data` and `from_data` turn documents into JSON-ready data and back, strictly; `to_json` and
`from_json` do the same with text.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import types
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from typing import Any, get_args, get_origin, get_type_hints


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductBarcode:
    """A barcode and how many EACH one scan of it means; level EACH, INNER or CASE."""

    code: str
    level: str = "EACH"
    qty: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """An article (domain §3), known by `code`.

    `inner_per_case` inner packs make a case of `case_qty` EACH; 0 when there are none. `gross_g` is the
    weight of one EACH. The life is `shelf_life_n` days ("D") or months ("M"); `reject_days` 禁收,
    `lockup_days` 禁售 and `advent_days` 临期 are days. `item_type` is NORMAL, GIFT or PACKAGING.
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
    item_type: str = "NORMAL"
    price_fen: int | None = None
    is_active: bool = True
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
    what the supplier announced; what counts is what the dock reads.
    """

    line_key: str
    sku_code: str
    qty_each: int
    price_fen: int | None = None
    lot: str = ""
    produced_on: date | None = None
    expires_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundNotice:
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
class OrderLine:
    """One article of an order; `line_key` is the ERP's own key and comes back with the shipment."""

    line_key: str
    sku_code: str
    qty_each: int
    is_gift: bool = False
    price_fen: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryOrder:
    """What one consignee gets (P11), known by `erp_no`; a higher `version` replaces a lower one.

    `order_type` is JYCK sale, BFCK reship, HHCK exchange or QTCK other. `min_left_days` is the shelf life
    the goods must still have on the day they leave.
    """

    erp_no: str
    carrier_code: str
    receiver: Receiver
    lines: tuple[OrderLine, ...]
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


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelOrder:
    """The office stops the whole order `erp_no` (P24)."""

    erp_no: str
    version: int = 1
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CarrierLabel:
    """The carrier's own label for `erp_no`, printed as it is (P19 RAW); `label_data` is base64."""

    erp_no: str
    waybill_no: str
    label_format: str
    label_data: str
    label_dpi: int = 203
    route_code: str = ""
    sortation: str = ""
    version: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptConfirmationLine:
    """What was taken in of one lot (S-23), in EACH; `line_key` is the notice's, empty when unannounced."""

    sku_code: str
    line_key: str
    lot: str
    produced_on: date | None
    expires_on: date | None
    qty_good: int
    qty_rejected: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptConfirmation:
    """A posted inbound slip: increments, never running totals."""

    event_key: str
    grn_no: str
    asn_no: str
    supplier_code: str
    posted_at: datetime
    lines: tuple[ReceiptConfirmationLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipmentConfirmationLine:
    """What left of one lot, in EACH; `lot` is the supplier's lot, else our own number."""

    line_key: str
    sku_code: str
    lot: str
    expires_on: date | None
    qty_each: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipmentConfirmation:
    """One parcel handed to the carrier (P22)."""

    event_key: str
    erp_no: str
    order_no: str
    carrier_code: str
    waybill_no: str
    shipped_at: datetime
    weight_g: int
    operator: str
    lines: tuple[ShipmentConfirmationLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderState:
    """A state the office must know, in the Qimen vocabulary (§6.0)."""

    event_key: str
    erp_no: str
    order_no: str
    state: str
    at: datetime
    operator: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StockLevelLine:
    """EACH of one stock status (ours) on hand, and how many of them no order has been promised."""

    status: str
    qty_each: int
    free_each: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StockChange:
    """What there is of one article now (S-36); `seq` rises, so an older one is known for what it is."""

    event_key: str
    sku_code: str
    seq: int
    at: datetime
    lines: tuple[StockLevelLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AdjustmentLine:
    """EACH of one lot that there are more (`delta_each` > 0) or fewer of; two statuses when it only moved."""

    sku_code: str
    lot: str
    expires_on: date | None
    status_from: str
    status_to: str
    delta_each: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StockAdjustment:
    """A signed correction of the books; `adjustment_type` is COUNT, DAMAGE, EXPIRE, FOUND or STATUS."""

    event_key: str
    adjustment_no: str
    adjustment_type: str
    at: datetime
    operator: str
    reason: str
    lines: tuple[AdjustmentLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnLine:
    """EACH of one lot that came back, with its grade and the stock status it got (P25)."""

    line_key: str
    sku_code: str
    lot: str
    expires_on: date | None
    grade: str
    status: str
    qty_each: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnResult:
    """What came back of an order and what became of it (P25)."""

    event_key: str
    return_no: str
    erp_no: str
    at: datetime
    operator: str
    lines: tuple[ReturnLine, ...]


DOC_TYPES: dict[str, type[Any]] = {
    "product": Product,
    "supplier": Supplier,
    "notice": InboundNotice,
    "cancel_notice": CancelNotice,
    "order": DeliveryOrder,
    "cancel": CancelOrder,
    "carrier_label": CarrierLabel,
    "receipt_confirmation": ReceiptConfirmation,
    "shipment_confirmation": ShipmentConfirmation,
    "order_state": OrderState,
    "stock_change": StockChange,
    "stock_adjustment": StockAdjustment,
    "return_result": ReturnResult,
}
INCOMING = ("product", "supplier", "notice", "cancel_notice", "order", "cancel", "carrier_label")
"""Types an ERP sends us, in the order of taking over."""

OUTGOING = tuple(name for name in DOC_TYPES if name not in INCOMING)
"""Types we send."""

_NAMES = {cls: name for name, cls in DOC_TYPES.items()}
_NUMBER_FIELDS = ("asn_no", "erp_no", "code", "event_key")


def doc_type_of(doc: Any) -> str:
    """The name of a document's type."""
    return _NAMES[type(doc)]


def digest_of(doc: Any) -> str:
    """Tells whether two documents say the same, whatever their version.

    Fields that say nothing (their default) do not count, so that a field added by a later release of
    this software does not make every known document look changed.
    """
    text = json.dumps(_said(doc), ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:32]


def _said(doc: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, default in _defaults(type(doc)):  # type: ignore[arg-type]  # classes are hashable
        value = getattr(doc, name)
        if value != default and name != "version":
            if isinstance(value, tuple):
                found[name] = [_said(part) for part in value]
            else:
                found[name] = _said(value) if dataclasses.is_dataclass(value) else _plain(value)
    return found


@cache
def _defaults(cls: type[Any]) -> list[tuple[str, Any]]:
    return [(item.name, item.default) for item in dataclasses.fields(cls)]


def doc_no_of(doc: Any) -> str:
    """The number under which the ERP knows a document."""
    if hasattr(doc, "event_key"):
        return str(doc.event_key)
    return str(next(getattr(doc, name) for name in _NUMBER_FIELDS if hasattr(doc, name)))


def to_data(doc: Any) -> dict[str, Any]:
    """JSON-ready data: dates ISO, instants ISO in UTC."""
    return {item.name: _plain(getattr(doc, item.name)) for item in dataclasses.fields(doc)}


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value):
        return to_data(value)
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, datetime):
        return _aware(value).astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else value


def _aware(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError(f"{value} has no time zone")
    return value


def to_json(doc: Any) -> str:
    """`to_data` as compact JSON text; equal documents give equal texts."""
    return json.dumps(to_data(doc), ensure_ascii=False, separators=(",", ":"))


def from_json(doc_type: str, text: str) -> Any:
    """The document written by `to_json`; ValueError for anything else."""
    return from_data(doc_type, json.loads(text))


def from_data(doc_type: str, data: dict[str, Any]) -> Any:
    """The document described by `data`; ValueError for anything unknown, missing or mistyped."""
    if doc_type not in DOC_TYPES:
        raise ValueError(f"there is no document type {doc_type!r}")
    return _build(DOC_TYPES[doc_type], data)


@cache
def _hints(cls: type[Any]) -> dict[str, Any]:
    return get_type_hints(cls)


def _build(cls: type[Any], data: Any) -> Any:
    hints = _hints(cls)  # type: ignore[arg-type]  # classes are hashable
    if not isinstance(data, dict) or data.keys() - hints.keys():
        raise ValueError(f"{cls.__name__} has unknown fields or is not an object")
    try:
        return cls(**{name: _value(hints[name], value) for name, value in data.items()})
    except TypeError as error:
        raise ValueError(f"{cls.__name__}: {error}") from None


def _value(hint: Any, value: Any) -> Any:
    if get_origin(hint) is types.UnionType:
        if value is None:
            return None
        hint = next(part for part in get_args(hint) if part is not type(None))
    if get_origin(hint) is tuple:
        if not isinstance(value, list | tuple):
            raise ValueError("a list is expected")
        return tuple(_value(get_args(hint)[0], item) for item in value)
    if dataclasses.is_dataclass(hint):
        return _build(hint, value)  # type: ignore[arg-type]
    if hint is datetime:
        return _aware(datetime.fromisoformat(value))
    if hint is date:
        return date.fromisoformat(value)
    if not isinstance(value, hint) or (hint is int and isinstance(value, bool)):
        raise ValueError(f"{value!r} is not of type {hint.__name__}")
    return value
