"""What a release would make, as a page shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from station.ground.web.i18n import pick
from station.ground.words.messages import say
from station.outbound.picking.documents import metres
from station.outbound.waves.grouping import DraftWave
from station.outbound.waves.kinds import WaveKind, kind_of
from station.outbound.waves.planning import Planned
from station.storage.hall import rounds


@dataclass(frozen=True, slots=True)
class Draft:
    """A wave as it would be; metres of all its walks together."""

    number: int
    type: str
    carrier: str
    count: int
    lines: int
    metres: int
    due: datetime | None


@dataclass(frozen=True, slots=True)
class Member:
    """An order of such a wave, and why it is in it."""

    order_no: str
    number: int
    type: str
    why: str
    due: datetime | None


def rows(planned: Planned, named: Mapping[int, Any]) -> tuple[list[Draft], list[Member]]:
    """The waves and their orders; `named` has each order's number and carrier."""
    drafts = [_draft(planned, named, number, draft) for number, draft in enumerate(planned.drafts, 1)]
    members = [
        _member(planned, named, number, kind_of(draft.type), order_id)
        for number, draft in enumerate(planned.drafts, 1)
        for order_id in draft.order_ids
    ]
    return drafts, members


def _draft(planned: Planned, named: Mapping[int, Any], number: int, draft: DraftWave) -> Draft:
    orders = [planned.orders[order_id] for order_id in draft.order_ids]
    kind = kind_of(draft.type)
    walks = [
        sorted({point for order_id in group for point in planned.orders[order_id].points})
        for group in kind.group(list(draft.order_ids))
    ]
    return Draft(
        number,
        f"{draft.type} {pick(say(kind.label))}",
        named[draft.order_ids[0]].carrier,
        len(orders),
        sum(len(order.lines) for order in orders),
        metres(sum(rounds.plan(planned.ground, walk).cm for walk in walks)),
        min((order.latest_ship_at for order in orders if order.latest_ship_at), default=None),
    )


def _member(planned: Planned, named: Mapping[int, Any], number: int, kind: WaveKind, order_id: int) -> Member:
    order = planned.orders[order_id]
    return Member(named[order_id].order_no, number, kind.name, pick(say(kind.why)), order.latest_ship_at)
