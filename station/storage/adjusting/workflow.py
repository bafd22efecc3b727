"""调整 · adjust (P5, P27).

What lies in a slot is not what the book says, and nobody has to count it again to know. Scan the slot, then
the product (or the carton), choose the lot where there are several, type how many are really there, and say
why. The keeper and a supervisor sign by badge and PIN; only then the book changes. Leaving before that
changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from station.catalog import rules as catalog
from station.ground.scan import inputs
from station.ground.scan.kinds import Code, Kind
from station.ground.scan.kit import choice, signing
from station.ground.scan.kit.choice import Reason
from station.ground.scan.kit.signing import Signer
from station.ground.scan.workflow import Context, Facts, Outcome, Workflow
from station.ground.words.actor import Actor, Role
from station.ground.words.messages import Refused
from station.stock import locations
from station.stock.models import LOOSE, LocationKind, Lot
from station.storage.adjusting import rules
from station.storage.adjusting.finding import Pick, picks_of
from station.storage.moves.rules import SOURCES, row_of_unit

adjust = Workflow(
    "adjust", title="L-ADJUST", roles={Role.KEEPER, Role.SUPERVISOR}, start="slot", shares="L-MORE"
)
PLACES = SOURCES | {LocationKind.INTC}


@dataclass
class Adjusting:
    """Where, which goods, how many are there by the book and really, why they differ; `pack` EACH are in the
    pack whose code was scanned.
    """

    slot: str = ""
    sku: int = 0
    pack: int = 0
    lot: int = 0
    status: str = ""
    hu: int = LOOSE
    book: int = 0
    qty: int = 0
    reason: str = ""


@adjust.screen("slot", prompt="P-ADJ-SLOT")
def ask_slot(_ctx: Context) -> Facts:
    return Facts()


@adjust.on("slot", Kind.LOCATION, to="goods")
def take_slot(ctx: Context, code: Code) -> Outcome:
    slot = locations.find(ctx.tx, code.text)
    locations.require(slot, PLACES)
    ctx.begin(Adjusting(slot=code.text))
    return ctx.go("goods", "S-MOV-SLOT", undo=None, slot=slot.code)


@adjust.screen("goods", prompt="P-ADJ-GOODS")
def ask_goods(ctx: Context) -> Facts:
    return Facts(big=_slot(ctx).code)


@adjust.on("goods", Kind.PRODUCT, to=("lot", "qty"))
def take_product(ctx: Context, code: Code) -> Outcome:
    """Loose goods: what stands here of it, and other lots of it that may have come here."""
    at = ctx.at(Adjusting)
    at.sku, at.pack = code.sku_id or 0, code.units
    found = picks_of(ctx.tx, _slot(ctx).id, at.sku)
    if not found:
        raise Refused("E-ADJ-04")
    if len(found) > 1:
        return ctx.go("lot", "S-MOV-LOTS", undo=None, n=len(found))
    return _choose(ctx, found[0])


@adjust.on("goods", Kind.CARTON, Kind.PALLET, Kind.SSCC, to="qty")
def take_carton(ctx: Context, code: Code) -> Outcome:
    """What is in a carton that stands here."""
    at, row = ctx.at(Adjusting), row_of_unit(ctx.tx, code.text)
    if row.location_id != _slot(ctx).id:
        raise Refused("E-MOV-02")
    at.sku, at.lot, at.status, at.hu, at.book = row.sku_id, row.lot_id, row.status, row.hu_id, row.on_hand
    return ctx.go("qty", "S-OK", undo=None)


@adjust.screen("lot", prompt="P-MOV-LOT")
def ask_lot(ctx: Context) -> Facts:
    at = ctx.at(Adjusting)
    keys = [
        (str(key), f"{one.name} ×{one.qty}", one.name)
        for key, one in enumerate(picks_of(ctx.tx, _slot(ctx).id, at.sku), 1)
    ]
    return Facts(name=catalog.sku(ctx.tx, at.sku).name_zh, pad="choice", table=keys, hint="1")


@adjust.on("lot", Kind.QUANTITY, to="qty")
def take_lot(ctx: Context, code: Code) -> Outcome:
    found = picks_of(ctx.tx, _slot(ctx).id, ctx.at(Adjusting).sku)
    return _choose(ctx, found[inputs.quantity(code, 1, len(found)) - 1])


def _choose(ctx: Context, one: Pick) -> Outcome:
    at = ctx.at(Adjusting)
    at.lot, at.status, at.book, at.hu = one.lot_id, one.status, one.qty, LOOSE
    return ctx.go("qty", "S-OK", undo=None)


@adjust.screen("qty", prompt="P-ADJ-QTY")
def ask_qty(ctx: Context) -> Facts:
    facts = _facts(ctx)
    facts.pad, facts.hint = "qty", "0"
    return facts


@adjust.on("qty", Kind.QUANTITY, to="reason")
def take_qty(ctx: Context, code: Code) -> Outcome:
    at = ctx.at(Adjusting)
    at.qty = inputs.quantity(code, 0, ctx.settings.rules.qty_max)
    if at.qty == at.book:
        raise Refused("E-ADJ-02")
    return ctx.go("reason", "S-OK")


def _facts(ctx: Context) -> Facts:
    at = ctx.at(Adjusting)
    sku, lot = catalog.sku(ctx.tx, at.sku), ctx.tx.get_one(Lot, at.lot)
    change = f"{at.qty - at.book:+}" if at.reason else ""
    return Facts(
        big=change or _slot(ctx).code,
        name=sku.name_zh,
        spec=sku.spec,
        photo=sku.code,
        lines=[
            ("L-PUT-FROM", _slot(ctx).code if change else ""),
            ("L-EXPIRES", str(lot.expires_on or "")),
            ("L-ADJ-BOOK", str(at.book)),
            ("L-PACK-OF", str(at.pack) if at.pack > 1 and not change else ""),
            ("L-ADJ-THERE", str(at.qty) if change else ""),
        ],
    )


def _change(ctx: Context) -> Facts:
    """How many more or fewer: the reasons leave no room for more."""
    at = ctx.at(Adjusting)
    return Facts(big=f"{at.qty - at.book:+}")


def _reason_given(ctx: Context, reason: Reason) -> Outcome:
    ctx.at(Adjusting).reason = reason.name
    return ctx.go("finder", "S-OK", undo=None)


choice.add_step(
    adjust,
    "reason",
    prompt="P-ADJ-REASON",
    reasons=rules.REASONS,
    then=_reason_given,
    to="finder",
    show=_change,
    back="qty",
)


def _signed(ctx: Context, finder: Actor, allower: Actor) -> Outcome:
    at, slot = ctx.at(Adjusting), _slot(ctx)
    if _book(ctx, at, slot) != at.book:
        raise Refused("E-ADJ-05").back_to("slot")
    line = rules.Line(at.sku, at.lot, slot.id, at.qty - at.book, at.status, at.hu)
    made = rules.draft(ctx, [line], at.reason, finder)
    rules.post(ctx, made.id, allower)
    return ctx.restart("S-ADJ-DONE", no=made.adjustment_no)


def _book(ctx: Context, at: Adjusting, slot: Any) -> int:
    row = rules.stock_row(ctx.tx, rules.Line(at.sku, at.lot, slot.id, 0, at.status, at.hu))
    return row.on_hand if row else 0


signing.pair(
    adjust,
    Signer("finder", "P-ADJ-FINDER", Role.KEEPER),
    Signer("supervisor", "P-ADJ-SUPERVISOR", Role.SUPERVISOR),
    show=_facts,
    then=_signed,
    to="slot",
)


for _step in ("goods", "lot", "qty"):

    @adjust.command(_step, "CM-SKIP", to="slot", label="L-BACK")
    def nothing(ctx: Context) -> Outcome:
        """The book is right after all."""
        return ctx.restart("S-OK")


def _slot(ctx: Context) -> Any:
    return locations.find(ctx.tx, ctx.at(Adjusting).slot)
