"""When a scale is believed (P18): three equal frames of a weight that rests, and a zero between parcels.
Pure.
"""

from __future__ import annotations

from station.devices.says import Says
from station.devices.scales.cutting import Family, Piece


class Judge:
    """Hears the frames of one scale, one after the other.

    `says` and `dg` (tenths of a gram) are what it tells now; `zeros` counts how often it has come to rest
    at zero.
    """

    def __init__(self, family: Family) -> None:
        self._wanted = family.equal
        self._last, self._times = b"", 0
        self.says, self.dg, self.zeros = Says.SILENT, 0, 0

    def hear(self, piece: Piece) -> None:
        """One frame, or a disturbance, which begins the count anew."""
        reading = piece.reading
        self.dg = 0 if reading is None or reading.dg is None else reading.dg
        is_equal = reading is not None and reading.is_stable and reading.dg is not None
        self._times = (self._times + 1 if piece.raw == self._last else 1) if is_equal else 0
        self._last = piece.raw if is_equal else b""
        before = self.says
        if reading is None:
            self.says = Says.MOVING
        elif reading.dg is None:
            self.says = Says.OUTSIDE
        elif reading.is_net:
            self.says = Says.TARED
        elif self._times < self._wanted:
            self.says = Says.MOVING
        else:
            self.says = Says.STILL if self.dg else Says.EMPTY
        self.zeros += self.says == Says.EMPTY != before

    def quiet(self, says: Says = Says.SILENT) -> None:
        """Nothing was understood for a while: what was heard before counts no more."""
        self._last, self._times = b"", 0
        self.says, self.dg = says, 0
