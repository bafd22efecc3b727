"""Routing texts by destination, from the table that a carrier gave: never made up (P19).

A parcel with a wrong three-part code is missorted. So a place that the table does not name has no code, and
a carrier that needs one gets no label for it (E-WB-03).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from station.carriers.models import CarrierRoute

_ENDINGS = ("特别行政区", "壮族自治区", "回族自治区", "维吾尔自治区", "自治区", "省", "市")


class Destination(NamedTuple):
    """Where a row leads; an empty city or district means all of them."""

    province: str
    city: str
    district: str


class Texts(NamedTuple):
    """三段码, 大头笔, 集包地, printed verbatim."""

    route_code: str = ""
    sortation: str = ""
    consolidation: str = ""


NO_TEXTS = Texts()


def plain(name: str) -> str:
    """A region as it is compared: 浙江省 and 浙江, 杭州市 and 杭州 are one; a district keeps its 区 or 县."""
    name = "".join(name.split())
    for ending in _ENDINGS:
        if name.endswith(ending) and len(name) > len(ending) + 1:
            return name.removesuffix(ending)
    return name


def best(wanted: Destination, rows: Iterable[tuple[Destination, Texts]]) -> Texts:
    """The texts of the row that names the destination most closely; none when two contradict each other.

    An order without a province is matched by its city, as long as only one city of that name has a row.
    """
    fitting: dict[int, set[Texts]] = {}
    for place, texts in rows:
        if _leads_to(place, wanted):
            closeness = bool(place.province) + 2 * bool(place.city) + 4 * bool(place.district)
            fitting.setdefault(closeness, set()).add(texts)
    if not fitting:
        return NO_TEXTS
    nearest = fitting[max(fitting)]
    return next(iter(nearest)) if len(nearest) == 1 else NO_TEXTS


def _leads_to(place: Destination, wanted: Destination) -> bool:
    if wanted.province and place.province not in {"", wanted.province}:
        return False
    if not wanted.province and place.province and not place.city:
        return False  # without a province only a city leads on
    return place.city in {"", wanted.city} and place.district in {"", wanted.district}


def find(tx: Session, carrier_id: int, province: str, city: str, district: str) -> Texts:
    """What the carrier's table says of a destination."""
    wanted = Destination(plain(province), plain(city), "".join(district.split()))
    rows = tx.scalars(
        select(CarrierRoute).where(
            CarrierRoute.carrier_id == carrier_id, CarrierRoute.city.in_(("", wanted.city))
        )
    )
    return best(
        wanted,
        (
            (
                Destination(row.province, row.city, row.district),
                Texts(row.route_code, row.sortation, row.consolidation),
            )
            for row in rows
        ),
    )
