"""Old labels of places are known; what a short pick keeps says why it was let go."""

import sqlalchemy as sa
from alembic import op

from station.ground import db

revision = "0015"
down_revision = "0017"

_UNSEEN = sa.text("closed_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "old_label",
        sa.Column("id", db.Id, nullable=False),
        sa.Column("barcode", db.Str(40), nullable=False),
        sa.Column("location_id", db.Id, nullable=False),
        sa.Column("version", db.Id, nullable=False),
        sa.Column("at", db.UtcDateTime(), nullable=False),
        sa.Column("by", db.Str(80), nullable=False),
        sa.ForeignKeyConstraint(["location_id"], ["location.id"], name=op.f("fk_old_label_location_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_old_label")),
        sa.UniqueConstraint("barcode", name=op.f("uq_old_label_barcode")),
        sqlite_strict=True,
    )
    op.create_index("ix_old_label_location_id", "old_label", ["location_id"])
    for statement in db.append_only_ddl("old_label", op.get_bind().dialect.name):
        op.execute(statement)
    op.add_column("short_pick", sa.Column("closed_reason", db.Str(20), nullable=False, server_default=""))
    op.create_index(
        "ix_short_pick_open",
        "short_pick",
        ["at", "id"],
        sqlite_where=_UNSEEN,
        postgresql_where=_UNSEEN,
    )
