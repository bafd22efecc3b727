"""初验 · stage 1: the receiver counts with the driver (P2, S-02, S-04, S-06).

Scan the acceptance sheet. Then for each article, date and outer condition: scan the product, count
cartons, units per carton and loose units (what was ordered stays hidden), read the production date,
compare the derived expiry with the print, enter the lot where the article has one, judge the outer
packing. Damaged or soaked cartons are entered as a line of their own and refused. CM-CLOSE ends the
count and draws the samples for stage 2.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from station.catalog import rules as catalog
from station.ground.scan import inputs
from station.ground.scan.codes import Code, Kind
from station.ground.scan.workflow import Context, Facts, Outcome, Workflow
from station.ground.words.actor import Role
from station.ground.words.messages import Refused
from station.inbound import documents, rules
from station.inbound.models import RECEIPT, Receipt, ReceiptState
from station.stock import shelf_life

stage1 = Workflow(
    "stage1",
    title="L-STAGE1",
    roles={Role.RECEIVER, Role.SUPERVISOR},
    start="receipt",
    waiting=documents.waiting_in(ReceiptState.ARRIVED, ReceiptState.STAGE1),
)

LINE = ("sku", "cartons", "case", "loose", "refused", "produced", "expires", "lot", "override")


@stage1.screen("receipt", prompt="P-ST1-RECEIPT")
def ask_receipt(ctx: Context) -> Facts:
    return rules_facts(ctx, (ReceiptState.ARRIVED, ReceiptState.STAGE1))


@stage1.on("receipt", Kind.RECEIPT, Kind.SHEET, to="product")
def take_receipt(ctx: Context, code: Code) -> Outcome:
    receipt = rules.receipt_by_code(ctx.tx, code.text)
    if receipt.state not in {ReceiptState.ARRIVED, ReceiptState.STAGE1}:
        raise Refused("E-RCV-07", st=receipt.state)
    if ctx.claim(f"RC1:{receipt.id}"):
        return ctx.resumed("S-ST1-OPEN", no=receipt.receipt_no)
    if receipt.state == ReceiptState.ARRIVED:
        RECEIPT.move(ctx, receipt, "begin_stage1")
    ctx.run.data = {"receipt": receipt.id}
    return ctx.go("product", "S-ST1-OPEN", no=receipt.receipt_no)


@stage1.screen("product", prompt="P-ST1-PRODUCT")
def ask_product(ctx: Context) -> Facts:
    receipt = _receipt(ctx)
    counted = rules.lines(ctx.tx, receipt.id)
    return Facts(
        big=receipt.receipt_no,
        table=[
            (
                catalog.sku(ctx.tx, line.sku_id).name_zh,
                f"{line.cartons}×{line.case_qty}+{line.loose}",
                str(line.expires_on or ""),
            )
            for line in counted[-3:]
        ],
        lines=[("L-COUNTED", str(len(counted)))],
        hint="CM-CLOSE" if counted else "",
    )


@stage1.on("product", Kind.PRODUCT, to="cartons")
def take_product(ctx: Context, code: Code) -> Outcome:
    assert code.sku_id is not None
    rules.expected_line(ctx.tx, _receipt(ctx), code.sku_id)
    ctx.data.update(sku=code.sku_id)
    if code.produced_on:
        ctx.data["produced"] = code.produced_on.isoformat()
    if code.expires_on:
        ctx.data["printed"] = code.expires_on.isoformat()
    if code.lot:
        ctx.data["unsure_lot" if code.lot_unsure else "lot"] = code.lot
    return ctx.go("cartons", "S-ST1-PRODUCT", undo=None, name=catalog.sku(ctx.tx, code.sku_id).name_zh)


@stage1.screen("cartons", prompt="P-ST1-CARTONS")
def ask_cartons(ctx: Context) -> Facts:
    return _line_facts(ctx, pad="qty")


@stage1.on("cartons", Kind.QUANTITY, to="case")
def take_cartons(ctx: Context, code: Code) -> Outcome:
    ctx.data["cartons"] = inputs.quantity(code, 0, ctx.settings.rules.qty_max)
    return ctx.go("case", "S-OK", undo=None)


@stage1.screen("case", prompt="P-ST1-CASE")
def ask_case(ctx: Context) -> Facts:
    return _line_facts(ctx, pad="qty", default=str(catalog.sku(ctx.tx, ctx.data["sku"]).case_qty))


@stage1.on("case", Kind.QUANTITY, to="loose")
def take_case(ctx: Context, code: Code) -> Outcome:
    ctx.data["case"] = inputs.quantity(code, 1, ctx.settings.rules.qty_max)
    return ctx.go("loose", "S-OK", undo=None)


@stage1.command("case", "CM-OK", to="loose", label="L-OK")
def default_case(ctx: Context) -> Outcome:
    ctx.data["case"] = catalog.sku(ctx.tx, ctx.data["sku"]).case_qty
    return ctx.go("loose", "S-OK", undo=None)


@stage1.screen("loose", prompt="P-ST1-LOOSE")
def ask_loose(ctx: Context) -> Facts:
    return _line_facts(ctx, pad="qty", default="0")


@stage1.on("loose", Kind.QUANTITY, to=("over", "produced", "lot", "outer", "expires"))
def take_loose(ctx: Context, code: Code) -> Outcome:
    return _counted(ctx, inputs.quantity(code, 0, ctx.settings.rules.qty_max))


@stage1.command("loose", "CM-OK", to=("over", "produced", "lot", "outer", "expires"), label="L-OK")
def no_loose(ctx: Context) -> Outcome:
    return _counted(ctx, 0)


def _counted(ctx: Context, loose: int) -> Outcome:
    qty = ctx.data["cartons"] * ctx.data["case"] + loose
    if not qty or qty > 100 * ctx.settings.rules.qty_max:
        raise Refused("E-QTY-01", max=ctx.settings.rules.qty_max)
    receipt = _receipt(ctx)
    over = rules.excess(ctx.tx, receipt, rules.expected_line(ctx.tx, receipt, ctx.data["sku"]), qty)
    if over:
        raise Refused("E-RCV-05", n=over).back_to("over", keep={"loose": loose, "refused": over})
    ctx.data["loose"] = loose
    return ctx.go(_after_count(ctx), "S-OK", undo=None)


@stage1.screen("over", prompt="P-ST1-OVER")
def ask_over(ctx: Context) -> Facts:
    facts = _line_facts(ctx)
    facts.big = str(ctx.data["refused"])
    facts.hint = "CM-OK"
    return facts


@stage1.command("over", "CM-OK", to=("produced", "lot", "outer", "expires"), label="L-REFUSE-EXCESS")
def refuse_excess(ctx: Context) -> Outcome:
    return ctx.go(_after_count(ctx), "S-OK", undo=None)


def _after_count(ctx: Context) -> str:
    sku = catalog.sku(ctx.tx, ctx.data["sku"])
    if sku.is_shelf_life:
        return "expires" if "produced" in ctx.data else "produced"
    return _after_dates(ctx, sku)


def _after_dates(ctx: Context, sku: Any) -> str:
    """A lot is asked for when the article has lots and the scan did not give a sure one."""
    wants_lot = (sku.is_lot and "lot" not in ctx.data) or "unsure_lot" in ctx.data
    return "lot" if wants_lot else "outer"


@stage1.screen("produced", prompt="P-ST1-PRODUCED")
def ask_produced(ctx: Context) -> Facts:
    return _line_facts(ctx, pad="date")


@stage1.on("produced", Kind.DATE, to="expires")
def take_produced(ctx: Context, code: Code) -> Outcome:
    return _produced(ctx, inputs.day(code))


@stage1.on("produced", Kind.PRODUCT, to="expires")
def read_produced(ctx: Context, code: Code) -> Outcome:
    if code.sku_id != ctx.data["sku"]:
        raise Refused("E-QC-01")
    if code.produced_on is None:
        raise Refused("E-EXP-08")
    return _produced(ctx, code.produced_on)


def _produced(ctx: Context, produced: date) -> Outcome:
    if produced > ctx.today:
        raise Refused("E-EXP-01")
    ctx.data["produced"] = produced.isoformat()
    return ctx.go("expires", "S-OK", undo=None)


@stage1.screen("expires", prompt="P-ST1-EXPIRES")
def ask_expires(ctx: Context) -> Facts:
    facts = _line_facts(ctx, pad="date")
    facts.big = (ctx.data.get("printed") or _derived(ctx).isoformat()).replace("-", ".")
    facts.big_label = "L-EXPIRES"
    facts.hint = "CM-OK"
    return facts


@stage1.on("expires", Kind.DATE, to=("lot", "outer"))
def take_expires(ctx: Context, code: Code) -> Outcome:
    return _expires(ctx, inputs.day(code))


@stage1.command("expires", "CM-OK", to=("lot", "outer"), label="L-SAME-AS-PACK")
def confirm_expires(ctx: Context) -> Outcome:
    printed = ctx.data.get("printed")
    return _expires(ctx, date.fromisoformat(printed) if printed else _derived(ctx))


@stage1.command("expires", "CM-DAMAGE", to="product", label="L-REFUSE-LINE")
def refuse_dates(ctx: Context) -> Outcome:
    last = ctx.last.code if ctx.last is not None and ctx.last.code.startswith("E-EXP-") else "E-EXP-05"
    ctx.data["expires"] = ctx.data.get("printed") or _derived(ctx).isoformat()
    ctx.data["refused"] = ctx.data["cartons"] * ctx.data["case"] + ctx.data["loose"]
    return _record(ctx, rules.INTACT, reason=last)


def _expires(ctx: Context, expires: date) -> Outcome:
    produced = date.fromisoformat(ctx.data["produced"])
    sku = catalog.sku(ctx.tx, ctx.data["sku"])
    code = shelf_life.judge_receipt(
        produced, expires, ctx.today, shelf_life.LifeRule(ctx.settings.rules.life_rule), sku.reject_days
    )
    if code in {"E-EXP-05", "E-EXP-06"}:
        ctx.data["override"] = f"{code} {ctx.unless_allowed(code)}"
    elif code:
        raise Refused(code)
    ctx.data["expires"] = expires.isoformat()
    older = rules.youngest_expiry_on_hand(ctx.tx, sku.id)
    say = "S-OK"
    if abs((expires - _derived(ctx)).days) > ctx.settings.rules.exp_mismatch_days:
        say = "W-EXP-03"
    elif older is not None and expires < older:
        say = "W-EXP-07"
    return ctx.go(_after_dates(ctx, sku), say, undo=None)


def _derived(ctx: Context) -> date:
    sku = catalog.sku(ctx.tx, ctx.data["sku"])
    produced = date.fromisoformat(ctx.data["produced"])
    return shelf_life.expiry(produced, sku.shelf_life_n or 0, sku.shelf_life_unit)


@stage1.screen("lot", prompt="P-ST1-LOT")
def ask_lot(ctx: Context) -> Facts:
    return _line_facts(ctx, pad="text", default=ctx.data.get("unsure_lot", ""))


@stage1.command("lot", "CM-OK", to="outer", label="L-LOT-RIGHT")
def confirm_lot(ctx: Context) -> Outcome:
    """A lot that may have swallowed its neighbour is shown large and confirmed by a person (T93)."""
    if not ctx.data.get("unsure_lot"):
        raise Refused("E-TXT-01", max=20)
    ctx.data["lot"] = ctx.data["unsure_lot"]
    return ctx.go("outer", "S-OK", undo=None)


@stage1.on("lot", Kind.TEXT, to="outer")
def take_lot(ctx: Context, code: Code) -> Outcome:
    ctx.data["lot"] = inputs.text(code, 20)
    return ctx.go("outer", "S-OK", undo=None)


@stage1.on("lot", Kind.PRODUCT, to="outer")
def read_lot(ctx: Context, code: Code) -> Outcome:
    if code.sku_id != ctx.data["sku"]:
        raise Refused("E-QC-01")
    if not code.lot:
        raise Refused("E-TXT-01", max=20)
    ctx.data["lot"] = code.lot
    return ctx.go("outer", "S-OK", undo=None)


@stage1.screen("outer", prompt="P-ST1-OUTER")
def ask_outer(ctx: Context) -> Facts:
    facts = _line_facts(ctx, pad="choice")
    facts.table = [(key, *_words(f"L-OUTER-{value}")) for key, value in rules.OUTER.items()]
    facts.hint = "1"
    return facts


@stage1.on("outer", Kind.QUANTITY, to="product")
def take_outer(ctx: Context, code: Code) -> Outcome:
    if code.text not in rules.OUTER:
        raise Refused("E-QTY-01", max=len(rules.OUTER))
    return _record(ctx, rules.OUTER[code.text])


def _record(ctx: Context, outer: str, reason: str = "") -> Outcome:
    data = ctx.data
    line = rules.count(
        ctx,
        _receipt(ctx),
        rules.Counted(
            sku_id=data["sku"],
            cartons=data["cartons"],
            case_qty=data["case"],
            loose=data["loose"],
            produced_on=_day(data.get("produced")),
            expires_on=_day(data.get("expires")),
            supplier_lot=data.get("lot", ""),
            outer=outer,
            refused=data.get("refused", 0),
            reject_reason=reason or ("OVER" if data.get("refused") else ""),
            override=data.get("override", ""),
        ),
    )
    ctx.run.data = {"receipt": data["receipt"]}
    return ctx.go("product", "S-ST1-LINE", n=line.qty_accepted, r=line.qty_rejected)


@stage1.command("product", "CM-CLOSE", to="receipt", label="L-CLOSE-COUNT")
def close(ctx: Context) -> Outcome:
    receipt = _receipt(ctx)
    counted = rules.lines(ctx.tx, receipt.id)
    if not counted:
        raise Refused("E-RCV-08")
    RECEIPT.move(ctx, receipt, "begin_stage2", stage1_by=ctx.actor.user_id)
    rules.plan_samples(ctx, receipt)
    cartons = sum(line.cartons + bool(line.loose) for line in counted)
    differs = cartons != receipt.cartons_declared
    return ctx.restart("W-RCV-06" if differs else "S-ST1-DONE", no=receipt.receipt_no)


# --- shared -----------------------------------------------------------------------------------


def rules_facts(ctx: Context, states: tuple[str, ...]) -> Facts:
    """The receipts that wait for this step, oldest first."""
    rows = documents.waiting_receipts(ctx.tx, states, limit=4)
    return Facts(
        table=[(row.receipt_no, row.name, row.plate) for row in rows],
        hint=rows[0].sheet_no if rows else "",
    )


def _receipt(ctx: Context) -> Receipt:
    return rules.receipt(ctx.tx, ctx.data["receipt"])


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _words(label: str) -> tuple[str, str]:
    from station.ground.words.messages import say

    text = say(label)
    return text["zh"], text["en"]


def _line_facts(ctx: Context, *, pad: str = "", default: str = "") -> Facts:
    sku = catalog.sku(ctx.tx, ctx.data["sku"])
    data = ctx.data
    count = f"{data['cartons']}×{data.get('case', '?')}+{data.get('loose', '?')}" if "cartons" in data else ""
    return Facts(
        name=sku.name_zh,
        spec=sku.spec,
        photo=sku.code,
        pad=pad,
        default=default,
        lines=[
            ("L-COUNT", count),
            ("L-PRODUCED", data.get("produced", "")),
            ("L-LOT", data.get("lot", "")),
        ],
        hint="CM-OK" if default else "",
    )
