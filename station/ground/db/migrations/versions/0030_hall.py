"""The hall is described: how its zones are walked, and how much room a place has."""

import sqlalchemy as sa
from alembic import op

from station.ground import db

revision = "0030"
down_revision = "0020"


def upgrade() -> None:
    op.create_table(
        "zone",
        sa.Column("id", db.Id, nullable=False),
        sa.Column("code", db.Str(10), nullable=False),
        sa.Column("walk", db.Str(12), nullable=False),
        sa.Column("beside", db.Str(10), nullable=False),
        sa.CheckConstraint("walk IN ('serpentine', 'one-way', 'both-sides')", name=op.f("ck_zone_walk")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_zone")),
        sa.UniqueConstraint("code", name=op.f("uq_zone_code")),
        sqlite_strict=True,
    )
    op.add_column("location", sa.Column("max_volume_cm3", db.Id, nullable=True))
