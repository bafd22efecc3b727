"""One port to several ERPs: connections, mappings, what could not be taken over, tokens, differences."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from station.ground import db

revision = "0003"
down_revision = "0002"

BEGAN_AT = datetime(2026, 1, 1, tzinfo=UTC)
"""When the folder became a connection: a migration has no clock."""


def upgrade() -> None:
    op.create_table(
        "erp_connection",
        sa.Column("id", db.Id, nullable=False),
        sa.Column("code", db.Str(20), nullable=False),
        sa.Column("name", db.Str(80), nullable=False),
        sa.Column("kind", db.Str(20), nullable=False),
        sa.Column("settings", db.Json(), nullable=False),
        sa.Column("secrets", db.Str(4000), nullable=False),
        sa.Column("is_active", db.Flag(), nullable=False),
        sa.Column("is_main", db.Flag(), nullable=False),
        sa.Column("created_at", db.UtcDateTime(), nullable=False),
        sa.Column("ok_at", db.UtcDateTime(), nullable=True),
        sa.Column("cancels_at", db.UtcDateTime(), nullable=True),
        sa.Column("down_since", db.UtcDateTime(), nullable=True),
        sa.Column("retry_at", db.UtcDateTime(), nullable=True),
        sa.Column("failures", db.Id, nullable=False),
        sa.Column("last_error", db.Str(300), nullable=False),
        sa.Column("leased_until", db.UtcDateTime(), nullable=True),
        sa.Column("leased_by", db.Str(60), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erp_connection")),
        sa.UniqueConstraint("code", name=op.f("uq_erp_connection_code")),
        sqlite_strict=True,
    )
    op.create_table(
        "inbox_problem",
        sa.Column("id", db.Id, nullable=False),
        sa.Column("source", db.Str(20), nullable=False),
        sa.Column("doc_type", db.Str(20), nullable=False),
        sa.Column("doc_no", db.Str(80), nullable=False),
        sa.Column("version", db.Id, nullable=False),
        sa.Column("payload", db.Json(), nullable=True),
        sa.Column("code", db.Str(10), nullable=False),
        sa.Column("why", db.Str(300), nullable=False),
        sa.Column("state", db.Str(10), nullable=False),
        sa.Column("tries", db.Id, nullable=False),
        sa.Column("first_at", db.UtcDateTime(), nullable=False),
        sa.Column("last_at", db.UtcDateTime(), nullable=False),
        sa.Column("next_at", db.UtcDateTime(), nullable=True),
        sa.Column("handled_by", db.Str(80), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox_problem")),
        sa.UniqueConstraint(
            "source", "doc_type", "doc_no", name=op.f("uq_inbox_problem_source_doc_type_doc_no")
        ),
        sqlite_strict=True,
    )
    op.create_index("ix_inbox_problem_state", "inbox_problem", ["state", "next_at"], unique=False)
    op.create_table(
        "api_reply",
        sa.Column("id", db.Id, nullable=False),
        sa.Column("connection_id", db.Id, nullable=False),
        sa.Column("idem_key", db.Str(120), nullable=False),
        sa.Column("body_hash", db.Str(64), nullable=False),
        sa.Column("status", db.Id, nullable=False),
        sa.Column("body", db.Json(), nullable=False),
        sa.Column("at", db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["connection_id"], ["erp_connection.id"], name=op.f("fk_api_reply_connection_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_reply")),
        sa.UniqueConstraint("connection_id", "idem_key", name=op.f("uq_api_reply_connection_id_idem_key")),
        sqlite_strict=True,
    )
    op.create_index("ix_api_reply_at", "api_reply", ["at"], unique=False)
    op.create_table(
        "difference",
        sa.Column("id", db.Id, nullable=False),
        sa.Column("connection_id", db.Id, nullable=False),
        sa.Column("what", db.Str(10), nullable=False),
        sa.Column("key", db.Str(120), nullable=False),
        sa.Column("ours", db.Str(80), nullable=False),
        sa.Column("theirs", db.Str(80), nullable=False),
        sa.Column("explained", db.Str(200), nullable=False),
        sa.Column("first_at", db.UtcDateTime(), nullable=False),
        sa.Column("last_at", db.UtcDateTime(), nullable=False),
        sa.Column("times", db.Id, nullable=False),
        sa.Column("gone_at", db.UtcDateTime(), nullable=True),
        sa.Column("note", db.Str(200), nullable=False),
        sa.Column("noted_by", db.Str(80), nullable=False),
        sa.ForeignKeyConstraint(
            ["connection_id"], ["erp_connection.id"], name=op.f("fk_difference_connection_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_difference")),
        sqlite_strict=True,
    )
    op.create_index(
        "ix_difference_connection_id_what_key", "difference", ["connection_id", "what", "key"], unique=False
    )
    op.create_index("ix_difference_gone_at", "difference", ["gone_at"], unique=False)
    op.create_table(
        "erp_feed",
        sa.Column("id", db.Id, nullable=False),
        sa.Column("connection_id", db.Id, nullable=False),
        sa.Column("feed", db.Str(30), nullable=False),
        sa.Column("cursor", db.Json(), nullable=False),
        sa.Column("taken", db.Id, nullable=False),
        sa.Column("total", db.Id, nullable=True),
        sa.Column("problems", db.Id, nullable=False),
        sa.Column("started_at", db.UtcDateTime(), nullable=True),
        sa.Column("finished_at", db.UtcDateTime(), nullable=True),
        sa.Column("at", db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["connection_id"], ["erp_connection.id"], name=op.f("fk_erp_feed_connection_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erp_feed")),
        sa.UniqueConstraint("connection_id", "feed", name=op.f("uq_erp_feed_connection_id_feed")),
        sqlite_strict=True,
    )
    op.create_table(
        "erp_mapping",
        sa.Column("id", db.Id, nullable=False),
        sa.Column("connection_id", db.Id, nullable=False),
        sa.Column("kind", db.Str(20), nullable=False),
        sa.Column("theirs", db.Str(120), nullable=False),
        sa.Column("ours", db.Str(60), nullable=False),
        sa.Column("factor", db.Id, nullable=False),
        sa.Column("seen_at", db.UtcDateTime(), nullable=False),
        sa.Column("changed_by", db.Str(80), nullable=False),
        sa.CheckConstraint("factor > 0", name=op.f("ck_erp_mapping_factor")),
        sa.ForeignKeyConstraint(
            ["connection_id"], ["erp_connection.id"], name=op.f("fk_erp_mapping_connection_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erp_mapping")),
        sa.UniqueConstraint(
            "connection_id", "kind", "theirs", name=op.f("uq_erp_mapping_connection_id_kind_theirs")
        ),
        sqlite_strict=True,
    )
    op.create_table(
        "erp_token",
        sa.Column("id", db.Id, nullable=False),
        sa.Column("connection_id", db.Id, nullable=False),
        sa.Column("name", db.Str(60), nullable=False),
        sa.Column("token_hash", db.Str(64), nullable=False),
        sa.Column("created_at", db.UtcDateTime(), nullable=False),
        sa.Column("created_by", db.Str(80), nullable=False),
        sa.Column("used_at", db.UtcDateTime(), nullable=True),
        sa.Column("revoked_at", db.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["connection_id"], ["erp_connection.id"], name=op.f("fk_erp_token_connection_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erp_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_erp_token_token_hash")),
        sqlite_strict=True,
    )
    op.create_table(
        "reconciliation",
        sa.Column("id", db.Id, nullable=False),
        sa.Column("connection_id", db.Id, nullable=False),
        sa.Column("state", db.Str(10), nullable=False),
        sa.Column("asked_by", db.Str(80), nullable=False),
        sa.Column("compared", db.Id, nullable=False),
        sa.Column("differences", db.Id, nullable=False),
        sa.Column("error", db.Str(300), nullable=False),
        sa.Column("started_at", db.UtcDateTime(), nullable=False),
        sa.Column("finished_at", db.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["connection_id"], ["erp_connection.id"], name=op.f("fk_reconciliation_connection_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reconciliation")),
        sqlite_strict=True,
    )
    op.create_index("ix_reconciliation_connection_id", "reconciliation", ["connection_id"], unique=False)
    op.create_table(
        "stock_level",
        sa.Column("id", db.Id, nullable=False),
        sa.Column("sku_id", db.Id, nullable=False),
        sa.Column("levels", db.Json(), nullable=False),
        sa.Column("movement_id", db.Id, nullable=False),
        sa.Column("at", db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["sku_id"], ["sku.id"], name=op.f("fk_stock_level_sku_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stock_level")),
        sa.UniqueConstraint("sku_id", name=op.f("uq_stock_level_sku_id")),
        sqlite_strict=True,
    )
    op.create_table(
        "difference_seen",
        sa.Column("id", db.Id, nullable=False),
        sa.Column("difference_id", db.Id, nullable=False),
        sa.Column("reconciliation_id", db.Id, nullable=False),
        sa.Column("ours", db.Str(80), nullable=False),
        sa.Column("theirs", db.Str(80), nullable=False),
        sa.Column("at", db.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["difference_id"], ["difference.id"], name=op.f("fk_difference_seen_difference_id")
        ),
        sa.ForeignKeyConstraint(
            ["reconciliation_id"], ["reconciliation.id"], name=op.f("fk_difference_seen_reconciliation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_difference_seen")),
        sqlite_strict=True,
    )
    op.create_index("ix_difference_seen_difference_id", "difference_seen", ["difference_id"], unique=False)
    op.add_column("inbound_line", sa.Column("supplier_lot", db.Str(40), server_default="", nullable=False))
    op.add_column("inbound_line", sa.Column("produced_on", db.Day(), nullable=True))
    op.add_column("inbound_line", sa.Column("expires_on", db.Day(), nullable=True))
    op.add_column("inbox_document", sa.Column("source", db.Str(20), server_default="folder", nullable=False))
    op.add_column("inbox_document", sa.Column("digest", db.Str(32), server_default="", nullable=False))
    op.add_column("inbox_document", sa.Column("mark", db.Str(120), server_default="", nullable=False))
    op.create_index(
        "ix_inbox_document_source_doc_type", "inbox_document", ["source", "doc_type", "doc_no"], unique=False
    )
    op.add_column("outbox_message", sa.Column("target", db.Str(20), server_default="folder", nullable=False))
    op.add_column("outbox_message", sa.Column("refusals", db.Id, server_default="0", nullable=False))
    op.add_column("outbox_message", sa.Column("erp_ref", db.Str(120), server_default="", nullable=False))
    op.add_column("outbox_message", sa.Column("handled_by", db.Str(80), server_default="", nullable=False))
    op.create_index("ix_outbox_message_doc_no", "outbox_message", ["doc_no"], unique=False)
    op.create_index(
        "ix_outbox_message_target_done_at", "outbox_message", ["target", "done_at", "id"], unique=False
    )
    op.drop_index("ix_delivery_order_state", "delivery_order")
    op.create_index(
        "ix_delivery_order_state", "delivery_order", ["state", "latest_ship_at", "id"], unique=False
    )
    _folder()


def _folder() -> None:
    """The folder of files has always been there; now it is a connection like the others."""
    connection = sa.table(
        "erp_connection",
        *(
            sa.column(name, kind)
            for name, kind in {
                "code": db.Str(20),
                "name": db.Str(80),
                "kind": db.Str(20),
                "settings": db.Json(),
                "secrets": db.Str(4000),
                "is_active": db.Flag(),
                "is_main": db.Flag(),
                "created_at": db.UtcDateTime(),
                "failures": db.Id,
                "last_error": db.Str(300),
                "leased_by": db.Str(60),
            }.items()
        ),
    )
    row: dict[str, object] = {
        "code": "folder",
        "name": "文件夹 Folder",
        "kind": "folder",
        "settings": {},
        "secrets": "",
    }
    row |= {"is_active": True, "is_main": True, "created_at": BEGAN_AT}
    op.bulk_insert(connection, [row | {"failures": 0, "last_error": "", "leased_by": ""}])
