"""What stands on each paper, as plain frozen data.

Only ``str``, ``int``, ``bool``, tuples and nested lines. Dates and instants are ISO strings in local
time (``2026-01-31``, ``2026-01-31 09:30``), money is integer fen, weights are integer grams, quantities are
integer base units. An empty string or 0 means "not known, not printed". Personal data arrives already masked.
How often a paper was printed is not part of it: that belongs to the print job.
"""

from printers.documents.data import KINDS, ROUTED, SUPPLIED, from_data, kind_of, routed_as, to_data
from printers.documents.gifts import GiftLabel, GiftLine, GiftRegister
from printers.documents.inbound import (
    AcceptanceLine,
    AcceptanceSheet,
    CartonLabel,
    DockLabel,
    InboundLine,
    InboundSlip,
    RejectLabel,
    TempLabel,
)
from printers.documents.machine import TestPage
from printers.documents.outbound import (
    InvoiceCopy,
    InvoiceLine,
    Manifest,
    ManifestParcel,
    PackingLine,
    PackingSlip,
    PickLine,
    PickList,
    SortCell,
    SortLine,
    SortPut,
    SortSheet,
    Waybill,
)
from printers.documents.registers import RegisterColumn, RegisterRow, RegisterSheet
from printers.documents.returns import ReturnLabel
from printers.documents.stock import (
    Adjustment,
    AdjustmentLine,
    CountLine,
    CountSheet,
    PalletLabel,
    PalletLine,
    SlotLabel,
)
from printers.documents.supplied import SuppliedInvoice, SuppliedWaybill
from printers.documents.things import LabelSheet, SheetLabel, ThingLabel
from printers.fields import BarcodeText, Document, SsccText

__all__ = [
    "KINDS",
    "ROUTED",
    "SUPPLIED",
    "AcceptanceLine",
    "AcceptanceSheet",
    "Adjustment",
    "AdjustmentLine",
    "BarcodeText",
    "CartonLabel",
    "CountLine",
    "CountSheet",
    "DockLabel",
    "Document",
    "GiftLabel",
    "GiftLine",
    "GiftRegister",
    "InboundLine",
    "InboundSlip",
    "InvoiceCopy",
    "InvoiceLine",
    "LabelSheet",
    "Manifest",
    "ManifestParcel",
    "PackingLine",
    "PackingSlip",
    "PalletLabel",
    "PalletLine",
    "PickLine",
    "PickList",
    "RegisterColumn",
    "RegisterRow",
    "RegisterSheet",
    "RejectLabel",
    "ReturnLabel",
    "SheetLabel",
    "SlotLabel",
    "SortCell",
    "SortLine",
    "SortPut",
    "SortSheet",
    "SsccText",
    "SuppliedInvoice",
    "SuppliedWaybill",
    "TempLabel",
    "TestPage",
    "ThingLabel",
    "Waybill",
    "from_data",
    "kind_of",
    "routed_as",
    "to_data",
]
