"""The clerk at the desk, who finds the orders of trucks that came without one (P1)."""

from __future__ import annotations

import re

from station.practice.simulate.client import Handheld
from station.practice.simulate.trucks.dock import nameless
from station.practice.simulate.trucks.loads import Truck
from station.practice.simulate.trucks.truth import Truth
from station.practice.simulate.worker import Stuck

DONE = 302


class Clerk:
    """Looks at the page of a receipt, and says which of the orders there it belongs to."""

    def __init__(self, device: Handheld, truth: Truth) -> None:
        self.device, self.truth = device, truth
        self.matched = 0
        """Trucks whose order was found."""

    def match(self, truck: Truck, receipt: str) -> None:
        """What stood on hold is good, and of this order, from now on."""
        page = f"/desk/receipts/{receipt}"
        text = self.device.request("GET", page)[1].decode()
        found = re.search(rf'<option value="(\d+)"[^>]*>\s*{re.escape(truck.asn_no)} ', text)
        if found is None:
            raise Stuck(f"{receipt}: nobody offers {truck.asn_no}")
        status = self.device.submit(f"{page}/match", {"choice": found[1]})
        if status != DONE:
            raise Stuck(f"{receipt}: {truck.asn_no} was not matched: {status}")
        for goods, qty in list(self.truth.stands.items()):
            if goods.truck == nameless(receipt) and qty:
                self.truth.stands[goods] -= qty
                self.truth.come(goods._replace(truck=truck.asn_no, status="GOOD"), qty)
        self.matched += 1
