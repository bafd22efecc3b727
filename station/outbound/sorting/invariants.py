"""What must hold of a sort wall (P16): nothing lies in a cell that is nobody's."""

from __future__ import annotations

from sqlalchemy import select

from station.ground.db.invariants import Invariant, rows
from station.ground.documents.told import told
from station.outbound.sorting.models import SORTING, CellState, SortCell
from station.stock.models import Location, LocationKind, Stock

_NOBODYS = select(Location.code.label("cell"), Stock.sku_id.label("sku"), Stock.on_hand).join_from(
    Stock, Location, Location.id == Stock.location_id
).where(
    Location.kind == LocationKind.WALL,
    Stock.on_hand > 0,
    ~select(SortCell.id)
    .where(SortCell.location_id == Stock.location_id, SortCell.state == CellState.BOUND)
    .exists(),
)  # fmt: skip

INVARIANTS = (
    Invariant("I1", "what lies in a wall cell is an order's", rows(_NOBODYS), SortCell),
    *told(SORTING),
)
