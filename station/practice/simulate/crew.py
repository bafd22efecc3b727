"""What virtual workers do: they read the screen and do what it says, with a slip now and then."""

from __future__ import annotations

import random
import secrets
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from station.practice.simulate.client import Handheld
from station.practice.simulate.hall import Hall

SLIP = 0.03
"""How often a virtual worker does something wrong on purpose."""


class Stuck(Exception):
    """A worker was refused where the floor gave no reason for it: the simulation has found a fault."""


class Worker:
    """One person with one handheld."""

    def __init__(self, device: Handheld, hall: Hall, seed: int) -> None:
        self.device = device
        self.hall = hall
        self.rng = random.Random(seed)  # noqa: S311 — a reproducible simulation
        self._pads: dict[str, bool] = {}

    # --- scanning -----------------------------------------------------------------------------

    def scan(self, flow: str, raw: str, allow: Sequence[str] = ()) -> dict[str, Any]:
        """A scan that must be accepted; sometimes preceded by a slip, sometimes sent twice.

        `allow` is what a supervisor scans where goods turn out to be older than those in stock.
        """
        if self.rng.random() < SLIP and not self._pads.get(flow, True):
            self._slip(flow)
        scan_id = secrets.token_hex(16)
        status, body = self.device.scan(flow, raw, scan_id)
        if status == 409:  # noqa: PLR2004 — the screen was stale: look at the fresh one and scan again
            status, body = self.device.scan(flow, raw)
        if self.rng.random() < SLIP:
            self.device.scan(flow, raw, scan_id)
        if body["code"] == "W-EXP-07" and allow:
            return [self.scan(flow, answer) for answer in allow][-1]
        if status != 200 and body["code"] != "E-INT-01":  # noqa: PLR2004
            raise Stuck(f"{flow}: {raw!r} → {status} {body['code']} {body['message']['en']}")
        self._pads[flow] = bool(body["screen"]["facts"].get("pad"))
        return body

    def _slip(self, flow: str) -> None:
        wrong = self.rng.choice(
            ["4006381333931", "hello", "CM-DAMAGE-NOT", "LCZZZ", "\x00\x1b<b>", "６" * 40]
        )
        self.device.scan(flow, wrong)

    # --- inbound (one crew; the people differ because the rules want that) ----------------------


class DockCrew:
    """Receiver, inspector, supervisor and keeper at the dock."""

    def __init__(self, receiver: Worker, inspector: Worker, people: dict[str, tuple[str, str]]) -> None:
        self.receiver, self.inspector, self.people = receiver, inspector, people
        self.hall = receiver.hall

    def receive(self, asn_no: str, today: date) -> None:
        """One truck, from the notice to the posted inbound slip."""
        lines = [(sku, qty) for sku, qty in self.hall.trucks[asn_no].items() if qty > 0]
        if not lines:
            return
        scan = self.receiver.scan
        cartons = sum(qty // self._case(sku, qty) for sku, qty in lines)
        for raw in (asn_no, "沪A12345", "张师傅"):
            scan("arrive", raw)
        body = scan("arrive", str(cartons))
        receipt = str(body["message"]["en"]).split()[1]
        self._count(receipt, asn_no, lines, today)
        self._inspect(receipt)
        self._sign(receipt)

    def _case(self, sku: str, qty: int) -> int:
        """Pieces in a carton: as the article says; what has no cartons of its own comes in one."""
        return int(self.hall.products[sku]["case_qty"]) if self.hall.products[sku]["case_qty"] > 1 else qty

    def _count(self, receipt: str, asn_no: str, lines: list[tuple[str, int]], today: date) -> None:
        scan = self.receiver.scan
        scan("stage1", receipt)
        for sku, qty in lines:
            product, printed = self.hall.products[sku], self.hall.printed[asn_no][sku]
            case = self._case(sku, qty)
            cartons, loose = divmod(qty, case)
            own = "CM-OK" if case == product["case_qty"] else str(case)
            for raw in (self.hall.ean(sku), str(cartons), own, str(loose)):
                scan("stage1", raw)
            if product["dated"]:
                for raw in self._dates(product, printed, today):
                    scan("stage1", raw, (*self.people["supervisor"], "1"))
            if product["lotted"]:
                scan("stage1", printed["lot"] or f"L{today:%m%d}{self.receiver.rng.randrange(1000):03d}")
            scan("stage1", "1")
        scan("stage1", "CM-CLOSE")

    def _dates(self, product: dict[str, Any], printed: dict[str, str], today: date) -> tuple[str, str]:
        """Production date and answer to the expiry: what the supplier announced, else something fresh."""
        made = today - timedelta(days=self.receiver.rng.randint(5, 60))
        if not printed["expires_on"]:
            made = date.fromisoformat(printed["produced_on"]) if printed["produced_on"] else made
            return f"{made:%Y%m%d}", "CM-OK"
        expires = date.fromisoformat(printed["expires_on"])
        if printed["produced_on"]:
            made = date.fromisoformat(printed["produced_on"])
        elif product["life"][0] and product["life"][1] == "D":
            made = expires - timedelta(days=product["life"][0])
        return f"{made:%Y%m%d}", f"{expires:%Y%m%d}"

    def _inspect(self, receipt: str) -> None:
        body = self.inspector.scan("stage2", receipt)
        while body["screen"]["step"] == "sample":
            sku = body["screen"]["facts"]["hint"].removeprefix("SKU:")
            body = self.inspector.scan("stage2", self.hall.ean(sku))
        self.inspector.scan("stage2", "CM-OK")

    def _sign(self, receipt: str) -> None:
        scan = self.receiver.scan
        for raw in (receipt, *self.people["receiver"]):
            scan("sign", raw)
        body = scan("sign", "CM-OK")
        while body["screen"]["step"] == "labels":
            body = scan("sign", body["screen"]["facts"]["hint"])
        for raw in (*self.people["supervisor"], *self.people["keeper"]):
            scan("sign", raw)


class AllRounder(Worker):
    """Puts away, picks, packs: whatever waits."""

    def put_away(self) -> bool:
        """Bring one carton to its slot."""
        screen = self.device.look("putaway")
        if screen["step"] != "carton":
            return self._finish_putaway(screen)
        rows = [row[0] for row in screen["facts"].get("table", [])]
        carton = self.hall.reserve(rows)
        if carton is None:
            return False
        body = self.scan("putaway", carton)
        return self._finish_putaway(body["screen"])

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
        if status != 200:  # noqa: PLR2004 — a colleague was faster
            self.hall.give_back(tote)
            return False
        body = self.scan("pick", self.hall.barcodes[tote])
        body = self._walk(tote, body)
        self.scan("pick", self.hall.barcodes[self.hall_bench()])
        if self.hall.units(tote):
            self.hall.drop(tote)
        else:
            self.hall.give_back(tote)
        return True

    def hall_bench(self) -> str:
        """Any bench: totes are brought to the row of benches."""
        return str(next(code for code in sorted(self.hall.barcodes) if code.startswith("PACK-")))

    def _walk(self, tote: str, body: dict[str, Any]) -> dict[str, Any]:
        sku = ""
        while (screen := body["screen"])["step"] in {"slot", "product", "qty"}:
            hint = screen["facts"]["hint"]
            if hint.startswith("SKU:"):
                sku = hint.removeprefix("SKU:")
            raw = self.hall.ean(sku) if hint.startswith("SKU:") else hint
            body = self.scan("pick", raw)
            if body["code"] in {"S-PCK-TAKEN", "S-PCK-LAST"}:
                self.hall.put(
                    tote,
                    sku,
                    int(body["message"]["en"].split()[1]) if body["code"] == "S-PCK-TAKEN" else _last(screen),
                )
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
        if body["code"] == "E-INT-01":
            return self._set_aside(tote)
        while (screen := body["screen"])["step"] != "tote":
            body = self._pack_step(screen, tote, bench)
            if body["code"] == "E-INT-01":
                return self._set_aside(tote)
        if self.hall.units(tote):
            raise Stuck(f"{tote} is done for the station, but there is still {self.hall.units(tote)} in it")
        self.hall.give_back(tote)
        return None

    def _pack_step(self, screen: dict[str, Any], tote: str, bench: str) -> dict[str, Any]:
        step, hint = screen["step"], screen["facts"].get("hint", "")
        if step in {"verify", "item", "reverify"}:
            units = self.hall.units(tote)
            if not units:
                return self.scan("pack", "CM-CLOSE")
            body = self.scan("pack", self.hall.ean(units[0]))
            if body["code"] != "E-INT-01" and step != "reverify":
                self.hall.take(tote, units[0])
            return body
        if step == "box":
            return self.scan("pack", self.rng.choice(self.hall.boxes))
        if step == "weigh":
            expected = int(screen["facts"]["lines"][0]["value"].split()[0])
            dg = expected * 10 + self.rng.randint(-100, 100)
            self.device.request("POST", "/demo/scale", {"workstation": bench, "dg": dg})
            return self.scan("pack", "CM-OK")
        return self.scan("pack", hint)

    def _set_aside(self, tote: str) -> None:
        """The order was stopped: its goods go to the intercept shelf."""
        self.pull(self.hall.barcodes[tote])
        self.hall.give_back(tote)

    def pull(self, code: str) -> bool:
        """Bring the goods of a stopped order to the shelf."""
        status, _body = self.device.scan("intercept", code)
        if status != 200:  # noqa: PLR2004
            return False
        self.scan("intercept", self.hall.shelf)
        return True

    def pull_all(self) -> bool:
        """Every order that is being intercepted."""
        done = False
        while hint := self.device.look("intercept")["facts"].get("hint"):
            if not self.pull(hint):
                break
            done = True
        return done


def _last(screen: dict[str, Any]) -> int:
    """The quantity of the stop just finished, as the screen before it said."""
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
        for raw in (self.hall.lanes[f"LANE-{carrier}"], "沪B99999"):
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
            hint = screen["facts"]["hint"]
            body = self._next(hint)

    def _next(self, hint: str) -> dict[str, Any]:
        status, body = self.device.scan("dispatch", hint)
        if body["code"] == "E-MAN-11":
            return self._allow()
        if status != 200 and body["code"] not in {"E-INT-01", "E-MAN-07", "E-MAN-06"}:  # noqa: PLR2004
            raise Stuck(f"dispatch: {hint!r} → {status} {body['code']}")
        return body

    def _allow(self) -> dict[str, Any]:
        """The ERP's cancels are old: the supervisor answers for it, reason "other"."""
        for raw in self.supervisor:
            self.scan("dispatch", raw)
        return self.scan("dispatch", "5")
