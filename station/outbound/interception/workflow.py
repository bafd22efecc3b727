"""拦截下架 · intercept (P24).

An order was cancelled while its goods are on the way. Scan its tote, its cell, its parcel's waybill or the
order, then the intercept shelf: the goods are there, the number is given up, the ERP hears CANCELED.
"""

from __future__ import annotations

from dataclasses import dataclass

from station.ground.scan.kinds import Code, Kind
from station.ground.scan.workflow import Context, Facts, Outcome, Workflow
from station.ground.words.actor import Role
from station.ground.words.messages import Refused
from station.outbound.interception import rules
from station.stock import locations
from station.stock.models import LocationKind

intercept = Workflow(
    "intercept",
    title="L-INTERCEPT",
    roles={Role.PICKER, Role.PACKER, Role.DISPATCHER, Role.SUPERVISOR},
    start="goods",
    waiting=rules.count_waiting,
)


@dataclass
class Intercepting:
    """The order whose goods are in hand."""

    order: int = 0
    order_no: str = ""


@intercept.screen("goods", prompt="P-INT-GOODS")
def ask_goods(ctx: Context) -> Facts:
    waiting = rules.waiting(ctx.tx)
    return Facts(
        table=[(row.order_no, row.place, str(row.qty)) for row in waiting],
        hint=waiting[0].order_no if waiting else "",
    )


@intercept.on("goods", Kind.WAYBILL, Kind.TOTE, Kind.CELL, Kind.ORDER, to="shelf")
def take_goods(ctx: Context, code: Code) -> Outcome:
    order = rules.find(ctx.tx, code)
    if order is None:
        raise Refused("E-TSK-02")
    ctx.begin(Intercepting(order.id, order.order_no))
    return ctx.go("shelf", "S-INT-GOODS", undo=None, no=order.order_no)


@intercept.screen("shelf", prompt="P-INT-SHELF")
def ask_shelf(ctx: Context) -> Facts:
    at = ctx.at(Intercepting)
    return Facts(big=at.order_no[-6:], table=rules.shown(ctx.tx, at.order), hint="INTC")


@intercept.on("shelf", Kind.LOCATION, to="goods")
def take_shelf(ctx: Context, code: Code) -> Outcome:
    shelf = locations.find(ctx.tx, code.text)
    locations.require(shelf, [LocationKind.INTC])
    return ctx.restart("S-INT-DONE", no=rules.put_on_shelf(ctx, ctx.at(Intercepting).order, shelf.id))
