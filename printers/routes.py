"""Which printers there are and which of them prints what where."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update
from sqlalchemy.orm import Session

from printers import transports
from printers.documents import KINDS
from printers.errors import BadDocument, BadPrinter, NoRoute
from printers.languages import LANGUAGES
from printers.media import MEDIA, dots_per_mm, suited
from printers.schema import ANYWHERE, print_route, printer

# Whatever the caller writes with; only ``execute`` is used.
Tx = Connection | Session


@dataclass(frozen=True, slots=True)
class Printer:
    """One printer as set up. ``state``: UNTRIED, READY or FAILING after the last delivery."""

    id: int
    code: str
    name: str
    language: str
    address: str
    media: str
    dpi: int
    options: Mapping[str, Any]
    is_active: bool
    state: str
    last_error: str | None


_COLUMNS = [printer.c[name] for name in Printer.__dataclass_fields__]


def add_printer(
    tx: Tx,
    *,
    code: str,
    name: str,
    language: str,
    address: str,
    media: str,
    dpi: int = 203,
    options: Mapping[str, Any] | None = None,
) -> int:
    """Set up a printer and return its id; BadPrinter when language, address, media or dpi make no sense.

    ``options`` go to the language as they are: ``coding`` (zpl), ``cut`` and ``feed_rows`` (escpos).
    """
    if language not in LANGUAGES or media not in MEDIA:
        raise BadPrinter(f"There is no printer language {language!r} or no media {media!r}.")
    transports.check(address)
    dots_per_mm(dpi)
    values = {"code": code, "name": name, "language": language, "address": address, "media": media}
    row = insert(printer).values(**values, dpi=dpi, options=dict(options or {})).returning(printer.c.id)
    return int(tx.execute(row).scalar_one())


def set_active(tx: Tx, printer_id: int, *, is_active: bool) -> None:
    """Take a printer out of service or back; its queued jobs wait."""
    tx.execute(update(printer).where(printer.c.id == printer_id).values(is_active=is_active))


def set_route(
    tx: Tx, kind: str, printer_id: int, *, workstation: str = ANYWHERE, standby_printer_id: int | None = None
) -> None:
    """Print documents of ``kind`` asked for at ``workstation`` (``*``: anywhere) on this printer."""
    if kind not in KINDS:
        raise BadDocument(f"There is no document kind {kind!r}.")
    for chosen in filter(None, (printer_id, standby_printer_id)):
        suited(kind, show_printer(tx, chosen).media)
    key = (print_route.c.kind == kind, print_route.c.workstation == workstation)
    values = {"printer_id": printer_id, "standby_printer_id": standby_printer_id}
    if tx.execute(select(print_route.c.id).where(*key)).first():
        tx.execute(update(print_route).where(*key).values(**values))
    else:
        tx.execute(insert(print_route).values(kind=kind, workstation=workstation, **values))


def show_printer(tx: Tx, printer_id: int) -> Printer:
    """Return one printer; BadPrinter if there is none."""
    row = tx.execute(select(*_COLUMNS).where(printer.c.id == printer_id)).first()
    if row is None:
        raise BadPrinter(f"There is no printer {printer_id}.")
    return _printer(row)


def list_printers(tx: Tx) -> list[Printer]:
    """Return all printers by code."""
    return [_printer(row) for row in tx.execute(select(*_COLUMNS).order_by(printer.c.code))]


def find_printer(tx: Tx, kind: str, workstation: str) -> Printer:
    """Return the printer in service for this document here: own route before ``*``, first choice before
    standby.

    Raises NoRoute when there is none.
    """
    for place in (workstation, ANYWHERE):
        for printer_id in _choices(tx, kind, place):
            chosen = show_printer(tx, printer_id)
            if chosen.is_active:
                return chosen
    raise NoRoute(f"No printer is set up for {kind} at {workstation}.")


def find_standby(tx: Tx, kind: str, workstation: str, printer_id: int) -> Printer | None:
    """Return the active printer that stands in when ``printer_id`` takes no byte, if one is set up."""
    for place in (workstation, ANYWHERE):
        choices = _choices(tx, kind, place)
        if choices[:1] == [printer_id]:
            spare = [show_printer(tx, choice) for choice in choices[1:]]
            return next((chosen for chosen in spare if chosen.is_active), None)
    return None


def _choices(tx: Tx, kind: str, workstation: str) -> list[int]:
    columns = print_route.c.printer_id, print_route.c.standby_printer_id
    row = tx.execute(
        select(*columns).where(print_route.c.kind == kind, print_route.c.workstation == workstation)
    ).first()
    return [choice for choice in row or () if choice is not None]


def _printer(row: Row[Any]) -> Printer:
    return Printer(**row._asdict())
