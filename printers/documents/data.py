"""The kinds of paper by name, and their way into JSON and back."""

import dataclasses
from typing import Any, cast, get_args, get_origin

from printers.documents.gifts import GiftLabel, GiftRegister
from printers.documents.inbound import (
    AcceptanceSheet,
    CartonLabel,
    DockLabel,
    InboundSlip,
    RejectLabel,
    TempLabel,
)
from printers.documents.machine import TestPage
from printers.documents.outbound import InvoiceCopy, Manifest, PackingSlip, PickList, SortSheet, Waybill
from printers.documents.registers import RegisterSheet
from printers.documents.returns import ReturnLabel
from printers.documents.stock import Adjustment, CountSheet, PalletLabel, SlotLabel
from printers.documents.supplied import SuppliedInvoice, SuppliedWaybill
from printers.documents.things import LabelSheet, ThingLabel
from printers.errors import BadDocument
from printers.fields import Document, fields_of, is_document

KINDS: dict[str, type[Document]] = {
    "carton_label": CartonLabel,
    "temp_label": TempLabel,
    "reject_label": RejectLabel,
    "dock_label": DockLabel,
    "acceptance_sheet": AcceptanceSheet,
    "inbound_slip": InboundSlip,
    "slot_label": SlotLabel,
    "thing_label": ThingLabel,
    "label_sheet": LabelSheet,
    "pallet_label": PalletLabel,
    "gift_label": GiftLabel,
    "gift_register": GiftRegister,
    "pick_list": PickList,
    "sort_sheet": SortSheet,
    "packing_slip": PackingSlip,
    "waybill": Waybill,
    "invoice_copy": InvoiceCopy,
    "manifest": Manifest,
    "return_label": ReturnLabel,
    "count_sheet": CountSheet,
    "adjustment": Adjustment,
    "register_sheet": RegisterSheet,
    "test_page": TestPage,
}
# Papers somebody else made: no layout, passed on as they are.
SUPPLIED: dict[str, type[Document]] = {
    "supplied_waybill": SuppliedWaybill,
    "supplied_invoice": SuppliedInvoice,
}
_STANDS_FOR = {
    "supplied_waybill": "waybill",
    "supplied_invoice": "invoice_copy",
    "temp_label": "carton_label",
}
_EVERY = KINDS | SUPPLIED
ROUTED = tuple(kind for kind in KINDS if kind not in _STANDS_FOR)
"""Kinds that get a printer of their own."""
_NAMES = {document: kind for kind, document in _EVERY.items()}


def kind_of(doc: Document) -> str:
    """Return the snake_case kind of a document; BadDocument for a line or a foreign object."""
    if type(doc) not in _NAMES:
        raise BadDocument(f"{type(doc).__name__} is not a document that can be printed alone.")
    return _NAMES[type(doc)]


def routed_as(kind: str) -> str:
    """Return the kind whose routes and papers this one uses: itself, or the paper it stands for."""
    return _STANDS_FOR.get(kind, kind)


def to_data(doc: Document) -> dict[str, Any]:
    """Return the content as JSON-ready data, which ``from_data`` turns into an equal document."""
    return cast("dict[str, Any]", _plain(doc))


def from_data(kind: str, data: Any) -> Document:
    """Return the document described by JSON data; BadDocument on anything unknown, missing or mistyped."""
    if kind not in _EVERY:
        raise BadDocument(f"There is no document kind {kind!r}.")
    return _build(kind, _EVERY[kind], data)


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
