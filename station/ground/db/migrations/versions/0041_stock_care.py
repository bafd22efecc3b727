"""Stock is cared for: holds, the daily look at shelf lives, signed corrections, counts of what was found different."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from station.ground import db

revision = "0041"
down_revision = "0043"


def _id(name: str, *, optional: bool = False) -> sa.Column[Any]:
    return sa.Column(name, db.Id, nullable=optional)


def _at(name: str, *, optional: bool = False) -> sa.Column[Any]:
    return sa.Column(name, db.UtcDateTime(), nullable=optional)


def _text(name: str, length: int) -> sa.Column[Any]:
    return sa.Column(name, db.Str(length), nullable=False)


def _check(table: str, name: str, condition: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))


def _to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"))


def _make(table: str, *parts: Any, unique: tuple[str, ...] = ()) -> None:
    keys = [sa.UniqueConstraint(name, name=op.f(f"uq_{table}_{name}")) for name in unique]
    primary = sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}"))
    op.create_table(table, _id("id"), *parts, primary, *keys, sqlite_strict=True)


def _index(table: str, name: str, *columns: str, **options: Any) -> None:
    op.create_index(f"ix_{table}_{name}", table, list(columns), **options)


def upgrade() -> None:
    _holds()
    _aging()
    _adjustments()
    _counts()


def _holds() -> None:
    _make(
        "hold",
        _text("hold_no", 30), _text("kind", 10), _text("state", 10), _id("sku_id", optional=True),
        _id("lot_id", optional=True), _id("location_id", optional=True), _text("reason", 60), _at("at"),
        _text("by", 80), _at("ended_at", optional=True), _text("ended_by", 80),
        _check("hold", "state", "state IN ('HELD', 'RELEASED')"),
        _check("hold", "kind", "kind IN ('SLOT', 'LOT', 'ARTICLE')"),
        _check("hold", "slot", "(kind = 'SLOT') = (location_id IS NOT NULL)"),
        _check("hold", "lot", "(kind = 'LOT') = (lot_id IS NOT NULL)"),
        _check("hold", "article", "(kind = 'SLOT') = (sku_id IS NULL)"),
        _to("hold", "sku_id", "sku"), _to("hold", "lot_id", "lot"), _to("hold", "location_id", "location"),
        unique=("hold_no",),
    )  # fmt: skip
    held = sa.text("state = 'HELD'")
    _index("hold", "in_force", "id", sqlite_where=held, postgresql_where=held)
    _index("hold", "at", "at")


def _aging() -> None:
    _make(
        "aging_run",
        _text("run_no", 30), sa.Column("day", db.Day(), nullable=False), _at("began_at"),
        _at("ended_at", optional=True), _text("by", 80), _id("near"), _id("locked"), _id("expired"), _id("good"),
        unique=("run_no",),
    )  # fmt: skip
    _index("aging_run", "began_at", "began_at")


def _adjustments() -> None:
    _make(
        "adjustment",
        _text("adjustment_no", 30), _text("state", 10), _text("reason", 20), _text("note", 60),
        _text("origin_type", 10), _text("origin_no", 40), _id("reverse_of", optional=True),
        _id("made_by", optional=True), _text("made_name", 80), _at("made_at"), _at("posted_at", optional=True),
        _check("adjustment", "state", "state IN ('DRAFT', 'POSTED', 'REFUSED')"),
        _check("adjustment", "posted", "(state = 'POSTED') = (posted_at IS NOT NULL)"),
        _to("adjustment", "reverse_of", "adjustment"),
        unique=("adjustment_no", "reverse_of"),
    )  # fmt: skip
    _index("adjustment", "state", "state")
    _index("adjustment", "made_at", "made_at")
    _index("adjustment", "origin", "origin_type", "origin_no")
    _make(
        "adjustment_line",
        _id("adjustment_id"), _id("sku_id"), _id("lot_id"), _id("location_id"), _text("status", 10), _id("hu_id"),
        _id("delta"),
        _check("adjustment_line", "delta", "delta <> 0"),
        _to("adjustment_line", "adjustment_id", "adjustment"), _to("adjustment_line", "sku_id", "sku"),
        _to("adjustment_line", "lot_id", "lot"), _to("adjustment_line", "location_id", "location"),
        _to("adjustment_line", "hu_id", "handling_unit"),
    )  # fmt: skip
    _index("adjustment_line", "adjustment_id", "adjustment_id")


def _counts() -> None:
    _make(
        "count_task",
        _text("state", 10), _id("priority"), _text("origin_type", 10), _text("origin_no", 40),
        _id("taken_by", optional=True), _at("taken_at", optional=True), _at("done_at", optional=True),
        _at("created_at"), _id("location_id"), _id("sku_id", optional=True), _id("lot_id", optional=True),
        _id("rounds"), _id("adjustment_id", optional=True),
        _check("count_task", "state", "state IN ('OPEN', 'TAKEN', 'DONE', 'CANCELLED')"),
        _check("count_task", "taken", "state <> 'TAKEN' OR taken_by IS NOT NULL"),
        _check("count_task", "done", "state <> 'DONE' OR done_at IS NOT NULL"),
        _check("count_task", "lot", "(sku_id IS NULL) = (lot_id IS NULL)"),
        _check("count_task", "rounds", "rounds >= 0 AND rounds <= 3"),
        _to("count_task", "location_id", "location"), _to("count_task", "sku_id", "sku"),
        _to("count_task", "lot_id", "lot"), _to("count_task", "adjustment_id", "adjustment"),
    )  # fmt: skip
    _index("count_task", "state_priority", "state", "priority")
    _index("count_task", "origin", "origin_type", "origin_no")
    _index("count_task", "location_id_state", "location_id", "state")
    _make(
        "count_line",
        _id("task_id"), _id("round"), _id("sku_id"), _id("lot_id"), _id("qty"), _id("book"), _id("counted_by"),
        _at("counted_at"),
        _check("count_line", "qty", "qty >= 0 AND book >= 0"),
        sa.UniqueConstraint("task_id", "round", "lot_id", name=op.f("uq_count_line_task_id_round_lot_id")),
        _to("count_line", "task_id", "count_task"),
    )  # fmt: skip
    # What pickers and keepers had found different waits for somebody who counts it.
    op.execute(
        "INSERT INTO count_task (state, priority, origin_type, origin_no, created_at, location_id, sku_id, lot_id,"
        " rounds) SELECT 'OPEN', 0, 'SHORT', CAST(id AS VARCHAR(20)), at, location_id, sku_id, lot_id, 0"
        " FROM short_pick WHERE closed_at IS NULL ORDER BY id"
    )
