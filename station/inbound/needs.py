"""What rejects and gifts still want (P5, P7): an order can leave without it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from printers.schema import print_route, printer
from station.ground.setup.needs import Need, words
from station.ground.words.actor import Role
from station.people.models import User
from station.people.sessions import roles_of
from station.settings import Settings
from station.stock.models import Location, LocationKind, LocationState

APART = ("reject_label", "adjustment")
"""Red labels, and the papers by which goods leave quarantine."""
GIFTS = ("gift_label",)


def of_inbound(tx: Session, _settings: Settings) -> Iterator[Need]:
    """Places, papers and people of quarantine and of gifts."""
    there = set(
        tx.scalars(
            select(Location.kind).where(Location.state != LocationState.CLOSED).group_by(Location.kind)
        )
    )
    routed = select(print_route.c.kind).join(printer, printer.c.id == print_route.c.printer_id)
    printed = set(tx.scalars(routed.where(printer.c.is_active)))
    yield from _need("L-NEED-APART", _lacking(LocationKind.QUAR, APART, there, printed))
    keepers = tx.scalars(select(User.roles).where(User.is_active, User.pin_hash != "").distinct())
    has_keeper = any(Role.GIFT_KEEPER in roles_of(roles) for roles in keepers)
    people = {} if has_keeper else {f"L-ROLE-{Role.GIFT_KEEPER}": "office.people"}
    yield from _need("L-NEED-GIFTS", people | _lacking(LocationKind.GIFT, GIFTS, there, printed))


def _lacking(kind: LocationKind, papers: Iterable[str], there: set[str], printed: set[str]) -> dict[str, str]:
    """The catalogue's words for a kind of place and for papers that are not there, each with its page."""
    places = {} if kind in there else {f"L-LOC-{kind}": "office.hall"}
    missing = [paper for paper in papers if paper not in printed]
    return places | {f"L-PAPER-{paper.upper()}": "office.print_routes" for paper in missing}


def _need(code: str, lacking: dict[str, str]) -> Iterator[Need]:
    """One sentence that leads to the page for the first thing that is missing."""
    if lacking:
        yield Need(code, {"what": words(lacking)}, next(iter(lacking.values())), may_wait=True)
