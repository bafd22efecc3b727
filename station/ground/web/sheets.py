"""Tables of the desk: titles, rows, and where a row leads."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

PAGE = 50


@dataclass
class Line:
    """One row; `link` is the URL of its first cell."""

    cells: list[Any]
    link: str = ""


@dataclass
class Sheet:
    """A plain table. `state_column` is the index of the column that shows a state as a badge."""

    titles: list[str]
    rows: list[Line] = field(default_factory=list)
    more: str = ""
    state_column: int = -1
