"""Looking for the order: by a part of its number, its supplier or an article; a list to choose from (P1)."""

from __future__ import annotations

from station.ground.scan import inputs
from station.ground.scan.kinds import Code, Kind
from station.ground.scan.workflow import Context, Facts, Outcome
from station.ground.words.messages import Refused
from station.inbound.arrive import rules, searching
from station.inbound.arrive.flow import Arriving, arrive
from station.inbound.models import InboundNotice


@arrive.screen("notice", prompt="P-ARR-NOTICE")
def ask_notice(ctx: Context) -> Facts:
    waiting = rules.open_notices(ctx.tx, ctx.settings.warehouse_code, limit=4)
    return Facts(
        table=[(row.asn_no, row.name, str(row.expected_on or "")) for row in waiting],
        hint=waiting[0].asn_no if waiting else "",
    )


@arrive.screen("found", prompt="P-ARR-FOUND")
def ask_which(ctx: Context) -> Facts:
    found = searching.by_ids(ctx.tx, ctx.at(Arriving).found)
    table = [(str(number), one.label, one.label) for number, one in enumerate(found, 1)]
    return Facts(pad="choice", table=table, hint="1")


@arrive.on("notice", Kind.NOTICE, to="plate")
@arrive.on("found", Kind.NOTICE, to="plate")
def take_notice(ctx: Context, code: Code) -> Outcome:
    return _take(ctx, rules.notice(ctx.tx, code.text, ctx.settings.warehouse_code))


def _take(ctx: Context, notice: InboundNotice) -> Outcome:
    ctx.begin(Arriving(notice=notice.id, asn=notice.asn_no))
    late = rules.is_late(notice, ctx.today, ctx.rules.po_late_days)
    return ctx.go("plate", "W-RCV-03" if late else "S-ARR-NOTICE", undo=None, asn=notice.asn_no)


@arrive.on("notice", Kind.UNKNOWN, Kind.TEXT, to="found")
@arrive.on("found", Kind.UNKNOWN, Kind.TEXT, to="found")
def look_for(ctx: Context, code: Code) -> Outcome:
    """No number of an order: part of one, or of its supplier's or an article's name."""
    text = inputs.text(code, 40)
    return _found(ctx, searching.by_text(ctx.tx, ctx.settings.warehouse_code, text))


@arrive.on("notice", Kind.PRODUCT, to="found")
@arrive.on("found", Kind.PRODUCT, to="found")
def look_for_article(ctx: Context, code: Code) -> Outcome:
    return _found(ctx, searching.by_article(ctx.tx, ctx.settings.warehouse_code, code.sku_id or 0))


def _found(ctx: Context, candidates: list[searching.Candidate]) -> Outcome:
    if not candidates:
        raise Refused("E-RCV-01")
    shown = candidates[: searching.MOST]
    ctx.begin(Arriving(found=[one.id for one in shown]))
    more = len(candidates) > len(shown)
    return ctx.go("found", "W-ARR-MANY" if more else "S-ARR-FOUND", undo=None, n=len(shown))


@arrive.on("found", Kind.QUANTITY, to="plate")
def take_found(ctx: Context, code: Code) -> Outcome:
    """One of the list; a number that is none of it is looked for, as before the list."""
    found = searching.by_ids(ctx.tx, ctx.at(Arriving).found)
    if code.text.isdecimal() and int(code.text) > len(found):
        return look_for(ctx, code)
    chosen = found[inputs.quantity(code, 1, len(found)) - 1]
    return _take(ctx, rules.notice(ctx.tx, chosen.asn_no, ctx.settings.warehouse_code))


@arrive.command("found", "CM-SKIP", to="notice", label="L-BACK")
def none_of_them(ctx: Context) -> Outcome:
    return ctx.restart("S-OK")
