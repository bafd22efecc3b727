"""The arrival itself: who may register a truck, where one stands, what the screens of a truck show."""

from __future__ import annotations

from dataclasses import dataclass, field, fields

from station.ground.scan.workflow import Context, Facts, Workflow
from station.ground.words.actor import Role
from station.inbound.arrive import rules

NO_ORDER = {
    "1": "L-REASON-ORDER-COMES",
    "2": "L-REASON-BUYER",
    "3": "L-REASON-WANTED",
    "4": "L-REASON-OTHER",
}
"""Why a supervisor lets a truck in that has no order."""

arrive = Workflow(
    "arrive",
    title="L-ARRIVE",
    roles={Role.RECEIVER, Role.CLERK, Role.SUPERVISOR},
    start="notice",
    waiting=rules.count_notices,
    photos="office.photos_of_arrival",
    reasons={"E-RCV-12": NO_ORDER},
)


@dataclass
class Arriving:
    """The notice (id and number) and what the driver says; or the receipt (id) that was a mistake; or the
    orders (ids) that were looked for.

    Without an order: `leave` is who let the truck in and why, `supplier` (id) who sends it, `found` the
    suppliers that were looked for. `dock` (id of a place) is where the truck stands, where one was scanned.
    """

    notice: int = 0
    asn: str = ""
    plate: str = ""
    driver: str = ""
    receipt: int = 0
    found: list[int] = field(default_factory=list)
    leave: str = ""
    supplier: int = 0
    dock: int = 0


ALL = tuple(one.name for one in fields(Arriving))
"""Everything of a position, for a refusal that begins anew."""


def truck_facts(ctx: Context) -> Facts:
    """What the screens of a truck show: the order it comes for, what was typed so far."""
    at = ctx.at(Arriving)
    return Facts(big=at.asn, pad="text", lines=[("L-PLATE", at.plate), ("L-DRIVER", at.driver)])
