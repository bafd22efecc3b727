"""Where a worker stands in a move."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Moving:
    """The slot's barcode, the stock row chosen in it, and the task once the goods are in hand; `pack` is how
    many EACH the scanned pack holds.
    """

    slot: str = ""
    sku: int = 0
    pack: int = 1
    stock: int = 0
    task: int = 0
    is_damaged: bool = False
