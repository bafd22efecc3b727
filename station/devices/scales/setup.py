"""Scales in the set-up file: ``[[scale]]``. A scale that the file does not name stays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from station.devices.models import Scale, ScaleKind
from station.devices.scales import fitting, rules
from station.devices.scales.fitting import Wanted
from station.devices.scales.telling import Line
from station.ground.setup.problems import Problem, SetupRefused
from station.ground.setup.section import Change, How, Parts, Section
from station.ground.setup.table import Table
from station.ground.words.messages import Refused
from station.ground.work import Work

KINDS = {kind.value.lower(): kind for kind in ScaleKind}


def read(top: Table) -> list[tuple[Wanted, int]]:
    """``[[scale]]`` with `bench` and `port`, or `kind` bench or virtual; each with its line in the file."""
    wanted: list[tuple[Wanted, int]] = []
    for number, row in enumerate(top.tables("scale")):
        bench = row.code("bench")
        kind = row.text("kind", "serial", most=10)
        if kind not in KINDS:
            row.wrong("kind", "E-SCL-08", kind=kind, known=", ".join(KINDS))
        port = row.text("port", "" if kind in {"bench", "virtual"} else None, most=120)
        line = Line(
            row.text("family", "", most=20),
            row.text("line", "", most=12),
            row.text("unit", "", most=2),
            row.flag("asked", default=False),
        )
        if any(bench == other.bench for other, _at in wanted):
            row.wrong("bench", "E-SET-09", got=bench)
        found = Wanted(bench, KINDS.get(kind, ScaleKind.SERIAL), port, line)
        try:
            fitting.check(found, {port})  # which ports may be used is in the settings, not here
        except Refused as refusal:
            row.wrong("", refusal.code, **refusal.facts)
        wanted.append((found, row.notes.lines.get(("scale", number), 0)))
    return wanted


def apply(work: Work, wanted: Sequence[tuple[Wanted, int]], _parts: Parts) -> list[Change]:
    """Put the scales at their benches; what already stands there as wanted is not touched."""
    new: list[str] = []
    changed: list[str] = []
    for scale, line in wanted:
        before = rules.of(work.tx, scale.bench)
        run = None if before is None else before.run
        try:
            after = fitting.put(work, scale)
        except Refused as refusal:
            raise SetupRefused([Problem(refusal.code, refusal.facts, line, "scale")]) from None
        if before is None:
            new.append(scale.bench)
        elif after.run != run:
            changed.append(scale.bench)
    told = ((How.NEW, new), (How.CHANGED, changed))
    return [Change(how, "scales", names) for how, names in told if names]


def export(tx: Session) -> list[dict[str, Any]]:
    """All scales as the file names them; a token of a bench's PC is nobody else's and not among it."""
    return [_exported(scale) for scale in fitting.list_all(tx)]


def _exported(scale: Scale) -> dict[str, Any]:
    told = {
        "bench": scale.workstation,
        "kind": scale.kind.lower(),
        "port": scale.port,
        "family": scale.family,
        "line": scale.line,
        "unit": scale.unit,
    }
    return {name: value for name, value in told.items() if value} | (
        {"asked": True} if scale.is_asked else {}
    )


SECTION = Section("scale", read, apply, export)
