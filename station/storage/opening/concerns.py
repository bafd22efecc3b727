"""What a person should know of a draft before it is posted: goods stand there, so nothing of this refuses it.

A slot with two articles, an article with two pick slots, too many lots, too heavy, the wrong kind of place,
goods that the book has there already: each is told with its slot and article.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from station.catalog.models import Sku
from station.ground.words.messages import say
from station.ground.work import Work
from station.stock import standing
from station.stock.models import Location, Stock
from station.stock.standing import Goods, Limits, Standing
from station.storage.opening import judging, looking_up, posting, rules
from station.storage.opening.models import OpeningLine

MOST = 200
"""So many are told."""
LAST_LOT = -1
"""Lots of a draft are none yet: they are numbered downwards from here."""


@dataclass(frozen=True, slots=True)
class Concern:
    """One of them: where, of which article, and the sentence in both languages."""

    slot: str
    article: str
    text: Mapping[str, str]


def of_draft(work: Work, lines: Sequence[OpeningLine]) -> list[Concern]:
    """The first `MOST` concerns of a draft's lines, slot after slot as one walks."""
    goods = [line for line in lines if line.sku_id is not None]
    places = looking_up.places_of(work.tx, {line.location_id for line in goods})
    skus = looking_up.skus_of(work.tx, {line.sku_id for line in goods if line.sku_id})
    there = _standing(work.tx, list(places))
    homes = posting.homes(goods, places, skus)
    codes = _codes(work.tx, homes.values())
    found: list[Concern] = []
    for place, here in _by_place(goods, places):
        for concern in _at(work, place, here, skus, there.get(place.id, []), homes, codes):
            found.append(concern)
            if len(found) >= MOST:
                return found
    return found


def _by_place(
    lines: Sequence[OpeningLine], places: Mapping[int, Location]
) -> Iterator[tuple[Location, list[OpeningLine]]]:
    grouped: dict[int, list[OpeningLine]] = {}
    for line in lines:
        grouped.setdefault(line.location_id, []).append(line)
    walked = sorted(grouped, key=lambda place_id: (places[place_id].pick_seq, places[place_id].code))
    return ((places[place_id], grouped[place_id]) for place_id in walked)


def _at(
    work: Work,
    place: Location,
    lines: Sequence[OpeningLine],
    skus: Mapping[int, Any],
    there: Sequence[Standing],
    homes: Mapping[int, int],
    codes: Mapping[int, str],
) -> Iterator[Concern]:
    """What is odd in one place: each thing once."""
    if there:
        yield Concern(place.code, "", say("W-OPN-20", {"n": sum(one.qty for one in there)}))
    told: set[tuple[str, str]] = set()
    others = list(there)
    lots: dict[Any, int] = {}
    for line in lines:
        wanted = rules.wanted_of(line)
        sku = skus[wanted.sku_id]
        lot = lots.setdefault(wanted.lot_key, LAST_LOT - len(lots))
        home = homes.get(sku.id)
        goods = Goods(
            sku.id,
            lot,
            line.qty,
            judging.status_of(sku, place.kind, wanted, work.today),
            sku.gross_g,
            sku.volume_cm3,
            home,
            codes.get(home or 0, ""),
            sku.is_valuable,
            sku.goods_class,
            needs_vault=sku.is_valuable and standing.has_vault(work.tx),
        )
        limits = Limits.of(work.rules)
        for breach in standing.breaches(goods, standing.place_of(place), others, limits):
            if (breach.code, sku.code) not in told:
                told.add((breach.code, sku.code))
                yield Concern(place.code, f"{sku.code} {sku.name_zh}", say(breach.code, breach.facts))
        others.append(Standing(sku.id, lot, line.qty, sku.gross_g, sku.name_zh, sku.volume_cm3))


def _standing(tx: Session, place_ids: Sequence[int]) -> dict[int, list[Standing]]:
    """What the book has in the places already."""
    each = (Sku.gross_g, Sku.name_zh, Sku.volume_cm3)
    query = (
        select(Stock.location_id, Stock.sku_id, Stock.lot_id, func.sum(Stock.on_hand).label("qty"), *each)
        .join(Sku, Sku.id == Stock.sku_id)
        .where(Stock.on_hand > 0)
        .group_by(Stock.location_id, Stock.sku_id, Stock.lot_id, *each)
    )
    found: dict[int, list[Standing]] = {}
    for start in range(0, len(place_ids), looking_up.AT_ONCE):
        part = place_ids[start : start + looking_up.AT_ONCE]
        for row in tx.execute(query.where(Stock.location_id.in_(part))):
            one = Standing(row.sku_id, row.lot_id, int(row.qty), row.gross_g, row.name_zh, row.volume_cm3)
            found.setdefault(row.location_id, []).append(one)
    return found


def _codes(tx: Session, place_ids: Any) -> dict[int, str]:
    return {place.id: place.code for place in looking_up.places_of(tx, set(place_ids)).values()}
