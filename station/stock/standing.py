"""Whether goods may stand in a place (P8, P10, S-14..S-20): one judgement for every move into one.

Pure but for `check_stand`, which reads what is needed and refuses.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from station.catalog import rules as catalog
from station.catalog.models import Sku
from station.ground.words.messages import Refused, catalogue, say
from station.ground.words.wording import word
from station.ground.work import Work
from station.settings import Rules
from station.stock import locations, shelf_life
from station.stock.models import Location, LocationKind, LocationState, Lot, Stock, StockStatus

_K, _S = LocationKind, StockStatus
SLOTS = frozenset({_K.PICK, _K.RSV, _K.NEW})
"""Where anything that is sold may stand; a vault is for valuables only."""
REJECTS = frozenset({_S.DEFECT, _S.BOXDMG, _S.HOLD, _S.EXPIRED, _S.SCRAP})


@dataclass(frozen=True, slots=True)
class Goods:
    """What is to be brought: `qty` EACH of one lot, `gross_g` grams and `volume_cm3` each (0: not known);
    `home_id` is its pick slot. `needs_vault`: valuable, in a house that has a vault; `is_on_pallet`: it
    comes on one.
    """

    sku_id: int
    lot_id: int
    qty: int
    status: StockStatus = StockStatus.GOOD
    gross_g: int = 0
    volume_cm3: int = 0
    home_id: int | None = None
    home_code: str = ""
    is_valuable: bool = False
    goods_class: str = ""
    needs_vault: bool = False
    is_on_pallet: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where to; at most `max_weight_g` grams and `max_volume_cm3` when it says so."""

    id: int
    kind: LocationKind
    state: LocationState = LocationState.OPEN
    max_weight_g: int | None = None
    max_volume_cm3: int | None = None
    goods_class: str = ""
    needs_pallet: bool = False
    is_mixed: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """`qty` EACH of one lot that stand there already, or are on their way there."""

    sku_id: int
    lot_id: int
    qty: int
    gross_g: int = 0
    name: str = ""
    volume_cm3: int = 0


@dataclass(frozen=True, slots=True)
class Limits:
    """How many lots one slot may hold (domain §12)."""

    pick_lots: int = 2
    rsv_lots: int = 1

    @classmethod
    def of(cls, rules: Rules) -> Limits:
        """As configured."""
        return cls(rules.pick_lots, rules.rsv_lots)


@dataclass(frozen=True, slots=True)
class Breach:
    """A rule that would be broken: the refusal's code and facts."""

    code: str
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_final(self) -> bool:
        """Whether not even a supervisor may allow it."""
        return catalogue()[self.code].level != "S"


def kinds_for(goods: Goods) -> frozenset[LocationKind]:
    """The kinds of places these goods may be brought to."""
    if goods.status == _S.GIFT:
        return frozenset({_K.GIFT})
    if goods.status in REJECTS:
        return frozenset({_K.QUAR})
    if goods.status == _S.RETURN:
        return frozenset({_K.RTN, _K.QUAR})
    if goods.status == _S.INSPECT:
        return frozenset({_K.DOCK, _K.QC, _K.RTN, _K.QUAR})
    if goods.needs_vault:
        return frozenset({_K.VAULT})
    return SLOTS | {_K.VAULT} if goods.is_valuable else SLOTS


def may_stand(goods: Goods, place: Place, others: Sequence[Standing], limits: Limits) -> Breach | None:
    """The first rule that `goods` in `place` beside `others` would break, or None."""
    return next(breaches(goods, place, others, limits), None)


def breaches(goods: Goods, place: Place, others: Sequence[Standing], limits: Limits) -> Iterator[Breach]:
    """Every rule that would be broken, in the order in which a worker hears of them."""
    yield from _wrong_place(goods, place)
    if place.kind in SLOTS or place.kind == _K.VAULT:
        yield from _wrong_kind_of_goods(goods, place)
        yield from _wrong_company(goods, place, others, limits)
    all_of_it: list[Goods | Standing] = [goods, *others]
    grams = sum(one.gross_g * one.qty for one in all_of_it)
    volume = sum(one.volume_cm3 * one.qty for one in all_of_it)
    for is_, most in ((grams, place.max_weight_g), (volume, place.max_volume_cm3)):
        if most is not None and is_ > most:
            yield Breach("E-PUT-05")
            return


def _wrong_place(goods: Goods, place: Place) -> Iterator[Breach]:
    allowed = kinds_for(goods)
    if place.kind not in allowed:
        code = {_S.GIFT: "E-GFT-02"}.get(goods.status, "E-QUAR-01" if goods.status in REJECTS else "E-LOC-03")
        yield Breach(code, {"type": locations.names_of(allowed)} if code == "E-LOC-03" else {})
    if place.state != LocationState.OPEN:
        yield Breach("E-LOC-02")
    if place.kind == _K.PICK and goods.status == _S.LOCKED:
        yield Breach("E-EXP-09")


def _wrong_kind_of_goods(goods: Goods, place: Place) -> Iterator[Breach]:
    """Liquids, cold goods and others stand only among their own; where pallets stand, nothing else does."""
    if goods.goods_class != place.goods_class:
        yield Breach(
            "E-PUT-09", {"goods": class_word(goods.goods_class), "place": class_word(place.goods_class)}
        )
    if place.needs_pallet and not goods.is_on_pallet:
        yield Breach("E-PUT-06")


def class_word(code: str) -> dict[str, str]:
    """A class of goods in both languages."""
    return word(code) if code else say("L-CLASS-NONE")


def _wrong_company(
    goods: Goods, place: Place, others: Sequence[Standing], limits: Limits
) -> Iterator[Breach]:
    """One article in a slot, few lots, and one pick slot for an article."""
    mixes = place.is_mixed and place.kind == _K.RSV
    foreign = next((other for other in others if other.sku_id != goods.sku_id), None)
    if foreign is not None and not mixes:
        yield Breach("E-PUT-02", {"sku": foreign.name})
    if place.kind == _K.PICK and goods.home_id not in {None, place.id}:
        yield Breach("E-PUT-03", {"loc": goods.home_code})
    lots = {other.lot_id for other in others} | {goods.lot_id}
    if not mixes and len(lots) > (limits.pick_lots if place.kind == _K.PICK else limits.rsv_lots):
        yield Breach("E-PUT-04")


# --- from the database -----------------------------------------------------------------------


def goods_of(
    work: Work, sku_id: int, lot_id: int, qty: int, status: str, *, is_on_pallet: bool = False
) -> Goods:
    """`qty` EACH of a lot in this status; dated goods count as what they are today (P10)."""
    sku = catalog.sku(work.tx, sku_id)
    home = work.tx.get(Location, sku.home_location_id) if sku.home_location_id else None
    return Goods(
        sku_id=sku_id,
        lot_id=lot_id,
        qty=qty,
        status=_status_today(work, sku, lot_id, StockStatus(status)),
        gross_g=sku.gross_g,
        volume_cm3=sku.volume_cm3,
        home_id=home.id if home else None,
        home_code=home.code if home else "",
        is_valuable=sku.is_valuable,
        goods_class=sku.goods_class,
        needs_vault=sku.is_valuable and has_vault(work.tx),
        is_on_pallet=is_on_pallet,
    )


def has_vault(tx: Session) -> bool:
    """Whether the house has a vault: then valuables stand nowhere else."""
    query = select(Location.id).where(Location.kind == _K.VAULT, Location.state != LocationState.CLOSED)
    return tx.scalar(query.limit(1)) is not None


def _status_today(work: Work, sku: Any, lot_id: int, status: StockStatus) -> StockStatus:
    """Good goods whose time has come are not good, whatever the nightly job has got to.

    They are held back from pick slots like locked ones; quarantine is for what the job has marked.
    """
    lot = work.tx.get_one(Lot, lot_id)
    if status not in {_S.GOOD, _S.NEAR} or lot.expires_on is None:
        return status
    state = shelf_life.sales_state(
        lot.produced_on, lot.expires_on, work.today, sku.lockup_days, sku.advent_days
    )
    return _S.LOCKED if state in {"EXPIRED", "LOCKED"} else status


def place_of(location: Location) -> Place:
    """A place as the judgement sees it."""
    kind, state = LocationKind(location.kind), LocationState(location.state)
    return Place(
        location.id,
        kind,
        state,
        location.max_weight_g,
        location.max_volume_cm3,
        location.goods_class,
        location.needs_pallet,
        location.is_mixed,
    )


def standing_at(tx: Session, place_id: int) -> list[Standing]:
    """What stands in a place, by article and lot."""
    each = (Sku.gross_g, Sku.name_zh, Sku.volume_cm3)
    rows = tx.execute(
        select(Stock.sku_id, Stock.lot_id, func.sum(Stock.on_hand).label("qty"), *each)
        .join(Sku, Sku.id == Stock.sku_id)
        .where(Stock.location_id == place_id, Stock.on_hand > 0)
        .group_by(Stock.sku_id, Stock.lot_id, *each)
        .order_by(Stock.sku_id, Stock.lot_id)
    )
    return [
        Standing(row.sku_id, row.lot_id, int(row.qty), row.gross_g, row.name_zh, row.volume_cm3)
        for row in rows
    ]


def check_stand(work: Work, goods: Goods, place_id: int) -> None:
    """Refuse `goods` in a place with the first rule broken, unless a supervisor has allowed it (level S).

    The place is kept from other movers until the unit of work ends, so that what was judged still holds
    when the goods are posted (T30).
    """
    place = work.tx.get_one(Location, place_id, with_for_update={"key_share": True}, populate_existing=True)
    others = standing_at(work.tx, place_id)
    for breach in breaches(goods, place_of(place), others, Limits.of(work.rules)):
        if breach.is_final:
            raise Refused(breach.code, **breach.facts)
        work.unless_allowed(breach.code, **breach.facts)
