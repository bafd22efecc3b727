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
from datetime import UTC, date, datetime
from functools import cache
from typing import Any, get_args, get_origin, get_type_hints
from zoneinfo import ZoneInfo

from station.exchange.documents_in import (
    CancelNotice,
    CancelOrder,
    CarrierLabel,
    Invoice,
    NoticeDocument,
    NoticeLine,
    OrderDocument,
    OrderDocumentLine,
    Product,
    ProductBarcode,
    Receiver,
    Supplier,
)
from station.exchange.documents_out import (
    AdjustmentLine,
    OrderShortage,
    OrderShortageLine,
    OrderStateDocument,
    ReceiptConfirmation,
    ReceiptConfirmationLine,
    ReceiptReversal,
    ReturnLine,
    ReturnResult,
    ShipmentConfirmation,
    ShipmentConfirmationLine,
    StockAdjustment,
    StockChange,
    StockLevelLine,
)

__all__ = [
    "DOC_TYPES",
    "INCOMING",
    "OUTGOING",
    "AdjustmentLine",
    "CancelNotice",
    "CancelOrder",
    "CarrierLabel",
    "Invoice",
    "NoticeDocument",
    "NoticeLine",
    "OrderDocument",
    "OrderDocumentLine",
    "OrderShortage",
    "OrderShortageLine",
    "OrderStateDocument",
    "Product",
    "ProductBarcode",
    "ReceiptConfirmation",
    "ReceiptConfirmationLine",
    "ReceiptReversal",
    "Receiver",
    "ReturnLine",
    "ReturnResult",
    "ShipmentConfirmation",
    "ShipmentConfirmationLine",
    "StockAdjustment",
    "StockChange",
    "StockLevelLine",
    "Supplier",
    "digest_of",
    "doc_no_of",
    "doc_type_of",
    "from_data",
    "from_json",
    "schema_name",
    "to_data",
    "to_json",
]

DOC_TYPES: dict[str, type[Any]] = {
    "product": Product,
    "supplier": Supplier,
    "notice": NoticeDocument,
    "cancel_notice": CancelNotice,
    "order": OrderDocument,
    "cancel": CancelOrder,
    "carrier_label": CarrierLabel,
    "receipt_confirmation": ReceiptConfirmation,
    "receipt_reversal": ReceiptReversal,
    "shipment_confirmation": ShipmentConfirmation,
    "order_state": OrderStateDocument,
    "order_shortage": OrderShortage,
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


_SCHEMAS = {
    OrderDocument: "DeliveryOrder",
    OrderDocumentLine: "OrderLine",
    NoticeDocument: "InboundNotice",
    OrderStateDocument: "OrderState",
}


def schema_name(cls: type[Any]) -> str:
    """What the API calls a class of documents; programs of others are made from these names."""
    return _SCHEMAS.get(cls, cls.__name__)


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
    values: dict[str, Any] = {}
    for name, default in _defaults(type(doc)):  # type: ignore[arg-type]  # classes are hashable
        value = getattr(doc, name)
        if value != default and name != "version":
            if isinstance(value, tuple):
                values[name] = [_said(part) for part in value]
            else:
                values[name] = _said(value) if dataclasses.is_dataclass(value) else _plain(value)
    return values


@cache
def _defaults(cls: type[Any]) -> list[tuple[str, Any]]:
    return [(item.name, item.default) for item in dataclasses.fields(cls)]


def doc_no_of(doc: Any) -> str:
    """The number under which the ERP knows a document."""
    if hasattr(doc, "event_key"):
        return str(doc.event_key)
    return str(next(getattr(doc, name) for name in _NUMBER_FIELDS if hasattr(doc, name)))


def to_data(doc: Any, zone: ZoneInfo | None = None) -> dict[str, Any]:
    """JSON-ready data: dates ISO; instants ISO in UTC as they are kept, or as `on_the_wall` says them."""
    return {item.name: _plain(getattr(doc, item.name), zone) for item in dataclasses.fields(doc)}


def on_the_wall(value: datetime, zone: ZoneInfo) -> str:
    """An instant as others read it: by the warehouse's clock, in whole seconds, with the offset."""
    return _aware(value).astimezone(zone).replace(microsecond=0).isoformat()


def _plain(value: Any, zone: ZoneInfo | None = None) -> Any:
    if dataclasses.is_dataclass(value):
        return to_data(value, zone)
    if isinstance(value, tuple):
        return [_plain(item, zone) for item in value]
    if isinstance(value, datetime):
        return on_the_wall(value, zone) if zone else _aware(value).astimezone(UTC).isoformat()
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
        raise ValueError(f"{schema_name(cls)} has unknown fields or is not an object")
    try:
        return cls(**{name: _value(hints[name], value) for name, value in data.items()})
    except TypeError as error:
        raise ValueError(f"{schema_name(cls)}: {error}") from None


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
