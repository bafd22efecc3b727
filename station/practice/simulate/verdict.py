"""What became of the orders, the people and the books: the simulation's report."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from station.outbound.orders.models import STOPPED, OrderState
from station.practice.simulate.client import Tally

NO_STOCK = "cancelled at the end of the day: no stock could serve it"


def verdict(
    orders: Sequence[Mapping[str, str]],
    violations: Mapping[str, Sequence[str]] | None,
    tally: Tally,
    stuck: Sequence[str],
    lacking: Collection[str] = (),
) -> dict[str, Any]:
    """The report: every order is shipped, stopped, short or (which is a fault) still on its way.

    `violations` are the broken invariants by code, None when the station did not say. `lacking` are the
    orders cancelled because no stock could serve them: they are short. One that waits for goods is open.
    """
    shipped = [item for item in orders if item["state"] == OrderState.SHIPPED]
    short = [item for item in orders if _is_short(item, lacking)]
    stopped = [item for item in orders if item["state"] in STOPPED and not _is_short(item, lacking)]
    broken = broken_rules(violations)
    return {
        "orders": len(orders),
        "shipped": len(shipped),
        "stopped": len(stopped),
        "short": len(short),
        "open": len(orders) - len(shipped) - len(stopped) - len(short),
        "stuck": len(stuck),
        "unshipped": [
            {"order": item["order"], "state": item["state"], "reason": _reason(item, lacking)}
            for item in orders
            if item["state"] != OrderState.SHIPPED
        ],
        "scans": tally.scans,
        "refusals": dict(sorted(tally.refusals.items())),
        "seconds": 0,
        "check": [*stuck, *broken] or "ok",
    }


def _is_short(item: Mapping[str, str], lacking: Collection[str]) -> bool:
    given_up = item["state"] == OrderState.CANCELLED and item["order"] in lacking
    return given_up or item["state"] == OrderState.SHORT


def _reason(item: Mapping[str, str], lacking: Collection[str]) -> str:
    return NO_STOCK if item["order"] in lacking else item["reason"]


def broken_rules(violations: Mapping[str, Sequence[str]] | None) -> list[str]:
    """Every broken invariant as one line; None means that the station did not say."""
    if violations is None:
        return ["no check"]
    return [f"{code}: {text}" for code, texts in violations.items() for text in texts]
