"""签字、贴标、入库 · sign, label, post (P4, S-11, S-13, S-26, S-27).

Scan the acceptance sheet: it prints with what was counted. The receiver signs with badge and PIN, the driver
on the print, and by name.
Now the carton labels print; stick each and scan it once. A clerk who scans the signed sheet keys it in (录单)
and stands on the slip. Then the supervisor and the keeper, two
persons, sign the inbound slip within two minutes: the goods are stock, the ERP is told. A driver who does
not sign: CM-SKIP, why, the driver's version is typed, and a supervisor countersigns; the goods wait until the
sheet is scanned again. Whoever leaves gives the sheet back; what is signed and stuck stays so.
"""

from __future__ import annotations

from dataclasses import dataclass

from station.ground.scan import inputs
from station.ground.scan.kinds import Code, Kind
from station.ground.scan.kit import choice, reprint, signing
from station.ground.scan.kit.choice import Reason
from station.ground.scan.kit.signing import Signer
from station.ground.scan.workflow import Context, Facts, Outcome, Workflow
from station.ground.words.actor import Actor, Role
from station.ground.words.messages import Refused, say
from station.inbound import rules as receipts
from station.inbound.models import RECEIPT, Receipt, ReceiptState
from station.inbound.screens import waiting_receipts
from station.inbound.sign import labels, rules

WAITING = (ReceiptState.AWAIT_SIGN, ReceiptState.SUSPENDED, ReceiptState.SIGNED)
REFUSALS = (
    Reason("QUANTITY", "L-UNSIGNED-QTY"),
    Reason("REFUSED", "L-UNSIGNED-REFUSED"),
    Reason("LEFT", "L-UNSIGNED-LEFT"),
    Reason("OTHER", "L-WHY-OTHER"),
)
"""Why a driver does not sign: 数量不认/不认拒收/已离开/其他."""

sign_off = Workflow(
    "sign",
    title="L-SIGN",
    roles={Role.RECEIVER, Role.CLERK, Role.SUPERVISOR},
    start="sheet",
    waiting=receipts.waiting_in(*WAITING),
    prints=True,
)


@dataclass
class Signing:
    """The receipt (id), the receiver's badge until the driver has signed too, and why the driver does not;
    `version` is what the driver says of the goods.
    """

    receipt: int = 0
    receiver: str = ""
    reason: str = ""
    version: str = ""


@sign_off.screen("sheet", prompt="P-SGN-SHEET")
def ask_sheet(ctx: Context) -> Facts:
    return waiting_receipts(ctx, *WAITING)


@sign_off.on("sheet", Kind.SHEET, Kind.RECEIPT, to=("receiver", "labels", "supervisor"))
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
    if receipt.state == ReceiptState.SIGNED and Role.CLERK in ctx.actor.roles:
        rules.key_in(ctx, receipt, ctx.actor)
    return ctx.go(
        "receiver" if receipt.state == ReceiptState.AWAIT_SIGN else _after_sign(ctx),
        "S-SGN-OPEN",
        no=receipt.sheet_no,
    )


def _totals(ctx: Context) -> Facts:
    receipt = _receipt(ctx)
    lines = receipts.lines(ctx.tx, receipt.id)
    return Facts(
        big=receipt.sheet_no,
        lines=[
            ("L-DELIVERED", str(sum(line.qty_delivered for line in lines))),
            ("L-ACCEPTED", str(sum(line.qty_accepted for line in lines))),
            ("L-REJECTED", str(sum(line.qty_rejected for line in lines))),
        ],
    )


def _receiver_signed(ctx: Context, receiver: Actor) -> Outcome:
    ctx.at(Signing).receiver = receiver.badge
    return ctx.go("driver", "S-SIGNED", name=receiver.name)


signing.one(
    sign_off,
    Signer("receiver", "P-SGN-RECEIVER", Role.RECEIVER),
    show=_totals,
    then=_receiver_signed,
    to="driver",
)


@sign_off.screen("driver", prompt="P-SGN-DRIVER")
def ask_driver(ctx: Context) -> Facts:
    facts = _totals(ctx)
    facts.pad, facts.default = "text", _receipt(ctx).driver
    facts.hint = "CM-OK"
    return facts


@sign_off.command("driver", "CM-OK", to=("labels", "sheet"), label="L-DRIVER-SIGNED")
def driver_of_arrival(ctx: Context) -> Outcome:
    return _driver_signed(ctx, _receipt(ctx).driver)


@sign_off.on("driver", Kind.TEXT, to=("labels", "sheet"))
def other_driver(ctx: Context, code: Code) -> Outcome:
    return _driver_signed(ctx, inputs.text(code, 60))


def _driver_signed(ctx: Context, driver: str) -> Outcome:
    receipt = _receipt(ctx)
    printed = rules.sign_sheet(ctx, receipt, _receiver(ctx), driver)
    if not printed:
        return ctx.restart("W-SGN-NONE", no=receipt.receipt_no)
    return ctx.go("labels", "S-SGN-SHEET", n=printed)


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
    show=_totals,
    back="driver",
)


def _suspended(ctx: Context, supervisor: Actor) -> Outcome:
    at, receipt = ctx.at(Signing), _receipt(ctx)
    if supervisor.badge == at.receiver:
        raise Refused("E-AUTH-03")
    rules.suspend(ctx, receipt, supervisor, at.reason, at.version)
    return ctx.restart("W-SGN-SUSPENDED", no=receipt.sheet_no)


def _disputed(ctx: Context) -> Facts:
    """Our figures, and beside them what the driver says."""
    facts, at = _totals(ctx), ctx.at(Signing)
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
    left, total, first = labels.left(ctx, _receipt(ctx))
    printed = labels.progress(ctx, _receipt(ctx))
    facts = Facts(big=f"{total - left}/{total}", progress=(total - left, total), hint=first)
    if printed.done < printed.total:
        facts.lines = [("L-PRINTED", f"{printed.done}/{printed.total}")]
    if printed.stopped_at is not None:
        facts.banner = "E-PRN-04"
    return facts


@sign_off.on("labels", Kind.CARTON, to=("labels", "supervisor"))
def take_label(ctx: Context, code: Code) -> Outcome:
    labels.stick(ctx, _receipt(ctx), code.text)
    left, total, _first = labels.left(ctx, _receipt(ctx))
    return ctx.go(_after_sign(ctx), "S-LBL-LAST" if not left else "S-LBL", n=total - left, of=total)


@sign_off.command("labels", "CM-REPRINT", to="reprint", label="L-REPRINT")
def ask_again(ctx: Context) -> Outcome:
    return ctx.go("reprint", "S-OK")


def _print_label_again(ctx: Context, reason: str) -> Outcome:
    return ctx.go("labels", "S-LBL-REPRINT", no=labels.reprint(ctx, _receipt(ctx), reason))


reprint.add_step(sign_off, "reprint", back="labels", again=_print_label_again)


def _after_sign(ctx: Context) -> str:
    return "labels" if labels.left(ctx, _receipt(ctx))[0] else "supervisor"


@sign_off.command("labels", "CM-CLOSE", to="supervisor", label="L-CLOSE")
def close_labels(ctx: Context) -> Outcome:
    raise Refused("E-LBL-04", n=labels.left(ctx, _receipt(ctx))[0])


def _both_signed(ctx: Context, supervisor: Actor, keeper: Actor) -> Outcome:
    receipt = _receipt(ctx)
    rules.post(ctx, receipt, supervisor, keeper)
    return ctx.restart("S-SGN-POSTED", no=receipt.grn_no)


signing.pair(
    sign_off,
    Signer("supervisor", "P-SGN-SUPERVISOR", Role.SUPERVISOR),
    Signer("keeper", "P-SGN-KEEPER", Role.KEEPER),
    show=_totals,
    then=_both_signed,
    to="sheet",
)


def _receipt(ctx: Context) -> Receipt:
    return receipts.receipt(ctx.tx, ctx.at(Signing).receipt)


def _receiver(ctx: Context) -> Actor:
    """Who signed first; their badge was good a moment ago."""
    signer = ctx.services.people.badge(ctx.tx, ctx.at(Signing).receiver)
    if signer is None:
        raise Refused("E-AUTH-01")
    return signer
