"""Every gift gets its label, and all of them go into their area (P7, S-09); or the entry was a mistake."""

from __future__ import annotations

from station.catalog import rules as catalog
from station.ground.scan.kinds import Code, Kind
from station.ground.scan.kit import choice
from station.ground.scan.kit.choice import Reason
from station.ground.scan.workflow import Context, Facts, Outcome
from station.ground.words.messages import Refused, say
from station.inbound.gifts import rules
from station.inbound.gifts.flow import Registering, gift_in, next_step
from station.inbound.gifts.models import GiftEntry
from station.stock import locations
from station.stock.models import LocationKind

MISTAKES = (
    Reason("COUNT", "L-GFT-MISCOUNT"),
    Reason("SUPPLIER", "L-GFT-WRONG"),
    Reason("NONE", "L-GFT-NONE"),
    Reason("OTHER", "L-WHY-OTHER"),
)
"""Why an entry is none: 数错/登错/没有赠品/其他."""


def _entry(ctx: Context) -> GiftEntry:
    """The entry in hand; when somebody else ended it meanwhile, the first screen says so."""
    entry = rules.entry(ctx.tx, ctx.at(Registering).entry)
    if entry.state not in rules.OPEN:
        raise Refused("E-GFT-04", st=entry.state).back_to("goods", forget=("entry",))
    return entry


def _of_entry(ctx: Context) -> Facts:
    entry = rules.entry(ctx.tx, ctx.at(Registering).entry)
    sku = catalog.sku(ctx.tx, entry.sku_id)
    left = rules.in_hand(ctx.tx, entry.id)
    return Facts(
        big=entry.entry_no,
        name=sku.name_zh,
        spec=sku.spec,
        photo=sku.code,
        lines=[("L-QTY", f"{entry.qty} {sku.unit}")],
        progress=(entry.qty - left, entry.qty),
    )


@gift_in.screen("labels", prompt="P-GFT-LABELS", counting=True)
def ask_label(ctx: Context) -> Facts:
    facts = _of_entry(ctx)
    facts.hint = rules.next_label(ctx.tx, ctx.at(Registering).entry)
    return facts


@gift_in.on("labels", Kind.GIFT, to=("labels", "area"))
def take_label(ctx: Context, code: Code) -> Outcome:
    entry = _entry(ctx)
    left = rules.stick(ctx, entry, code.text)
    return ctx.go(next_step(entry), "S-GFT-LABEL", n=left)


@gift_in.command("labels", "CM-CLOSE", to="labels", label="L-CLOSE")
def close_early(ctx: Context) -> Outcome:
    rules.check_all_stuck(ctx.tx, _entry(ctx))
    return ctx.go("labels", "S-OK")


@gift_in.command("labels", "CM-DAMAGE", to="spoilt", label="L-GFT-SPOILT")
def spoilt(ctx: Context) -> Outcome:
    _entry(ctx)
    return ctx.go("spoilt", "S-OK", undo=None)


@gift_in.screen("spoilt", prompt="P-GFT-SPOILT")
def ask_spoilt(ctx: Context) -> Facts:
    facts = _of_entry(ctx)
    facts.hint = rules.next_label(ctx.tx, ctx.at(Registering).entry)
    return facts


@gift_in.on("spoilt", Kind.GIFT, to="labels")
def take_spoilt(ctx: Context, code: Code) -> Outcome:
    rules.spoil(ctx, _entry(ctx), code.text)
    return ctx.go("labels", "S-GFT-SPOILT", no=code.text)


@gift_in.command("spoilt", "CM-SKIP", to="labels", label="L-BACK")
def not_spoilt(ctx: Context) -> Outcome:
    return ctx.go("labels", "S-OK")


# --- into their area -----------------------------------------------------------------------------


@gift_in.screen("area", prompt="P-GFT-AREA")
def ask_area(ctx: Context) -> Facts:
    facts = _of_entry(ctx)
    place = locations.first_of(ctx.tx, LocationKind.GIFT)
    facts.hint = place.barcode if place else ""
    facts.lines.append(("L-PUT-TO", place.code if place else ""))
    return facts


@gift_in.on("area", Kind.LOCATION, to="goods")
def take_area(ctx: Context, code: Code) -> Outcome:
    entry, place = _entry(ctx), locations.find(ctx.tx, code.text)
    rules.shelve(ctx, entry, place)
    return ctx.restart("S-GFT-SHELVED", n=entry.qty, slot=place.code)


for _step in ("labels", "area"):

    @gift_in.command(_step, "CM-SHORT", to="wrong", label="L-GFT-MISTAKE")
    def mistake(ctx: Context) -> Outcome:
        _entry(ctx)
        return ctx.go("wrong", "S-OK", undo=None)


def _cancel(ctx: Context, reason: Reason) -> Outcome:
    entry = _entry(ctx)
    rules.cancel(ctx, entry, say(reason.label)["zh"])
    return ctx.restart("W-GFT-CANCELLED", no=entry.entry_no)


def _in_short(ctx: Context) -> Facts:
    """The entry without how far it is: the reasons need the room."""
    facts = _of_entry(ctx)
    facts.progress = None
    return facts


choice.add_step(
    gift_in,
    "wrong",
    prompt="P-GFT-WRONG",
    reasons=MISTAKES,
    then=_cancel,
    to="goods",
    show=_in_short,
)


@gift_in.command("wrong", "CM-SKIP", to=("labels", "area"), label="L-BACK")
def no_mistake(ctx: Context) -> Outcome:
    return ctx.go(next_step(_entry(ctx)), "S-OK")


@gift_in.undo
def nothing_to_take_back(_ctx: Context, _payload: object) -> None:
    """Labels are not unstuck: a wrong one is spoilt."""
