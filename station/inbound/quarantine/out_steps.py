"""Out of quarantine: released, returned, or thrown away, each with its signatures (P5)."""

from __future__ import annotations

from typing import Any

from station.catalog import rules as catalog
from station.ground.scan import inputs
from station.ground.scan.kinds import Code, Kind
from station.ground.scan.kit import choice, signing
from station.ground.scan.kit.choice import Reason
from station.ground.scan.kit.signing import Signer
from station.ground.scan.workflow import Context, Facts, Outcome
from station.ground.words.actor import Actor, Role
from station.ground.words.messages import Refused
from station.inbound.quarantine import rules
from station.inbound.quarantine.flow import SHOWN, Sorting, quarantine, slot_of
from station.inbound.quarantine.models import Exit
from station.stock.models import Stock

WAYS = (
    Reason(Exit.RELEASE, "L-QUA-RELEASE"),
    Reason(Exit.RETURN, "L-QUA-RETURN"),
    Reason(Exit.SCRAP, "L-QUA-SCRAP"),
)
DONE = {Exit.RELEASE: "S-QUA-RELEASE", Exit.RETURN: "S-QUA-RETURN", Exit.SCRAP: "S-QUA-SCRAP"}


def _leaving(ctx: Context) -> Facts:
    """What leaves together."""
    rows = []
    for line in ctx.at(Sorting).lines[-SHOWN:]:
        row = ctx.tx.get_one(Stock, line.stock)
        rows.append((catalog.sku(ctx.tx, row.sku_id).name_zh, "", str(line.qty)))
    return Facts(big=slot_of(ctx).code, table=rows)


def _chosen(ctx: Context) -> Facts:
    """The same in a line of each, above what may become of it."""
    return Facts(
        big=slot_of(ctx).code,
        lines=[("L-QUA-CHOSEN", f"{name} ×{qty}") for name, _no, qty in _leaving(ctx).table],
    )


def _how(ctx: Context, way: Reason) -> Outcome:
    step = {Exit.RELEASE: "inspector", Exit.RETURN: "plate", Exit.SCRAP: "keeper"}[Exit(way.name)]
    return ctx.go(step, "S-OK", undo=None)


choice.add_step(
    quarantine,
    "way",
    prompt="P-QUA-WAY",
    reasons=WAYS,
    then=_how,
    to=("inspector", "plate", "keeper"),
    show=_chosen,
    back="goods",
    back_label="L-QUA-MORE",
)


def _let_out(kind: Exit) -> Any:
    """Both have signed: the goods are out, or the first screen says why they are not."""

    def then(ctx: Context, first: Actor, second: Actor | None = None) -> Outcome:
        at = ctx.at(Sorting)
        try:
            made = rules.let_out(ctx, kind, at.lines, first, second, truck=(at.plate, at.driver))
        except Refused as no:
            if no.code in {"E-QUAR-02", "E-QUAR-03", "E-STK-02"}:
                raise no.back_to("place", forget=("lines",)) from None
            raise
        return ctx.restart(DONE[kind], no=made.exit_no)

    return then


signing.pair(
    quarantine,
    Signer("inspector", "P-QUA-INSPECTOR", Role.INSPECTOR),
    Signer("supervisor", "P-ADJ-SUPERVISOR", Role.SUPERVISOR),
    show=_leaving,
    then=_let_out(Exit.RELEASE),
    to="place",
)


@quarantine.screen("plate", prompt="P-ARR-PLATE")
def ask_plate(ctx: Context) -> Facts:
    facts = _leaving(ctx)
    facts.pad = "text"
    return facts


@quarantine.on("plate", Kind.TEXT, Kind.UNKNOWN, Kind.QUANTITY, to="driver")
def take_plate(ctx: Context, code: Code) -> Outcome:
    ctx.at(Sorting).plate = inputs.text(code, 20)
    return ctx.go("driver", "S-OK", undo=None)


@quarantine.screen("driver", prompt="P-ARR-DRIVER")
def ask_driver(ctx: Context) -> Facts:
    facts = _leaving(ctx)
    facts.pad = "text"
    return facts


@quarantine.on("driver", Kind.TEXT, Kind.UNKNOWN, to="returner")
def take_driver(ctx: Context, code: Code) -> Outcome:
    ctx.at(Sorting).driver = inputs.text(code, 60)
    return ctx.go("returner", "S-OK", undo=None)


signing.one(
    quarantine,
    Signer("returner", "P-ADJ-FINDER", Role.KEEPER),
    show=_leaving,
    then=_let_out(Exit.RETURN),
    to="place",
)
signing.pair(
    quarantine,
    Signer("keeper", "P-ADJ-FINDER", Role.KEEPER),
    Signer("scrapper", "P-ADJ-SUPERVISOR", Role.SUPERVISOR),
    show=_leaving,
    then=_let_out(Exit.SCRAP),
    to="place",
)
