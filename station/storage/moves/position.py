"""Where a worker stands in a move."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Moving:
    """The slot's barcode, the stock row chosen in it, and the task once the goods are in hand."""

    slot: str = ""
    sku: int = 0
    stock: int = 0
    task: int = 0
    is_damaged: bool = False
