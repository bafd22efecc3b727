"""Gifts are registered, labelled, and signed for when they are given out."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from station.ground import db

revision = "0078"
down_revision = "0076"


def _id(name: str) -> sa.Column[Any]:
    return sa.Column(name, db.Id, nullable=False)


def _text(name: str, length: int) -> sa.Column[Any]:
    return sa.Column(name, db.Str(length), nullable=False)


def _at(name: str) -> sa.Column[Any]:
    return sa.Column(name, db.UtcDateTime(), nullable=False)


def _check(table: str, name: str, condition: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(condition, name=op.f(f"ck_{table}_{name}"))


def _to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"))


def _make(table: str, *parts: Any) -> None:
    primary = sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}"))
    op.create_table(table, _id("id"), *parts, primary, sqlite_strict=True)


def upgrade() -> None:
    _make(
        "gift_entry",
        _text("entry_no", 30), _text("state", 10), _id("supplier_id"), _id("sku_id"), _id("lot_id"), _id("qty"),
        _id("labels"), _text("allowed", 400), _at("registered_at"), _text("registered_by", 80),
        _check("gift_entry", "state", "state IN ('LABELLING', 'LABELLED', 'SHELVED', 'CANCELLED')"),
        _check("gift_entry", "qty", "qty > 0"), _check("gift_entry", "labels", "labels >= 0"),
        _to("gift_entry", "supplier_id", "supplier"), _to("gift_entry", "sku_id", "sku"),
        _to("gift_entry", "lot_id", "lot"),
        sa.UniqueConstraint("entry_no", name=op.f("uq_gift_entry_entry_no")),
    )  # fmt: skip
    op.create_index("ix_gift_entry_registered_at", "gift_entry", ["registered_at"])
    _make(
        "gift_label",
        _text("label_no", 30), _id("entry_id"), _id("sku_id"), _text("state", 10),
        sa.Column("is_again", db.Flag(), nullable=False),
        _check("gift_label", "state", "state IN ('PRINTED', 'APPLIED', 'SPOILED')"),
        _to("gift_label", "entry_id", "gift_entry"), _to("gift_label", "sku_id", "sku"),
        sa.UniqueConstraint("label_no", name=op.f("uq_gift_label_label_no")),
    )  # fmt: skip
    op.create_index("ix_gift_label_entry_id", "gift_label", ["entry_id"])
    _make(
        "gift_issue",
        _text("issue_no", 30), _id("seq"), _id("sku_id"), _id("lot_id"), _id("location_id"), _id("qty"),
        _text("purpose", 20), _text("note", 60), _text("taker", 80), _text("keeper", 80), _at("at"),
        _check("gift_issue", "qty", "qty > 0"),
        _to("gift_issue", "sku_id", "sku"), _to("gift_issue", "lot_id", "lot"),
        _to("gift_issue", "location_id", "location"),
        sa.UniqueConstraint("issue_no", "seq", name=op.f("uq_gift_issue_issue_no_seq")),
    )  # fmt: skip
    op.create_index("ix_gift_issue_at", "gift_issue", ["at"])
    dialect = op.get_bind().dialect.name
    for statement in (
        *db.append_only_ddl("gift_issue", dialect),
        *db.unreplaceable_ddl("gift_issue", ["id", "issue_no seq"], dialect),
    ):
        op.execute(statement)
