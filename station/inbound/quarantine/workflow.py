"""隔离 · quarantine (P5, S-29).

Scan where the goods stand, then the goods (a carton at once), say how many and what is wrong with them, bring
them to quarantine and scan it; anywhere else is refused. A red label comes for them. Scan a quarantine to let
goods out: collect what leaves together, then say how. 放行: inspector and supervisor sign, and the goods wait
to be put away. 退供: plate and driver, the keeper signs, and the driver signs the paper. 报废: keeper and
supervisor sign, and Finance gets its copy. Until the last signature nothing happened.
"""

from __future__ import annotations

from station.catalog import rules as catalog
from station.ground.scan import inputs
from station.ground.scan.kinds import Code, Kind
from station.ground.scan.kit import choice
from station.ground.scan.kit.choice import Reason
from station.ground.scan.workflow import Context, Facts, Outcome
from station.ground.words.messages import Refused, say
from station.inbound.quarantine import out_steps, rules
from station.inbound.quarantine.flow import SHOWN, Sorting, quarantine, slot_of
from station.inbound.quarantine.rules import Line
from station.stock import locations
from station.stock.models import LOOSE, LocationKind, Stock
from station.storage.lookup import rules as lookup
from station.storage.moves.rules import SOURCES, free_of, row_of_unit

__all__ = ["out_steps", "quarantine"]

LOTS = 6
"""Lots to choose from."""


# --- what and how many ---------------------------------------------------------------------------


@quarantine.screen("place", prompt="P-QUA-PLACE")
def ask_place(_ctx: Context) -> Facts:
    return Facts()


@quarantine.on("place", Kind.LOCATION, to="goods")
def take_place(ctx: Context, code: Code) -> Outcome:
    slot = locations.find(ctx.tx, code.text)
    locations.require(slot, SOURCES)
    ctx.begin(Sorting(slot=code.text, is_out=slot.kind == LocationKind.QUAR))
    return ctx.go("goods", "S-MOV-SLOT", undo=None, slot=slot.code)


@quarantine.screen("goods", prompt="P-QUA-GOODS")
def ask_goods(ctx: Context) -> Facts:
    slot = slot_of(ctx)
    there = lookup.find(ctx.tx, lookup.at_place(slot.id), limit=SHOWN).rows
    rows = [(row.name, _kind(ctx, row), str(row.qty)) for row in there]
    hint = (there[0].carton or f"SKU:{there[0].sku}") if there else ""
    return Facts(big=slot.code, table=rows, hint=hint)


def _kind(ctx: Context, row: lookup.Row) -> str:
    """What goods are: their date says little where broken and held ones lie beside each other."""
    return str(say(f"L-STATUS-{row.status}")[ctx.by.lang])


@quarantine.on("goods", Kind.PRODUCT, to=("lot", "qty"))
def take_goods(ctx: Context, code: Code) -> Outcome:
    ctx.at(Sorting).sku = code.sku_id or 0
    rows = _loose(ctx)
    if not rows:
        raise Refused("E-MOV-02")
    if len(rows) > 1:
        return ctx.go("lot", "S-MOV-LOTS", undo=None, n=len(rows))
    return _choose(ctx, rows[0].stock_id)


@quarantine.on("goods", Kind.CARTON, Kind.PALLET, Kind.SSCC, to=("reason", "way"))
def take_carton(ctx: Context, code: Code) -> Outcome:
    row = row_of_unit(ctx.tx, code.text)
    if row.location_id != slot_of(ctx).id:
        raise Refused("E-MOV-02")
    ctx.at(Sorting).stock, ctx.at(Sorting).sku = row.id, row.sku_id
    return _counted(ctx, row.on_hand)


@quarantine.screen("lot", prompt="P-MOV-LOT")
def ask_lot(ctx: Context) -> Facts:
    keys = [
        (str(key), f"{row.expires_on or row.lot} ×{row.qty} {_kind(ctx, row)}", row.lot)
        for key, row in enumerate(_loose(ctx), 1)
    ]
    return Facts(big=slot_of(ctx).code, pad="choice", table=keys, hint="1")


@quarantine.on("lot", Kind.QUANTITY, to="qty")
def take_lot(ctx: Context, code: Code) -> Outcome:
    rows = _loose(ctx)
    return _choose(ctx, rows[inputs.quantity(code, 1, len(rows)) - 1].stock_id)


def _loose(ctx: Context) -> list[lookup.Row]:
    """What lies loose there, however many cartons of the article stand beside it."""
    where = [*lookup.at_place(slot_of(ctx).id), *lookup.of_article(ctx.at(Sorting).sku)]
    return lookup.find(ctx.tx, [*where, Stock.hu_id == LOOSE], limit=LOTS).rows


def _choose(ctx: Context, stock_id: int) -> Outcome:
    ctx.at(Sorting).stock = stock_id
    return ctx.go("qty", "S-MOV-GOODS", undo=None, n=free_of(ctx.tx, _row(ctx), 1))


@quarantine.screen("qty", prompt="P-QUA-QTY")
def ask_qty(ctx: Context) -> Facts:
    row = _row(ctx)
    facts = _facts(ctx)
    facts.big, facts.big_label = str(row.on_hand - row.allocated), "L-QTY"
    facts.pad, facts.default, facts.hint = "qty", facts.big, "1"
    return facts


@quarantine.on("qty", Kind.QUANTITY, to=("reason", "way"))
def take_qty(ctx: Context, code: Code) -> Outcome:
    return _counted(ctx, inputs.quantity(code, 1, ctx.settings.rules.qty_max))


def _counted(ctx: Context, qty: int) -> Outcome:
    """So many come in, or leave; the same row twice is one line."""
    at = ctx.at(Sorting)
    before = next((line for line in at.lines if line.stock == at.stock), None)
    free_of(ctx.tx, _row(ctx), qty + (before.qty if before else 0))
    if not at.is_out:
        at.qty = qty
        return ctx.go("reason", "S-OK", undo=None)
    if before is None:
        at.lines.append(Line(at.stock, qty))
    else:
        before.qty += qty
    return ctx.go("way", "S-QUA-LINE", undo=None, n=len(at.lines))


def _row(ctx: Context) -> Stock:
    return ctx.tx.get_one(Stock, ctx.at(Sorting).stock, populate_existing=True)


def _facts(ctx: Context) -> Facts:
    at = ctx.at(Sorting)
    sku = catalog.sku(ctx.tx, at.sku)
    lines = [("L-QTY", f"{at.qty} {sku.unit}" if at.qty else ""), ("L-PUT-FROM", slot_of(ctx).code)]
    return Facts(name=sku.name_zh, spec=sku.spec, photo=sku.code, lines=lines)


# --- in ------------------------------------------------------------------------------------------


def _why(ctx: Context, reason: Reason) -> Outcome:
    ctx.at(Sorting).reason = reason.name
    return ctx.go("into", "S-OK", undo=None)


choice.add_step(
    quarantine,
    "reason",
    prompt="P-QUA-REASON",
    reasons=rules.REASONS,
    then=_why,
    to="into",
    show=_facts,
    back="goods",
)


@quarantine.screen("into", prompt="P-QUA-INTO")
def ask_into(ctx: Context) -> Facts:
    facts, place = _facts(ctx), rules.place_for_rejects(ctx.tx)
    facts.big, facts.hint = (place.code, place.barcode) if place else ("", "")
    return facts


@quarantine.on("into", Kind.LOCATION, to="place")
def take_into(ctx: Context, code: Code) -> Outcome:
    at, place = ctx.at(Sorting), locations.find(ctx.tx, code.text)
    entry = rules.set_apart(ctx, _row(ctx), at.qty, at.reason, place)
    return ctx.restart("S-QUA-IN", n=entry.qty, slot=place.code, no=entry.entry_no)


for _step in ("goods", "lot", "qty", "into", "inspector", "plate", "driver", "returner", "keeper"):

    @quarantine.command(_step, "CM-SKIP", to="place", label="L-BACK")
    def nothing(ctx: Context) -> Outcome:
        """Nothing was done yet."""
        return ctx.restart("S-OK")
