"""What a badge is, for whoever asks why a scan was refused. Nothing but the name is told."""

from __future__ import annotations

from sqlalchemy.orm import Session

from station.ground.scan.diagnosis import Said
from station.ground.scan.kinds import Code
from station.people import sessions


def badge(tx: Session, code: Code) -> list[Said]:
    """Whose badge it is."""
    holder = sessions.by_badge(tx, code.text)
    return [("L-IS-USER", {"name": holder[0].name})] if holder else []
