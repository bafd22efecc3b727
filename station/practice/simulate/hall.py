"""The physical hall as the virtual workers know it: what a person would see and reach for.

It is a model of its own: what lies in a tote is what was really put in, not what the station says. If the
two ever differ, the scans at the pack bench show it.
"""

from __future__ import annotations

import threading
from collections import Counter, deque
from typing import Any


class Hall:
    """Shared by all workers; every method holds the lock for a moment only."""

    def __init__(self, things: dict[str, Any]) -> None:
        self._lock = threading.RLock()
        self.products = {item["code"]: item for item in things["products"]}
        self.trucks = {item["asn_no"]: dict(item["lines"]) for item in things["notices"]}
        self.printed = {item["asn_no"]: dict(item["announced"]) for item in things["notices"]}
        """Notice → article → lot and dates that its supplier prints on the cartons."""
        places = things["places"]
        self.barcodes = {code: barcode for rows in places.values() for code, barcode in rows}
        self.lanes = dict(things["lanes"])
        """Carrier → the barcode of its lane."""
        self.shelf = places["INTC"][0][1]
        self.boxes = [code for code, _name in things["boxes"]]
        self.totes = frozenset(code for code, _barcode in places["TOTE"])
        self._empty = deque(code for code, _barcode in places["TOTE"])
        self.benches = deque(code for code, _barcode in places["PACK"])
        self.row_of_benches: str = min(self.benches)
        self._contents: dict[str, Counter[str]] = {}
        self._at_bench: deque[str] = deque()
        self._reserved: set[str] = set()
        self._parked: dict[str, str] = {}
        self._seen: dict[str, Counter[str]] = {}

    def named(self, name: str) -> str:
        """The article with this name."""
        return str(next(code for code, item in self.products.items() if item["name"] == name))

    def ean(self, sku: str) -> str:
        """The barcode on one unit."""
        return str(self.products[sku]["barcodes"]["EACH"])

    # --- totes --------------------------------------------------------------------------------

    def empty_tote(self) -> str | None:
        """Take an empty tote from the stack."""
        with self._lock:
            return self._empty.popleft() if self._empty else None

    def give_back(self, tote: str) -> None:
        """An empty tote goes back on the stack."""
        with self._lock:
            self._contents.pop(tote, None)
            self._seen.pop(tote, None)
            self._empty.append(tote)

    def put(self, tote: str, sku: str, qty: int) -> None:
        """Units lie in a tote now."""
        with self._lock:
            self._contents.setdefault(tote, Counter())[sku] += qty

    def take(self, tote: str, sku: str, qty: int = 1) -> None:
        """Units were taken out of a tote."""
        with self._lock:
            self._contents[tote][sku] -= qty
            self._contents[tote] += Counter()

    def units(self, tote: str) -> list[str]:
        """The articles in a tote."""
        with self._lock:
            return sorted(self._contents.get(tote, Counter()).elements())

    def drop(self, tote: str) -> None:
        """A full tote stands at the benches."""
        with self._lock:
            self._at_bench.append(tote)

    def next_at_bench(self) -> str | None:
        """Take the tote that has waited longest."""
        with self._lock:
            return self._at_bench.popleft() if self._at_bench else None

    def see(self, tote: str, sku: str) -> None:
        """A unit was taken out of a tote and shown to the station."""
        with self._lock:
            self.take(tote, sku)
            self._seen.setdefault(tote, Counter())[sku] += 1

    def park(self, tote: str, broken: str) -> None:
        """A tote waits at its bench for another unit of `broken`; all of that article are shown again."""
        with self._lock:
            self._parked[tote] = ""
            self.take(tote, broken)
            self.put(tote, broken, self._seen.get(tote, Counter()).pop(broken, 0))

    def join(self, parked: str, brought: str) -> None:
        """The unit was brought in another tote: both are one order's, and so are those joined before."""
        with self._lock:
            before = self._parked.get(parked)
            if before is None:
                return
            self._parked[parked] = brought
            for kept in (self._contents, self._seen):
                kept.setdefault(brought, Counter()).update(kept.pop(parked, Counter()))
            if before != brought:
                self.join(before, brought)

    def is_parked(self, tote: str) -> bool:
        """Whether a tote waits at its bench, and nothing was brought for it yet."""
        with self._lock:
            return self._parked.get(tote) == ""

    def is_one(self, tote: str, other: str) -> bool:
        """Whether the goods of one tote are those of the other's order."""
        with self._lock:
            return tote == other or self._parked.get(tote) == other

    def free_parked(self, tote: str) -> None:
        """The goods of a waiting tote, or of what was brought for it, are gone: it goes back on the stack."""
        with self._lock:
            for parked in [one for one, brought in self._parked.items() if tote in {one, brought}]:
                del self._parked[parked]
                self.give_back(parked)

    @property
    def waiting_totes(self) -> int:
        """How many totes wait at the benches."""
        with self._lock:
            return len(self._at_bench)

    # --- benches and things only one worker should reach for ------------------------------------

    def take_bench(self) -> str | None:
        """A free bench."""
        with self._lock:
            return self.benches.popleft() if self.benches else None

    def leave_bench(self, bench: str) -> None:
        """The bench is free again."""
        with self._lock:
            self.benches.append(bench)

    def reserve(self, things: list[str]) -> str | None:
        """The first of `things` no colleague is reaching for."""
        with self._lock:
            for thing in things:
                if thing not in self._reserved:
                    self._reserved.add(thing)
                    return thing
            return None

    def let_go(self, thing: str) -> None:
        """What somebody reached for may be reached for again."""
        with self._lock:
            self._reserved.discard(thing)
