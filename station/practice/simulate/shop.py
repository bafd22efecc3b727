"""A shop's own set-up file as the place of a simulation: its hall, its carriers, its papers, its scales.

The file is taken as `station setup` takes it; only what reaches out of the machine is exchanged for its twin:
printers draw pictures, scales are virtual. The crew is hired, with badges and PINs of its own.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from station.carriers.models import CarrierRoute
from station.catalog.models import Carrier
from station.exchange.documents import OrderDocument
from station.ground.db import Database, schema
from station.ground.scan.codes import internal
from station.ground.setup.needs import Need, missing
from station.ground.setup.writing import written
from station.ground.words.actor import Role
from station.ground.work import Machine
from station.practice.demo import files, goods
from station.practice.demo.world import ALL_HANDS
from station.rooms import ROOMS
from station.settings import Settings
from station.stock.models import Location, LocationKind
from station.wiring.hub import Hub, build
from station.wiring.setup import running

CREW_FILE = "crew.json"
PREPARE = "station.practice.simulate.shop:bring_crew"
SETUP = Machine("station simulate")
LEADS = (Role.RECEIVER, Role.INSPECTOR, Role.SUPERVISOR, Role.KEEPER, Role.DISPATCHER, Role.PICKER)
"""One person each, so that two signatures are never one person's; the receiver keys the sheets in too."""
PIN = "29384756"
BROUGHT = frozenset({"L-NEED-ARTICLES", "L-NEED-STOCK", "L-NEED-SCALE"})
"""What a shop lacks and a simulation does not: its office sends articles and trucks, its crew can weigh."""
SLOTS_EACH = 2
"""Pick slots for an article: its own, and one to spare."""


class NotReady(Exception):
    """A shop set up by this file could not send an order; `needs` says what is missing."""

    def __init__(self, needs: Sequence[Need]) -> None:
        super().__init__("; ".join(need.text["en"] for need in needs))
        self.needs = needs


@dataclass(frozen=True, slots=True)
class Hand:
    """Somebody of the virtual crew."""

    number: str
    name: str
    roles: tuple[Role, ...]

    @property
    def row(self) -> list[str]:
        """Badge, PIN, name and roles, as the crew is told."""
        return [internal("US", self.number), PIN, self.name, ",".join(self.roles)]


def crew(workers: int, taken: Sequence[str]) -> list[Hand]:
    """Everybody a simulation hires: whoever leads, and `workers` all-round hands; numbers nobody has."""
    leads = [(role, Role.CLERK) if role is Role.RECEIVER else (role,) for role in LEADS]
    roles = [*leads, *([ALL_HANDS] * workers)]
    numbers = (number for i in range(1, 10_000) if (number := f"V{i:03d}") not in taken)
    return [
        Hand(number, f"虚拟员工{i}", some)
        for i, (number, some) in enumerate(zip(numbers, roles, strict=False), 1)
    ]


def rehearsable(content: Mapping[str, Any], hands: Sequence[Hand]) -> dict[str, Any]:
    """The content with twins for whatever reaches out of the machine, and with the crew among its people."""
    printers = [
        {
            key: value
            for key, value in printer.items()
            if key in {"code", "name", "media", "dpi", "captions", "options"}
        }
        | {"language": "png", "address": "virtual:"}
        for printer in content.get("printer", [])
    ]
    scales = [{"bench": scale["bench"], "kind": "virtual"} for scale in content.get("scale", [])]
    people = [
        {"number": hand.number, "name": hand.name, "roles": list(hand.roles), "pin": PIN} for hand in hands
    ]
    changed = {
        "person": [*content.get("person", []), *people],
        "printer": printers,
        "scale": scales,
    }
    return {**content, **{name: rows for name, rows in changed.items() if rows}}


def prepare(settings: Settings, text: str, *, orders: int, seed: int, workers: int) -> None:
    """A station in `settings.data` set up by `text`, with the ERP's files of a morning in its inbox.

    `SetupRefused` when the file cannot be done; `NotReady` when no order could leave a hall like that.
    """
    running.read(running.sections(ROOMS), text)
    settings.data.mkdir(parents=True, exist_ok=True)
    schema.upgrade(settings.url)
    hub = build(settings, db=Database(settings.url, journal=settings.journal))
    try:
        content = tomllib.loads(text.removeprefix("\ufeff"))
        hands = crew(workers, [str(person["number"]) for person in content.get("person", [])])
        running.set_up(hub, written(rehearsable(content, hands)), SETUP)
        with hub.db.read() as tx:
            needs = missing([check for room in hub.rooms for check in room.needs], tx, settings)
            if lacking := [need for need in needs if need.code not in BROUGHT and not need.may_wait]:
                raise NotReady(lacking)
            served, slots = _served(tx), _slots(tx)
        _write_morning(hub, served, min(48, 12 + orders // 10, max(1, slots // SLOTS_EACH)), orders, seed)
    finally:
        hub.close()
    crew_file = settings.data / CREW_FILE
    crew_file.write_text(json.dumps([hand.row for hand in hands]), encoding="utf-8")


Place = tuple[str, str, str]
"""Province, city and district."""


def _served(tx: Session) -> dict[str, list[Place]]:
    """Carrier → the places its table names; none when it has no table, and then it goes anywhere."""
    rows = tx.execute(
        select(Carrier.code, CarrierRoute.province, CarrierRoute.city, CarrierRoute.district)
        .outerjoin(CarrierRoute, CarrierRoute.carrier_id == Carrier.id)
        .order_by(Carrier.id, CarrierRoute.id)
    )
    served: dict[str, list[Place]] = {}
    for code, *place in rows:
        some = served.setdefault(code, [])
        if place[0]:
            some.append((place[0], place[1], place[2]))
    return served


def _slots(tx: Session) -> int:
    return tx.scalar(select(func.count()).where(Location.kind == LocationKind.PICK)) or 0


def _write_morning(hub: Hub, served: Mapping[str, list[Place]], skus: int, orders: int, seed: int) -> None:
    *articles, last = goods.products(skus)
    articles.append(replace(last, is_serial=True))
    wanted = [
        _sent_to(order, served[order.carrier_code], i)
        for i, order in enumerate(goods.orders(articles, orders, seed, hub.clock.now(), list(served)))
    ]
    notices = goods.notices(articles, goods.demand(wanted), hub.settings.warehouse_code, hub.clock.today())
    files.write_documents(hub.settings, articles, notices, wanted)


def _sent_to(order: OrderDocument, places: Sequence[Place], number: int) -> OrderDocument:
    """The order with a receiver whom its carrier serves."""
    if not places:
        return order
    province, city, district = places[number % len(places)]
    receiver = replace(order.receiver, province=province, city=city or province, district=district)
    return replace(order, receiver=receiver)


def bring_crew(hub: Hub) -> None:
    """The served station knows its crew, so that the virtual floor can be looked at."""
    rows = json.loads((Path(hub.settings.data) / CREW_FILE).read_text(encoding="utf-8"))
    hub.demo_people = [tuple(row) for row in rows]
