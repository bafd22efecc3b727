"""What the columns of a shop's or supplier's files are, as a person said it at the desk."""

import sqlalchemy as sa
from alembic import op

from station.ground import db

revision = "0058"
down_revision = "0061"


def upgrade() -> None:
    op.create_table(
        "erp_file_map",
        sa.Column("id", db.Id, nullable=False),
        sa.Column("source", db.Str(20), nullable=False),
        sa.Column("name", db.Str(60), nullable=False),
        sa.Column("version", db.Id, nullable=False),
        sa.Column("kind", db.Str(20), nullable=False),
        sa.Column("pattern", db.Str(120), nullable=False),
        sa.Column("spec", db.Json(), nullable=False),
        sa.Column("is_active", db.Flag(), nullable=False),
        sa.Column("made_by", db.Str(80), nullable=False),
        sa.Column("made_at", db.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erp_file_map")),
        sa.UniqueConstraint("source", "name", "version", name=op.f("uq_erp_file_map_source_name_version")),
        sqlite_strict=True,
    )
