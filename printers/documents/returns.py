"""Papers of goods that come back."""

from dataclasses import dataclass

from printers.fields import BarcodeText, Document


@dataclass(frozen=True, slots=True)
class ReturnLabel(Document):
    """退货标签, per group of units after grading (S-35, P25)."""

    return_code: BarcodeText
    sku_code: str
    product_name: str = ""
    qty: int = 0
    do_no: str = ""
    waybill_no: str = ""
    grade: str = ""
    destination: str = ""
    inspector_name: str = ""
    graded_on: str = ""
