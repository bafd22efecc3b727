"""The crew at the dock: one truck after the other, from the notice to the signed inbound slip."""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from typing import Any

from station.practice.simulate.worker import Worker


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
            scan("stage1", self.hall.ean(sku))
            if (sku, qty) == lines[0] and cartons:  # a slip of the finger, seen at the next question
                scan("stage1", f"{cartons}0")
                scan("stage1", "CM-UNDO")
            for raw in (str(cartons), own, str(loose)):
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
        pieces = itertools.count(1)
        while body["screen"]["step"] in {"sample", "serial"}:
            sku = body["screen"]["facts"]["hint"].removeprefix("SKU:")
            is_number = body["screen"]["step"] == "serial"
            raw = f"{receipt}/{next(pieces)}" if is_number else self.hall.ean(sku)
            body = self.inspector.scan("stage2", raw)
        self.inspector.scan("stage2", "CM-OK")

    def _sign(self, receipt: str) -> None:
        scan = self.receiver.scan
        for raw in (receipt, *self.people["receiver"]):
            scan("sign", raw)
        scan("sign", "CM-OK")
        body = scan("sign", receipt)
        while body["screen"]["step"] == "labels":
            body = scan("sign", body["screen"]["facts"]["hint"])
        for raw in (*self.people["supervisor"], *self.people["keeper"]):
            scan("sign", raw)
