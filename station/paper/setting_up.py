"""Printers in the set-up file: ``[[printer]]``, and ``[[paper]]`` for which of them prints what where.

A printer or a route that the file does not name stays.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from printers import roster, routes
from printers.documents import ROUTED
from printers.errors import PrintError
from printers.media import ALLOWED, MEDIA
from printers.reach import Forbidden, Reach
from printers.routes import ANYWHERE
from printers.transports import tcp
from station.ground.setup.problems import SetupRefused
from station.ground.setup.section import Change, How, Parts, Section
from station.ground.setup.table import Table
from station.ground.work import Work
from station.people.gate import Gate

_OPTIONS = ("coding", "sensor", "cut")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A printer as the file wants it; `settings` are what `roster.add_printer` takes."""

    code: str
    settings: dict[str, Any]
    row: Table


@dataclass(frozen=True, slots=True)
class Paper:
    """Documents of a kind, asked for at a workstation, go to this printer, or to its standby."""

    kind: str
    at: str
    printer: str
    standby: str
    row: Table


def read_printers(top: Table) -> list[Wanted]:
    """``[[printer]]``: `code`, `name`, `language`, `address`, `media`, `dpi` (203), `captions`, options."""
    wanted: list[Wanted] = []
    for row in top.tables("printer"):
        code = row.code("code", most=40)
        if any(code == other.code for other in wanted):
            row.wrong("code", "E-SET-09", got=code)
        media = row.text("media", most=40)
        if media not in MEDIA:
            row.wrong("media", "E-SET-10", got=media, known=", ".join(MEDIA))
        settings = {
            "name": row.text("name", most=80),
            "language": row.text("language", most=10),
            "address": row.text("address", most=200),
            "media": media,
            "dpi": row.whole("dpi", 203, least=203, most=300),
            "lang": row.text("captions", "zh", most=2),
            "options": _options(row),
        }
        wanted.append(Wanted(code, settings, row))
    return wanted


def _options(row: Table) -> dict[str, Any]:
    found: dict[str, Any] = {name: row.text(name, "", most=20) for name in _OPTIONS if name in row}
    found |= {name: row.whole(name, least=0, most=999) for name in ("gap_mm", "feed_rows") if name in row}
    return found


def read_papers(top: Table) -> list[Paper]:
    """``[[paper]]``: `kind`, `printer`, `at` (a workstation; without it anywhere), `standby`."""
    papers: list[Paper] = []
    for row in top.tables("paper"):
        kind, at = row.text("kind", most=40), row.text("at", ANYWHERE, most=40)
        if kind not in ROUTED:
            row.wrong("kind", "E-SET-10", got=kind, known=", ".join(ROUTED))
        if any((kind, at) == (other.kind, other.at) for other in papers):
            row.wrong("kind", "E-SET-09", got=kind)
        papers.append(Paper(kind, at, row.code("printer", most=40), row.code("standby", "", most=40), row))
    return papers


def apply_printers(work: Work, wanted: Sequence[Wanted], parts: Parts) -> list[Change]:
    """Add and change printers; what was proved of a printer stays while its settings do."""
    known = {one.code: one for one in roster.list_printers(work.tx)}
    reach, new, changed = parts.part(Gate).settings.reach, [], []
    for one in wanted:
        old, settings = known.get(one.code), one.settings
        if old is None:
            _tried(one.row, lambda: _add(work.tx, one, reach))  # noqa: B023 — called at once
            new.append(one.code)
        elif settings != {name: _plain(getattr(old, name)) for name in settings}:
            _tried(one.row, lambda: _change(work.tx, old.id, one, reach))  # noqa: B023 — called at once
            changed.append(one.code)
    told = ((How.NEW, new), (How.CHANGED, changed))
    return [Change(how, "printers", codes) for how, codes in told if codes]


def _add(tx: Session, wanted: Wanted, reach: Reach) -> None:
    _require_reach(wanted, reach)
    roster.add_printer(tx, code=wanted.code, **wanted.settings)


def _change(tx: Session, printer_id: int, wanted: Wanted, reach: Reach) -> None:
    _require_reach(wanted, reach)
    roster.change_printer(tx, printer_id, **wanted.settings)


def _require_reach(wanted: Wanted, reach: Reach) -> None:
    address = wanted.settings["address"]
    if address.startswith("tcp:"):
        reach.check(*tcp.parse(address))


def _tried(row: Table, do: Callable[[], None]) -> None:
    try:
        do()
    except (PrintError, Forbidden) as error:
        raise SetupRefused([row.problem("", "E-SET-11", why=str(error))]) from None


def _plain(value: Any) -> Any:
    return dict(value) if hasattr(value, "items") else value


def apply_papers(work: Work, papers: Sequence[Paper], _parts: Parts) -> list[Change]:
    """Send the papers where the file says."""
    known = {one.code: one.id for one in roster.list_printers(work.tx)}
    before = {(one.kind, one.workstation): one for one in routes.list_routes(work.tx)}
    changed = []
    for paper in papers:
        for name in filter(None, (paper.printer, paper.standby)):
            if name not in known:
                key = "standby" if name == paper.standby else "printer"
                raise SetupRefused([paper.row.problem(key, "E-SET-10", got=name, known=", ".join(known))])
        old = before.get((paper.kind, paper.at))
        to, standby = known[paper.printer], known.get(paper.standby)
        if old and (old.printer_id, old.standby_printer_id) == (to, standby):
            continue
        _tried(paper.row, lambda: _send(work.tx, paper, to, standby))  # noqa: B023 — called at once
        changed.append(f"{paper.kind} {paper.at}")
    return [Change(How.CHANGED, "papers", changed)] if changed else []


def _send(tx: Session, paper: Paper, printer_id: int, standby: int | None) -> None:
    routes.set_route(tx, paper.kind, printer_id, workstation=paper.at, standby_printer_id=standby)


def take_free(tx: Session, printer_id: int, media: str) -> list[str]:
    """Send every kind of paper there that goes on its medium and that no printer prints anywhere yet."""
    taken = {one.kind for one in routes.list_routes(tx) if one.workstation == ANYWHERE}
    free = [kind for kind in ROUTED if kind != "test_page" and kind not in taken and media in ALLOWED[kind]]
    for kind in free:
        routes.set_route(tx, kind, printer_id)
    return free


def export_printers(tx: Session) -> list[dict[str, Any]]:
    """All printers as the file names them, without what is known of each."""
    return [
        {
            "code": one.code,
            "name": one.name,
            "language": one.language,
            "address": one.address,
            "media": one.media,
            "dpi": one.dpi,
            "captions": one.lang,
        }
        | dict(one.options)
        for one in roster.list_printers(tx)
    ]


def export_papers(tx: Session) -> list[dict[str, Any]]:
    """Which printer prints what where."""
    codes = {one.id: one.code for one in roster.list_printers(tx)}
    return [
        {"kind": one.kind, "printer": codes[one.printer_id]}
        | ({} if one.workstation == ANYWHERE else {"at": one.workstation})
        | ({"standby": codes[one.standby_printer_id]} if one.standby_printer_id else {})
        for one in routes.list_routes(tx)
    ]


SECTIONS = (
    Section("printer", read_printers, apply_printers, export_printers),
    Section("paper", read_papers, apply_papers, export_papers),
)
