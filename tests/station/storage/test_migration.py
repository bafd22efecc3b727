"""Putaway tasks of a running warehouse survive the change of their table."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from station.ground.db import Database, schema
from station.storage.putaway.models import PutawayTask
from tests.cluster import admin

BEFORE = "0012"
AT = "2026-05-01T01:00:00.000000+00:00"
GOODS = (
    "INSERT INTO supplier (id, code, name) VALUES (1, 'V', 'V')",
    (
        "INSERT INTO sku (id, code, name_zh, name_en, spec, unit, inner_qty, case_qty, gross_g, is_valuable, is_serial, "
        "is_lot, lot_regex, is_shelf_life, shelf_life_unit, abc, item_type, min_qty, max_qty, is_active) VALUES "
        "(1, 'S', '货', '', '', '件', 0, 1, 0, {f}, {f}, {f}, '', {f}, 'D', 'B', 'NORMAL', 0, 0, {t})"
    ),
    (
        "INSERT INTO location (id, code, barcode, kind, zone, pick_seq, state, label_version) VALUES "
        "(20, 'DOCK-9', 'LCDOCK9', 'DOCK', '', 0, 'OPEN', 1)"
    ),
    "INSERT INTO inbound_notice (id, asn_no, version, supplier_id, warehouse, is_closed) VALUES (1, 'A', 1, 1, 'W', {f})",
    (
        "INSERT INTO receipt (id, receipt_no, sheet_no, notice_id, state, plate, driver, cartons_declared, dock_id, "
        "arrived_at, arrived_by) VALUES (1, 'RC1', 'AS1', 1, 'POSTED', '', '', 1, 20, '{at}', 1)"
    ),
    "INSERT INTO handling_unit (id, lpn, kind, state, seq, qty) VALUES (5, 'CT5', 'CARTON', 'APPLIED', 1, 12)",
    "INSERT INTO handling_unit (id, lpn, kind, state, seq, qty) VALUES (6, 'CT6', 'CARTON', 'STORED', 2, 12)",
    (
        "INSERT INTO putaway_task (id, hu_id, receipt_id, sku_id, lot_id, qty, state, is_new_sku, off_reason, created_at) "
        "VALUES (41, 5, 1, 1, 1, 12, 'OPEN', {t}, '', '{at}')"
    ),
    (
        "INSERT INTO putaway_task (id, hu_id, receipt_id, sku_id, lot_id, qty, state, is_new_sku, off_reason, created_at, "
        "location_id, user_id, done_at) VALUES (42, 6, 1, 1, 1, 12, 'DONE', {f}, 'FULL', '{at}', 20, 7, '{at}')"
    ),
)


@pytest.fixture
def old_url(request: pytest.FixtureRequest, tmp_path: Path, kind: str) -> Iterator[str]:
    """A database as it was before."""
    if kind == "sqlite":
        yield f"sqlite:///{tmp_path / 'old.sqlite3'}"
        return
    url, name = request.getfixturevalue("pg_url"), f"m{uuid.uuid4().hex}"
    admin(url, f"CREATE DATABASE {name}")
    yield url.format(name=name)
    admin(url, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def test_old_tasks_are_carried_over(old_url: str, kind: str) -> None:
    """What waits still waits, at its receipt's dock; what was done says who did it; new ones get new numbers."""
    db = Database(old_url)
    words = ("0", "1") if kind == "sqlite" else ("false", "true")
    with db.engine.connect() as connection:
        command.upgrade(schema._config(connection), BEFORE)
    with db.engine.begin() as connection:
        for statement in GOODS:
            filled = statement.replace("{f}", words[0]).replace("{t}", words[1]).replace("{at}", AT)
            connection.exec_driver_sql(filled)
    db.close()
    schema.upgrade(old_url)
    db = Database(old_url)
    try:
        with db.read() as tx:
            waits, done = tx.scalars(select(PutawayTask).order_by(PutawayTask.id)).all()
            assert (waits.id, waits.state, waits.origin, waits.source_id) == (41, "OPEN", ("RC", "RC1"), 20)
            assert (waits.hu_id, waits.is_new_sku, waits.taken_by, waits.status) == (5, True, None, "GOOD")
            assert (done.state, done.taken_by, done.location_id, done.off_reason) == ("DONE", 7, 20, "FULL")
            assert done.done_at == done.taken_at
        made = db.write(lambda tx: _again(tx, 6))
        assert made == 43
        with pytest.raises(IntegrityError):
            db.write(lambda tx: _again(tx, 5))
    finally:
        db.close()


def _again(tx, unit: int) -> int:
    """A carton that was put away before may be again; one that waits may not wait twice."""
    old = tx.get_one(PutawayTask, 41)
    task = PutawayTask(
        origin_type="RM", origin_no="RM1", hu_id=unit, sku_id=1, lot_id=1, qty=1, source_id=20, created_at=old.created_at
    )  # fmt: skip
    tx.add(task)
    tx.flush()
    return int(task.id)
