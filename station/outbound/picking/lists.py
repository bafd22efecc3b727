"""Pick lists: making, offering, taking, giving back, bringing to the bench (P15)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.orm import Session

from station.ground.db import table
from station.ground.documents.numbers import next_nos
from station.ground.words.messages import Refused
from station.ground.work import Work
from station.outbound.orders.models import Allocation, AllocationState
from station.outbound.picking import totes
from station.outbound.picking.models import PICK_LIST, ListState, PickList, PickTask, StopState
from station.outbound.replacing import queries as replacing
from station.outbound.waves.kinds import PacksBy, kind_of
from station.outbound.waves.models import WAVE, Wave
from station.settings import Settings
from station.stock.fifo import Pick
from station.stock.models import Location
from station.stock.walk import walk_key
from station.storage.hall import rounds
from station.storage.hall.addresses import address_of
from station.storage.hall.ground import Ground
from station.storage.hall.rounds import Round

_WALKED = (ListState.OPEN, ListState.TAKEN)


@dataclass(frozen=True, slots=True)
class Part:
    """EACH of one order line that were kept of one stock row, and are to be fetched there."""

    order_id: int
    line_id: int
    sku_id: int
    pick: Pick


@dataclass(frozen=True, slots=True)
class Hurry:
    """When the first order of a walk must leave, and whether one of them is urgent."""

    due_at: datetime | None
    is_urgent: bool = False


def make_all(
    work: Work, wave_id: int, walks: Sequence[Sequence[Part]], ground: Ground, hurries: Sequence[Hurry]
) -> list[PickList]:
    """A pick list for each of these walks: what is kept of one stock row is one stop, in the order of the
    shortest way, and each part is promised to its order line. Some ten statements, however many there are.
    """
    tx = work.tx
    places = _places(tx, [part.pick.location_id for walk in walks for part in walk])
    ways = [_way(walk, places, ground) for walk in walks]
    heads = [
        {
            "pick_no": number,
            "wave_id": wave_id,
            "state": ListState.OPEN,
            "created_at": work.now,
            "walk_cm": way.cm,
            "fixed_cm": way.fixed_cm,
            "due_at": hurry.due_at,
            "is_urgent": hurry.is_urgent,
        }
        for number, (_found, way), hurry in zip(
            next_nos(tx, "PK", work.today, len(walks)), ways, hurries, strict=True
        )
    ]
    tx.connection().execute(table(PickList).insert(), heads)
    made = tx.scalars(select(PickList).where(PickList.wave_id == wave_id).order_by(PickList.id)).all()
    stops = [
        found[at] | {"pick_list_id": pick_list.id, "seq": seq}
        for pick_list, (found, way) in zip(made, ways, strict=True)
        for seq, at in enumerate(way.order, 1)
    ]
    tx.connection().execute(table(PickTask).insert(), stops)
    _promise(work, made, walks)
    return list(made)


_PLACES = select(Location.id, Location.zone, Location.pick_seq, Location.code).where(
    Location.id.in_(bindparam("ids", expanding=True))
)
_STOPS = select(PickTask.id, PickTask.pick_list_id, PickTask.stock_id).where(
    PickTask.pick_list_id.in_(bindparam("ids", expanding=True))
)


def _places(tx: Session, ids: Iterable[int]) -> dict[int, Any]:
    return {row.id: row for row in tx.execute(_PLACES, {"ids": sorted(set(ids))})}


def _way(
    walk: Sequence[Part], places: Mapping[int, Any], ground: Ground
) -> tuple[list[dict[str, Any]], Round]:
    """The stops of a walk in the fixed sequence, and the way past them."""
    stops: dict[int, dict[str, Any]] = {}
    for part in walk:
        pick = part.pick
        stop = stops.setdefault(
            pick.stock_id,
            {
                "stock_id": pick.stock_id,
                "location_id": pick.location_id,
                "sku_id": part.sku_id,
                "lot_id": pick.lot_id,
                "qty": 0,
                "qty_picked": 0,
                "state": StopState.OPEN,
            },
        )
        stop["qty"] += pick.qty

    def passed(stop: Mapping[str, Any]) -> tuple[Any, ...]:
        place = places[stop["location_id"]]
        return (*walk_key(place.zone, place.pick_seq, place.code), stop["stock_id"])

    found = sorted(stops.values(), key=passed)
    points = [ground.point(address_of(places[stop["location_id"]].code)) for stop in found]
    return found, rounds.plan(ground, points)


def _promise(work: Work, made: Sequence[PickList], walks: Sequence[Sequence[Part]]) -> None:
    """Write down what is promised to whom, and which stop takes it."""
    rows = work.tx.execute(_STOPS, {"ids": [pick_list.id for pick_list in made]})
    stop_of = {(row.pick_list_id, row.stock_id): row.id for row in rows}
    promised = [
        {
            "owner_type": "LINE",
            "owner_id": part.line_id,
            "stock_id": part.pick.stock_id,
            "lot_id": part.pick.lot_id,
            "task_id": stop_of[pick_list.id, part.pick.stock_id],
            "qty": part.pick.qty,
            "qty_taken": 0,
            "state": AllocationState.OPEN,
            "age_override": "",
            "made_at": work.now,
        }
        for pick_list, walk in zip(made, walks, strict=True)
        for part in walk
    ]
    work.tx.connection().execute(table(Allocation).insert(), promised)


def count_open(tx: Session, _settings: Settings | None = None) -> int:
    """How many pick lists nobody has taken."""
    query = select(func.count()).select_from(PickList).where(PickList.state == ListState.OPEN)
    return tx.scalar(query) or 0


def find(tx: Session, text: str) -> PickList:
    """The pick list with this number, or the first open one of this wave; E-TSK-02 when none."""
    pick_list = tx.scalars(select(PickList).where(PickList.pick_no == text)).first()
    if pick_list is None:
        pick_list = tx.scalars(
            select(PickList)
            .join(Wave, Wave.id == PickList.wave_id)
            .where(Wave.wave_no == text, PickList.state.in_(_WALKED))
            .order_by(PickList.state, PickList.id)
            .limit(1)
        ).first()
    if pick_list is None:
        raise Refused("E-TSK-02")
    if pick_list.state not in _WALKED:
        raise Refused("E-PCK-05", st=pick_list.state)
    return pick_list


def take(work: Work, pick_list: PickList) -> None:
    """The picker takes the list; the wave is being picked."""
    PICK_LIST.move(work, pick_list, "take", user_id=work.by.user_id)
    wave = work.tx.get_one(Wave, pick_list.wave_id)
    if WAVE.may(wave.state, "begin"):
        WAVE.move(work, wave, "begin")


def goes_to_wall(tx: Session, list_id: int) -> bool:
    """Whether what this walk brings is sorted into the cells of a wall."""
    if replacing.order_of(tx, list_id) is not None:
        return False
    wave = tx.scalar(
        select(Wave.type).join(PickList, PickList.wave_id == Wave.id).where(PickList.id == list_id)
    )
    return kind_of(str(wave)).packs_by is PacksBy.CELL


def give_back(work: Work, list_id: int) -> None:
    """The picker leaves: whoever takes the list next goes on with its totes; without work it is cancelled."""
    pick_list = work.tx.get_one(PickList, list_id)
    if PICK_LIST.may(pick_list.state, "give_back"):
        PICK_LIST.move(work, pick_list, "give_back", user_id=None)
        drop_if_empty(work, list_id)


def drop_if_empty(work: Work, list_id: int) -> None:
    """A list nobody has taken, with nothing to pick and nothing picked, is not offered any more."""
    pick_list = work.tx.get_one(PickList, list_id)
    wanted = or_(PickTask.state == StopState.OPEN, PickTask.qty_picked > 0)
    left = work.tx.scalar(
        select(func.count()).select_from(PickTask).where(PickTask.pick_list_id == list_id, wanted)
    )
    if pick_list.state == ListState.OPEN and not left:
        totes.free_empty(work, list_id)
        PICK_LIST.move(work, pick_list, "cancel")
        _close_wave(work, pick_list.wave_id)


def finish(work: Work, list_id: int) -> list[Any]:
    """The walk is over: DONE with the totes that carry goods, EMPTY when none does; those totes."""
    pick_list = work.tx.get_one(PickList, list_id)
    full = totes.free_empty(work, list_id)
    PICK_LIST.move(work, pick_list, "drop" if full else "empty", picked_at=work.now)
    _close_wave(work, pick_list.wave_id)
    return full


def _close_wave(work: Work, wave_id: int) -> None:
    """A wave with nothing left to walk is DONE."""
    left = work.tx.scalar(
        select(func.count())
        .select_from(PickList)
        .where(PickList.wave_id == wave_id, PickList.state.in_(_WALKED))
    )
    wave = work.tx.get_one(Wave, wave_id)
    if not left and WAVE.may(wave.state, "finish"):
        WAVE.move(work, wave, "finish")
