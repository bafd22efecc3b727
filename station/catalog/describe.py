"""What a box is, for whoever asks why a scan was refused."""

from __future__ import annotations

from sqlalchemy.orm import Session

from station.catalog import rules
from station.ground.scan.diagnosis import Said
from station.ground.scan.kinds import Code


def packaging(tx: Session, code: Code) -> list[Said]:
    """The packaging's name."""
    packaging = rules.packaging(tx, code.text)
    return [("L-IS-PACKAGING", {"name": packaging.name})] if packaging else []
