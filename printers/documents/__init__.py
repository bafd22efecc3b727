"""What stands on each paper, as plain frozen data.

Only ``str``, ``int``, ``bool``, tuples and nested lines. Dates and instants are ISO strings in local
time (``2026-01-31``, ``2026-01-31 09:30``), money is integer fen, weights are integer grams, quantities are
integer base units. An empty string or 0 means "not known, not printed". Personal data arrives already masked.
How often a paper was printed is not part of it: that belongs to the print job.
"""

from printers.documents.data import KINDS, from_data, kind_of, to_data
from printers.documents.inbound import AcceptanceLine, AcceptanceSheet, CartonLabel, InboundLine, InboundSlip
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
    Waybill,
)
from printers.documents.stock import SlotLabel
from printers.fields import BarcodeText, Document

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
