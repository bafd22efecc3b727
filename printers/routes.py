"""Which printer prints what where."""

from dataclasses import dataclass

from sqlalchemy import delete, insert, select, update

from printers.documents import KINDS
from printers.errors import BadDocument, NoRoute
from printers.media import suited
from printers.roster import Printer, Tx, show_printer
from printers.schema import ANYWHERE, print_route

__all__ = [
    "ANYWHERE",
    "Route",
    "Tx",
    "clear_route",
    "find_printer",
    "find_standby",
    "list_routes",
    "set_route",
]


@dataclass(frozen=True, slots=True)
class Route:
    """Documents of ``kind`` asked for at ``workstation`` (``*``: anywhere) go to this printer."""

    id: int
    kind: str
    workstation: str
    printer_id: int
    standby_printer_id: int | None


_COLUMNS = [print_route.c[name] for name in Route.__dataclass_fields__]


def set_route(
    tx: Tx, kind: str, printer_id: int, *, workstation: str = ANYWHERE, standby_printer_id: int | None = None
) -> None:
    """Print documents of ``kind`` asked for at ``workstation`` (``*``: anywhere) on this printer.

    BadDocument for an unknown kind, BadPrinter for an unknown printer, WrongMedia when the kind does not go
    on the paper of the printer or its standby.
    """
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


def clear_route(tx: Tx, route_id: int) -> None:
    """Forget a route; what is queued already stays where it is."""
    tx.execute(delete(print_route).where(print_route.c.id == route_id))


def list_routes(tx: Tx) -> list[Route]:
    """Return all routes by workstation and kind."""
    rows = tx.execute(select(*_COLUMNS).order_by(print_route.c.workstation, print_route.c.kind))
    return [Route(**row._asdict()) for row in rows]


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
