"""Serial numbers (序列号) of articles that have them: each piece by its own number, in one place only (I6).

A number is read at the inspection, is stock once its slip is posted, and is nobody's again when its sample
was taken back or its line refused; then it may be read anew.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, UniqueConstraint, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from station.ground.db import STRICT, Base, Str, is_one_of, savepoint
from station.ground.documents.lifecycle import Lifecycle
from station.ground.words.messages import Refused
from station.ground.work import Work

LONGEST = 30
"""Characters of a serial number; AI 21 has at most 20."""


class SerialState(StrEnum):
    """Read at the dock; stock; read by mistake or refused."""

    EXPECTED = "EXPECTED"
    IN_STOCK = "IN_STOCK"
    WITHDRAWN = "WITHDRAWN"


_S = SerialState


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
    },
    begins={_S.EXPECTED},
    number="serial_no",
    refusal="E-SN-02",
)


def read(work: Work, sku_id: int, lot_id: int, serial_no: str, carton: int = 0) -> None:
    """A piece of this lot has this number. E-SN-02 when it was read before, E-SN-05 when it is another
    article's.

    Two makers' equal numbers are told apart by a word put before one of them.
    """
    number = serial_no.upper()
    row = by_number(work.tx, number)
    if row is None:
        row = Serial(serial_no=number, sku_id=sku_id, lot_id=lot_id, carton=carton, state=_S.EXPECTED)
        row.read_at, row.read_by = work.now, work.by.name
        try:
            with savepoint(work.tx, IntegrityError):
                work.tx.add(row)
                work.tx.flush()
        except IntegrityError:
            raise Refused("E-SN-02") from None  # somebody read it this moment
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
