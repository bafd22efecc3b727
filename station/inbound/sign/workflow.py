"""签字、贴标、入库 · sign, label, post (P4, S-11, S-13, S-26, S-27).

Scan the acceptance sheet: it prints with what was counted. The receiver signs with badge and PIN, the driver
on the print or with a finger on the screen (✍), and by name. A clerk scans the signed sheet: it is keyed in
(录单), and only now the carton labels print; stick each and scan it once. Then the supervisor and the
keeper, two persons, sign the inbound slip within two minutes: the goods are stock, the ERP is told. A driver
who does not sign: CM-SKIP, why, the driver's version is typed, and a supervisor countersigns; the goods wait
until the sheet is scanned again. Whoever leaves gives the sheet back; what is signed and stuck stays so.
"""

from __future__ import annotations

from station.ground.scan import inputs
from station.ground.scan.kinds import Code, Kind
from station.ground.scan.kit import choice, reprint, signing
from station.ground.scan.kit.choice import Reason
from station.ground.scan.kit.signing import Signer
from station.ground.scan.workflow import Context, Facts, Outcome
from station.ground.words.actor import Actor, Role
from station.ground.words.messages import Refused, say
from station.inbound import rules as receipts
from station.inbound.models import RECEIPT, ReceiptState
from station.inbound.screens import waiting_receipts
from station.inbound.sign import entering, finger, labels, rules
from station.inbound.sign.flow import WAITING, Signing, after_sign, receipt_in_hand, sign_off, totals

__all__ = ["sign_off"]
PARTS = (entering,)
"""Where more of its steps are declared."""
REFUSALS = (
    Reason("QUANTITY", "L-UNSIGNED-QTY"),
    Reason("REFUSED", "L-UNSIGNED-REFUSED"),
    Reason("LEFT", "L-UNSIGNED-LEFT"),
    Reason("OTHER", "L-WHY-OTHER"),
)
"""Why a driver does not sign: 数量不认/不认拒收/已离开/其他."""


@sign_off.screen("sheet", prompt="P-SGN-SHEET")
def ask_sheet(ctx: Context) -> Facts:
    return waiting_receipts(ctx, *WAITING)


@sign_off.on("sheet", Kind.SHEET, Kind.RECEIPT, to=("receiver", "sheet", "labels", "supervisor"))
def take_sheet(ctx: Context, code: Code) -> Outcome:
    receipt = receipts.receipt_by_code(ctx.tx, code.text)
    if receipt.state not in WAITING:
        raise Refused("E-RCV-07", st=receipt.state)
    if ctx.claim(f"RC3:{receipt.receipt_no}"):
        return ctx.resumed("S-SGN-OPEN", no=receipt.sheet_no)
    ctx.begin(Signing(receipt.id))
    if receipt.state == ReceiptState.SUSPENDED:
        RECEIPT.move(ctx, receipt, "resume")
    if receipt.state == ReceiptState.AWAIT_SIGN:
        rules.print_counts(ctx, receipt)
        return ctx.go("receiver", "S-SGN-OPEN", no=receipt.sheet_no)
    step = after_sign(ctx)
    return (
        entering.key_in(ctx, receipt) if step == "entry" else ctx.go(step, "S-SGN-OPEN", no=receipt.sheet_no)
    )


def _receiver_signed(ctx: Context, receiver: Actor) -> Outcome:
    ctx.at(Signing).receiver = receiver.badge
    return ctx.go("driver", "S-SIGNED", name=receiver.name)


signing.one(
    sign_off,
    Signer("receiver", "P-SGN-RECEIVER", Role.RECEIVER),
    show=totals,
    then=_receiver_signed,
    to="driver",
)


@sign_off.screen("driver", prompt="P-SGN-DRIVER")
def ask_driver(ctx: Context) -> Facts:
    facts = totals(ctx)
    facts.pad, facts.default = "text", receipt_in_hand(ctx).driver
    if finger.given(ctx.tx, receipt_in_hand(ctx)):
        facts.lines.append(("L-PEN", "✔"))
    facts.hint = "CM-OK"
    return facts


@sign_off.command("driver", "CM-OK", to=("entry", "sheet"), label="L-DRIVER-SIGNED")
def driver_of_arrival(ctx: Context) -> Outcome:
    return _driver_signed(ctx, receipt_in_hand(ctx).driver)


@sign_off.on("driver", Kind.TEXT, to=("entry", "sheet"))
def other_driver(ctx: Context, code: Code) -> Outcome:
    return _driver_signed(ctx, inputs.text(code, 60))


def _driver_signed(ctx: Context, driver: str) -> Outcome:
    receipt = receipt_in_hand(ctx)
    if not rules.sign_sheet(ctx, receipt, _receiver(ctx), driver):
        return ctx.restart("W-SGN-NONE", no=receipt.receipt_no)
    if not entering.may_key_in(ctx):
        return ctx.restart("S-SGN-SHEET")
    return ctx.go("entry", "S-SGN-SHEET")


@sign_off.command("driver", "CM-SKIP", to="unsigned", label="L-UNSIGNED")
def driver_does_not_sign(ctx: Context) -> Outcome:
    return ctx.go("unsigned", "S-OK")


def _unsigned(ctx: Context, reason: Reason) -> Outcome:
    ctx.at(Signing).reason = say(reason.label)["zh"]
    return ctx.go("suspend", "S-OK")


choice.add_step(
    sign_off,
    "unsigned",
    prompt="P-SGN-UNSIGNED",
    reasons=REFUSALS,
    then=_unsigned,
    to="suspend",
    show=totals,
    back="driver",
)


def _suspended(ctx: Context, supervisor: Actor) -> Outcome:
    at, receipt = ctx.at(Signing), receipt_in_hand(ctx)
    if supervisor.badge == at.receiver:
        raise Refused("E-AUTH-03")
    rules.suspend(ctx, receipt, supervisor, at.reason, at.version)
    return ctx.restart("W-SGN-SUSPENDED", no=receipt.sheet_no)


def _disputed(ctx: Context) -> Facts:
    """Our figures, and beside them what the driver says."""
    facts, at = totals(ctx), ctx.at(Signing)
    facts.lines = [*facts.lines, ("L-DRIVER-SAYS", at.version)]
    facts.pad = "text"
    return facts


signing.one(
    sign_off,
    Signer("suspend", "P-SGN-SUSPEND", Role.SUPERVISOR),
    show=_disputed,
    then=_suspended,
    to="sheet",
)


@sign_off.on("suspend", Kind.TEXT, to="suspend")
def driver_says(ctx: Context, code: Code) -> Outcome:
    """The driver's version, in the driver's words; the last one counts."""
    ctx.at(Signing).version = inputs.text(code, 60)
    return ctx.go("suspend", "S-OK", undo=None)


@sign_off.screen("labels", prompt="P-SGN-LABELS", counting=True)
def ask_label(ctx: Context) -> Facts:
    left, total, first = labels.left(ctx, receipt_in_hand(ctx))
    printed = labels.progress(ctx, receipt_in_hand(ctx))
    facts = Facts(big=f"{total - left}/{total}", progress=(total - left, total), hint=first)
    if printed.done < printed.total:
        facts.lines = [("L-PRINTED", f"{printed.done}/{printed.total}")]
    if printed.stopped_at is not None:
        facts.banner = "E-PRN-04"
    return facts


@sign_off.on("labels", Kind.CARTON, to=("labels", "supervisor"))
def take_label(ctx: Context, code: Code) -> Outcome:
    labels.stick(ctx, receipt_in_hand(ctx), code.text)
    left, total, _first = labels.left(ctx, receipt_in_hand(ctx))
    return ctx.go(after_sign(ctx), "S-LBL-LAST" if not left else "S-LBL", n=total - left, of=total)


@sign_off.command("labels", "CM-REPRINT", to="reprint", label="L-REPRINT")
def ask_again(ctx: Context) -> Outcome:
    return ctx.go("reprint", "S-OK")


def _print_label_again(ctx: Context, reason: str) -> Outcome:
    return ctx.go("labels", "S-LBL-REPRINT", no=labels.reprint(ctx, receipt_in_hand(ctx), reason))


reprint.add_step(sign_off, "reprint", back="labels", again=_print_label_again)


@sign_off.command("labels", "CM-CLOSE", to="supervisor", label="L-CLOSE")
def close_labels(ctx: Context) -> Outcome:
    raise Refused("E-LBL-04", n=labels.left(ctx, receipt_in_hand(ctx))[0])


def _both_signed(ctx: Context, supervisor: Actor, keeper: Actor) -> Outcome:
    receipt = receipt_in_hand(ctx)
    rules.post(ctx, receipt, supervisor, keeper)
    return ctx.restart("S-SGN-POSTED", no=receipt.grn_no)


signing.pair(
    sign_off,
    Signer("supervisor", "P-SGN-SUPERVISOR", Role.SUPERVISOR),
    Signer("keeper", "P-SGN-KEEPER", Role.KEEPER),
    show=totals,
    then=_both_signed,
    to="sheet",
)


def _receiver(ctx: Context) -> Actor:
    """Who signed first; their badge was good a moment ago."""
    signer = ctx.services.people.badge(ctx.tx, ctx.at(Signing).receiver)
    if signer is None:
        raise Refused("E-AUTH-01")
    return signer
