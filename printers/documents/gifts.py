"""Papers of the gift keeper: numbered labels and the book they are accounted for in (S-07..S-10, P7)."""

from dataclasses import dataclass

from printers.fields import BarcodeText, Document


@dataclass(frozen=True, slots=True)
class GiftLabel(Document):
    """赠品标签, on every unit given away; its stock is counted (I13)."""

    gift_code: BarcodeText
    product_name: str
    expires_on: str = ""
    serial_no: str = ""


@dataclass(frozen=True, slots=True)
class GiftLine(Document):
    """One row of the gift book: what came in on the left, what of it went out on the right."""

    entered_on: str = ""
    supplier_name: str = ""
    product_name: str = ""
    qty: int = 0
    produced_on: str = ""
    expires_on: str = ""
    registrar_name: str = ""
    issued_on: str = ""
    recipient_name: str = ""
    issued_qty: int = 0
    issued_for: str = ""
    balance_qty: int = 0
    label_from: str = ""
    label_to: str = ""


@dataclass(frozen=True, slots=True)
class GiftRegister(Document):
    """赠品登记本/领取本, on demand and at the month's end (P7, P29). ``blank_rows`` to go on by hand."""

    period_text: str
    lines: tuple[GiftLine, ...] = ()
    warehouse_name: str = ""
    keeper_name: str = ""
    supervisor_name: str = ""
    blank_rows: int = 0
