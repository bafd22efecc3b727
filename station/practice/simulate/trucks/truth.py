"""What really stands in the hall, by whoever carried it; compared with the book at the day's end. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple


class Goods(NamedTuple):
    """Of which truck, article, supplier's lot and expiry, in which status; a gift is of no truck."""

    truck: str
    sku: str
    lot: str
    expires: str
    status: str


@dataclass
class Truth:
    """EACH of everything, and what became of the rest."""

    stands: Counter[Goods] = field(default_factory=Counter)
    refused: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Truck and article → EACH that went back with the driver."""
    labels: Counter[str] = field(default_factory=Counter)
    """Gift labels on gifts (APPLIED) and torn ones (SPOILED)."""
    left: Counter[str] = field(default_factory=Counter)
    """EACH that left the house again: given out, returned, scrapped."""

    def come(self, goods: Goods, qty: int) -> None:
        """So many stand in the hall from now on."""
        self.stands[goods] += qty

    def turn(self, goods: Goods, qty: int, status: str) -> Goods:
        """So many of them are something else now."""
        other = goods._replace(status=status)
        self.stands[goods] -= qty
        self.stands[other] += qty
        return other

    def go(self, goods: Goods, qty: int, where: str) -> None:
        """So many of them left."""
        self.stands[goods] -= qty
        self.left[where] += qty

    def oldest_gifts(self, sku: str, qty: int) -> None:
        """The keeper gives `qty` EACH out: the ones that expire first, the undated in the order they came."""
        mine = [goods for goods in self.stands if goods.sku == sku and goods.status == "GIFT"]
        for goods in sorted(mine, key=lambda goods: goods.expires):
            some = min(qty, self.stands[goods])
            self.go(goods, some, "given out")
            qty -= some

    def differences(
        self,
        book: Mapping[Goods, int],
        refused: Mapping[tuple[str, str], int],
        labels: Mapping[str, int],
    ) -> list[str]:
        """Every article, lot and status of which the book says another figure than the hall; none is good."""
        pairs = (
            ("stock", self.stands, book),
            ("refused", self.refused, refused),
            ("labels", self.labels, labels),
        )
        return [
            f"{what} {key}: {true.get(key, 0)} in the hall, {said.get(key, 0)} in the book"
            for what, true, said in pairs
            for key in sorted({*true, *said}, key=str)
            if true.get(key, 0) != said.get(key, 0)
        ]


def day_text(day: date | None) -> str:
    """An expiry as both sides write it."""
    return day.isoformat() if day else ""
