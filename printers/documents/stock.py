"""Papers of the shelves: where things are, what is counted, what is put right."""

from dataclasses import dataclass
from typing import Literal

from printers.fields import BarcodeText, Document, SsccText


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
class PalletLine(Document):
    """One article and lot on a pallet; ``qty`` in base units."""

    sku_code: str
    product_name: str
    qty: int = 0
    unit: str = ""
    lot_no: str = ""
    expires_on: str = ""


@dataclass(frozen=True, slots=True)
class PalletLabel(Document):
    """托盘标签 (P8); several lines make it a mixed pallet (混托). ``sscc`` only when the pallet has one."""

    pallet_code: BarcodeText
    lines: tuple[PalletLine, ...] = ()
    earliest_expires_on: str = ""
    received_on: str = ""
    zone: str = ""
    marks: tuple[str, ...] = ()
    sscc: SsccText = ""


@dataclass(frozen=True, slots=True)
class CountLine(Document):
    """One place to count. There is no book quantity here: the count is blind (P27)."""

    slot_code: str
    sku_code: str = ""
    product_name: str = ""
    lot_no: str = ""
    expires_on: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class CountSheet(Document):
    """盘点单 with empty boxes for what was found (S-36, P27). ``blank_rows`` for what is not in the list."""

    task_code: BarcodeText
    lines: tuple[CountLine, ...] = ()
    kind_text: str = ""
    round_no: int = 1
    counter_name: str = ""
    planned_on: str = ""
    blank_rows: int = 0


@dataclass(frozen=True, slots=True)
class AdjustmentLine(Document):
    """One lot whose stock changes by ``qty`` base units (negative: goes out)."""

    sku_code: str
    product_name: str
    spec: str = ""
    unit: str = ""
    lot_no: str = ""
    expires_on: str = ""
    slot_code: str = ""
    qty: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Adjustment(Document):
    """调整单, 报废单 or 退供单 (``return`` to the supplier) with two signatures (P5, P27)."""

    adjustment_no: BarcodeText
    purpose: Literal["adjust", "scrap", "return"]
    lines: tuple[AdjustmentLine, ...] = ()
    reason: str = ""
    related_no: str = ""
    supplier_name: str = ""
    vehicle_no: str = ""
    warehouse_name: str = ""
    made_on: str = ""
    first_name: str = ""
    second_name: str = ""
    clerk_name: str = ""
    ply_no: int = 1
    ply_name: str = ""
