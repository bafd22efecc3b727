"""盘点 · count (P27, its beginning).

What a picker did not find, a slot that was full although the book says it is empty, units that a packer
missed: somebody counts them. Scan the slot. The screen names the lot to count, or asks to scan every product
there and to close. Type how many there are; the book stays hidden. None at all is typed twice. When it
differs from the book somebody else is asked to count again, then a supervisor. Leaving gives the task back
and forgets what was typed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from station.catalog import rules as catalog
from station.ground.scan import inputs
from station.ground.scan.kinds import Code, Kind
from station.ground.scan.workflow import Context, Facts, Outcome, Workflow
from station.ground.words.actor import Role
from station.ground.words.messages import Refused
from station.stock import locations
from station.stock.models import Location, Lot
from station.storage.adjusting.finding import picks_of
from station.storage.counting import rules, settling
from station.storage.counting.models import COUNTS, CountTask
from station.storage.counting.verdict import Verdict
from station.storage.moves.rules import row_of_unit

__all__ = ["count", "settling"]
SHOWN = 3

count = Workflow(
    "count",
    title="L-COUNT-PLACE",
    roles={Role.KEEPER, Role.PICKER, Role.SUPERVISOR},
    start="slot",
    waiting=COUNTS.count_waiting,
    shares="L-MORE",
)


@dataclass
class Counted:
    """So many of a lot were seen."""

    lot: int = 0
    name: str = ""
    qty: int = 0


@dataclass
class Counting:
    """The task, what was counted so far, and the lot that is being counted; `pack` EACH are in the pack whose
    code was scanned.
    """

    task: int = 0
    sku: int = 0
    lot: int = 0
    pack: int = 0
    seen: list[Counted] = field(default_factory=list)
    is_zero: bool = False


@count.screen("slot", prompt="P-CNT-SLOT")
def ask_slot(ctx: Context) -> Facts:
    tasks = ctx.tx.scalars(COUNTS.waiting().limit(SHOWN)).all()
    places = [ctx.tx.get_one(Location, task.location_id) for task in tasks]
    named = [
        (place.code, catalog.sku(ctx.tx, task.sku_id).name_zh if task.sku_id else "", str(task.rounds + 1))
        for place, task in zip(places, tasks, strict=True)
    ]
    return Facts(table=named, hint=places[0].barcode if places else "")


@count.on("slot", Kind.LOCATION, to=("qty", "goods"))
def take_slot(ctx: Context, code: Code) -> Outcome:
    slot = locations.find(ctx.tx, code.text)
    task = rules.at_place(ctx, slot.id, ctx.by)
    if COUNTS.claim(ctx, task):
        ctx.run.data = {}
    ctx.begin(Counting(task=task.id, sku=task.sku_id or 0, lot=task.lot_id or 0))
    step = "qty" if task.lot_id else "goods"
    return ctx.go(step, "S-CNT-SLOT", undo={"task": task.id}, slot=slot.code)


@count.on("slot", Kind.PRODUCT, Kind.CARTON, to="slot")
def slot_first(_ctx: Context, _code: Code) -> Outcome:
    """Which place is counted is said by its label."""
    raise Refused("E-CNT-01")


# --- a whole place -------------------------------------------------------------------------------


@count.screen("goods", prompt="P-CNT-GOODS")
def ask_goods(ctx: Context) -> Facts:
    at = ctx.at(Counting)
    table = [(one.name, _lot_name(ctx, one.lot), str(one.qty)) for one in at.seen[-SHOWN:]]
    return Facts(big=_place(ctx).code, table=table, hint="CM-CLOSE")


@count.on("goods", Kind.PRODUCT, to=("lot", "qty"))
def take_product(ctx: Context, code: Code) -> Outcome:
    """One article; which lot is asked where it may be several."""
    at = ctx.at(Counting)
    at.sku, at.is_zero, at.pack = code.sku_id or 0, False, code.units
    found = picks_of(ctx.tx, _place(ctx).id, at.sku)
    if not found:
        raise Refused("E-ADJ-04")
    if len(found) > 1:
        return ctx.go("lot", "S-MOV-LOTS", undo=None, n=len(found))
    at.lot = found[0].lot_id
    return ctx.go("qty", "S-OK", undo=None)


@count.on("goods", Kind.CARTON, Kind.PALLET, Kind.SSCC, to="qty")
def take_carton(ctx: Context, code: Code) -> Outcome:
    """A carton's label says article and lot."""
    at, row = ctx.at(Counting), row_of_unit(ctx.tx, code.text)
    at.sku, at.lot, at.is_zero, at.pack = row.sku_id, row.lot_id, False, 0
    return ctx.go("qty", "S-OK", undo=None)


@count.screen("lot", prompt="P-MOV-LOT")
def ask_lot(ctx: Context) -> Facts:
    at = ctx.at(Counting)
    keys = [(str(key), one.name, "") for key, one in enumerate(picks_of(ctx.tx, _place(ctx).id, at.sku), 1)]
    return Facts(name=catalog.sku(ctx.tx, at.sku).name_zh, pad="choice", table=keys, hint="1")


@count.on("lot", Kind.QUANTITY, to="qty")
def take_lot(ctx: Context, code: Code) -> Outcome:
    at = ctx.at(Counting)
    found = picks_of(ctx.tx, _place(ctx).id, at.sku)
    at.lot = found[inputs.quantity(code, 1, len(found)) - 1].lot_id
    return ctx.go("qty", "S-OK", undo=None)


@count.command("lot", "CM-SKIP", to="goods", label="L-BACK")
def other_product(ctx: Context) -> Outcome:
    return ctx.go("goods", "S-OK")


@count.command("goods", "CM-CLOSE", to=("goods", "slot"), label="L-CLOSE-COUNT")
def close_place(ctx: Context) -> Outcome:
    """Everything there is counted; that nothing is there is said twice."""
    at = ctx.at(Counting)
    if not at.seen and not at.is_zero:
        at.is_zero = True
        return ctx.go("goods", "W-CNT-EMPTY", undo=None)
    counted: dict[int, int] = {}
    for one in at.seen:
        counted[one.lot] = counted.get(one.lot, 0) + one.qty
    return _judged(ctx, counted)


# --- how many ------------------------------------------------------------------------------------


@count.screen("qty", prompt="P-CNT-QTY")
def ask_qty(ctx: Context) -> Facts:
    at = ctx.at(Counting)
    sku, lot = catalog.sku(ctx.tx, at.sku), ctx.tx.get_one(Lot, at.lot)
    return Facts(
        big=_place(ctx).code,
        name=sku.name_zh,
        spec=sku.spec,
        photo=sku.code,
        lines=[("L-EXPIRES", str(lot.expires_on or "")), ("L-LOT", lot.supplier_lot)],
        pad="qty",
        default=str(at.pack) if at.pack > 1 else "",
        hint="CM-OK" if at.pack > 1 else "1",
    )


@count.on("qty", Kind.QUANTITY, to=("qty", "goods", "slot"))
def take_qty(ctx: Context, code: Code) -> Outcome:
    return _counted(ctx, inputs.quantity(code, 0, ctx.settings.rules.qty_max))


@count.command("qty", "CM-OK", to=("qty", "goods", "slot"), label="L-CNT-PACK")
def take_pack(ctx: Context) -> Outcome:
    """Just the pack whose code was scanned."""
    pack = ctx.at(Counting).pack
    if pack <= 1:
        raise Refused("E-CMD-01", card="CM-OK")
    return _counted(ctx, pack)


def _counted(ctx: Context, qty: int) -> Outcome:
    at, task = ctx.at(Counting), _task(ctx)
    if task.lot_id is None:
        at.seen.append(Counted(at.lot, catalog.sku(ctx.tx, at.sku).name_zh, qty))
        return ctx.go("goods", "S-OK", undo=None)
    if not qty and not at.is_zero:
        at.is_zero = True
        return ctx.go("qty", "W-PCK-ZERO", undo=None)
    return _judged(ctx, {at.lot: qty})


def _judged(ctx: Context, counted: dict[int, int]) -> Outcome:
    task = _task(ctx)
    verdict, number = rules.close_round(ctx, task, counted, ctx.by)
    said = {
        Verdict.RIGHT: "S-CNT-DONE",
        Verdict.AGAIN: "W-CNT-AGAIN",
        Verdict.BOSS: "W-CNT-BOSS",
        Verdict.WRONG: "W-CNT-WRONG",
    }[verdict]
    return ctx.restart(said, no=number)


# --- ways out ------------------------------------------------------------------------------------


for _step in ("goods", "qty"):

    @count.command(_step, "CM-SKIP", to="slot", label="L-CNT-LATER")
    def later(ctx: Context) -> Outcome:
        """Another time, or somebody else: nothing of this count is kept."""
        COUNTS.let_go(ctx, ctx.at(Counting).task, later=True)
        return ctx.restart("S-PUT-SKIPPED")


@count.undo
def take_back(ctx: Context, payload: dict[str, int]) -> None:
    COUNTS.let_go(ctx, payload["task"])
    ctx.run.subject = None


@count.leave
def leave(ctx: Context) -> None:
    COUNTS.let_go(ctx, ctx.at(Counting).task)


def _task(ctx: Context) -> CountTask:
    """The task this worker holds; when it was taken from them they go on with the next one."""
    try:
        return COUNTS.held(ctx, ctx.at(Counting).task)
    except Refused as gone:
        raise gone.back_to("slot", forget=("task", "sku", "lot", "pack", "seen", "is_zero")) from None


def _place(ctx: Context) -> Any:
    task = ctx.tx.get_one(CountTask, ctx.at(Counting).task)
    return ctx.tx.get_one(Location, task.location_id)


def _lot_name(ctx: Context, lot_id: int) -> str:
    lot = ctx.tx.get_one(Lot, lot_id)
    return str(lot.expires_on or lot.supplier_lot)
