"""无单收货: no order is known, and a supervisor lets the truck in all the same (P1)."""

from __future__ import annotations

from station.ground.scan import inputs
from station.ground.scan.kinds import Code, Kind
from station.ground.scan.workflow import Context, Facts, Outcome
from station.ground.words.actor import Role
from station.ground.words.messages import Refused, say
from station.inbound.arrive.flow import Arriving, arrive
from station.inbound.blind import rules as blind

MOST = 5
"""So many suppliers the smallest screen shows."""


@arrive.command("notice", "CM-SHORT", to="whose", label="L-NO-ORDER")
def no_order(ctx: Context) -> Outcome:
    """E-RCV-12 unless a supervisor does it or allows it."""
    is_boss = Role.SUPERVISOR in ctx.actor.roles
    leave = ctx.actor.name if is_boss else ctx.unless_allowed("E-RCV-12")
    ctx.begin(Arriving(leave=leave))
    return ctx.go("whose", "S-OK", undo=None)


@arrive.screen("whose", prompt="P-ARR-WHOSE")
def ask_whose(_ctx: Context) -> Facts:
    return Facts(pad="text", big=say("L-NO-ORDER")["zh"], hint="CM-OK")


@arrive.on("whose", Kind.TEXT, to="supplier")
def look_for_supplier(ctx: Context, code: Code) -> Outcome:
    """E-RCV-15 when no supplier is called so: one takes another part of the name, or says unknown."""
    found = blind.suppliers(ctx.tx, inputs.text(code, 40), limit=MOST)
    if not found:
        raise Refused("E-RCV-15")
    ctx.at(Arriving).found = [supplier_id for supplier_id, _name in found]
    return ctx.go("supplier", "S-ARR-FOUND", undo=None, n=len(found))


@arrive.command("whose", "CM-OK", to="plate", label="L-NOBODY-KNOWS")
def nobody_knows(ctx: Context) -> Outcome:
    return _take(ctx, blind.unknown_supplier(ctx.tx))


@arrive.command("whose", "CM-SKIP", to="notice", label="L-BACK")
def there_is_one(ctx: Context) -> Outcome:
    return ctx.restart("S-OK")


@arrive.screen("supplier", prompt="P-ARR-SUPPLIER")
def ask_supplier(ctx: Context) -> Facts:
    names = [blind.supplier_name(ctx.tx, one) for one in ctx.at(Arriving).found]
    table = [(str(number), name, name) for number, name in enumerate(names, 1)]
    return Facts(pad="choice", table=table, hint="1")


@arrive.on("supplier", Kind.QUANTITY, to="plate")
def take_supplier(ctx: Context, code: Code) -> Outcome:
    found = ctx.at(Arriving).found
    return _take(ctx, found[inputs.quantity(code, 1, len(found)) - 1])


@arrive.command("supplier", "CM-SKIP", to="whose", label="L-BACK")
def none_of_these(ctx: Context) -> Outcome:
    ctx.at(Arriving).found = []
    return ctx.go("whose", "S-OK")


def _take(ctx: Context, supplier_id: int) -> Outcome:
    ctx.begin(Arriving(leave=ctx.at(Arriving).leave, supplier=supplier_id, asn=say("L-NO-ORDER")["zh"]))
    return ctx.go("plate", "S-OK", undo=None)
