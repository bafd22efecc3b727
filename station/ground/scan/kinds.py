"""The words of scans: what a code can be, what it says, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Protocol


class Kind(StrEnum):
    """What a scan can be."""

    USER = "USER"
    LOCATION = "LOCATION"
    PALLET = "PALLET"
    CARTON = "CARTON"
    TEMP_CARTON = "TEMP_CARTON"
    TOTE = "TOTE"
    CELL = "CELL"
    WAVE = "WAVE"
    PICK_LIST = "PICK_LIST"
    ORDER = "ORDER"
    MANIFEST = "MANIFEST"
    RECEIPT = "RECEIPT"
    SHEET = "SHEET"
    GRN = "GRN"
    GIFT = "GIFT"
    RETURN = "RETURN"
    PACKAGING = "PACKAGING"
    PRINTER = "PRINTER"
    WORKSTATION = "WORKSTATION"
    COMMAND = "COMMAND"
    PRODUCT = "PRODUCT"
    SSCC = "SSCC"
    LABEL = "LABEL"
    WAYBILL = "WAYBILL"
    NOTICE = "NOTICE"
    QUANTITY = "QUANTITY"
    DATE = "DATE"
    TEXT = "TEXT"
    UNKNOWN = "UNKNOWN"


PREFIXES = {
    "US": Kind.USER,
    "LC": Kind.LOCATION,
    "LP": Kind.PALLET,
    "CT": Kind.CARTON,
    "TC": Kind.TEMP_CARTON,
    "TT": Kind.TOTE,
    "WL": Kind.CELL,
    "WV": Kind.WAVE,
    "PK": Kind.PICK_LIST,
    "DO": Kind.ORDER,
    "MF": Kind.MANIFEST,
    "RC": Kind.RECEIPT,
    "AS": Kind.SHEET,
    "GR": Kind.GRN,
    "GF": Kind.GIFT,
    "RM": Kind.RETURN,
    "BX": Kind.PACKAGING,
    "PR": Kind.PRINTER,
    "WS": Kind.WORKSTATION,
}
COMMANDS = frozenset(
    f"CM-{word}"
    for word in ("OK", "SHORT", "DAMAGE", "REPRINT", "UNDO", "SKIP", "FULL", "CLOSE", "MENU", "HELP", "QTY")
)


class CodeError(Exception):
    """A scan that says something wrong about itself: E-GS1-…, or E-BAR-02 for several articles."""

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


@dataclass(frozen=True, slots=True)
class ProductHit:
    """An article a barcode stands for, and how many EACH one scan of it means."""

    sku_id: int
    level: str
    qty_each: int
    is_live: bool = True
    """False for an article that is sold no more: it gives way to one that is."""


@dataclass(frozen=True, slots=True)
class Code:
    """A resolved scan. `text` is normalised; the rest is filled for products and labels.

    `pack_qty` EACH are in the pack whose barcode it is, `count` such packs does the label say there are.
    `sscc` is the number of the carton or pallet that the label stands on. `months` names the dates of which
    the label gave only the month, `faults` what of it cannot be.
    """

    kind: Kind
    text: str
    shown: str = ""
    sku_id: int | None = None
    level: str = ""
    pack_qty: int = 1
    lot: str = ""
    serial: str = ""
    produced_on: date | None = None
    expires_on: date | None = None
    count: int | None = None
    dates_differ: bool = False
    lot_unsure: bool = False
    months: frozenset[str] = frozenset()
    faults: tuple[tuple[str, dict[str, Any]], ...] = ()
    net_mg: int | None = None
    price: str = ""
    sscc: str = ""

    @property
    def units(self) -> int:
        """How many EACH one scan of it stands for."""
        return self.pack_qty * (self.count or 1)


class Known(Protocol):
    """What the resolver must ask somebody else."""

    def product(self, code: str) -> Sequence[ProductHit]: ...
    def lot_regex(self, sku_id: int) -> str: ...
    def waybill(self, number: str) -> bool: ...
    def notice(self, number: str) -> bool: ...
