"""What is written once is sealed in a chain; scans are written once, and nothing is replaced any more."""

import sqlalchemy as sa
from alembic import op

from station.ground import db

revision = "0019"
down_revision = "0015"

_KEYS = {
    "audit_row": ["id"],
    "epoch": ["id", "tag"],
    "history": ["id"],
    "movement": ["id", "idem_key", "reverse_of"],
    "old_label": ["id", "barcode"],
    "override_row": ["id"],
    "scan": ["id", "scan_id"],
    "seal": ["id", "hash"],
    "signature": ["id", "doc_type doc_no meaning"],
}
"""What only one row may have, by append-only table."""


def upgrade() -> None:
    """The rows of older releases get their seals from the first row on, by the station's own loop."""
    op.create_table(
        "seal",
        sa.Column("id", db.Id, nullable=False, autoincrement=False),
        sa.Column("at", db.UtcDateTime(), nullable=False),
        sa.Column("subject", db.Str(40), nullable=False),
        sa.Column("after_id", db.Id, nullable=False),
        sa.Column("last_id", db.Id, nullable=False),
        sa.Column("row_count", db.Id, nullable=False),
        sa.Column("covers", sa.Text(), nullable=False),
        sa.Column("marks", sa.Text(), nullable=False),
        sa.Column("digest", db.Str(64), nullable=False),
        sa.Column("previous", db.Str(64), nullable=False),
        sa.Column("hash", db.Str(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seal")),
        sa.UniqueConstraint("hash", name=op.f("uq_seal_hash")),
        sqlite_strict=True,
    )
    op.create_index("ix_seal_subject_last_id", "seal", ["subject", "last_id"])
    dialect = op.get_bind().dialect.name
    for table in ("scan", "seal"):
        for statement in db.append_only_ddl(table, dialect):
            op.execute(statement)
    for table, keys in _KEYS.items():
        for statement in db.unreplaceable_ddl(table, keys, dialect):
            op.execute(statement)
