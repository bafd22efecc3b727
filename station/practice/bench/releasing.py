"""A release through the desk's own button, beside handhelds that scan."""

from __future__ import annotations

import random
import threading
import time
from datetime import timedelta
from typing import Any

import click
import requests
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from station.catalog.models import Sku
from station.ground.db import schema, table
from station.ground.scan.codes import internal
from station.ground.web.kit import csrf_token
from station.ground.words.actor import Role
from station.ground.work import SYSTEM
from station.outbound.orders.lifecycle import ORDER
from station.outbound.orders.models import DeliveryOrder, OrderLine, OrderState
from station.people.models import DeviceSession, User
from station.people.sessions import digest
from station.practice.bench.driving import drive, served
from station.practice.bench.fill import fill
from station.practice.demo import world
from station.settings import Settings
from station.stock import ledger, locations, lots
from station.stock.ledger import Place, Posting
from station.stock.models import LocationKind, MovementType, StockStatus
from station.storage.hall.addresses import Address
from station.wiring.hub import Hub, build

IDLE_S, WARM_S = 8, 3
LEAD = "bench-lead"
SINGLES = 0.6
"""Of ten ordinary orders six are for one unit, the others for two to four articles."""


def measure(
    settings: Settings, environ: dict[str, str], orders: int, handhelds: int, seed: int
) -> dict[str, Any]:
    """Scans alone, then the button with the same scans beside it."""
    settings.data.mkdir(parents=True, exist_ok=True)
    schema.upgrade(settings.url)
    hub = build(settings)
    try:
        fill(hub, handhelds, handhelds, busy_stops=200, stops=200)
        hub.db.write(lambda tx: _shelve(hub, tx))
        hub.db.write(lambda tx: world.printers(tx, 1))
        hub.db.write(lambda tx: _order(hub, tx, orders, seed))
        hub.db.write(lambda tx: _lead(hub, tx))
    finally:
        hub.close()
    with served(environ, 0) as (port, _pid):
        drive(port, handhelds, WARM_S, thinks=True)
        idle = drive(port, handhelds, IDLE_S, thinks=True)
        beside: dict[str, Any] = {}
        fleet = threading.Thread(target=lambda: beside.update(drive(port, handhelds, IDLE_S, thinks=True)))
        fleet.start()
        try:
            time.sleep(WARM_S)  # all handhelds are on their way
            done, spent = _press(port)
        finally:
            fleet.join()
    if done["orders"] != orders:
        raise click.ClickException(f"{done['orders']} of {orders} orders were released")
    return {
        "orders": orders,
        "waves": len(done["waves"]),
        "seconds": round(spent, 2),
        "longest_ms": done["longest_ms"],
        "handhelds": handhelds,
        "idle": idle,
        "beside": beside,
        "p95_ratio": round(beside["p95"] / idle["p95"], 2) if idle["p95"] else None,
    }


def _press(port: int) -> tuple[dict[str, Any], float]:
    with requests.Session() as session:
        session.trust_env = False
        session.cookies.set("sid", LEAD)
        started = time.perf_counter()
        url = f"http://127.0.0.1:{port}/desk/waves/release"
        answer = session.post(url, json={}, headers={"X-CSRF-Token": csrf_token(LEAD)}, timeout=300)
        spent = time.perf_counter() - started
        answer.raise_for_status()
        return dict(answer.json()), spent


def _lead(hub: Hub, tx: Session) -> None:
    now = hub.clock.now()
    user = User(
        badge=internal("US", "99999"), name="主管", pin_hash="!", roles=Role.SUPERVISOR, created_at=now
    )
    tx.add(user)
    tx.flush()
    row = {"token_hash": digest(LEAD), "user_id": user.id, "device": "desk", "workstation": ""}
    tx.execute(insert(DeviceSession), row | {"created_at": now, "seen_at": now})


def _shelve(hub: Hub, tx: Session) -> None:
    """Older goods of every article in ten aisles of racks: those go first."""
    work = hub.works.work(tx, SYSTEM)
    for number, sku_id in enumerate(tx.scalars(select(Sku.id).order_by(Sku.id)).all()):
        address = Address("A", 1 + number // 20, 1 + number % 20, 1, 1)
        slot = locations.make(tx, address.code, LocationKind.PICK, zone="A", pick_seq=10 * number + 10)
        lot = lots.make(
            tx,
            sku_id,
            received_on=work.today,
            receipt_id=None,
            produced_on=work.today - timedelta(days=60),
            expires_on=work.today + timedelta(days=300),
        )
        source, target = Place(ledger.ADJUST, StockStatus.GOOD), Place(slot.id, StockStatus.GOOD)
        key = f"shelve:{number}"
        ledger.post(
            work, Posting(MovementType.OPENING, sku_id, lot, 5000, source, target, "BENCH", address.code, key)
        )


def _order(hub: Hub, tx: Session, orders: int, seed: int) -> None:
    """Ordinary orders that have reserved their goods; only those that share a carrier."""
    rng, now = random.Random(seed), hub.clock.now()  # noqa: S311
    skus = list(tx.scalars(select(Sku.id).order_by(Sku.id)))
    heads, lines, documents = list[dict[str, Any]](), list[dict[str, Any]](), list[tuple[int, str]]()
    for number in range(orders):
        order_id = 1_000_000 + number
        order_no = internal("DO", f"8{number:08d}")
        documents.append((order_id, order_no))
        heads.append(
            {
                "id": order_id,
                "order_no": order_no,
                "erp_no": f"WAVE-{number}",
                "version": 1,
                "state": OrderState.NEW,
                "carrier_id": 1,
                "receiver_name": "测试",
                "receiver_phone": "13800000000",
                "address": "测试路1号",
                "latest_ship_at": now + timedelta(hours=rng.randint(20, 40)),
                "created_at": now,
            }
        )
        many = 1 if rng.random() < SINGLES else rng.randint(2, 4)
        lines += [
            {"order_id": order_id, "line_key": str(nth), "sku_id": sku, "qty": 1, "qty_reserved": 1}
            for nth, sku in enumerate(rng.sample(skus, many))
        ]
    tx.execute(table(DeliveryOrder).insert(), heads)
    tx.execute(table(OrderLine).insert(), lines)
    _reserved(hub, tx, documents)


def _reserved(hub: Hub, tx: Session, documents: list[tuple[int, str]]) -> None:
    work = hub.works.work(tx, SYSTEM)
    ORDER.move_many(work, documents, "audit", old=OrderState.NEW)
    ORDER.move_many(work, documents, "allocate", old=OrderState.AUDITED)
