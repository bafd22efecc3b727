"""What this warehouse is called on papers, screens and before the sign-in: said once, at the desk or by file.

A name in `station.toml` wins, so that a station run by files alone cannot be renamed from a browser. Without
either the warehouse's code stands in, never a name that somebody else made up.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import CheckConstraint, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from station.ground.db import STRICT, Base, Str
from station.ground.setup.needs import Need
from station.ground.setup.section import Change, How, Parts, Section
from station.ground.setup.table import Table
from station.ground.words.messages import Refused
from station.ground.work import Work
from station.settings import Settings

LONGEST = 40
"""Characters; longer ones fit no label."""


class Shop(Base):
    """The one row that says whose warehouse this is."""

    __tablename__ = "shop"
    __table_args__ = (CheckConstraint("id = 1", name="only"), STRICT)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Str(LONGEST))


def name_of(tx: Session, settings: Settings) -> str:
    """The warehouse's name; its code while nobody has named it."""
    return given_name(tx, settings) or settings.warehouse_code


def given_name(tx: Session, settings: Settings) -> str:
    """The name that somebody gave it, "" without one."""
    return settings.warehouse_name or tx.scalar(select(Shop.name).where(Shop.id == 1)) or ""


def rename(work: Work, name: str) -> bool:
    """Call the warehouse `name`; whether that is new. E-SHOP-01 for what is no name of 1 to 40 characters."""
    if not is_name(name):
        raise Refused("E-SHOP-01", most=LONGEST)
    shop = work.tx.get(Shop, 1)
    if shop is not None and shop.name == name:
        return False
    if shop is None:
        work.tx.add(Shop(id=1, name=name))
    else:
        shop.name = name
    work.tx.flush()
    return True


def is_name(name: str) -> bool:
    """Whether it can be printed and shown: no control characters, no spaces around it."""
    return 1 <= len(name) <= LONGEST and name.isprintable() and name == name.strip()


def needs(tx: Session, settings: Settings) -> Iterator[Need]:
    """A station that nobody has named."""
    if not given_name(tx, settings):
        yield Need("L-NEED-NAME", {}, "office.shop")


def read(top: Table) -> str:
    """``[shop]`` of the set-up file, with `name`."""
    table = top.table("shop")
    name = table.text("name", most=LONGEST).strip()
    if not name and "name" in table:
        table.wrong("name", "E-SHOP-01", most=LONGEST)
    return name


def apply(work: Work, name: str, _parts: Parts) -> Sequence[Change]:
    """Call the warehouse as the file does."""
    return [Change(How.CHANGED, "name", [name])] if rename(work, name) else []


def export(tx: Session) -> Mapping[str, Any] | None:
    """The name as the file says it; nothing while there is none."""
    shop = tx.get(Shop, 1)
    return {"name": shop.name} if shop else None


SECTION = Section("shop", read, apply, export)
