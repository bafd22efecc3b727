"""The simulator's office: buyers who change their minds at any moment of their order's way, the day's end,
and the supervisor who looks after what went short.
"""

from __future__ import annotations

import random
import re
from decimal import Decimal

from station.practice.simulate.client import Handheld
from station.practice.simulate.worker import OK, Stuck

WAY = ("AUDITED", "ALLOCATED", "WAVED", "PICKING", "PICKED", "CHECKED", "PACKED", "WEIGHED", "STAGED")


LACKING = frozenset({"AUDITED", "SHORT"})
"""An order waits for goods, or some of it was not found."""

HELD = frozenset({"HOLD"})
"""An order waits for its buyer: for the money, for an address."""


class Office:
    """Cancels a share of the orders, each when it has come as far as its lot says."""

    def __init__(self, device: Handheld, share: Decimal, seed: int) -> None:
        self._device, self._share, self._seed = device, share, seed
        self.lacking: set[str] = set()
        """Orders that were cancelled at the end of the day because nobody could serve them."""
        self._closed: set[str] = set()
        self._moments: dict[str, int] = {}
        """Order → how far on its way it is cancelled; beyond the end for those that are not."""

    def look(self, orders: list[dict[str, str]]) -> None:
        """Cancel whatever has come so far; the station takes the files over in its own time."""
        for order in orders:
            number, state = order["order"], order["state"]
            moment = self._moments.setdefault(number, self._moment(number))
            if state in WAY and WAY.index(state) >= moment:
                self._moments[number] = len(WAY)
                self._cancel(number)

    def close_day(self, orders: list[dict[str, str]]) -> bool:
        """Nobody is kept waiting overnight: what no stock can serve is cancelled, and what nobody has paid
        for or answered for. Whether the station still has to hear of some.
        """
        waiting = {order["order"]: order["state"] for order in orders if order["state"] in LACKING | HELD}
        for number in sorted(waiting.keys() - self._closed):
            self._cancel(number)
        self._closed |= waiting.keys()
        self.lacking |= {number for number, state in waiting.items() if state in LACKING}
        return bool(waiting)

    def sign(self) -> None:
        """The second signature on each correction that a count led to; one of their own waits for another."""
        _status, body = self._device.request("GET", "/desk/r/adjustments.csv?state=DRAFT")
        lines = body.decode("utf-8-sig").splitlines()[1:] if isinstance(body, bytes) else []
        for line in lines:
            number = line.split(",")[0]
            self._device.request("POST", f"/desk/adjustments/{number}/post", {})

    def _cancel(self, number: str) -> None:
        status, body = self._device.request("POST", "/demo/cancel", {"order": number})
        if status != OK:
            raise Stuck(f"the office could not cancel {number}: {status} {body}")

    def _moment(self, number: str) -> int:
        lot = random.Random(f"{self._seed}:{number}")  # noqa: S311 — a reproducible simulation
        return lot.randrange(len(WAY)) if lot.random() < self._share else len(WAY)


class Supervisor:
    """Lets short orders wait for goods again: what is kept after a short pick is counted meanwhile."""

    def __init__(self, device: Handheld) -> None:
        self._device = device

    def look(self, orders: list[dict[str, str]]) -> None:
        """What is refused (its goods lie in a tote still) is pressed again at the next look."""
        for order in orders:
            if order["state"] == "SHORT":
                for order_no in self._found(order["order"]):
                    self._device.submit(f"/desk/orders/{order_no}/restock", {})

    def _found(self, number: str) -> list[str]:
        """The order that the office calls so."""
        status, body = self._device.request("GET", f"/desk/orders?q={number}")
        return re.findall(r"/desk/orders/(DO[0-9A-Z]+)", body.decode())[:1] if status == OK else []
