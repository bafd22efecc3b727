"""交接发货 · dispatch (P21).

The courier comes: scan the carrier's lane, enter plate and name. Scan every parcel's waybill while it is
loaded. CM-CLOSE compares with the lane and prints the manifest twice; parcels left behind must be
confirmed. When an ERP has told no cancels for a while, ask the office; a supervisor then allows the
closing with badge, PIN and reason. The courier signs the print, the dispatcher signs with badge and PIN:
everything is shipped.
"""

from __future__ import annotations

from station.catalog import rules as catalog
from station.ground.scan import inputs
from station.ground.scan.codes import Code, Kind
from station.ground.scan.kit import signing
from station.ground.scan.kit.signing import Signer
from station.ground.scan.workflow import Context, Facts, Outcome, Workflow
from station.ground.words.actor import Actor, Role
from station.ground.words.messages import Refused
from station.outbound.dispatch import rules
from station.outbound.dispatch.models import Manifest
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


@dispatch.screen("lane", prompt="P-DSP-LANE")
def ask_lane(ctx: Context) -> Facts:
    waiting = rules.staged(ctx.tx)
    return Facts(big=str(waiting), big_label="L-STAGED", hint="LANE" if waiting else "")


@dispatch.on("lane", Kind.LOCATION, to="plate")
def take_lane(ctx: Context, code: Code) -> Outcome:
    lane = locations.find(ctx.tx, code.text)
    locations.require(lane, [LocationKind.LANE])
    carrier = catalog.carrier(ctx.tx, lane.carrier_id)
    ctx.run.data = {"carrier": carrier.id, "name": carrier.name}
    return ctx.go("plate", "S-DSP-LANE", undo=None, c=carrier.name)


@dispatch.on("lane", Kind.MANIFEST, to=("parcel", "dispatcher"))
def resume(ctx: Context, code: Code) -> Outcome:
    found = rules.find(ctx.tx, code.text)
    if ctx.claim(f"MF:{found.id}"):
        return ctx.resumed("S-DSP-OPEN", no=found.manifest_no)
    ctx.run.data = {
        "carrier": found.carrier_id,
        "name": catalog.carrier(ctx.tx, found.carrier_id).name,
        "manifest": found.id,
    }
    return ctx.go("parcel" if found.state == "OPEN" else "dispatcher", "S-DSP-OPEN", no=found.manifest_no)


@dispatch.screen("plate", prompt="P-DSP-PLATE")
def ask_plate(ctx: Context) -> Facts:
    return Facts(big=ctx.data["name"], pad="text")


@dispatch.on("plate", Kind.TEXT, to="courier")
def take_plate(ctx: Context, code: Code) -> Outcome:
    ctx.data["plate"] = inputs.text(code, 20)
    return ctx.go("courier", "S-OK", undo=None)


@dispatch.screen("courier", prompt="P-DSP-COURIER")
def ask_courier(ctx: Context) -> Facts:
    return Facts(big=ctx.data["name"], pad="text", lines=[("L-PLATE", ctx.data["plate"])])


@dispatch.on("courier", Kind.TEXT, to="parcel")
def take_courier(ctx: Context, code: Code) -> Outcome:
    manifest = rules.open_manifest(ctx, ctx.data["carrier"], ctx.data["plate"], inputs.text(code, 60))
    ctx.claim(f"MF:{manifest.id}")
    ctx.data["manifest"] = manifest.id
    return ctx.go("parcel", "S-DSP-OPEN", no=manifest.manifest_no)


@dispatch.screen("parcel", prompt="P-DSP-PARCEL", counting=True)
def ask_parcel(ctx: Context) -> Facts:
    manifest = _manifest(ctx)
    scanned, left = rules.count(ctx.tx, manifest.id), rules.staged(ctx.tx, manifest.carrier_id)
    return Facts(
        big=str(scanned),
        name=ctx.data["name"],
        lines=[("L-MANIFEST", manifest.manifest_no)],
        progress=(scanned, scanned + left),
        hint=rules.next_staged(ctx.tx, manifest.carrier_id) or "CM-CLOSE",
    )


@dispatch.on("parcel", Kind.WAYBILL, to="parcel")
def take_parcel(ctx: Context, code: Code) -> Outcome:
    manifest = _manifest(ctx)
    added = rules.add(ctx, manifest, code.text)
    return ctx.go("parcel", "S-DSP-PARCEL" if added else "W-MAN-04", n=rules.count(ctx.tx, manifest.id))


@dispatch.on("parcel", Kind.UNKNOWN, to="parcel")
def unknown_parcel(_ctx: Context, _code: Code) -> Outcome:
    raise Refused("E-MAN-01")


@dispatch.command("parcel", "CM-CLOSE", to="dispatcher", label="L-CLOSE-MANIFEST")
def close(ctx: Context) -> Outcome:
    return _close(ctx, left_is_fine=False)


def _close(ctx: Context, *, left_is_fine: bool) -> Outcome:
    manifest = _manifest(ctx)
    gone = rules.drop_stopped(ctx, manifest)
    if gone:
        return ctx.go("parcel", "E-MAN-10", n=gone)
    scanned = rules.close(ctx, manifest, left_is_fine=left_is_fine)
    return ctx.go("dispatcher", "S-DSP-CLOSED", n=scanned)


@dispatch.screen("left", prompt="P-DSP-LEFT", counting=True)
def ask_left(ctx: Context) -> Facts:
    facts = ask_parcel(ctx)
    facts.big = str(ctx.data["left"])
    facts.big_label = "L-LEFT-BEHIND"
    facts.hint = rules.next_staged(ctx.tx, ctx.data["carrier"]) or "CM-OK"
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
        name=ctx.data["name"],
        lines=[
            ("L-MANIFEST", manifest.manifest_no),
            ("L-COURIER", manifest.courier),
            ("L-PLATE", manifest.plate),
        ],
    )


def _dispatcher_signed(ctx: Context, dispatcher: Actor) -> Outcome:
    manifest = _manifest(ctx)
    gone = rules.drop_stopped(ctx, manifest)
    if gone:
        rules.reopen(ctx, manifest)
        return ctx.go("parcel", "E-MAN-10", n=gone)
    shipped = rules.hand_over(ctx, manifest, dispatcher)
    return ctx.restart("S-DSP-SHIPPED", n=shipped, no=manifest.manifest_no)


signing.one(
    dispatch,
    Signer("dispatcher", "P-DSP-SIGN", Role.DISPATCHER),
    show=_summary,
    then=_dispatcher_signed,
    to=("lane", "parcel"),
)


def _manifest(ctx: Context) -> Manifest:
    return rules.get(ctx.tx, ctx.data["manifest"])
