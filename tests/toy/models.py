"""The toy room's tables, in a schema of their own so that the real one stays what is migrated."""

from __future__ import annotations

from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from station.ground.db import STRICT, Base, Str
from station.ground.tasks import Task, Tasks, constraints


class ToyBase(DeclarativeBase):
    metadata = MetaData(naming_convention=Base.metadata.naming_convention)
    type_annotation_map = Base.type_annotation_map


class Errand(Task, ToyBase):
    """Bring a tote to a slot, and say why."""

    PREFIX = "TOY"
    __tablename__ = "errand"
    __table_args__ = (*constraints("errand"), STRICT)

    tote: Mapped[str] = mapped_column(Str(40))
    slot: Mapped[str] = mapped_column(Str(40), default="")
    reason: Mapped[str] = mapped_column(Str(20), default="")
    signers: Mapped[str] = mapped_column(Str(80), default="")


ERRANDS = Tasks(Errand)
