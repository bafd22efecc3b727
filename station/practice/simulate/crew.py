"""The people of the floor: whoever puts away, picks and packs, and the dispatcher at the lanes."""

from __future__ import annotations

import random
from decimal import Decimal
from typing import Any

from station.practice.simulate import pallets
from station.practice.simulate.client import Handheld
from station.practice.simulate.hall import Hall
from station.practice.simulate.worker import BY_NUMBER, OK, Stuck, Worker

DEAD_SCALE = 0.03
"""How often a packer does not trust the scale and types what another one shows."""


class AllRounder(Worker):
    """Puts away, picks, packs: whatever waits. `short` is how often a slot lacks what the book says, `damage`
    how often a unit at a stop or an order on the bench is broken.

    `supervisor` (badge, PIN) is called when a parcel's weight must be typed.
    """

    def __init__(
        self,
        device: Handheld,
        hall: Hall,
        seed: int,
        short: Decimal = Decimal(0),
        supervisor: tuple[str, ...] = (),
        damage: Decimal = Decimal(0),
    ) -> None:
        super().__init__(device, hall, seed)
        self.short, self.supervisor, self.damage = short, supervisor, damage
        self._scale_luck = random.Random(-seed)  # noqa: S311 — a reproducible simulation
        self._stacking = random.Random(f"pallet:{seed}")  # noqa: S311 — a reproducible simulation
        self._luck = random.Random(f"damage:{seed}")  # noqa: S311 — a reproducible simulation

    def put_away(self) -> bool:
        """Bring a cartful, or loose units, to their slots."""
        screen = self.device.look("putaway")
        if screen["step"] != "carton":
            return self._finish_putaway(screen)
        rows = [row[0] for row in screen["facts"].get("table", [])]
        loose = [row for row in rows if row in self.hall.products]
        carton = self.hall.reserve([row for row in rows if row not in loose])
        if carton is not None and self._stacking.random() < pallets.HOW_OFTEN:
            return self._stack(carton, rows)
        if carton is not None:
            return self._finish_putaway(self._load(carton, rows))
        if not loose:
            return False
        status, body = self.device.scan("putaway", self.hall.ean(loose[0]))
        return status == OK and self._finish_putaway(body["screen"])

    def _stack(self, carton: str, waiting: list[str]) -> bool:
        """Several cartons on a pallet; those that do not go together are put away one by one."""
        cartons, boxes = [carton], [row for row in waiting if row not in self.hall.products]
        while len(cartons) < pallets.CARTONS and (more := self.hall.reserve(boxes)) is not None:
            cartons.append(more)
        if not pallets.stack(self, cartons):
            for one in cartons:
                self._finish_putaway(self.scan("putaway", one)["screen"])
        return True

    def _load(self, carton: str, waiting: list[str]) -> dict[str, Any]:
        """Take a carton, and often more of those that wait onto the same cart."""
        screen = self.scan("putaway", carton)["screen"]
        while screen["step"] == "slot" and self._luck.random() < 0.5:  # noqa: PLR2004
            more = self.hall.reserve([row for row in waiting if row not in self.hall.products])
            if more is None:
                break
            screen = self.scan("putaway", more)["screen"]
        return dict(screen)

    def count(self, *, is_boss: bool = False) -> bool:
        """Count the first place that waits, as if nothing were there; a third count is a supervisor's."""
        screen = self.device.look("count")
        rows = screen["facts"].get("table", []) if screen["step"] == "slot" else ()
        for place, article, nth in rows:
            if (nth == "3") is not is_boss:
                continue
            status, body = self.device.scan("count", self.hall.barcodes.get(place, screen["facts"]["hint"]))
            if status != OK:  # a colleague is at it, or somebody else must count this time
                continue
            nothing = "0" if article else "CM-CLOSE"
            while status == OK and body["screen"]["step"] != "slot":  # a supervisor may have looked meanwhile
                status, body = self.device.scan("count", nothing)
            return True
        return False

    def _finish_putaway(self, screen: dict[str, Any]) -> bool:
        while screen["step"] != "carton":
            screen = self.scan("putaway", screen["facts"]["hint"])["screen"]
        return True

    def pick(self) -> bool:
        """Walk one pick list and bring the tote to the benches."""
        screen = self.device.look("pick")
        if screen["step"] != "list" or not screen["facts"].get("hint"):
            return False
        tote = self.hall.empty_tote()
        if tote is None:
            return False
        status, body = self.device.scan("pick", "CM-OK")
        if status != OK:  # a colleague was faster
            self.hall.give_back(tote)
            return False
        body = self.scan("pick", self.hall.barcodes[tote])
        self._bring(tote, self._walk(tote, body)["screen"])
        return True

    def _bring(self, tote: str, screen: dict[str, Any]) -> None:
        """What was picked, to where the screen sends it: a bench, or the shelf when all was stopped; with the
        tote that waits for it.
        """
        lines = {line["label"]["en"]: line["value"] for line in screen["facts"].get("lines", [])}
        waits = lines.get("Its other tote", "").split()
        if screen["step"] == "shelf" and self.device.scan("pick", self.hall.shelf)[0] == OK:
            for other in waits:
                self.hall.free_parked(other)
            return self.hall.give_back(tote)
        for other in waits if screen["step"] == "drop" else ():
            self.hall.join(other, tote)
        self.scan("pick", self.hall.barcodes[self.hall_bench()])
        return self.hall.drop(tote) if self.hall.units(tote) else self.hall.give_back(tote)

    def hall_bench(self) -> str:
        """Any bench: totes are brought to the row of benches."""
        return self.hall.row_of_benches

    def _walk(self, tote: str, body: dict[str, Any]) -> dict[str, Any]:
        sku = ""
        while (screen := body["screen"])["step"] in {"slot", "product", "serial", "qty"}:
            hint = screen["facts"]["hint"]
            if hint.startswith("SKU:"):
                sku = hint.removeprefix("SKU:")
                if screen["step"] == "product" and self.rng.random() < self.short:
                    body = self._say_short(tote, sku, screen)
                    continue
                if screen["step"] == "product" and self._luck.random() < self.damage:
                    body = self._say_broken()
                    continue
            body = self.scan("pick", self.hall.ean(sku) if hint.startswith("SKU:") else hint)
            if body["code"] == "S-PCK-TAKEN":
                self.hall.put(tote, sku, int(body["message"]["en"].split()[1]))
            elif body["code"] == "S-PCK-LAST":
                self.hall.put(tote, sku, _shown(screen))
        return body

    def _say_short(self, tote: str, sku: str, screen: dict[str, Any]) -> dict[str, Any]:
        """Fewer lie in the slot than the screen says: why, and how many are good (none is typed twice)."""
        good = self.rng.randrange(_shown(screen))
        body = self.scan("pick", "CM-SHORT")
        if body["screen"]["step"] == "why":
            body = self.scan("pick", "1")
        while body["screen"]["step"] == "found":
            good = 0 if body["code"] == BY_NUMBER else good  # the good ones were to be taken before
            body = self.scan("pick", str(good))
        if body["code"] in {"W-PCK-SHORT", "S-PCK-ELSEWHERE"}:
            self.hall.put(tote, sku, good)
        return body

    def _say_broken(self) -> dict[str, Any]:
        """One unit is broken: every second time it is carried to quarantine, else a keeper fetches it."""
        body = self.scan("pick", "CM-DAMAGE")
        if body["screen"]["step"] == "broken":
            body = self.scan("pick", "1")
        if body["screen"]["step"] == "quarantine":
            carried = self._luck.random() < 0.5  # noqa: PLR2004
            body = self.scan("pick", body["screen"]["facts"]["hint"] if carried else "CM-SKIP")
        return body

    def pack(self) -> bool:
        """Empty one tote at a free bench."""
        if not self.hall.waiting_totes:
            return False
        bench = self.hall.take_bench()
        if bench is None:
            return False
        try:
            tote = self.hall.next_at_bench()
            if tote is None:
                return False
            self.scan("pack", self.hall.barcodes[bench])
            self._empty(tote, bench)
        finally:
            self.hall.leave_bench(bench)
        return True

    def _empty(self, tote: str, bench: str) -> None:
        body = self.scan("pack", self.hall.barcodes[tote])
        while (screen := body["screen"])["step"] != "tote":
            body = self._pack_step(screen, tote, bench)
        if not self.hall.is_parked(tote):
            self._search(tote)
            self.hall.free_parked(tote)
            self.hall.give_back(tote)

    def _pack_step(self, screen: dict[str, Any], tote: str, bench: str) -> dict[str, Any]:
        step, hint = screen["step"], screen["facts"].get("hint", "")
        if step in {"verify", "item", "reverify"}:
            return self._see(step, tote)
        if step == "stopped":
            return self._to_shelf("pack", screen, tote)
        if step == "box":
            return self.scan("pack", self.rng.choice(self.hall.boxes))
        if step == "weigh":
            return self._weigh(int(screen["facts"]["lines"][0]["value"].split()[0]), bench)
        return self.scan("pack", hint)

    def _see(self, step: str, tote: str) -> dict[str, Any]:
        """One unit out of the tote, if there is one."""
        units = self.hall.units(tote)
        if not units:
            return self.scan("pack", "CM-CLOSE")
        if step != "reverify" and self._luck.random() < self.damage:
            return self._set_aside(units[0], tote, is_single=step == "item")
        body = self.scan("pack", self.hall.ean(units[0]))
        if step != "reverify" and body["code"] != "E-INT-01":
            self.hall.see(tote, units[0])
        return body

    def _set_aside(self, sku: str, tote: str, *, is_single: bool) -> dict[str, Any]:
        """A unit broke on the way to the bench: another is brought while its order waits, or the order goes
        to the shelf with all that is in the tote for it.
        """
        body = self.scan("pack", "CM-DAMAGE")
        if body["screen"]["step"] == "damaged":
            body = self.scan("pack", self.hall.ean(sku))
        if body["screen"]["step"] == "apart":
            body = self.scan("pack", self.hall.shelf)
        if body["code"] == "S-PAK-WAITS" and is_single:
            self.hall.take(tote, sku)
        elif body["code"] == "S-PAK-WAITS":
            self.hall.park(tote, sku)
        while body["screen"]["step"] == "aside":  # a second scan of the shelf at once is taken for a bounce
            body = self.scan("pack", self.hall.shelf)
        if body["code"] == "S-PAK-ASIDE":
            for unit in [sku] if is_single else self.hall.units(tote):
                self.hall.take(tote, unit)
        return body

    def _weigh(self, grams: int, bench: str) -> dict[str, Any]:
        """Put the parcel on the bench's scale; where there is none, or it fails, weigh elsewhere and type."""
        is_dead = self._scale_luck.random() < DEAD_SCALE and bool(self.supervisor)
        dg = grams * 10 + self.rng.randint(-100, 100)
        status, _body = self.device.request("POST", "/demo/scale", {"workstation": bench, "dg": dg})
        if status == OK and not is_dead:
            return self.scan("pack", "CM-OK")
        status, body = self.device.scan("pack", "CM-QTY")
        for raw in (*(() if status == OK else (*self.supervisor, "5")), str(grams)):
            if body["code"] != "E-INT-01":
                body = self.scan("pack", raw)
        return body

    def _to_shelf(self, flow: str, screen: dict[str, Any], tote: str = "") -> dict[str, Any]:
        """The order was stopped: what the screen names is brought to the intercept shelf."""
        body = self.scan(flow, self.hall.shelf)
        for name, place, qty in screen["facts"]["table"] if tote else ():
            if self.hall.is_one(place, tote):
                self.hall.take(tote, self.hall.named(name), int(qty))
        return body

    def _search(self, tote: str) -> None:
        """Goods are left in a tote that the bench is done with: they belong to stopped orders."""
        while self.hall.units(tote):
            body = self.scan("intercept", self.hall.barcodes[tote])
            self._to_shelf("intercept", body["screen"], tote)

    def pull_all(self) -> None:
        """Parcels of stopped orders, from bench and lane, and the totes that waited for a unit; what lies in
        another tote is found by whoever has it.
        """
        for order_no, place, _qty in self.device.look("intercept")["facts"].get("table", []):
            if place in self.hall.totes and not self.hall.is_parked(place):
                continue
            status, body = self.device.scan("intercept", order_no)
            others = {row[1] for row in body["screen"]["facts"].get("table", [])} - {place}
            if status == OK and others & self.hall.totes:  # a colleague is bringing the rest of it
                self.scan("intercept", "CM-MENU")
            elif status == OK:
                self._to_shelf("intercept", body["screen"])
                self.hall.free_parked(place)


def _shown(screen: dict[str, Any]) -> int:
    """The quantity of the stop, as the screen says."""
    facts = screen["facts"]
    if screen["step"] == "qty":
        return int(facts["big"])
    line = next(line for line in facts["lines"] if line["label"]["en"] == "Quantity")
    return int(line["value"].split()[0])


class Dispatcher(Worker):
    """Hands parcels over when a courier comes; `supervisor` (badge, PIN) is at hand."""

    def __init__(self, device: Handheld, hall: Hall, seed: int, supervisor: tuple[str, str]) -> None:
        super().__init__(device, hall, seed)
        self.supervisor = supervisor

    def hand_over(self, carrier: str, badge: str, pin: str) -> int:
        """One manifest for everything staged in a carrier's lane; how many parcels left."""
        scan = self.scan
        for raw in (self.hall.lanes[carrier], "沪B99999"):
            scan("dispatch", raw)
        body = scan("dispatch", "小王")
        while True:
            screen = body["screen"]
            if screen["step"] == "dispatcher":
                body = scan("dispatch", badge)
                body = scan("dispatch", pin)
                if body["code"] == "S-DSP-SHIPPED":
                    return int(body["message"]["en"].split()[1])
                continue
            body = self._next(screen["facts"]["hint"])
            if body["code"] == "E-MAN-08":  # its only parcels were stopped: the courier goes empty
                scan("dispatch", "CM-MENU")
                return 0

    def _next(self, hint: str) -> dict[str, Any]:
        status, body = self.device.scan("dispatch", hint)
        if body["code"] == "E-MAN-11":
            return self._allow()
        if status != OK and body["code"] not in {"E-INT-01", "E-MAN-07", "E-MAN-06", "E-MAN-08"}:
            raise Stuck(f"dispatch: {hint!r} → {status} {body['code']}")
        return body

    def _allow(self) -> dict[str, Any]:
        """The ERP's cancels are old: the supervisor answers for it, reason "other"; more may stand there."""
        for raw in self.supervisor:
            self.scan("dispatch", raw)
        return self._next("5")
