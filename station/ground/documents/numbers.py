"""Document numbers: type + yyMMdd + four-digit daily serial + check character (domain §8).

Numbers are taken inside the unit of work that makes the document, so a refused scan leaves no gap.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import UniqueConstraint, bindparam, insert, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from station.ground.db import STRICT, Base, Day, Str, table
from station.ground.documents.check_char import internal


class DocCounter(Base):
    """The last serial given out per type and day."""

    __tablename__ = "doc_counter"
    __table_args__ = (UniqueConstraint("kind", "day"), STRICT)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(Str(4))
    day: Mapped[date] = mapped_column(Day)
    last: Mapped[int]


_NEXT = (
    update(table(DocCounter))
    .where(table(DocCounter).c.kind == bindparam("b_kind"), table(DocCounter).c.day == bindparam("b_day"))
    .values(last=table(DocCounter).c.last + 1)
    .returning(table(DocCounter).c.last)
)
_SOME = (
    update(table(DocCounter))
    .where(table(DocCounter).c.kind == bindparam("b_kind"), table(DocCounter).c.day == bindparam("b_day"))
    .values(last=table(DocCounter).c.last + bindparam("b_many"))
    .returning(table(DocCounter).c.last)
)
_FIRST = insert(table(DocCounter))


def next_no(tx: Session, kind: str, day: date) -> str:
    """The next number of `kind` (two letters, e.g. ``RC``) on the warehouse-local `day`."""
    connection = tx.connection()
    serial = connection.execute(_NEXT, {"b_kind": kind, "b_day": day}).scalar()
    if serial is None:
        serial = 1
        connection.execute(_FIRST, {"kind": kind, "day": day, "last": serial})
    return internal(kind, f"{day:%y%m%d}{serial:04d}")


def next_nos(tx: Session, kind: str, day: date, many: int) -> list[str]:
    """The next `many` numbers of `kind`, in order."""
    connection = tx.connection()
    last = connection.execute(_SOME, {"b_kind": kind, "b_day": day, "b_many": many}).scalar()
    if last is None:
        last = many
        connection.execute(_FIRST, {"kind": kind, "day": day, "last": many})
    return [internal(kind, f"{day:%y%m%d}{serial:04d}") for serial in range(last - many + 1, last + 1)]
