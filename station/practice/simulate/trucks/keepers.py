"""The gift keeper, and whoever sets apart what turns out bad (P5, P7)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import NamedTuple

from station.practice.simulate.trucks.hand import Answer, Hand, Person
from station.practice.simulate.trucks.loads import LIFE, Truck
from station.practice.simulate.trucks.truth import Goods, Truth, day_text

REASONS = {"L-QUA-BROKEN": "DEFECT", "L-QUA-BOX": "BOXDMG", "L-QUA-DOUBT": "HOLD"}
"""What is wrong with goods, and what they are from then on."""
WAYS = ("L-QUA-RELEASE", "L-QUA-RETURN", "L-QUA-SCRAP")
SPOILT, FLOW = 0.3, "quarantine"
"""How often a gift label is torn; where goods are set apart."""


class GiftKeeper:
    """Registers gifts, labels them, gives some of them out."""

    def __init__(self, hand: Hand, taker: Person, boss: Person, truth: Truth) -> None:
        self.hand, self.taker, self.boss, self.truth = hand, taker, boss, truth

    def take_in(self, truck: Truck, receipt: str) -> None:
        """Every gift of a truck, from its hand into the gift area."""
        for sku, qty, made in truck.gifts:
            self._take_in(receipt, sku, qty, made)

    def _take_in(self, receipt: str, sku: str, qty: int, made: date | None) -> None:
        hand, flow = self.hand, "gift_in"
        has_torn = hand.rng.random() < SPOILT

        def label(body: Answer) -> Answer:
            nonlocal has_torn
            number = body["screen"]["facts"]["hint"]
            if has_torn:
                has_torn = False
                self.truth.labels["SPOILED"] += 1
                hand.scan(flow, "CM-DAMAGE")
                return hand.scan(flow, number)
            self.truth.labels["APPLIED"] += 1
            return hand.scan(flow, number)

        answers: dict[str, Callable[[Answer], Answer]] = {
            "supplier": lambda _body: hand.scan(flow, receipt),
            "qty": lambda _body: hand.scan(flow, str(qty)),
            "produced": lambda _body: hand.scan(flow, f"{made:%Y%m%d}"),
            "expires": lambda _body: hand.allowed(flow, "CM-OK", self.boss),
            "labels": label,
        }
        hand.walk(flow, hand.scan(flow, hand.hall.ean(sku)), answers, "goods")
        expires = made + timedelta(days=LIFE) if made else None
        self.truth.come(Goods("", sku, "", day_text(expires), "GIFT"), qty)

    def give_out(self) -> None:
        """One of every gift, for a campaign, against the taker's badge and PIN."""
        for sku in sorted({goods.sku for goods, qty in self.truth.stands.items() if _is_gift(goods) and qty}):
            for raw in (self.hand.hall.ean(sku), "1", "2", "双11", *self.taker):
                self.hand.scan("gift_out", raw)
            self.truth.oldest_gifts(sku, 1)


class Standing(NamedTuple):
    """Goods that somebody sees in a place: its code's barcode, the carton's label ("" for loose ones)."""

    place: str
    carton: str
    goods: Goods
    qty: int


class Sorter:
    """Finds bad goods in their slots, sets them apart, and lets out what must not stay there."""

    def __init__(self, hand: Hand, people: Mapping[str, Person], truth: Truth, area: str) -> None:
        self.hand, self.people, self.truth, self.area = hand, people, truth, area

    def set_apart(self, seen: Standing) -> Standing:
        """Some of what stands somewhere turns out bad, of a carton all of it; what lies in quarantine now."""
        hand, why = self.hand, self.hand.rng.choice(sorted(REASONS))
        qty = seen.qty if seen.carton else hand.rng.randint(1, min(5, seen.qty))
        answers: dict[str, Callable[[Answer], Answer]] = {
            "goods": lambda _body: hand.scan(FLOW, seen.carton or hand.hall.ean(seen.goods.sku)),
            "lot": lambda body: self._lot(body, seen),
            "qty": lambda _body: hand.scan(FLOW, str(qty)),
            "reason": lambda body: hand.chooses(FLOW, body, why),
            "into": lambda _body: hand.scan(FLOW, self.area),
        }
        hand.walk(FLOW, hand.enters(FLOW, seen.place), answers, "place")
        return Standing(self.area, seen.carton, self.truth.turn(seen.goods, qty, REASONS[why]), qty)

    def _lot(self, body: Answer, seen: Standing) -> Answer:
        """The lot by its expiry, or by its number; one of several alike is as good as another."""
        wanted = seen.goods.expires or seen.goods.lot
        rows = body["screen"]["facts"]["table"]
        key = next((row[0] for row in rows if wanted and row[1].startswith(wanted)), rows[0][0])
        return self.hand.scan(FLOW, key)

    def let_out(self, seen: Standing, way: str, was: str) -> None:
        """All of it is released, goes back to its supplier, or is thrown away."""
        hand, people = self.hand, self.people
        answers: dict[str, Callable[[Answer], Answer]] = {
            "goods": lambda _body: hand.scan(FLOW, seen.carton or hand.hall.ean(seen.goods.sku)),
            "lot": lambda body: self._lot(body, seen),
            "qty": lambda _body: hand.scan(FLOW, str(seen.qty)),
            "way": lambda body: hand.chooses(FLOW, body, way),
            "inspector": lambda _body: hand.signs(FLOW, people["inspector"], people["supervisor"]),
            "keeper": lambda _body: hand.signs(FLOW, people["keeper"], people["supervisor"]),
            "plate": lambda _body: hand.scan(FLOW, "沪B00001"),
            "driver": lambda _body: hand.scan(FLOW, "李师傅"),
            "returner": lambda _body: hand.signs(FLOW, people["keeper"]),
        }
        hand.walk(FLOW, hand.enters(FLOW, self.area), answers, "place")
        if way == "L-QUA-RELEASE":
            self.truth.turn(seen.goods, seen.qty, was)
        else:
            self.truth.go(seen.goods, seen.qty, "returned" if way == "L-QUA-RETURN" else "scrapped")


def _is_gift(goods: Goods) -> bool:
    return goods.status == "GIFT"
