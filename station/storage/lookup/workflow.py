"""查库存 · look up: one scan says what stands in a place, or where goods stand.

Scan a slot, tote, cell or bench: what lies in it, with lot, expiry, quantity, status, and how much of it is
promised. Scan a product or a carton: where it stands. A label that says a lot asks for that lot alone. The
next scan is the next question; 更多 shows the rest of a long answer. Nothing is changed here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from station.catalog import rules as catalog
from station.ground.scan import measures
from station.ground.scan.kinds import Code, Kind
from station.ground.scan.steps import Handler
from station.ground.scan.workflow import Context, Facts, Outcome, Workflow
from station.ground.words.actor import Role
from station.ground.words.messages import say
from station.stock import locations
from station.stock.models import StockStatus
from station.storage.lookup import rules
from station.storage.lookup.rules import Row

SHOWN = 3
"""Rows of a handheld's screen."""

lookup = Workflow(
    "lookup",
    title="L-LOOKUP",
    roles=set(Role) - {Role.FINANCE, Role.ADMIN},
    start="what",
    shares="L-MORE",
)


@dataclass
class Looking:
    """What was asked: a place, an article (of one lot), or a carton; and how many rows were turned over.
    `pack` EACH, a net weight and a price are what the article's code said of itself.
    """

    place: str = ""
    sku: int = 0
    lot: str = ""
    expires: date | None = None
    carton: str = ""
    pack: int = 0
    net: str = ""
    price: str = ""
    skip: int = 0


@lookup.screen("what", prompt="P-LOOK")
@lookup.screen("more", prompt="P-LOOK")
def ask_what(ctx: Context) -> Facts:
    at = ctx.at(Looking)
    if not (at.place or at.sku or at.carton):
        return Facts()
    found = rules.find(ctx.tx, _where(ctx, at), skip=at.skip, limit=SHOWN)
    facts = Facts(table=[_cells(ctx, at, row) for row in found.rows], progress=_progress(at, found.count))
    facts.lines = [("L-QTY", str(found.qty)), ("L-PROMISED", str(found.promised or ""))]
    if at.place:
        place = locations.find(ctx.tx, at.place)
        facts.big = place.code
        facts.lines.append(("L-LOOK-KIND", say(f"L-LOC-{place.kind}")[ctx.by.lang]))
    elif at.sku:
        sku = catalog.sku(ctx.tx, at.sku)
        facts.name, facts.spec, facts.photo = sku.name_zh, sku.spec, sku.code
        facts.lines.append(("L-LOT", at.lot))
        facts.lines.append(("L-PACK-OF", str(at.pack) if at.pack > 1 else ""))
        facts.lines.append(("L-NET", f"{at.net} kg" if at.net else ""))
        facts.lines.append(("L-PRICE", at.price))
    else:
        facts.big = at.carton[-8:]
        facts.big_label = "L-CARTON"
    return facts


def _where(ctx: Context, at: Looking) -> list[rules.Where]:
    if at.place:
        return rules.at_place(locations.find(ctx.tx, at.place).id)
    return rules.of_article(at.sku, at.lot, at.expires) if at.sku else rules.in_unit(at.carton)


def _progress(at: Looking, count: int) -> tuple[int, int] | None:
    return (min(at.skip + SHOWN, count), count) if count > SHOWN else None


def _cells(ctx: Context, at: Looking, row: Row) -> tuple[str, str, str]:
    """What or where, which lot, how many of them free and promised."""
    lot = str(row.expires_on or row.lot)
    status = "" if row.status == StockStatus.GOOD else say(f"L-STATUS-{row.status}")[ctx.by.lang]
    qty = f"{row.qty} ({row.promised})" if row.promised else str(row.qty)
    return row.name if at.place else row.place, " ".join(filter(None, (lot, status))), qty


STEPS = ("what", "more")
"""Nothing more to turn over, and a long answer."""


def _asked(*kinds: Kind) -> Callable[[Handler], Handler]:
    """The next question is asked like the first, whatever the screen shows."""

    def declare(function: Handler) -> Handler:
        for step in STEPS:
            lookup.on(step, *kinds, to=STEPS)(function)
        return function

    return declare


def _show(ctx: Context, at: Looking) -> Outcome:
    ctx.begin(at)
    count = rules.find(ctx.tx, _where(ctx, at), limit=1).count
    return ctx.go("more" if count > SHOWN else "what", "S-LOOK" if count else "W-LOOK-NONE", n=count)


@_asked(Kind.LOCATION, Kind.TOTE, Kind.CELL, Kind.WORKSTATION)
def look_into(ctx: Context, code: Code) -> Outcome:
    """What lies in a place."""
    locations.find(ctx.tx, code.text)
    return _show(ctx, Looking(place=code.text))


@_asked(Kind.PRODUCT)
def look_for(ctx: Context, code: Code) -> Outcome:
    """Where an article stands; a label that names a lot or an expiry asks for that one."""
    assert code.sku_id is not None
    net = "" if code.net_mg is None else measures.kilograms(code.net_mg)
    return _show(
        ctx,
        Looking(
            sku=code.sku_id,
            lot=code.lot,
            expires=code.expires_on,
            pack=code.units,
            net=net,
            price=code.price,
        ),
    )


@_asked(Kind.CARTON, Kind.PALLET, Kind.SSCC)
def look_at(ctx: Context, code: Code) -> Outcome:
    """What is in a carton, and where it stands."""
    return _show(ctx, Looking(carton=code.text))


@lookup.command("more", "CM-SKIP", to=STEPS, label="L-LOOK-MORE")
def turn_over(ctx: Context) -> Outcome:
    """The next rows of a long answer; after the last ones the first again."""
    at = ctx.at(Looking)
    count = rules.find(ctx.tx, _where(ctx, at), limit=1).count
    at.skip = at.skip + SHOWN if at.skip + SHOWN < count else 0
    return ctx.go("more" if count > SHOWN else "what", "S-OK")
