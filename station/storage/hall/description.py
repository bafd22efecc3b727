"""A hall as it is described: racks by ranges, areas and totes by number, walls and carts by size. Pure."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field

from station.ground.setup.table import Table, of_values
from station.stock.models import LocationKind
from station.storage.hall.addresses import Address, is_under
from station.storage.hall.walks import Zone

MOST_PLACES = 50_000
"""A hall of one station; what is described beyond it is a slip of the pen."""

K = LocationKind
RACK_KINDS = (K.PICK, K.RSV, K.NEW, K.GIFT, K.VAULT, K.QUAR, K.RTN, K.INTC, K.QC)
"""What slots in racks may be for."""
PLACE_KINDS = (*RACK_KINDS, K.DOCK, K.LANE, K.PACK, K.TOTE, K.WALL)
"""What a place with a name of its own may be for."""

AREAS = {
    "docks": (K.DOCK, "DOCK-{}"),
    "inspection": (K.QC, "QC-{}"),
    "quarantine": (K.QUAR, "QUAR-{}"),
    "intercept": (K.INTC, "INTC-{}"),
    "returns": (K.RTN, "RTN-{}"),
    "gifts": (K.GIFT, "GIFT-{}"),
    "vaults": (K.VAULT, "VAULT-{}"),
    "benches": (K.PACK, "PACK-{}"),
    "totes": (K.TOTE, "T{:03d}"),
}
"""Key of the description → kind and code of the places it counts."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a place holds at most: grams, cubic centimetres (None says nothing); and what it is for: a class
    of goods, a turnover (A, B, C), pallets only, articles beside each other.
    """

    weight_g: int | None = None
    volume_cm3: int | None = None
    goods_class: str = ""
    abc: str = ""
    needs_pallet: bool = False
    is_mixed: bool = False


@dataclass(frozen=True, slots=True)
class Rack:
    """A block of slots: every combination of its numbers, without those under `left_out`."""

    zone: str
    kind: LocationKind
    aisles: tuple[int, ...]
    bays: tuple[int, ...]
    levels: tuple[int, ...]
    positions: tuple[int, ...]
    limits: Limits = Limits()
    left_out: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """How many slots, before any is left out."""
        return len(self.aisles) * len(self.bays) * len(self.levels) * len(self.positions)

    def addresses(self) -> Iterator[Address]:
        """The slots in the order of their codes."""
        for aisle, bay, level, position in itertools.product(
            self.aisles, self.bays, self.levels, self.positions
        ):
            address = Address(self.zone, aisle, bay, level, position)
            if not any(is_under(address.code, pattern) for pattern in self.left_out):
                yield address


@dataclass(frozen=True, slots=True)
class Spot:
    """One place as it is wanted. `sequence` only for places outside the racks; `carrier` only for lanes."""

    code: str
    kind: LocationKind
    zone: str = ""
    limits: Limits = Limits()
    carrier: str = ""
    sequence: int = 0
    address: Address | None = None


@dataclass(frozen=True, slots=True)
class Hall:
    """A whole description, laid out: every place once, how zones are walked, what is closed.

    `versions`: the version of the label that hangs there, where it is not the first. `table` is the row
    of the file or form that mistakes are told at.
    """

    spots: tuple[Spot, ...]
    zones: tuple[Zone, ...] = ()
    closed: tuple[str, ...] = ()
    versions: dict[str, int] = field(default_factory=dict)
    table: Table = field(default_factory=lambda: of_values({}), compare=False)
