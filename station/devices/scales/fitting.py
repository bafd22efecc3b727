"""Putting a scale at a bench, and taking it away: the rules behind the desk, the commands and the set-up
file.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import urlsplit

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from printers import roster
from station.devices.models import Scale, ScaleKind
from station.devices.says import Says
from station.devices.scales import rules
from station.devices.scales.families import BY_CODE
from station.devices.scales.frames import UNITS
from station.devices.scales.lines import PORT, is_line
from station.devices.scales.telling import Line
from station.ground.words.messages import Refused
from station.ground.work import Work
from station.stock.models import Location, LocationKind


@dataclass(frozen=True, slots=True)
class Wanted:
    """A scale as it is wanted: `port` for a cable at the server, none for one at the bench's own PC."""

    bench: str
    kind: ScaleKind = ScaleKind.SERIAL
    port: str = ""
    line: Line = Line()  # noqa: RUF009 — frozen


def check(wanted: Wanted, others: Collection[str]) -> None:
    """What can be judged without the hall: E-SCL-02 no serial port, -03 no such family, -06 no such setting.

    `others` are the ports that the settings allow beside the usual ones.
    """
    if wanted.kind == ScaleKind.SERIAL and not (PORT.fullmatch(wanted.port) or wanted.port in others):
        raise Refused("E-SCL-02", port=wanted.port)
    if wanted.line.family and wanted.line.family not in BY_CODE:
        raise Refused("E-SCL-03", family=wanted.line.family, known=", ".join(BY_CODE))
    if wanted.line.line and not is_line(wanted.line.line):
        raise Refused("E-SCL-06", line=wanted.line.line)
    if wanted.line.unit and wanted.line.unit not in UNITS:
        raise Refused("E-SCL-07", unit=wanted.line.unit)


def put(work: Work, wanted: Wanted) -> Scale:
    """Let this scale stand at its bench instead of what stood there; unchanged when it is the same.

    E-SCL-01 no such bench, -04 another bench's scale has the port, -09 a printer has, and what `check`
    refuses.
    """
    check(wanted, work.settings.serial_ports)
    bench = work.tx.scalars(select(Location).where(Location.code == wanted.bench)).first()
    if bench is None or bench.kind != LocationKind.PACK:
        raise Refused("E-SCL-01", bench=wanted.bench)
    taken = select(Scale).where(
        Scale.port == wanted.port, Scale.workstation != bench.code, Scale.kind == ScaleKind.SERIAL
    )
    other = work.tx.scalars(taken).first() if wanted.kind == ScaleKind.SERIAL else None
    if other is not None:
        raise Refused("E-SCL-04", port=wanted.port, bench=other.workstation)
    _refuse_printers(work.tx, wanted.port)
    scale = rules.of(work.tx, bench.code)
    if scale is None:
        rules.add(work.tx, bench.code, work.now, wanted.kind)
        scale = rules.of(work.tx, bench.code)
        assert scale is not None
    if is_as_wanted(scale, wanted):
        return scale
    if wanted.kind != ScaleKind.BENCH:
        scale.token_hash = ""
    scale.kind, scale.port = wanted.kind, wanted.port
    _read_by(work, scale, wanted.line)
    return scale


def _refuse_printers(tx: Session, port: str) -> None:
    """E-SCL-09: a printer is at that port; it would print what a scale is asked."""
    for printer in roster.list_printers(tx):
        if port and printer.address.startswith("serial:") and urlsplit(printer.address).path == port:
            raise Refused("E-SCL-09", port=port, printer=printer.code)


def is_as_wanted(scale: Scale, wanted: Wanted) -> bool:
    """Whether nothing has to be done; what was found by looking at the line is as good as what is wanted."""
    if (scale.kind, scale.port) != (wanted.kind, wanted.port):
        return False
    line = wanted.line
    if not line.family:
        return line.line in {"", scale.line} and line.unit in {"", scale.unit}
    return line_of(scale) == line or (scale.family == line.family and line == Line(line.family))


def line_of(scale: Scale) -> Line:
    """How the scale's line is read."""
    return Line(scale.family, scale.line, scale.unit, scale.is_asked)


def look_again(work: Work, bench: str) -> None:
    """Find the family anew (E-SCL-05 no scale there)."""
    _read_by(work, scale_at(work.tx, bench), Line())


def choose(work: Work, bench: str, family: str) -> None:
    """A person says which of the families that fit is the one (E-SCL-03, -05)."""
    scale = scale_at(work.tx, bench)
    if family not in {guess.split(":")[0] for guess in scale.guesses.split()}:
        raise Refused("E-SCL-03", family=family, known=scale.guesses)
    _read_by(work, scale, Line(family, scale.line, scale.unit or "kg", is_asked=False))


def remove(work: Work, bench: str) -> None:
    """No scale stands at this bench any more (E-SCL-05)."""
    scale_at(work.tx, bench)
    work.tx.execute(delete(Scale).where(Scale.workstation == bench))


def new_token(work: Work, bench: str) -> str:
    """The secret with which a bench's own PC tells its readings; an older one counts no more (E-SCL-05)."""
    scale = scale_at(work.tx, bench)
    token = secrets.token_urlsafe(24)
    scale.token_hash = digest(token)
    scale.run += 1  # whoever tells with the old one is not heard
    work.tx.flush()
    return token


def by_token(tx: Session, token: str) -> Scale | None:
    """The scale whose readings come with this token."""
    if not re.fullmatch(r"[\w-]{20,80}", token, flags=re.ASCII):
        return None
    mine = select(Scale).where(Scale.token_hash == digest(token), Scale.kind == ScaleKind.BENCH)
    return tx.scalars(mine).first()


def digest(token: str) -> str:
    """What is kept of a token."""
    return sha256(token.encode()).hexdigest()


def scale_at(tx: Session, bench: str) -> Scale:
    """The scale of a bench; E-SCL-05 when there is none."""
    scale = rules.of(tx, bench)
    if scale is None:
        raise Refused("E-SCL-05", bench=bench)
    return scale


def list_all(tx: Session) -> list[Scale]:
    """All scales by their benches."""
    return list(tx.scalars(select(Scale).order_by(Scale.workstation)))


def _read_by(work: Work, scale: Scale, line: Line) -> None:
    """Read it so from now on: what was read before counts no more."""
    scale.family, scale.line, scale.unit, scale.is_asked = line.family, line.line, line.unit, line.is_asked
    scale.says, scale.dg, scale.is_stable, scale.zero_seen = Says.SILENT, 0, False, False
    scale.frame, scale.guesses, scale.since, scale.read_at = "", "", work.now, work.now
    scale.run += 1
    work.tx.flush()
