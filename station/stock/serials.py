"""Serial numbers (序列号) of articles that have them: each piece by its own number, in one place only (I6).

A number is read at the inspection, is stock once its slip is posted, and is nobody's again when its sample
was taken back or its line refused; then it may be read anew. It is picked for an order, packed into a parcel
and leaves with it; which order that is, the outbound room knows (`station.outbound.pieces`).
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, UniqueConstraint, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from station.ground.db import STRICT, Base, Str, is_one_of, savepoint
from station.ground.documents.lifecycle import Lifecycle
from station.ground.words.messages import Refused
from station.ground.work import Work
from station.stock.models import Stock

LONGEST = 30
"""Characters of a serial number; AI 21 has at most 20."""


class SerialState(StrEnum):
    """Read at the dock; stock; picked for an order; in its parcel; gone; read by mistake or refused."""

    EXPECTED = "EXPECTED"
    IN_STOCK = "IN_STOCK"
    PICKED = "PICKED"
    PACKED = "PACKED"
    SHIPPED = "SHIPPED"
    WITHDRAWN = "WITHDRAWN"


_S = SerialState
IN_HOUSE = (_S.EXPECTED, _S.IN_STOCK, _S.PICKED, _S.PACKED)
"""States of pieces that are here."""


class Serial(Base):
    """One piece of an article: its number (capital letters), its lot, and the number of the carton that it
    came in (0: it was not said).
    """

    __tablename__ = "serial"
    __table_args__ = (
        UniqueConstraint("serial_no"),
        Index("ix_serial_lot_id", "lot_id"),
        Index("ix_serial_read_at", "read_at"),
        is_one_of("state", SerialState),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    serial_no: Mapped[str] = mapped_column(Str(LONGEST))
    sku_id: Mapped[int] = mapped_column(ForeignKey("sku.id"))
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"))
    carton: Mapped[int] = mapped_column(default=0)
    state: Mapped[str] = mapped_column(Str(10))
    read_at: Mapped[datetime]
    read_by: Mapped[str] = mapped_column(Str(80))


SERIAL = Lifecycle(
    "SN",
    Serial,
    {
        "read_again": ({_S.WITHDRAWN}, _S.EXPECTED),
        "withdraw": ({_S.EXPECTED}, _S.WITHDRAWN),
        "receive": ({_S.EXPECTED}, _S.IN_STOCK),
        "unreceive": ({_S.IN_STOCK}, _S.EXPECTED),
        "learn": ({_S.WITHDRAWN}, _S.IN_STOCK),
        "pick": ({_S.IN_STOCK}, _S.PICKED),
        "unpick": ({_S.PICKED, _S.PACKED}, _S.IN_STOCK),
        "pack": ({_S.PICKED}, _S.PACKED),
        "unpack": ({_S.PACKED}, _S.PICKED),
        "ship": ({_S.PACKED}, _S.SHIPPED),
    },
    begins={_S.EXPECTED, _S.IN_STOCK},
    number="serial_no",
    refusal="E-SN-02",
)


def read(work: Work, sku_id: int, lot_id: int, serial_no: str, carton: int = 0) -> None:
    """A piece of this lot has this number. E-SN-02 when it was read before, E-SN-05 when it is another
    article's.

    Two makers' equal numbers are told apart by a word put before one of them.
    """
    row = by_number(work.tx, serial_no)
    if row is None:
        _add(work, Serial(sku_id=sku_id, lot_id=lot_id, carton=carton, state=_S.EXPECTED), serial_no)
        return
    if row.sku_id != sku_id and row.state != _S.WITHDRAWN:
        raise Refused("E-SN-05")
    SERIAL.move(
        work,
        row,
        "read_again",
        sku_id=sku_id,
        lot_id=lot_id,
        carton=carton,
        read_at=work.now,
        read_by=work.by.name,
    )


def _add(work: Work, row: Serial, serial_no: str) -> Serial:
    """A number that was never read; E-SN-02 when somebody reads it this moment."""
    row.serial_no, row.read_at, row.read_by = serial_no.upper(), work.now, work.by.name
    try:
        with savepoint(work.tx, IntegrityError):
            work.tx.add(row)
            work.tx.flush()
    except IntegrityError:
        raise Refused("E-SN-02") from None
    return row


def piece(work: Work, sku_id: int, lot_id: int, serial_no: str) -> Serial:
    """The piece of this lot with this number, which is stock and nobody's; locked.

    E-SN-05 when it is another article's, E-SN-04 when it was shipped, E-SN-03 when it is of another lot or
    not free. A number nobody has read is learned as long as the lot has pieces without one (they came by the
    opening count, or before the article had numbers); else E-SN-01, unless a supervisor says that the number
    which was read at the dock was a wrong one.
    """
    row = by_number(work.tx, serial_no)
    if row is None or row.state == _S.WITHDRAWN:
        return _learned(work, row, sku_id, lot_id, serial_no)
    if row.sku_id != sku_id:
        raise Refused("E-SN-05")
    if row.state == _S.SHIPPED:
        raise Refused("E-SN-04")
    if row.state != _S.IN_STOCK or row.lot_id != lot_id:
        raise Refused("E-SN-03")
    return row


def _learned(work: Work, row: Serial | None, sku_id: int, lot_id: int, serial_no: str) -> Serial:
    if not _has_nameless(work.tx, lot_id):
        work.unless_allowed("E-SN-01")
        work.used("E-SN-01")
    if row is None:
        return _add(work, Serial(sku_id=sku_id, lot_id=lot_id, state=_S.IN_STOCK), serial_no)
    SERIAL.move(
        work,
        row,
        "learn",
        sku_id=sku_id,
        lot_id=lot_id,
        carton=0,
        read_at=work.now,
        read_by=work.by.name,
    )
    return row


def _has_nameless(tx: Session, lot_id: int) -> bool:
    """Whether the lot has more EACH in the house than numbers."""
    named = select(func.count()).where(Serial.lot_id == lot_id, Serial.state.in_(IN_HOUSE))
    on_hand = select(func.coalesce(func.sum(Stock.on_hand), 0)).where(Stock.lot_id == lot_id)
    return int(tx.scalar(on_hand) or 0) > int(tx.scalar(named) or 0)


def check_article(tx: Session, serial_no: str, sku_id: int) -> None:
    """E-SN-05 when the number is another article's."""
    other = select(Serial.id).where(Serial.serial_no == serial_no.upper(), Serial.sku_id != sku_id)
    if tx.scalar(other) is not None:
        raise Refused("E-SN-05")


def first_in_stock(tx: Session, lot_id: int) -> str:
    """A number of the lot that is free; empty without one."""
    free = select(Serial.serial_no).where(Serial.lot_id == lot_id, Serial.state == _S.IN_STOCK)
    return tx.scalar(free.order_by(Serial.id).limit(1)) or ""


def by_number(tx: Session, serial_no: str) -> Serial | None:
    """The piece with this number, locked."""
    query = select(Serial).where(Serial.serial_no == serial_no.upper()).with_for_update()
    return tx.scalars(query.execution_options(populate_existing=True)).first()


def withdraw(work: Work, serial_no: str) -> None:
    """The piece was read by mistake."""
    row = by_number(work.tx, serial_no)
    if row is not None:
        SERIAL.move(work, row, "withdraw")


def withdraw_lot(work: Work, lot_id: int | None) -> None:
    """Nothing of the lot is taken in."""
    _move_lot(work, lot_id, _S.EXPECTED, "withdraw")


def receive_lot(work: Work, lot_id: int | None) -> None:
    """The lot is stock."""
    _move_lot(work, lot_id, _S.EXPECTED, "receive")


def unreceive_lot(work: Work, lot_id: int | None) -> None:
    """The lot's slip was taken back."""
    _move_lot(work, lot_id, _S.IN_STOCK, "unreceive")


def _move_lot(work: Work, lot_id: int | None, old: SerialState, event: str) -> None:
    if lot_id is None:
        return
    query = select(Serial.id, Serial.serial_no).where(Serial.lot_id == lot_id, Serial.state == old)
    rows = [(row.id, row.serial_no) for row in work.tx.execute(query.order_by(Serial.id).with_for_update())]
    SERIAL.move_many(work, rows, event, old=old)
