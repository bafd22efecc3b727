"""Papers somebody else made: a carrier's own label, an invoice as the tax system gave it (P19, P20).

They have no layout. ``data`` is the file in base64, ``format`` one of ``printers.supplied.FORMATS``;
``made_for_dpi`` counts for labels in a printer's language only.
"""

from dataclasses import dataclass

from printers.fields import BarcodeText, Document


@dataclass(frozen=True, slots=True)
class SuppliedWaybill(Document):
    """快递面单 as the carrier or the ERP made it; its bar code must read ``waybill_no``."""

    waybill_no: BarcodeText
    format: str
    data: str
    made_for_dpi: int = 203


@dataclass(frozen=True, slots=True)
class SuppliedInvoice(Document):
    """发票 as supplied, for the parcel."""

    invoice_no: str
    format: str
    data: str
    made_for_dpi: int = 203
