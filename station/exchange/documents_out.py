"""What we send an ERP: see `station.exchange.documents`, by which everybody reaches these.

Every document has an `event_key` of its own, which stays the same however often it is sent.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


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
class ReceiptReversal:
    """A slip that takes back the slip `reverses_grn_no` as a whole (红冲): `lines` are those of the old slip,
    in positive EACH that are stock no more.
    """

    event_key: str
    grn_no: str
    reverses_grn_no: str
    asn_no: str
    supplier_code: str
    posted_at: datetime
    operator: str
    reason: str
    lines: tuple[ReceiptConfirmationLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipmentConfirmationLine:
    """What left of one lot, in EACH; `lot` is the supplier's lot, else our own number. `serials` are the
    serial numbers of these pieces, where the article has them: as many as EACH.
    """

    line_key: str
    sku_code: str
    lot: str
    expires_on: date | None
    qty_each: int
    serials: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipmentConfirmation:
    """One parcel handed to the carrier (P22); `is_last` when nothing of the order follows."""

    event_key: str
    erp_no: str
    order_no: str
    carrier_code: str
    waybill_no: str
    shipped_at: datetime
    weight_g: int
    operator: str
    lines: tuple[ShipmentConfirmationLine, ...]
    is_last: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderStateDocument:
    """A state the office must know, in the Qimen vocabulary (§6.0)."""

    event_key: str
    erp_no: str
    order_no: str
    state: str
    at: datetime
    operator: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderShortageLine:
    """EACH of an order's line that were ordered, and how many of them nobody found or are spoilt."""

    line_key: str
    sku_code: str
    qty_ordered: int
    qty_missing: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderShortage:
    """An order that cannot be packed as it was ordered (P15, P17); it waits, out of its wave."""

    event_key: str
    erp_no: str
    order_no: str
    at: datetime
    operator: str
    lines: tuple[OrderShortageLine, ...]


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
