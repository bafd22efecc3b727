"""Master data: it comes from the ERP, from files or is typed at the desk; the newest word counts."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from station.ground.db import STRICT, Base, Flag, Str, is_one_of
from station.ground.documents.lifecycle import Lifecycle


class Sku(Base):
    """Our article (domain §3). Grams and cm³ are of one EACH (0: not known), lives in days or months. Goods
    of a `goods_class` (LIQUID, COLD, …) stand only where places are of that class.
    """

    __tablename__ = "sku"
    __table_args__ = (
        UniqueConstraint("code"),
        CheckConstraint("gross_g >= 0", name="weight"),
        CheckConstraint("shelf_life_unit IN ('D', 'M')", name="life_unit"),
        CheckConstraint("item_type IN ('NORMAL', 'GIFT', 'PACKAGING')", name="item_type"),
        Index("ix_sku_home_location_id", "home_location_id"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Str(40))
    name_zh: Mapped[str] = mapped_column(Str(200))
    name_en: Mapped[str] = mapped_column(Str(200), default="")
    spec: Mapped[str] = mapped_column(Str(100), default="")
    unit: Mapped[str] = mapped_column(Str(20), default="件")
    inner_qty: Mapped[int] = mapped_column(default=0)
    case_qty: Mapped[int] = mapped_column(default=1)
    gross_g: Mapped[int] = mapped_column(default=0)
    volume_cm3: Mapped[int] = mapped_column(default=0, server_default="0")
    is_valuable: Mapped[bool] = mapped_column(Flag, default=False)
    is_serial: Mapped[bool] = mapped_column(Flag, default=False)
    is_lot: Mapped[bool] = mapped_column(Flag, default=False)
    lot_regex: Mapped[str] = mapped_column(Str(100), default="")
    is_shelf_life: Mapped[bool] = mapped_column(Flag, default=False)
    shelf_life_n: Mapped[int | None]
    shelf_life_unit: Mapped[str] = mapped_column(Str(1), default="D")
    reject_days: Mapped[int | None]
    lockup_days: Mapped[int | None]
    advent_days: Mapped[int | None]
    abc: Mapped[str] = mapped_column(Str(1), default="B")
    goods_class: Mapped[str] = mapped_column(Str(10), default="", server_default="")
    item_type: Mapped[str] = mapped_column(Str(10), default="NORMAL")
    min_qty: Mapped[int] = mapped_column(default=0)
    max_qty: Mapped[int] = mapped_column(default=0)
    home_location_id: Mapped[int | None]
    price_fen: Mapped[int | None]
    is_active: Mapped[bool] = mapped_column(Flag, default=True)


class SkuBarcode(Base):
    """A barcode of an article and how many EACH one scan of it means. `bound_by` is who bound it at the desk;
    empty when the office gave it.
    """

    __tablename__ = "sku_barcode"
    __table_args__ = (
        UniqueConstraint("code", "sku_id"),
        CheckConstraint("qty_each > 0", name="qty"),
        Index("ix_sku_barcode_sku_id", "sku_id"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Str(80))
    sku_id: Mapped[int] = mapped_column(ForeignKey("sku.id"))
    level: Mapped[str] = mapped_column(Str(5))
    qty_each: Mapped[int]
    bound_by: Mapped[str] = mapped_column(Str(80), default="", server_default="")


class CodeState(StrEnum):
    """Waits for the clerk, stands for an article now, or is not worth one."""

    OPEN = "OPEN"
    BOUND = "BOUND"
    DISMISSED = "DISMISSED"


class UnknownCode(Base):
    """A code that was scanned and that nobody knew (E-BAR-01): where, by whom, and what the step wanted
    (kinds).
    """

    __tablename__ = "unknown_code"
    __table_args__ = (
        UniqueConstraint("ub_no"),
        UniqueConstraint("text"),
        Index("ix_unknown_code_last_at", "last_at"),
        is_one_of("state", CodeState),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ub_no: Mapped[str] = mapped_column(Str(40))
    text: Mapped[str] = mapped_column(Str(80))
    state: Mapped[str] = mapped_column(Str(10), default=CodeState.OPEN)
    times: Mapped[int] = mapped_column(default=1)
    workflow: Mapped[str] = mapped_column(Str(40))
    step: Mapped[str] = mapped_column(Str(40))
    wanted: Mapped[str] = mapped_column(Str(200))
    who: Mapped[str] = mapped_column(Str(80))
    device: Mapped[str] = mapped_column(Str(80))
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]


class Supplier(Base):
    """Who delivers to us; everything of one who `is_watched` is inspected piece by piece (P3)."""

    __tablename__ = "supplier"
    __table_args__ = (UniqueConstraint("code"), STRICT)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Str(40))
    name: Mapped[str] = mapped_column(Str(120))
    is_watched: Mapped[bool] = mapped_column(Flag, default=False, server_default="0")


class Carrier(Base):
    """Who takes our parcels; `color` is the block on the pack bench's screen. The sender is what its labels
    say of us, and `account` what it calls us.
    """

    __tablename__ = "carrier"
    __table_args__ = (UniqueConstraint("code"), STRICT)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Str(20))
    name: Mapped[str] = mapped_column(Str(60))
    color: Mapped[str] = mapped_column(Str(20), default="")
    account: Mapped[str] = mapped_column(Str(60), default="", server_default="")
    sender_name: Mapped[str] = mapped_column(Str(60), default="", server_default="")
    sender_phone: Mapped[str] = mapped_column(Str(30), default="", server_default="")
    sender_address: Mapped[str] = mapped_column(Str(200), default="", server_default="")


class Packaging(Base):
    """A box or bag (BX): its tare counts into the expected weight (P18). `inner_cm3` fit into it and it
    carries `max_g` of goods; 0: nobody has said, and it is not proposed, or carries anything.
    """

    __tablename__ = "packaging"
    __table_args__ = (UniqueConstraint("code"), STRICT)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Str(20))
    name: Mapped[str] = mapped_column(Str(60))
    tare_g: Mapped[int]
    inner_cm3: Mapped[int] = mapped_column(default=0, server_default="0")
    max_g: Mapped[int] = mapped_column(default=0, server_default="0")


UNKNOWN_CODE = Lifecycle(
    "UB",
    UnknownCode,
    {
        "bind": ({CodeState.OPEN, CodeState.DISMISSED}, CodeState.BOUND),
        "dismiss": ({CodeState.OPEN}, CodeState.DISMISSED),
        "ask_again": ({CodeState.BOUND, CodeState.DISMISSED}, CodeState.OPEN),
    },
    begins={CodeState.OPEN},
    number="ub_no",
    refusal="E-ART-01",
)
