"""Whether every paper that nobody can do without has a printer."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from printers.schema import print_route, printer
from station.ground.setup.needs import Need, words
from station.settings import Settings

PAPERS = ("carton_label", "pick_list", "packing_slip", "waybill", "manifest")


def of_paper(tx: Session, _settings: Settings) -> Iterator[Need]:
    """Kinds of paper that no printer in service prints anywhere."""
    routed = select(print_route.c.kind).join(printer, printer.c.id == print_route.c.printer_id)
    there = set(tx.scalars(routed.where(printer.c.is_active)))
    lacking = [kind for kind in PAPERS if kind not in there]
    if lacking:
        yield Need(
            "L-NEED-PAPER",
            {"papers": words(f"L-PAPER-{kind.upper()}" for kind in lacking)},
            "office.print_routes",
        )
