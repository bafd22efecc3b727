"""Places, lots, handling units, stock on hand, and the ledger that explains all of it."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from station.ground.db import STRICT, Base, Flag, Str, append_only, is_one_of
from station.ground.documents.lifecycle import Lifecycle

LOOSE = 0
"""The handling unit of stock that is in no handling unit: a row that always exists."""


class LocationKind(StrEnum):
    """Types of domain §3. The last four are virtual: the other end of receiving, shipping, …"""

    DOCK = "DOCK"
    QC = "QC"
    QUAR = "QUAR"
    RSV = "RSV"
    PICK = "PICK"
    NEW = "NEW"
    GIFT = "GIFT"
    TOTE = "TOTE"
    WALL = "WALL"
    PACK = "PACK"
    LANE = "LANE"
    RTN = "RTN"
    INTC = "INTC"
    VAULT = "VAULT"
    SUPPLIER = "SUPPLIER"
    CUSTOMER = "CUSTOMER"
    ADJUST = "ADJUST"
    SCRAP = "SCRAP"


VIRTUAL = frozenset({LocationKind.SUPPLIER, LocationKind.CUSTOMER, LocationKind.ADJUST, LocationKind.SCRAP})
SELLABLE_KINDS = frozenset({LocationKind.PICK, LocationKind.RSV, LocationKind.NEW, LocationKind.VAULT})
SLOT_KINDS = SELLABLE_KINDS | {LocationKind.GIFT}
GIFT_KINDS = frozenset({LocationKind.GIFT})
"""Where what is given away stands, and nothing else (S-07)."""


class LocationState(StrEnum):
    """OPEN takes part; FROZEN is being counted or held (E-LOC-02); CLOSED is gone."""

    OPEN = "OPEN"
    FROZEN = "FROZEN"
    CLOSED = "CLOSED"


class StockStatus(StrEnum):
    """What may be done with stock (domain §3); only GOOD is sold, GIFT only on gift lines."""

    GOOD = "GOOD"
    INSPECT = "INSPECT"
    HOLD = "HOLD"
    DEFECT = "DEFECT"
    BOXDMG = "BOXDMG"
    NEAR = "NEAR"
    LOCKED = "LOCKED"
    EXPIRED = "EXPIRED"
    GIFT = "GIFT"
    RETURN = "RETURN"
    SCRAP = "SCRAP"


class Location(Base):
    """Any place. `code` is what people read (``A-03-12-2-05``, ``T001``, ``PACK-1``); `barcode` is
    what its present label says. `label_version` goes up with each new label (P28); the first one says none.
    `max_weight_g` grams and `max_volume_cm3` cubic centimetres may stand there at most, where they are known.
    Only goods of its `goods_class` (liquids, cold, …) stand in a slot; `abc` is the turnover it is meant for.
    `needs_pallet`: nothing stands there but pallets; `is_mixed`: articles stand beside each other.
    """

    __tablename__ = "location"
    __table_args__ = (
        UniqueConstraint("code"),
        UniqueConstraint("barcode"),
        is_one_of("state", LocationState),
        Index("ix_location_kind", "kind"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Str(40))
    barcode: Mapped[str] = mapped_column(Str(40))
    kind: Mapped[str] = mapped_column(Str(10))
    zone: Mapped[str] = mapped_column(Str(10), default="")
    pick_seq: Mapped[int] = mapped_column(default=0)
    state: Mapped[str] = mapped_column(Str(10), default=LocationState.OPEN)
    label_version: Mapped[int] = mapped_column(default=1)
    max_weight_g: Mapped[int | None]
    max_volume_cm3: Mapped[int | None]
    goods_class: Mapped[str] = mapped_column(Str(10), default="", server_default="")
    abc: Mapped[str] = mapped_column(Str(1), default="", server_default="")
    needs_pallet: Mapped[bool] = mapped_column(Flag, default=False, server_default="0")
    is_mixed: Mapped[bool] = mapped_column(Flag, default=False, server_default="0")
    carrier_id: Mapped[int | None]


@append_only
class OldLabel(Base):
    """A place's label that another one has replaced (P28): whoever still scans it is told so (E-LOC-04)."""

    __tablename__ = "old_label"
    __table_args__ = (UniqueConstraint("barcode"), Index("ix_old_label_location_id", "location_id"), STRICT)

    id: Mapped[int] = mapped_column(primary_key=True)
    barcode: Mapped[str] = mapped_column(Str(40))
    location_id: Mapped[int] = mapped_column(ForeignKey("location.id"))
    version: Mapped[int]
    at: Mapped[datetime]
    by: Mapped[str] = mapped_column(Str(80))


class Lot(Base):
    """Same article, dates, supplier lot and receipt (domain §3): two receipts never share one.

    `is_undated`: dated goods that came without a date one could read (P6); what they say now was told later.
    """

    __tablename__ = "lot"
    __table_args__ = (Index("ix_lot_sku_id", "sku_id"), STRICT)

    id: Mapped[int] = mapped_column(primary_key=True)
    sku_id: Mapped[int] = mapped_column(ForeignKey("sku.id"))
    produced_on: Mapped[date | None]
    expires_on: Mapped[date | None]
    supplier_lot: Mapped[str] = mapped_column(Str(40), default="")
    receipt_id: Mapped[int | None]
    received_on: Mapped[date]
    is_undated: Mapped[bool] = mapped_column(Flag, default=False, server_default="0")

    @property
    def lacks_date(self) -> bool:
        """Whether nobody knows yet how old these goods are; nobody may sell them until somebody does."""
        return self.is_undated and self.expires_on is None


class UnitState(StrEnum):
    """A carton's label: printed, stuck on and confirmed, the carton in its slot, the goods taken out."""

    PRINTED = "PRINTED"
    APPLIED = "APPLIED"
    STORED = "STORED"
    EMPTY = "EMPTY"


class HandlingUnit(Base):
    """An identified carton or pallet; row 0 stands for "in none" so that keys have no NULLs. `parent_id` is
    the pallet that a carton came to its slot on; as long as that is not there, it stands on it.
    """

    __tablename__ = "handling_unit"
    __table_args__ = (
        UniqueConstraint("lpn"),
        Index("ix_handling_unit_receipt_line_id", "receipt_line_id"),
        Index("ix_handling_unit_parent_id", "parent_id"),
        is_one_of("state", UnitState),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    lpn: Mapped[str] = mapped_column(Str(40))
    kind: Mapped[str] = mapped_column(Str(10))
    state: Mapped[str] = mapped_column(Str(10))
    receipt_line_id: Mapped[int | None]
    parent_id: Mapped[int | None]
    seq: Mapped[int] = mapped_column(default=1)
    qty: Mapped[int] = mapped_column(default=0)


class Stock(Base):
    """On hand and promised, by article, lot, place, status and handling unit (I1, I3, I4)."""

    __tablename__ = "stock"
    __table_args__ = (
        UniqueConstraint("sku_id", "lot_id", "location_id", "status", "hu_id"),
        CheckConstraint("on_hand >= 0", name="not_negative"),
        CheckConstraint("allocated >= 0 AND allocated <= on_hand", name="allocated_within"),
        Index("ix_stock_location_id", "location_id"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    sku_id: Mapped[int] = mapped_column(ForeignKey("sku.id"))
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"))
    location_id: Mapped[int] = mapped_column(ForeignKey("location.id"))
    status: Mapped[str] = mapped_column(Str(10))
    hu_id: Mapped[int] = mapped_column(ForeignKey("handling_unit.id"), default=LOOSE)
    on_hand: Mapped[int] = mapped_column(default=0)
    allocated: Mapped[int] = mapped_column(default=0)


class PromiseState(StrEnum):
    """Promised, taken, or given back."""

    OPEN = "OPEN"
    PICKED = "PICKED"
    RELEASED = "RELEASED"


class Promise(Base):
    """Stock that somebody may count on (I4): an order line, a replenishment, a count, a return.

    `owner_type` and `owner_id` name whoever reserved it; a room maps its own kind as a subclass.
    `age_override` names the override that let a younger lot go first (I7); `task_id` the stop that takes it.
    """

    __tablename__ = "promise"
    __table_args__ = (
        CheckConstraint("qty > 0", name="qty"),
        CheckConstraint("qty_taken >= 0 AND qty_taken <= qty", name="taken"),
        is_one_of("state", PromiseState),
        Index("ix_promise_owner", "owner_type", "owner_id"),
        Index("ix_promise_stock_id_state", "stock_id", "state"),
        Index("ix_promise_task_id", "task_id"),
        STRICT,
    )
    __mapper_args__ = {"polymorphic_on": "owner_type", "polymorphic_identity": ""}  # noqa: RUF012

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_type: Mapped[str] = mapped_column(Str(10))
    owner_id: Mapped[int]
    stock_id: Mapped[int] = mapped_column(ForeignKey("stock.id"))
    lot_id: Mapped[int]
    task_id: Mapped[int | None]
    qty: Mapped[int]
    qty_taken: Mapped[int] = mapped_column(default=0)
    state: Mapped[str] = mapped_column(Str(10), default=PromiseState.OPEN)
    age_override: Mapped[str] = mapped_column(Str(60), default="")
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


PROMISE = Lifecycle(
    "",
    Promise,
    {
        "take": ({PromiseState.OPEN}, PromiseState.PICKED),
        "untake": ({PromiseState.OPEN, PromiseState.PICKED}, PromiseState.OPEN),
        "release": ({PromiseState.OPEN}, PromiseState.RELEASED),
        "forget": ({PromiseState.OPEN, PromiseState.PICKED}, PromiseState.RELEASED),
    },
    begins={PromiseState.OPEN},
    refusal="E-STK-02",
)
"""A promise's history is its own columns and the ledger's: each unit that is taken by it is a movement."""


class ClosedMonth(Base):
    """A month Finance has closed: nothing is posted into it any more (P29, E-FIN-02)."""

    __tablename__ = "closed_month"
    __table_args__ = (UniqueConstraint("month"), STRICT)

    id: Mapped[int] = mapped_column(primary_key=True)
    month: Mapped[str] = mapped_column(Str(7))
    closed_at: Mapped[datetime]
    closed_by: Mapped[str] = mapped_column(Str(80))


class MovementType(StrEnum):
    """Why stock changed."""

    RECEIVE = "RECEIVE"
    ACCEPT = "ACCEPT"
    REJECT = "REJECT"
    PUT_AWAY = "PUT_AWAY"
    PICK = "PICK"
    SORT = "SORT"
    VERIFY = "VERIFY"
    STAGE = "STAGE"
    SHIP = "SHIP"
    INTERCEPT = "INTERCEPT"
    MOVE = "MOVE"
    HOLD = "HOLD"
    RELEASE = "RELEASE"
    AGE = "AGE"
    ADJUST = "ADJUST"
    OPENING = "OPENING"
    GIFT = "GIFT"
    RETURN = "RETURN"
    SCRAP = "SCRAP"


@append_only
class Movement(Base):
    """One posted stock change: from a place and status to another. Never changed, only reversed."""

    __tablename__ = "movement"
    __table_args__ = (
        UniqueConstraint("idem_key"),
        UniqueConstraint("reverse_of"),
        CheckConstraint("qty > 0", name="qty_positive"),
        CheckConstraint(
            "from_location_id <> to_location_id OR from_status <> to_status OR from_hu_id <> to_hu_id",
            name="changes_something",
        ),
        Index("ix_movement_doc_type_doc_no", "doc_type", "doc_no"),
        Index("ix_movement_sku_id_lot_id", "sku_id", "lot_id"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    user_id: Mapped[int | None]
    device: Mapped[str] = mapped_column(Str(80), default="")
    type: Mapped[str] = mapped_column(Str(12))
    sku_id: Mapped[int]
    lot_id: Mapped[int]
    qty: Mapped[int]
    from_location_id: Mapped[int] = mapped_column(ForeignKey("location.id"))
    from_status: Mapped[str] = mapped_column(Str(10))
    from_hu_id: Mapped[int] = mapped_column(default=LOOSE)
    to_location_id: Mapped[int] = mapped_column(ForeignKey("location.id"))
    to_status: Mapped[str] = mapped_column(Str(10))
    to_hu_id: Mapped[int] = mapped_column(default=LOOSE)
    doc_type: Mapped[str] = mapped_column(Str(10))
    doc_no: Mapped[str] = mapped_column(Str(40))
    reason: Mapped[str] = mapped_column(Str(60), default="")
    idem_key: Mapped[str] = mapped_column(Str(120))
    reverse_of: Mapped[int | None]


LOCATION = Lifecycle(
    "LC",
    Location,
    {
        "freeze": ({LocationState.OPEN}, LocationState.FROZEN),
        "thaw": ({LocationState.FROZEN}, LocationState.OPEN),
        "close": ({LocationState.OPEN}, LocationState.CLOSED),
        "reopen": ({LocationState.CLOSED}, LocationState.OPEN),
    },
    begins={LocationState.OPEN},
    number="code",
    refusal="E-LOC-02",
)

HANDLING_UNIT = Lifecycle(
    "CT",
    HandlingUnit,
    {
        "stick": ({UnitState.PRINTED}, UnitState.APPLIED),
        "store": ({UnitState.APPLIED, UnitState.STORED}, UnitState.STORED),
        "empty": ({UnitState.APPLIED, UnitState.STORED}, UnitState.EMPTY),
        "dissolve": ({UnitState.PRINTED, UnitState.APPLIED}, UnitState.EMPTY),
        "reuse": ({UnitState.EMPTY}, UnitState.PRINTED),
    },
    begins={UnitState.PRINTED},
    number="lpn",
    refusal="E-LBL-01",
)
