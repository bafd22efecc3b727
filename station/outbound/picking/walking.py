"""From stop to stop: where the walk leads next, kept in the position so that showing it costs nothing."""

from __future__ import annotations

from typing import Any

from station.ground.scan import position
from station.ground.scan.workflow import Context, Facts
from station.ground.words.messages import Refused
from station.outbound.orders.models import PULLED
from station.outbound.picking import stops, totes
from station.outbound.picking.position import Picking, Stop

ENDS = ("drop", "shelf", "end")
"""Where a walk leads without another stop: see `arrive`."""
ON = ("slot", *ENDS)


def arrive(ctx: Context) -> str:
    """Go to the next open stop; without one, where what was picked must go: its step.

    ``drop`` at a bench; ``shelf`` when only goods of stopped orders lie in the totes; ``end`` when none do.
    """
    at = ctx.at(Picking)
    at.reason, at.is_zero = "", False
    row = stops.present(ctx.tx, at.list)
    if row is None:
        at.stop = None
        return _end(ctx, at)
    done, total = stops.progress(ctx.tx, at.list)
    at.stop = Stop(
        task=row.id,
        slot=row.slot,
        barcode=row.barcode,
        sku=row.sku,
        name=row.name_zh,
        spec=row.spec,
        unit=row.unit,
        expires=str(row.expires_on or ""),
        carton=stops.carton_of(ctx.tx, row.hu_id),
        qty=row.qty - row.qty_picked,
        done=done,
        of=total,
        next=stops.after(ctx.tx, at.list, row),
    )
    return "slot"


def _end(ctx: Context, at: Picking) -> str:
    states = [row.state for row in totes.orders_in(ctx.tx, at.list)]
    if not states:
        return "end"
    return "shelf" if all(state in PULLED for state in states) else "drop"


def stop(ctx: Context) -> Any:
    """The present stop, if it still is one; else on to the next: E-INT-01 cancelled, E-EXP-10 its
    lot is not sold any more, E-LOC-02 its slot is held.
    """
    at = ctx.at(Picking)
    row = stops.present(ctx.tx, at.list)
    if row is None or row.id != at.here().task:
        raise renewed(ctx, Refused(stops.why_gone(ctx.tx, at.here().task)), arrive(ctx))
    return row


def shown(ctx: Context) -> Any:
    """The stop whose screen is shown, if it still is one; None when the next scan will lead elsewhere."""
    at = ctx.at(Picking)
    row = stops.present(ctx.tx, at.list)
    return row if row is not None and at.stop is not None and row.id == at.stop.task else None


def renewed(ctx: Context, refusal: Refused, step: str) -> Refused:
    """`refusal`, which leads to `step` with the stop as it is now."""
    arrive(ctx)
    at = ctx.at(Picking)
    keep = {} if at.stop is None else {"stop": position.dump(at.stop)}
    return refusal.back_to(step, forget=("stop", "reason", "is_zero"), keep=keep)


def facts(ctx: Context) -> Facts:
    """What the screen of a stop shows."""
    here = ctx.at(Picking).here()
    return Facts(
        big=here.slot,
        name=here.name,
        spec=here.spec,
        photo=here.sku,
        lines=[
            ("L-QTY", f"{here.qty} {here.unit}"),
            ("L-EXPIRES", here.expires),
            ("L-PACK-OF", f"{here.pack} {here.unit}" if here.pack > 1 else ""),
            ("L-CARTON", here.carton),
            ("L-NEXT-STOP", here.next),
        ],
        progress=(here.done, here.of),
    )
