"""What the trucks of a day carry, and what their office ordered: made by seed, known to no station. Pure."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from station.exchange import documents as erp
from station.practice.demo import goods
from station.practice.simulate.trucks.loads import ELSEWHERE, FIRST, LIFE, SUPPLIERS, Kind, Load, Truck

FRESH, TOO_OLD = (5, 100), (126, 150)
"""Days since the production of goods that are taken in, and of some that are past a third of their life."""


@dataclass(frozen=True)
class Day:
    """All of it."""

    articles: tuple[erp.Product, ...]
    trucks: tuple[Truck, ...]

    @property
    def notices(self) -> list[erp.NoticeDocument]:
        """What the office announces: nothing of a truck that nobody sent for."""
        return [_notice(truck) for truck in self.trucks if truck.ordered]


def articles() -> tuple[erp.Product, ...]:
    """Ten articles: seven dated, one of them with lots; the last one is small and dear."""
    made = [replace(item, inner_per_case=0) for item in goods.products(10)]
    made[4] = replace(made[4], is_lot=True)
    made[9] = replace(made[9], is_valuable=True)
    return tuple(made)


def day_of(count: int, seed: int, today: date) -> Day:
    """`count` trucks of this seed."""
    rng = random.Random(f"trucks:{seed}")  # noqa: S311 — a reproducible day, no secret
    kinds = [*FIRST, *(kind for kind in Kind if kind not in FIRST)]
    order = [kinds[number % len(kinds)] for number in range(count)]
    rng.shuffle(order)
    made = _Maker(rng, articles(), today)
    return Day(made.articles, tuple(made.truck(kind, number) for number, kind in enumerate(order, 1)))


def _notice(truck: Truck) -> erp.NoticeDocument:
    return erp.NoticeDocument(
        asn_no=truck.asn_no,
        supplier_code=truck.supplier[0],
        supplier_name=truck.supplier[1],
        warehouse=truck.warehouse,
        lines=tuple(
            erp.NoticeLine(line_key=str(i), sku_code=sku, qty_each=qty, price_fen=600)
            for i, (sku, qty) in enumerate(truck.ordered, 1)
        ),
    )


class _Maker:
    """Draws trucks one after the other."""

    def __init__(self, rng: random.Random, articles: Sequence[erp.Product], today: date) -> None:
        self._rng, self.articles, self._today = rng, tuple(articles), today
        self._dated = [item for item in articles if item.is_shelf_life]
        self._plain = [item for item in articles if not item.is_shelf_life and not item.is_valuable]
        self._blinds = 0
        self._dear = next(item for item in articles if item.is_valuable)

    def truck(self, kind: Kind, number: int) -> Truck:
        """The truck of this kind; its goods are what its order says but for what the kind changes."""
        first, second = self._load(self._rng.choice(self._dated)), self._load(self._rng.choice(self._plain))
        ordered = ((first.sku, first.qty), (second.sku, second.qty))
        whose = SUPPLIERS[number % len(SUPPLIERS)]
        number_of = f"PO-{self._today:%y%m%d}-{number:03d}"
        right = Truck(kind, number_of, ordered, (first, second), supplier=whose)
        change: Callable[[Truck], Truck] = getattr(self, f"_{kind.lower()}", lambda truck: truck)
        return change(right)

    def _load(self, item: erp.Product, days: tuple[int, int] = FRESH) -> Load:
        made = self._today - timedelta(days=self._rng.randint(*days)) if item.is_shelf_life else None
        lot = f"L{self._rng.randrange(10**6):06d}" if item.is_lot else ""
        return Load(item.code, self._rng.randint(2, 3), made=made, lot=lot)

    def _aged(self, load: Load, days: int) -> Load:
        return replace(load, made=self._today - timedelta(days=days))

    # --- one for each kind that changes something --------------------------------------------

    def _short(self, truck: Truck) -> Truck:
        """A carton of the first is missing, and all of the second."""
        return replace(truck, loads=(replace(truck.loads[0], cartons=1),))

    def _over(self, truck: Truck) -> Truck:
        first, second = truck.loads
        return replace(truck, loads=(first, replace(second, cartons=second.cartons + 1)))

    def _soaked(self, truck: Truck) -> Truck:
        first, second = truck.loads
        return replace(truck, loads=(replace(first, spoilt=1), second))

    def _expired(self, truck: Truck) -> Truck:
        first, second = truck.loads
        return replace(truck, loads=(self._aged(first, LIFE + self._rng.randint(2, 90)), second))

    def _old(self, truck: Truck) -> Truck:
        first, second = truck.loads
        aged = self._aged(first, self._rng.randint(*TOO_OLD))
        return replace(truck, loads=(aged, second), is_allowed=self._rng.random() < 0.5)  # noqa: PLR2004

    def _mixed(self, truck: Truck) -> Truck:
        """The first article comes with two dates, and both are counted apart."""
        first, second = truck.loads
        assert first.made is not None
        younger = replace(first, cartons=1, made=first.made + timedelta(days=3))
        older = replace(first, cartons=first.cartons - 1)
        return replace(truck, loads=(older, younger, second))

    def _gifts(self, truck: Truck) -> Truck:
        """One article on sale without dates, one with: both must be labelled."""
        made = self._today - timedelta(days=self._rng.randint(*FRESH))
        given = (
            (self._rng.choice(self._plain).code, self._rng.randint(2, 4), None),
            (self._rng.choice(self._dated).code, self._rng.randint(2, 4), made),
        )
        return replace(truck, gifts=given)

    def _valuable(self, truck: Truck) -> Truck:
        dear = Load(self._dear.code, 1, case=self._rng.randint(3, 7))
        return replace(truck, ordered=((dear.sku, dear.qty),), loads=(dear,))

    def _stranger(self, truck: Truck) -> Truck:
        """Ordered by nobody, or for another warehouse."""
        if self._rng.random() < 0.5:  # noqa: PLR2004
            return replace(truck, ordered=())
        return replace(truck, warehouse=ELSEWHERE)

    def _bad(self, truck: Truck) -> Truck:
        first, second = truck.loads
        return replace(truck, loads=(first, replace(second, bad=1)))

    def _undated(self, truck: Truck) -> Truck:
        first, second = truck.loads
        return replace(truck, loads=(replace(first, is_dated=False), second))

    def _foreign(self, truck: Truck) -> Truck:
        """The second article is on no order: it goes back with the driver."""
        return replace(truck, ordered=truck.ordered[:1])

    def _blind(self, truck: Truck) -> Truck:
        """The driver has no paper; of two such trucks a clerk finds the order of one."""
        self._blinds += 1
        return replace(truck, is_found=self._blinds % 2 == 1)
