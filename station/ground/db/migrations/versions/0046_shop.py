"""A warehouse is named at the desk."""

import sqlalchemy as sa
from alembic import op

from station.ground import db

revision = "0046"
down_revision = "0031"


def upgrade() -> None:
    op.create_table(
        "shop",
        sa.Column("id", db.Id, nullable=False),
        sa.Column("name", db.Str(40), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_shop_only")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shop")),
        sqlite_strict=True,
    )
