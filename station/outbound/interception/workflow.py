"""拦截下架 · intercept (P24).

An order was cancelled while its goods are on the way. Scan its tote, its parcel's waybill or the order,
then the intercept shelf: the goods are there, the number is given up, the ERP hears CANCELED.
"""

from __future__ import annotations

from station.ground.scan.codes import Code, Kind
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


@intercept.screen("goods", prompt="P-INT-GOODS")
def ask_goods(ctx: Context) -> Facts:
    waiting = rules.waiting(ctx.tx)
    return Facts(
        table=[(row.order_no, row.place, str(row.qty)) for row in waiting[:4]],
        hint=waiting[0].order_no if waiting else "",
    )


@intercept.on("goods", Kind.WAYBILL, Kind.TOTE, Kind.ORDER, to="shelf")
def take_goods(ctx: Context, code: Code) -> Outcome:
    order = rules.find(ctx.tx, code)
    if order is None:
        raise Refused("E-TSK-02")
    ctx.run.data = {"order": order.id, "no": order.order_no}
    return ctx.go("shelf", "S-INT-GOODS", undo=None, no=order.order_no)


@intercept.screen("shelf", prompt="P-INT-SHELF")
def ask_shelf(ctx: Context) -> Facts:
    return Facts(
        big=ctx.data["no"][-6:],
        table=[(row.name_zh, row.place, str(row.qty)) for row in rules.goods(ctx.tx, ctx.data["order"])[:4]],
        hint="INTC",
    )


@intercept.on("shelf", Kind.LOCATION, to="goods")
def take_shelf(ctx: Context, code: Code) -> Outcome:
    shelf = locations.find(ctx.tx, code.text)
    locations.require(shelf, [LocationKind.INTC])
    rules.put_on_shelf(ctx, ctx.data["order"], shelf.id)
    return ctx.restart("S-INT-DONE", no=ctx.data["no"])
