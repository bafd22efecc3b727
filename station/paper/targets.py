"""Which printers a carrier's label may have to come out of (P19)."""

from __future__ import annotations

from sqlalchemy.orm import Session

from printers import roster, routes
from printers.documents import SuppliedWaybill, routed_as, to_data
from printers.foreign import USUAL, Target, judge
from printers.media import ALLOWED

_KIND = "supplied_waybill"


def of_waybills(tx: Session) -> list[Target]:
    """Each kind of printer in service that waybills are sent to, once; the usual ones while there is none."""
    wanted = routed_as(_KIND)
    found: dict[Target, None] = {}
    for route in routes.list_routes(tx):
        for printer_id in (route.printer_id, route.standby_printer_id) if route.kind == wanted else ():
            printer = roster.show_printer(tx, printer_id) if printer_id is not None else None
            if printer is not None and printer.is_active and printer.media in ALLOWED[wanted]:
                found[Target(printer.media, printer.dpi, printer.language)] = None
    return list(found) or list(USUAL)


def require_printable(document: SuppliedWaybill, targets: list[Target]) -> None:
    """PrintError, in one sentence, when none of the printers can print the label with its bar code. It opens
    the file in a process apart: call it outside of any unit of work.
    """
    judge(_KIND, to_data(document), targets)
