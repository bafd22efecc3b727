"""交接发货 · dispatch (P21).

The courier comes: scan the carrier's lane, enter plate and name. Scan every parcel's waybill while it is
loaded. CM-CLOSE compares with the lane and prints the manifest twice; parcels left behind must be
confirmed. A lane without parcels needs no manifest; one that was left open is taken up again by its
number. CM-UNDO takes the last parcel off again. When an ERP has told no cancels for a while, ask the
office; a supervisor then allows the closing with badge, PIN and reason. The courier signs the print, the
dispatcher signs with badge and PIN: everything is shipped.
"""

from __future__ import annotations

from dataclasses import dataclass

from station.carriers import ranges
from station.catalog import rules as catalog
from station.ground.scan import inputs
from station.ground.scan.kinds import Code, Kind
from station.ground.scan.kit import signing
from station.ground.scan.kit.signing import Signer
from station.ground.scan.workflow import Context, Facts, Outcome, Workflow
from station.ground.words.actor import Actor, Role
from station.ground.words.messages import Refused
from station.outbound.dispatch import handover, loading, rules
from station.outbound.dispatch.models import Manifest, ManifestState
from station.stock import locations
from station.stock.models import LocationKind

dispatch = Workflow(
    "dispatch",
    title="L-DISPATCH",
    roles={Role.DISPATCHER, Role.SUPERVISOR},
    start="lane",
    waiting=rules.count_waiting,
    prints=True,
)


@dataclass
class Dispatching:
    """The courier who is here, and the manifest once it is open; `left` parcels stay behind."""

    carrier: int = 0
    name: str = ""
    plate: str = ""
    manifest: int = 0
    left: int = 0


@dispatch.screen("lane", prompt="P-DSP-LANE")
def ask_lane(ctx: Context) -> Facts:
    waiting, under_way = rules.staged(ctx.tx), rules.under_way(ctx.tx)
    return Facts(
        big=str(waiting),
        big_label="L-STAGED",
        table=[(number, courier, str(parcels)) for number, courier, parcels in under_way],
        hint="LANE" if waiting else "",
    )


@dispatch.on("lane", Kind.LOCATION, to="plate")
def take_lane(ctx: Context, code: Code) -> Outcome:
    lane = locations.find(ctx.tx, code.text)
    locations.require(lane, [LocationKind.LANE])
    carrier = catalog.carrier(ctx.tx, lane.carrier_id)
    if not rules.staged(ctx.tx, carrier.id):
        raise Refused("E-MAN-08")
    ctx.begin(Dispatching(carrier.id, carrier.name))
    numbers = ranges.left(ctx.tx, carrier.id)
    if numbers < ctx.settings.rules.wb_low:
        return ctx.go("plate", "W-WB-11", undo=None, c=carrier.name, n=numbers)
    return ctx.go("plate", "S-DSP-LANE", undo=None, c=carrier.name)


@dispatch.on("lane", Kind.MANIFEST, to=("parcel", "dispatcher"))
def resume(ctx: Context, code: Code) -> Outcome:
    manifest = rules.find(ctx.tx, code.text)
    if ctx.claim(f"MF:{manifest.manifest_no}"):
        return ctx.resumed("S-DSP-OPEN", no=manifest.manifest_no)
    name = catalog.carrier(ctx.tx, manifest.carrier_id).name
    ctx.begin(Dispatching(manifest.carrier_id, name, manifest.plate, manifest.id))
    step = "parcel" if manifest.state == ManifestState.OPEN else "dispatcher"
    return ctx.go(step, "S-DSP-OPEN", no=manifest.manifest_no)


@dispatch.screen("plate", prompt="P-DSP-PLATE")
def ask_plate(ctx: Context) -> Facts:
    return Facts(big=ctx.at(Dispatching).name, pad="text")


@dispatch.on("plate", Kind.TEXT, to="courier")
def take_plate(ctx: Context, code: Code) -> Outcome:
    ctx.at(Dispatching).plate = inputs.text(code, 20)
    return ctx.go("courier", "S-OK", undo=None)


@dispatch.screen("courier", prompt="P-DSP-COURIER")
def ask_courier(ctx: Context) -> Facts:
    at = ctx.at(Dispatching)
    return Facts(big=at.name, pad="text", lines=[("L-PLATE", at.plate)])


@dispatch.on("courier", Kind.TEXT, to="parcel")
def take_courier(ctx: Context, code: Code) -> Outcome:
    at = ctx.at(Dispatching)
    manifest = rules.open_manifest(ctx, at.carrier, at.plate, inputs.text(code, 60))
    ctx.claim(f"MF:{manifest.manifest_no}")
    at.manifest = manifest.id
    return ctx.go("parcel", "S-DSP-OPEN", no=manifest.manifest_no)


@dispatch.screen("parcel", prompt="P-DSP-PARCEL", counting=True)
def ask_parcel(ctx: Context) -> Facts:
    manifest = _manifest(ctx)
    unweighed = rules.count_unweighed(ctx.tx, manifest.id)
    scanned, left = rules.count(ctx.tx, manifest.id), rules.staged(ctx.tx, manifest.carrier_id)
    return Facts(
        big=str(scanned),
        name=ctx.at(Dispatching).name,
        lines=[("L-MANIFEST", manifest.manifest_no), ("L-UNWEIGHED", str(unweighed or ""))],
        progress=(scanned, scanned + left),
        hint=rules.next_staged(ctx.tx, manifest.carrier_id) or "CM-CLOSE",
    )


@dispatch.on("parcel", Kind.WAYBILL, to="parcel")
def take_parcel(ctx: Context, code: Code) -> Outcome:
    manifest = _manifest(ctx)
    parcel_id = loading.add(ctx, manifest, code.text)
    scanned = rules.count(ctx.tx, manifest.id)
    if not parcel_id:
        return ctx.go("parcel", "W-MAN-04", n=scanned)
    return ctx.go("parcel", "S-DSP-PARCEL", undo={"parcel": parcel_id}, n=scanned)


@dispatch.undo
def take_off(ctx: Context, frame: dict[str, int]) -> None:
    loading.take_off(ctx, _manifest(ctx), frame["parcel"])


@dispatch.on("parcel", Kind.UNKNOWN, to="parcel")
def unknown_parcel(_ctx: Context, _code: Code) -> Outcome:
    raise Refused("E-MAN-01")


@dispatch.command("parcel", "CM-CLOSE", to="dispatcher", label="L-CLOSE-MANIFEST")
def close(ctx: Context) -> Outcome:
    return _close(ctx, left_is_fine=False)


def _close(ctx: Context, *, left_is_fine: bool) -> Outcome:
    manifest = _manifest(ctx)
    gone = loading.drop_stopped(ctx, manifest)
    if gone:
        return ctx.go("parcel", "W-MAN-10", n=gone)
    scanned = handover.close(ctx, manifest, left_is_fine=left_is_fine)
    return ctx.go("dispatcher", "S-DSP-CLOSED", n=scanned)


@dispatch.screen("left", prompt="P-DSP-LEFT", counting=True)
def ask_left(ctx: Context) -> Facts:
    facts = ask_parcel(ctx)
    facts.big = str(ctx.at(Dispatching).left)
    facts.big_label = "L-LEFT-BEHIND"
    facts.hint = rules.next_staged(ctx.tx, ctx.at(Dispatching).carrier) or "CM-OK"
    return facts


@dispatch.on("left", Kind.WAYBILL, to="parcel")
def take_late_parcel(ctx: Context, code: Code) -> Outcome:
    return take_parcel(ctx, code)


@dispatch.command("left", "CM-OK", to=("dispatcher", "parcel"), label="L-LEAVE-BEHIND")
def leave_behind(ctx: Context) -> Outcome:
    return _close(ctx, left_is_fine=True)


def _summary(ctx: Context) -> Facts:
    manifest = _manifest(ctx)
    return Facts(
        big=str(rules.count(ctx.tx, manifest.id)),
        name=ctx.at(Dispatching).name,
        lines=[
            ("L-MANIFEST", manifest.manifest_no),
            ("L-COURIER", manifest.courier),
            ("L-PLATE", manifest.plate),
        ],
    )


def _dispatcher_signed(ctx: Context, dispatcher: Actor) -> Outcome:
    manifest = _manifest(ctx)
    gone = loading.drop_stopped(ctx, manifest)
    if gone:
        handover.reopen(ctx, manifest)
        return ctx.go("parcel", "W-MAN-10", n=gone)
    shipped = handover.hand_over(ctx, manifest, dispatcher)
    return ctx.restart("S-DSP-SHIPPED", n=shipped, no=manifest.manifest_no)


signing.one(
    dispatch,
    Signer("dispatcher", "P-DSP-SIGN", Role.DISPATCHER),
    show=_summary,
    then=_dispatcher_signed,
    to=("lane", "parcel"),
)


def _manifest(ctx: Context) -> Manifest:
    return rules.get(ctx.tx, ctx.at(Dispatching).manifest)
