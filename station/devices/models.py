"""What the benches' scales are, and what they say."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from station.devices.says import Says
from station.ground.db import STRICT, Base, Flag, Str, is_one_of


class ScaleKind(StrEnum):
    """VIRTUAL: the training bench puts weights on it; SERIAL: a cable at the server; BENCH: one at the
    bench's PC.
    """

    VIRTUAL = "VIRTUAL"
    SERIAL = "SERIAL"
    BENCH = "BENCH"


class Scale(Base):
    """A bench's scale, how its line is read, and what it said last, in tenths of a gram.

    `family` empty: it is to be found. `guesses` holds ``code:dg`` of the families that fit as well. `run`
    counts the readers of this scale, `seq` what the present one told, `zeros` how often it saw the scale
    come to zero; `zero_seen` is taken away by each parcel. `since`: when it began to say what it says,
    `read_at`: the last word.
    """

    __tablename__ = "scale"
    __table_args__ = (
        UniqueConstraint("workstation"),
        is_one_of("kind", ScaleKind),
        is_one_of("says", Says),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    workstation: Mapped[str] = mapped_column(Str(40))
    kind: Mapped[str] = mapped_column(Str(10), default=ScaleKind.VIRTUAL)
    dg: Mapped[int] = mapped_column(default=0)
    is_stable: Mapped[bool] = mapped_column(Flag, default=False)
    zero_seen: Mapped[bool] = mapped_column(Flag, default=False)
    read_at: Mapped[datetime]
    port: Mapped[str] = mapped_column(Str(120), default="", server_default="")
    family: Mapped[str] = mapped_column(Str(20), default="", server_default="")
    line: Mapped[str] = mapped_column(Str(12), default="", server_default="")
    unit: Mapped[str] = mapped_column(Str(2), default="", server_default="")
    is_asked: Mapped[bool] = mapped_column(Flag, default=False, server_default=false())
    says: Mapped[str] = mapped_column(Str(10), default=Says.SILENT, server_default="SILENT")
    since: Mapped[datetime | None]
    frame: Mapped[str] = mapped_column(Str(160), default="", server_default="")
    guesses: Mapped[str] = mapped_column(Str(160), default="", server_default="")
    run: Mapped[int] = mapped_column(default=0, server_default="0")
    seq: Mapped[int] = mapped_column(default=0, server_default="0")
    zeros: Mapped[int] = mapped_column(default=0, server_default="0")
    token_hash: Mapped[str] = mapped_column(Str(64), default="", server_default="")
