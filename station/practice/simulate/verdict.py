"""What became of the orders, the people and the books: the simulation's report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from station.outbound.orders.models import STOPPED, OrderState
from station.practice.simulate.client import Tally

LACKING = frozenset({OrderState.SHORT, OrderState.AUDITED})
"""Short at a slot, or waiting because what is left is not enough."""


def verdict(
    orders: Sequence[Mapping[str, str]],
    violations: Mapping[str, Sequence[str]] | None,
    tally: Tally,
    stuck: Sequence[str],
) -> dict[str, Any]:
    """The report: every order is shipped, stopped, short or (which is a fault) still on its way.

    `violations` are the broken invariants by code, None when the station did not say.
    """
    shipped = [item for item in orders if item["state"] == OrderState.SHIPPED]
    short = [item for item in orders if item["state"] in LACKING]
    stopped = [item for item in orders if item["state"] in STOPPED - LACKING]
    broken = ["no check"] if violations is None else _broken(violations)
    return {
        "orders": len(orders),
        "shipped": len(shipped),
        "stopped": len(stopped),
        "short": len(short),
        "open": len(orders) - len(shipped) - len(stopped) - len(short),
        "stuck": len(stuck),
        "unshipped": [
            {"order": item["order"], "state": item["state"], "reason": item["reason"]}
            for item in orders
            if item["state"] != OrderState.SHIPPED
        ],
        "scans": tally.scans,
        "refusals": dict(sorted(tally.refusals.items())),
        "seconds": 0,
        "check": [*stuck, *broken] or "ok",
    }


def _broken(violations: Mapping[str, Sequence[str]]) -> list[str]:
    return [f"{code}: {text}" for code, texts in violations.items() for text in texts]
