"""The way from an empty station to its first order: its steps, and what is missing in each.

What is done is not noted anywhere: it is what the rooms' needs say at this moment, so that whoever leaves the
path and comes back, or sets up by file meanwhile, finds it as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from printers.schema import CONFIRMED, SENT, print_job
from station.exchange.models import ErpConnection
from station.ground.setup.needs import Need
from station.outbound.orders.models import DeliveryOrder, OrderState
from station.people.models import DeviceSession
from station.stock.models import Location, LocationKind


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the way: page texts, the page that does it, the needs it mends.

    `begins` names another page for some of them: the form that whoever begins wants at once, and that only
    those who set up may open. `is_done` looks for what no need tells; `may_skip`: the first order can leave
    without it.
    """

    name: str
    title: str
    why: str
    endpoint: str
    codes: frozenset[str] = frozenset()
    begins: Mapping[str, str] = field(default_factory=dict)
    may_skip: bool = False
    is_done: Callable[[Session], bool] = field(default=lambda _tx: True)


@dataclass(frozen=True, slots=True)
class Standing:
    """A step as it stands: what is missing, and where that is mended."""

    step: Step
    lacking: tuple[Need, ...]
    is_done: bool

    @property
    def endpoint(self) -> str:
        """The page for what is missing first."""
        if not self.lacking:
            return self.step.endpoint
        first = self.lacking[0]
        return self.step.begins.get(first.code) or first.endpoint or self.step.endpoint


class Looked:
    """When a station was last seen to lack nothing: most pages of most days need no other look."""

    def __init__(self) -> None:
        self.ready_at = float("-inf")


def stand(tx: Session, lacking: Sequence[Need]) -> list[Standing]:
    """Every step with what it lacks."""
    found = []
    for step in STEPS:
        mine = tuple(need for need in lacking if need.code in step.codes)
        found.append(Standing(step, mine, not mine and step.is_done(tx)))
    return found


def next_of(standings: Sequence[Standing]) -> Standing | None:
    """The step to do now: the first that cannot be skipped, then the first at all."""
    open_ones = [one for one in standings if not one.is_done]
    musts = [one for one in open_ones if not one.step.may_skip]
    return next(iter([*musts, *open_ones]), None)


def has_shipped(tx: Session) -> bool:
    """Whether an order has ever left: then the first set-up is over."""
    shipped = select(DeliveryOrder.id).where(DeliveryOrder.state == OrderState.SHIPPED)
    return tx.scalar(shipped.limit(1)) is not None


def _is_connected(tx: Session) -> bool:
    return tx.scalar(select(ErpConnection.id).limit(1)) is not None


def _has_bench(tx: Session) -> bool:
    """Without a bench no scale is missing, and none is there."""
    return tx.scalar(select(Location.id).where(Location.kind == LocationKind.PACK).limit(1)) is not None


def _has_handheld(tx: Session) -> bool:
    """Somebody has signed in on a second device."""
    devices = select(func.count(DeviceSession.device_hash.distinct())).where(DeviceSession.device_hash != "")
    return (tx.scalar(devices) or 0) > 1


def _has_label(tx: Session) -> bool:
    kinds = ("slot_label", "thing_label", "label_sheet")
    printed = print_job.c.kind.in_(kinds), print_job.c.state.in_((SENT, CONFIRMED))
    return tx.execute(select(print_job.c.id).where(*printed).limit(1)).first() is not None


STEPS = (
    Step(
        "name",
        "Name of the warehouse",
        "It stands on papers and on every screen.",
        "office.shop",
        frozenset({"L-NEED-NAME"}),
    ),
    Step(
        "carriers",
        "Carriers",
        "Who takes the parcels, and the numbers on their labels.",
        "office.carriers",
        frozenset({"L-NEED-CARRIER", "L-NEED-NUMBERS", "L-NEED-ROUTES"}),
        {"L-NEED-CARRIER": "office.new_carrier"},
    ),
    Step(
        "boxes",
        "Boxes and bags",
        "What goods are packed into, and what it weighs.",
        "office.boxes",
        frozenset({"L-NEED-BOX"}),
    ),
    Step(
        "hall",
        "Hall",
        "Docks, shelves, benches, totes, and a lane for each carrier.",
        "office.hall",
        frozenset({"L-NEED-PLACES", "L-NEED-LANE"}),
        {"L-NEED-PLACES": "office.describe_hall", "L-NEED-LANE": "office.describe_hall"},
    ),
    Step(
        "people",
        "People",
        "Somebody for every job; two signatures want two persons.",
        "office.people",
        frozenset({"L-NEED-ROLES"}),
        {"L-NEED-ROLES": "office.add_person"},
    ),
    Step(
        "printers",
        "Printers",
        "One for labels and one for A4 are enough to begin with.",
        "office.printers",
        frozenset({"L-NEED-PAPER"}),
        {"L-NEED-PAPER": "office.find_printers"},
    ),
    Step(
        "scales",
        "Scales",
        "Without one, weights are typed with a supervisor's leave.",
        "office.scales",
        frozenset({"L-NEED-SCALE"}),
        may_skip=True,
        is_done=_has_bench,
    ),
    Step(
        "apart",
        "Rejects and gifts",
        "A quarantine for what must not be sold; an area, a keeper and labels for gifts.",
        "office.hall",
        frozenset({"L-NEED-APART", "L-NEED-GIFTS"}),
        may_skip=True,
    ),
    Step(
        "goods",
        "Articles and orders",
        "From the ERP, or from files in a folder.",
        "office.erp",
        frozenset({"L-NEED-ARTICLES"}),
        {"L-NEED-ARTICLES": "office.erp"},
        is_done=_is_connected,
    ),
    Step(
        "stock",
        "Stock",
        "What lies in the hall, so that it can be sold.",
        "office.opening",
        frozenset({"L-NEED-STOCK"}),
    ),
    Step(
        "labels",
        "Labels",
        "Of slots, totes, benches and boxes: what has no label cannot be scanned.",
        "office.hall_labels",
        may_skip=True,
        is_done=_has_label,
    ),
    Step(
        "handheld",
        "A handheld",
        "A phone or a scanner opens the station by a QR code.",
        "office.handhelds",
        may_skip=True,
        is_done=_has_handheld,
    ),
)
