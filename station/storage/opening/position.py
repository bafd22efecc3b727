"""Where a worker stands in the opening count, and what the screens show of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from station.catalog import rules as catalog
from station.ground.scan.context import Context
from station.ground.scan.outcome import Facts
from station.stock.models import Location
from station.storage.opening import looking_up, rules
from station.storage.opening.judging import Wanted, expiry_of

SHOWN = 4


@dataclass
class Counting:
    """The slot, and of the goods in hand what has been said so far; `printed` is the expiry that the code
    carried.
    """

    place: int = 0
    sku: int = 0
    pack: int = 1
    produced: date | None = None
    printed: date | None = None
    expires: date | None = None
    lot: str = ""
    unsure_lot: str = ""


def place_of(ctx: Context) -> Location:
    """The slot whose label was scanned."""
    return ctx.tx.get_one(Location, ctx.at(Counting).place)


def sku_of(ctx: Context) -> Any:
    """The article in hand."""
    return catalog.sku(ctx.tx, ctx.at(Counting).sku)


def on_pack(ctx: Context) -> date | None:
    """The expiry that the code carried, else what follows from the shelf life; None when neither is known."""
    at = ctx.at(Counting)
    return at.printed or expiry_of(sku_of(ctx), at.produced, None, day0=ctx.rules.shelf_day0)


def goods_of(ctx: Context, qty: int) -> Wanted:
    """The goods in hand, as they will be written down."""
    at = ctx.at(Counting)
    return Wanted(at.place, at.sku, qty, at.lot, at.produced, at.expires)


def slot_facts(ctx: Context) -> Facts:
    """The slot, and what was counted there."""
    place, draft = place_of(ctx), rules.present_count(ctx.tx)
    lines = rules.lines_at(ctx.tx, draft.id, place.id) if draft is not None else []
    goods = [line for line in lines if line.sku_id is not None]
    skus = looking_up.skus_of(ctx.tx, {line.sku_id for line in goods if line.sku_id})
    table = [
        (skus[line.sku_id].name_zh, str(line.qty), str(line.expires_on or line.supplier_lot or ""))
        for line in goods[-SHOWN:]
        if line.sku_id
    ]
    return Facts(big=place.code, table=table, lines=[("L-COUNTED", str(len(goods)))])


def goods_facts(ctx: Context, pad: str, default: str = "") -> Facts:
    """The goods in hand while something is asked about them."""
    at, sku = ctx.at(Counting), sku_of(ctx)
    lines = [
        ("L-PLACE", place_of(ctx).code),
        ("L-PRODUCED", str(at.produced or "")),
        ("L-EXPIRES", str(at.expires or at.printed or "")),
        ("L-LOT", at.lot or at.unsure_lot),
    ]
    return Facts(name=sku.name_zh, spec=sku.spec, photo=sku.code, lines=lines, pad=pad, default=default)
