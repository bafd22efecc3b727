"""A hall full of pick work: one picker, one order and one pick list per handheld."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from station.catalog.models import Carrier, Sku, SkuBarcode
from station.ground.db import Database
from station.ground.scan.codes import internal
from station.ground.words.actor import Role
from station.ground.work import SYSTEM
from station.outbound.orders.lifecycle import ORDER
from station.outbound.orders.models import Allocation, DeliveryOrder, OrderLine, OrderState
from station.outbound.picking.models import PickList, PickTask
from station.outbound.waves.models import Wave, WaveOrder
from station.people.models import DeviceSession, User
from station.people.sessions import digest
from station.practice.bench.wire import token
from station.practice.demo import goods
from station.stock import ledger, locations, lots
from station.stock.ledger import Place, Posting
from station.stock.models import LocationKind, MovementType, Stock, StockStatus
from station.wiring.hub import Hub

SLOTS = 200


def fill(hub: Hub, handhelds: int, busy: int, busy_stops: int, stops: int) -> None:
    """`handhelds` pickers; the first `busy` have `busy_stops` on their list, the others `stops`."""
    hub.db.write(lambda tx: _goods(hub, tx))
    for number in range(handhelds):
        hub.db.write(partial(_work, hub, number, busy_stops if number < busy else stops))


def _goods(hub: Hub, tx: Session) -> None:
    work = hub.works.work(tx, SYSTEM)
    today = work.today
    tx.add(Carrier(code="ZTO", name="中通快递"))
    for n in range(1, SLOTS + 1):
        sku = Sku(
            code=f"S{n:04d}",
            name_zh=f"商品 {n}",
            unit="件",
            is_shelf_life=True,
            shelf_life_n=360,
            gross_g=100,
        )
        tx.add(sku)
        tx.flush()
        tx.add(SkuBarcode(code=goods.gtin(n), sku_id=sku.id, level="EACH", qty_each=1))
        slot = locations.make(tx, f"B-{n:04d}", LocationKind.PICK, zone="B", pick_seq=n)
        lot = lots.make(
            tx,
            sku.id,
            received_on=today,
            receipt_id=None,
            produced_on=today - timedelta(days=10),
            expires_on=today + timedelta(days=350),
        )
        ledger.post(
            work,
            Posting(
                MovementType.OPENING,
                sku.id,
                lot,
                100_000,
                Place(ledger.ADJUST, StockStatus.GOOD),
                Place(slot.id, StockStatus.GOOD),
                "BENCH",
                str(n),
                f"opening:{n}",
            ),
        )


def _work(hub: Hub, number: int, stops: int, tx: Session) -> None:
    now = hub.clock.now()
    user = User(
        badge=internal("US", f"9{number:04d}"),
        name=f"拣货{number}",
        pin_hash="!",
        roles=Role.PICKER,
        created_at=now,
    )
    tote = locations.make(tx, f"B{number:04d}", LocationKind.TOTE)
    order = DeliveryOrder(
        order_no=internal("DO", f"9{number:08d}"),
        erp_no=f"BENCH-{number}",
        version=1,
        state=OrderState.NEW,
        carrier_id=1,
        receiver_name="测试",
        receiver_phone="13800000000",
        address="测试路1号",
        created_at=now,
    )
    wave = Wave(
        wave_no=internal("WV", f"9{number:08d}"),
        type="W6",
        carrier_id=1,
        state="RELEASED",
        created_at=now,
        created_by="bench",
    )
    tx.add_all([user, order, wave])
    tx.flush()
    _join(hub, tx, order, wave.id)
    pick_list = PickList(
        pick_no=internal("PK", f"9{number:08d}"), wave_id=wave.id, state="OPEN", created_at=now
    )
    tx.add(pick_list)
    tx.execute(
        insert(DeviceSession),
        {
            "token_hash": digest(token(number)),
            "user_id": user.id,
            "device": f"hh-{number}",
            "workstation": "",
            "created_at": now,
            "seen_at": now,
        },
    )
    tx.flush()
    _stops(tx, order.id, pick_list.id, _stock(tx), stops, now)
    assert tote.id


def _join(hub: Hub, tx: Session, order: DeliveryOrder, wave_id: int) -> None:
    tx.add(WaveOrder(wave_id=wave_id, order_id=order.id, seq=1))
    work = hub.works.work(tx, SYSTEM)
    for event in ("audit", "allocate", "join_wave"):
        ORDER.move(work, order, event)


def _stock(tx: Session) -> list[Any]:
    return list(
        tx.execute(
            select(Stock.id, Stock.sku_id, Stock.lot_id, Stock.location_id)
            .where(Stock.allocated < Stock.on_hand)
            .order_by(Stock.id)
            .limit(SLOTS)
        )
    )


def _stops(tx: Session, order_id: int, list_id: int, stock: list[Any], stops: int, now: Any) -> None:
    rows = stock[:stops]
    lines = list(
        tx.scalars(
            insert(OrderLine).returning(OrderLine.id, sort_by_parameter_order=True),
            [
                {"order_id": order_id, "line_key": str(i), "sku_id": row.sku_id, "qty": 1, "qty_reserved": 1}
                for i, row in enumerate(rows)
            ],
        )
    )
    tasks = list(
        tx.scalars(
            insert(PickTask).returning(PickTask.id, sort_by_parameter_order=True),
            [
                {
                    "pick_list_id": list_id,
                    "seq": i,
                    "stock_id": row.id,
                    "location_id": row.location_id,
                    "sku_id": row.sku_id,
                    "lot_id": row.lot_id,
                    "qty": 1,
                    "state": "OPEN",
                }
                for i, row in enumerate(rows, 1)
            ],
        )
    )
    tx.execute(
        insert(Allocation),
        [
            {
                "owner_type": "LINE",
                "owner_id": line,
                "stock_id": row.id,
                "lot_id": row.lot_id,
                "task_id": task,
                "qty": 1,
                "state": "OPEN",
                "made_at": now,
            }
            for line, task, row in zip(lines, tasks, rows, strict=True)
        ],
    )
    tx.execute(
        update(Stock).where(Stock.id.in_([row.id for row in rows])).values(allocated=Stock.allocated + 1)
    )


def raw_commit_rate(db: Database, seconds: float) -> float:
    """Durable commits of one small row a second, one after another: the disk's own limit."""
    import time

    with db.engine.connect() as connection:
        connection.exec_driver_sql(
            "CREATE TABLE IF NOT EXISTS bench_commit (id INTEGER PRIMARY KEY, at TEXT)"
        )
        connection.commit()
        started, done = time.perf_counter(), 0
        while time.perf_counter() - started < seconds:
            connection.exec_driver_sql("INSERT INTO bench_commit (at) VALUES ('x')")
            connection.commit()
            done += 1
        spent = time.perf_counter() - started
        connection.exec_driver_sql("DROP TABLE bench_commit")
        connection.commit()
    return done / spent
