"""Reading the description of a hall from a set-up file or a form, with every mistake at its row. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import TypeVar

from station.ground.setup.table import Table, meant_by
from station.storage.hall.addresses import AISLES, BAYS, LEVELS, POSITIONS, ZONES, address_of, is_under
from station.storage.hall.description import (
    AREAS,
    MOST_PLACES,
    PLACE_KINDS,
    RACK_KINDS,
    Hall,
    K,
    Limits,
    Rack,
    Spot,
)
from station.storage.hall.ranges import NoRange, numbers
from station.storage.hall.walks import Walk, Zone

HEAVIEST_G, LARGEST_CM3 = 50_000_000, 100_000_000
"""A place for fifty tonnes or a hundred cubic metres is a slip of the pen."""
ROWS, COLUMNS, CELLS = 9, 99, 99
VERSIONS = 9_999
CODE = 30
W = TypeVar("W", bound=StrEnum)


def read(top: Table) -> Hall:
    """``[hall]`` of a set-up file. Mistakes are noted in the table; `settle` refuses with them."""
    table = top.table("hall")
    layout = _Layout(table)
    racks = [(row, _rack(row)) for row in table.tables("rack")]
    if layout.has_room(sum(rack.count for _row, rack in racks if rack)):
        for row, rack in racks:
            layout.add(row, _slots(row, rack) if rack else ())
    for key in AREAS:
        layout.add(table, _counted(key, table.whole(key, 0, most=MOST_PLACES), layout), key)
    _groups(table, layout)
    zones = _zones(table)
    closed = tuple(code for code in table.texts("closed") if table.is_code("closed", code))
    labels = table.table("labels")
    versions = {code: labels.whole(code, least=1, most=VERSIONS) for code in labels.keys()}  # noqa: SIM118
    return Hall(tuple(layout.spots.values()), zones, closed, versions, table)


class _Layout:
    """Every place of the description once."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.spots: dict[str, Spot] = {}
        self._labels: dict[str, str] = {}
        self._rows: dict[str, str] = {}
        self._is_full = False

    def has_room(self, more: int) -> bool:
        """Whether so many places more are still a hall; noted once when they are not."""
        fits = len(self.spots) + more <= MOST_PLACES
        if not fits and not self._is_full:
            self.table.wrong("", "E-HAL-04", n=len(self.spots) + more, most=MOST_PLACES)
            self._is_full = True
        return fits

    def add(self, row: Table, spots: Iterable[Spot], key: str = "") -> None:
        """Take the places of one row; the first that is there already, or whose label would be, is noted."""
        name = row.name(key)
        for spot in spots:
            if not self.has_room(1):
                return
            label = f"{_prefix(spot.kind)}{spot.code.replace('-', '')}"
            other = self._labels.get(label)
            if other is not None:
                row.wrong(key, "E-HAL-05", code=spot.code, other=other, row=self._rows[other])
                return
            self.spots[spot.code] = spot
            self._labels[label] = spot.code
            self._rows[spot.code] = name


def _prefix(kind: K) -> str:
    return {K.TOTE: "TT", K.WALL: "WL", K.PACK: "WS"}.get(kind, "LC")


def _rack(row: Table) -> Rack | None:
    """A row ``[[hall.rack]]``; None when its ranges cannot be read."""
    zone = _zone_letter(row, "zone")
    kind = _one_of(row, "kind", RACK_KINDS)
    ranges = [
        _range(row, key, most)
        for key, most in (("aisles", AISLES), ("bays", BAYS), ("levels", LEVELS), ("positions", POSITIONS))
    ]
    left_out = tuple(code for code in row.texts("except") if row.is_code("except", code))
    limits = _limits(row)
    if not zone or kind is None or not all(ranges):
        return None
    aisles, bays, levels, positions = ranges
    return Rack(zone, kind, aisles, bays, levels, positions, limits, left_out)


def _slots(row: Table, rack: Rack) -> Iterator[Spot]:
    every = Rack(rack.zone, rack.kind, rack.aisles, rack.bays, rack.levels, rack.positions)
    codes = [address.code for address in every.addresses()] if rack.left_out else []
    for pattern in rack.left_out:
        if not any(is_under(code, pattern) for code in codes):
            row.wrong("except", "E-HAL-08", code=pattern)
    for address in rack.addresses():
        yield Spot(address.code, rack.kind, rack.zone, rack.limits, address=address)


def _range(row: Table, key: str, most: int) -> tuple[int, ...]:
    text = row.text(key, most=40)
    if not text:
        return ()
    try:
        return numbers(text, most)
    except NoRange as wrong:
        row.wrong(key, wrong.code, **wrong.facts)
        return ()


def _zone_letter(row: Table, key: str, default: str | None = None) -> str:
    text = row.code(key, default, most=1)
    if text and text not in ZONES:
        row.wrong(key, "E-HAL-06", got=text)
        return ""
    return text


def _one_of(row: Table, key: str, known: Iterable[W], default: W | None = None) -> W | None:
    text = row.text(key, default, most=20)
    found = next((word for word in known if word == text), None)
    if text and found is None:
        row.wrong(key, "E-SET-10", got=text, known=", ".join(known))
    return found


def _limits(row: Table) -> Limits:
    weight = row.whole("max_weight_g", 0, most=HEAVIEST_G)
    volume = row.whole("max_volume_cm3", 0, most=LARGEST_CM3)
    goods_class, abc = row.code("class", "", most=10), row.text("abc", "", most=1)
    if abc not in {"", "A", "B", "C"}:
        row.wrong("abc", "E-SET-10", got=abc, known="A, B, C")
    on_pallets, mixes = row.flag("pallet", False), row.flag("mixed", False)
    return Limits(weight or None, volume or None, goods_class, abc, on_pallets, mixes)


def _counted(key: str, count: int, layout: _Layout) -> Iterator[Spot]:
    kind, code = AREAS[key]
    if layout.has_room(count):
        for number in range(1, count + 1):
            yield Spot(code.format(number), kind)


def _groups(table: Table, layout: _Layout) -> None:
    """Lanes of carriers, sort walls, pick carts, and places with names of their own."""
    lanes = table.table("lanes")
    for carrier in lanes.keys():  # noqa: SIM118 — a table of the file, no dict
        count = lanes.whole(carrier, least=1, most=99)
        layout.add(
            lanes, (Spot(code, K.LANE, carrier=carrier) for code in lane_codes(carrier, count)), carrier
        )
    for row in table.tables("wall"):
        code, rows, columns = (
            _own(row),
            row.whole("rows", least=1, most=ROWS),
            row.whole("columns", least=1, most=COLUMNS),
        )
        cells = ((nth, place) for nth in range(1, rows + 1) for place in range(1, columns + 1))
        layout.add(row, (Spot(f"{code}-{nth}-{place:02d}", K.WALL) for nth, place in cells if code))
    for row in table.tables("cart"):
        code, count = _own(row), row.whole("cells", least=1, most=CELLS)
        layout.add(row, (Spot(f"{code}-{cell:02d}", K.TOTE) for cell in range(1, count + 1) if code))
    for row in table.tables("place"):
        layout.add(row, _named(row))


def lane_codes(carrier: str, count: int) -> list[str]:
    """``LANE-ZTO``, ``LANE-ZTO-2``, …"""
    name = "".join(char if char.isascii() and char.isalnum() else "-" for char in meant_by(carrier)).strip(
        "-"
    )
    return [f"LANE-{name}", *(f"LANE-{name}-{number}" for number in range(2, count + 1))]


def _named(row: Table) -> Iterator[Spot]:
    """A row ``[[hall.place]]``: a place with a name of its own, or a single slot."""
    code, kind = row.code("code", most=CODE), _one_of(row, "kind", PLACE_KINDS)
    zone, nth, limits = row.code("zone", "", most=10), row.whole("sequence", 0, most=10**9), _limits(row)
    carrier = row.text("carrier", "", most=20)
    address = address_of(code)
    if kind == K.LANE and not carrier:
        row.wrong("", "E-SET-02", key="carrier")
    elif address and kind and kind not in RACK_KINDS:
        row.wrong("kind", "E-SET-10", got=kind, known=", ".join(RACK_KINDS))
    elif address and kind:
        yield Spot(code, kind, address.zone, limits, address=address)
    elif code and kind:
        yield Spot(code, kind, zone, limits, carrier, sequence=nth)


def _own(row: Table) -> str:
    """A short code of a wall or cart."""
    return row.code("code", most=8).rstrip("-")


def _zones(table: Table) -> tuple[Zone, ...]:
    zones: dict[str, Zone] = {}
    for row in table.tables("zone"):
        code, beside = _zone_letter(row, "code"), _zone_letter(row, "beside", "")
        walk = _one_of(row, "walk", Walk, Walk.SERPENTINE)
        if code in zones:
            row.wrong("code", "E-SET-09", got=code)
        elif code and walk:
            zones[code] = Zone(code, walk, beside)
        if beside and beside == code:
            row.wrong("beside", "E-HAL-08", code=beside)
    for zone in zones.values():
        if zone.beside and zone.beside in zones and zones[zone.beside].beside:
            table.wrong("zone", "E-HAL-07", code=zone.code, other=zone.beside)
    return tuple(zones.values())
