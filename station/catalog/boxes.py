"""Boxes and bags of the pack benches (BX): their section of the set-up file, and their rules (P18).

A box that the file does not name stays: parcels may still stand in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from station.catalog.models import Packaging
from station.ground.documents.check_char import internal
from station.ground.setup.section import Change, How, Parts, Section
from station.ground.setup.table import Table
from station.ground.work import Work

HEAVIEST_G = 50_000
LARGEST_CM3 = 2_000_000
SIZES = ("inner_cm3", "max_g")
VALUES = ("name", "tare_g", *SIZES)


@dataclass(frozen=True, slots=True)
class Box:
    """A box as it is wanted: the text between BX and the check character, a name, its weight in grams, what
    fits into it in cubic centimetres and what it carries in grams (0: not said).
    """

    code: str
    name: str
    tare_g: int
    inner_cm3: int = 0
    max_g: int = 0

    @property
    def barcode(self) -> str:
        """What stands on the box."""
        return internal("BX", self.code)


def read(top: Table) -> list[Box]:
    """``[[box]]`` of the set-up file: `code`, `name`, `tare_g`, and `inner_cm3` and `max_g` where known."""
    boxes: list[Box] = []
    for row in top.tables("box"):
        code = row.code("code", most=12)
        if "-" in code:
            row.wrong("code", "E-SET-07", got=code, meant=code.replace("-", ""))
        elif code and any(box.code == code for box in boxes):
            row.wrong("code", "E-SET-09", got=code)
        size = row.whole("inner_cm3", 0, most=LARGEST_CM3), row.whole("max_g", 0, most=HEAVIEST_G)
        boxes.append(Box(code, row.text("name", most=60), row.whole("tare_g", most=HEAVIEST_G), *size))
    return boxes


def apply(work: Work, boxes: Sequence[Box], _parts: Parts) -> list[Change]:
    """Make the new ones; the others get the name, weight and size of the file."""
    known = _known(work.tx)
    new = [box for box in boxes if box.barcode not in known]
    changed = []
    for box in boxes:
        row = known.get(box.barcode)
        if row is not None and any(getattr(row, name) != getattr(box, name) for name in VALUES):
            for name in VALUES:
                setattr(row, name, getattr(box, name))
            changed.append(box)
    work.tx.add_all(
        Packaging(code=box.barcode, **{name: getattr(box, name) for name in VALUES}) for box in new
    )
    work.tx.flush()
    told = ((How.NEW, new), (How.CHANGED, changed))
    return [Change(how, "boxes", [box.name for box in found]) for how, found in told if found]


def export(tx: Session) -> list[dict[str, Any]]:
    """All boxes as the file names them."""
    return [
        {"code": code[2:-1], "name": row.name, "tare_g": row.tare_g}
        | {name: getattr(row, name) for name in SIZES if getattr(row, name)}
        for code, row in sorted(_known(tx).items())
    ]


def _known(tx: Session) -> dict[str, Packaging]:
    return {row.code: row for row in tx.scalars(select(Packaging))}


SECTION = Section("box", read, apply, export)
