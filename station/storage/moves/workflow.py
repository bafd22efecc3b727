"""移库 · move (P10).

Scan the slot where the goods stand, then the product; when several lots of it stand there, choose one. Say
how many, take them, go, and scan the slot where they are put. A carton is moved whole: its label alone says
from where, what and how many. The same rules hold as for putting away. Goods that are promised stay
(E-MOV-01 says to whom). Broken on the way: press 破损 and bring them to quarantine. 放回: the goods go back
where they stood and nothing happened. What the station wants moved is listed on the first screen.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from station.catalog import rules as catalog
from station.ground.scan import inputs
from station.ground.scan.kinds import Code, Kind
from station.ground.scan.workflow import Context, Facts, Outcome, Workflow
from station.ground.words.actor import Role
from station.ground.words.messages import Refused
from station.stock import locations
from station.stock.lots import lot_no
from station.stock.models import HandlingUnit, Location, Lot, Stock
from station.storage.lookup import rules as lookup
from station.storage.lookup.rules import Row
from station.storage.moves import rules
from station.storage.moves.models import MOVES, MoveTask
from station.storage.moves.position import Moving

SHOWN, LOTS = 3, 6
"""Rows of a handheld's screen, and lots to choose from."""

move = Workflow(
    "move",
    title="L-MOVE",
    roles={Role.KEEPER, Role.SUPERVISOR},
    start="source",
    waiting=MOVES.count_waiting,
    shares="L-MORE",
)


# --- from where ----------------------------------------------------------------------------------


@move.screen("source", prompt="P-MOV-SOURCE")
def ask_source(ctx: Context) -> Facts:
    tasks = ctx.tx.scalars(MOVES.waiting().limit(SHOWN)).all()
    places = [ctx.tx.get_one(Location, task.source_id) for task in tasks]
    named = [
        (place.code, catalog.sku(ctx.tx, task.sku_id).name_zh, str(task.qty))
        for place, task in zip(places, tasks, strict=True)
    ]
    return Facts(table=named, hint=places[0].barcode if places else "")


@move.on("source", Kind.LOCATION, to="goods")
def take_source(ctx: Context, code: Code) -> Outcome:
    slot = locations.find(ctx.tx, code.text)
    locations.require(slot, rules.SOURCES)
    ctx.begin(Moving(slot=code.text))
    return ctx.go("goods", "S-MOV-SLOT", undo=None, slot=slot.code)


@move.on("source", Kind.CARTON, Kind.PALLET, Kind.SSCC, to="target")
def take_carton_at_once(ctx: Context, code: Code) -> Outcome:
    """A carton's label says where it stands."""
    row = rules.row_of_unit(ctx.tx, code.text)
    slot = ctx.tx.get_one(Location, row.location_id)
    locations.require(slot, rules.SOURCES)
    ctx.begin(Moving(slot=slot.barcode))
    return _take_up(ctx, row, row.on_hand)


# --- what ----------------------------------------------------------------------------------------


@move.screen("goods", prompt="P-MOV-GOODS")
def ask_goods(ctx: Context) -> Facts:
    slot = _slot(ctx)
    there = lookup.find(ctx.tx, lookup.at_place(slot.id), limit=SHOWN).rows
    hint = (there[0].carton or f"SKU:{there[0].sku}") if there else ""
    return Facts(big=slot.code, table=[_cells(row) for row in there], hint=hint)


def _cells(row: Row) -> tuple[str, str, str]:
    return row.name, str(row.expires_on or row.lot), str(row.qty)


@move.on("goods", Kind.PRODUCT, to=("lot", "qty", "target"))
def take_product(ctx: Context, code: Code) -> Outcome:
    """Loose goods of this article; several lots are told apart by the label, or by a choice."""
    at, slot = ctx.at(Moving), _slot(ctx)
    at.sku, at.pack = code.sku_id or 0, code.units
    found = lookup.find(ctx.tx, _of(slot, at.sku, code), limit=LOTS).rows
    loose = [row for row in found if not row.carton]
    if not loose:
        raise Refused("E-MOV-03" if found else "E-MOV-02")
    if len(loose) > 1:
        return ctx.go("lot", "S-MOV-LOTS", undo=None, n=len(loose))
    return _choose(ctx, loose[0].stock_id)


def _of(slot: Any, sku_id: int, code: Code | None = None) -> list[lookup.Where]:
    """An article in the slot; of the lot that its label says."""
    lot, expires = (code.lot, code.expires_on) if code else ("", None)
    return [*lookup.at_place(slot.id), *lookup.of_article(sku_id, lot, expires)]


@move.on("goods", Kind.CARTON, Kind.PALLET, Kind.SSCC, to="target")
def take_carton(ctx: Context, code: Code) -> Outcome:
    row = rules.row_of_unit(ctx.tx, code.text)
    if row.location_id != _slot(ctx).id:
        raise Refused("E-MOV-02")
    return _take_up(ctx, row, row.on_hand)


@move.on("goods", Kind.LOCATION, to="goods")
def other_source(ctx: Context, code: Code) -> Outcome:
    """Another slot after all."""
    return take_source(ctx, code)


@move.screen("lot", prompt="P-MOV-LOT")
def ask_lot(ctx: Context) -> Facts:
    at, slot = ctx.at(Moving), _slot(ctx)
    keys = [
        (str(key), f"{row.expires_on or row.lot} ×{row.qty}", row.lot)
        for key, row in enumerate(_loose(ctx, slot, at.sku), 1)
    ]
    return Facts(big=slot.code, name=catalog.sku(ctx.tx, at.sku).name_zh, pad="choice", table=keys, hint="1")


def _loose(ctx: Context, slot: Any, sku_id: int) -> list[Row]:
    return [row for row in lookup.find(ctx.tx, _of(slot, sku_id), limit=LOTS).rows if not row.carton]


@move.on("lot", Kind.QUANTITY, to=("qty", "target"))
def take_lot(ctx: Context, code: Code) -> Outcome:
    rows = _loose(ctx, _slot(ctx), ctx.at(Moving).sku)
    return _choose(ctx, rows[inputs.quantity(code, 1, len(rows)) - 1].stock_id)


def _choose(ctx: Context, stock_id: int) -> Outcome:
    """These goods: all of them where their move was ordered, else as many as one says."""
    row = ctx.tx.get_one(Stock, stock_id)
    if rules.ordered(ctx.tx, row) is not None:
        return _take_up(ctx, row, row.on_hand)
    free = rules.free_of(ctx.tx, row, 1)
    at = ctx.at(Moving)
    at.stock = stock_id
    if at.pack > free:
        raise Refused("E-LVL-02", n=at.pack, want=free)
    if free == 1:
        return _take_up(ctx, row, 1)
    return ctx.go("qty", "S-MOV-GOODS", undo=None, n=free)


# --- how many ------------------------------------------------------------------------------------


@move.screen("qty", prompt="P-MOV-QTY")
def ask_qty(ctx: Context) -> Facts:
    row = ctx.tx.get_one(Stock, ctx.at(Moving).stock)
    free = str(row.on_hand - row.allocated)
    facts = _goods_facts(ctx, row, 0)
    facts.big, facts.big_label, facts.pad, facts.default, facts.hint = free, "L-QTY", "qty", free, "CM-OK"
    pack = ctx.at(Moving).pack
    facts.lines.append(("L-PACK-OF", str(pack) if pack > 1 else ""))
    return facts


@move.command("qty", "CM-OK", to="target", label="L-MOV-ALL")
def take_all(ctx: Context) -> Outcome:
    row = ctx.tx.get_one(Stock, ctx.at(Moving).stock)
    return _take_up(ctx, row, rules.free_of(ctx.tx, row, 1))


@move.on("qty", Kind.QUANTITY, to="target")
def take_some(ctx: Context, code: Code) -> Outcome:
    row = ctx.tx.get_one(Stock, ctx.at(Moving).stock)
    return _take_up(ctx, row, inputs.quantity(code, 1, max(row.on_hand, 1)))


def _take_up(ctx: Context, row: Stock, qty: int) -> Outcome:
    """The goods are in hand."""
    at, task = ctx.at(Moving), rules.ordered(ctx.tx, row)
    if task is not None and task.qty == qty:
        if MOVES.claim(ctx, task):
            return ctx.resumed("S-MOV-TAKEN", n=qty)
        rules.hold(ctx, task, row.id)
    else:
        task = rules.begin(ctx, row, qty)
        ctx.claim(task.task_no)
    at.stock, at.task, at.is_damaged = row.id, task.id, False
    return ctx.go("target", "S-MOV-TAKEN", undo={"task": task.id}, n=qty)


# --- where to ------------------------------------------------------------------------------------


@move.screen("target", prompt="P-MOV-TARGET")
def ask_target(ctx: Context) -> Facts:
    at, task = ctx.at(Moving), _task_seen(ctx)
    place = rules.proposed(ctx.tx, rules.status_of(task, is_damaged=at.is_damaged))
    facts = _goods_facts(ctx, task, task.qty)
    facts.big, facts.hint = (place.code, place.barcode) if place else ("", "")
    facts.lines.append(("L-PUT-FROM", ctx.tx.get_one(Location, task.source_id).code))
    return facts


@move.on("target", Kind.LOCATION, to="source")
def take_target(ctx: Context, code: Code) -> Outcome:
    at, task = ctx.at(Moving), _task(ctx)
    slot = locations.find(ctx.tx, code.text)
    rules.put(ctx, task, slot, rules.status_of(task, is_damaged=at.is_damaged))
    return ctx.restart("S-MOV-DONE", slot=slot.code)


@move.command("target", "CM-DAMAGE", to="target", label="L-PUT-DAMAGED")
def broken(ctx: Context) -> Outcome:
    """They must not be sold: to quarantine with them, as defects."""
    _task(ctx)
    ctx.at(Moving).is_damaged = True
    return ctx.go("target", "W-PUT-DAMAGED")


@move.command("target", "CM-SKIP", to="source", label="L-MOV-BACK")
def put_back(ctx: Context) -> Outcome:
    """The goods stand where they stood."""
    rules.let_go(ctx, ctx.at(Moving).task)
    return ctx.restart("S-MOV-BACK")


for _step in ("goods", "lot", "qty"):

    @move.command(_step, "CM-SKIP", to="source", label="L-BACK")
    def nothing(ctx: Context) -> Outcome:
        """Nothing was taken yet."""
        return ctx.restart("S-OK")


@move.undo
def take_back(ctx: Context, payload: dict[str, int]) -> None:
    rules.let_go(ctx, payload["task"])
    ctx.run.subject = None


@move.leave
def leave(ctx: Context) -> None:
    rules.let_go(ctx, ctx.at(Moving).task)


def _slot(ctx: Context) -> Any:
    return locations.find(ctx.tx, ctx.at(Moving).slot)


def _task_seen(ctx: Context) -> MoveTask:
    return ctx.tx.get_one(MoveTask, ctx.at(Moving).task)


def _task(ctx: Context) -> MoveTask:
    """The move this worker holds; when it was taken from them they go on with the next one."""
    try:
        return MOVES.held(ctx, ctx.at(Moving).task)
    except Refused as gone:
        raise gone.back_to("source", forget=tuple(field.name for field in fields(Moving))) from None


def _goods_facts(ctx: Context, row: Any, qty: int) -> Facts:
    """Which goods, which lot, and how many of them."""
    sku, lot = catalog.sku(ctx.tx, row.sku_id), ctx.tx.get_one(Lot, row.lot_id)
    unit = ctx.tx.get(HandlingUnit, row.hu_id) if row.hu_id else None
    return Facts(
        name=sku.name_zh,
        spec=sku.spec,
        photo=sku.code,
        lines=[
            ("L-QTY", f"{qty} {sku.unit}" if qty else ""),
            ("L-EXPIRES", str(lot.expires_on or "")),
            ("L-LOT", lot.supplier_lot or lot_no(lot.id)),
            ("L-CARTON", unit.lpn if unit else ""),
        ],
    )
