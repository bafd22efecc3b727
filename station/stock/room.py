"""Stock: places, lots, the ledger and what it adds up to."""

from __future__ import annotations

from station.ground.room import Room
from station.ground.scan.kinds import Kind
from station.stock import describe, invariants, needs
from station.stock.registers import STOCK
from station.stock.serial_registers import SERIALS

ROOM = Room(
    "stock",
    tables=("station.stock.models", "station.stock.holds", "station.stock.serials"),
    describes={
        **dict.fromkeys((Kind.LOCATION, Kind.TOTE, Kind.CELL, Kind.WORKSTATION), describe.place),
        **dict.fromkeys((Kind.CARTON, Kind.PALLET, Kind.SSCC), describe.carton),
        Kind.PRODUCT: describe.product,
    },
    registers=(STOCK, SERIALS),
    needs=(needs.of_stock,),
    invariants=invariants.INVARIANTS,
)
