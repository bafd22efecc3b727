"""How far a feed was read: a time and an id, and whether what was written late has been read too.

An ERP stamps a row when its transaction begins but shows it when it ends, so rows may appear behind a
watermark. Each look therefore begins `overlap_s` before it, until the ERP's own clock is past that span:
then nothing can appear there any more, and the look begins exactly behind the last row. Our own clock
has no say in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

OVERLAP_S = 300
_TIMES = ("at", "top", "began", "swept")


@dataclass(frozen=True, slots=True)
class Watermark:
    """`at` and `row_id` of the last row read in the present sweep; `top` is the highest ever read.

    `began` is the ERP's time when the sweep began, `swept` when the last complete one did: what was shown
    later may be stamped up to the overlap before that, however long the sweep took. With `is_settled`
    nothing can appear behind `top`.
    """

    at: datetime | None = None
    row_id: int = 0
    top: datetime | None = None
    top_id: int = 0
    began: datetime | None = None
    is_settled: bool = False
    swept: datetime | None = None

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> Watermark:
        """From what `kept` wrote; an empty one reads from the beginning."""
        times = {name: _time(kept.get(name)) for name in _TIMES}
        return cls(
            **times,
            row_id=int(kept.get("row_id", 0)),
            top_id=int(kept.get("top_id", 0)),
            is_settled=bool(kept.get("is_settled", False)),
        )

    def kept(self) -> dict[str, Any]:
        """For the database."""
        times: dict[str, Any] = {
            name: value.isoformat() for name in _TIMES if (value := getattr(self, name)) is not None
        }
        return times | {"row_id": self.row_id, "top_id": self.top_id, "is_settled": self.is_settled}

    def begin(self, server_now: datetime, overlap_s: int = OVERLAP_S) -> Watermark:
        """The start of a sweep: behind the last row, or before the span that is not settled yet.

        A sweep that was cut short goes on where it stood.
        """
        if self.began is not None:
            return self
        if self.top is None:
            return replace(self, began=server_now)
        if self.is_settled:
            return replace(self, at=self.top, row_id=self.top_id, began=server_now)
        since = min(self.top, self.swept or self.top)
        return replace(self, at=since - timedelta(seconds=overlap_s), row_id=0, began=server_now)

    def after(self, at: datetime, row_id: int) -> Watermark:
        """One more row was read."""
        is_higher = self.top is None or (at, row_id) > (self.top, self.top_id)
        top, top_id = (at, row_id) if is_higher else (self.top, self.top_id)
        settled = self.is_settled and not is_higher
        return replace(self, at=at, row_id=row_id, top=top, top_id=top_id, is_settled=settled)

    def end(self, overlap_s: int = OVERLAP_S) -> Watermark:
        """The sweep read everything there was."""
        assert self.began is not None
        settled = self.top is None or self.began >= self.top + timedelta(seconds=overlap_s)
        return replace(self, began=None, swept=self.began, is_settled=settled and self.top is not None)


def _time(text: Any) -> datetime | None:
    return datetime.fromisoformat(text).astimezone(UTC) if text else None
