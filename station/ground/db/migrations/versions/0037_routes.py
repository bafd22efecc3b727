"""Carriers' routing tables, and the sender that a carrier's labels name."""

import sqlalchemy as sa
from alembic import op

from station.ground import db

revision = "0037"
down_revision = "0021"


def upgrade() -> None:
    for name, length in (("account", 60), ("sender_name", 60), ("sender_phone", 30), ("sender_address", 200)):
        op.add_column("carrier", sa.Column(name, db.Str(length), server_default="", nullable=False))
    op.create_table(
        "carrier_route",
        sa.Column("id", db.Id, nullable=False),
        sa.Column("carrier_id", db.Id, nullable=False),
        sa.Column("province", db.Str(40), nullable=False),
        sa.Column("city", db.Str(40), nullable=False),
        sa.Column("district", db.Str(40), nullable=False),
        sa.Column("route_code", db.Str(40), nullable=False),
        sa.Column("sortation", db.Str(40), nullable=False),
        sa.Column("consolidation", db.Str(60), nullable=False),
        sa.ForeignKeyConstraint(["carrier_id"], ["carrier.id"], name=op.f("fk_carrier_route_carrier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_carrier_route")),
        sa.UniqueConstraint(
            "carrier_id",
            "city",
            "province",
            "district",
            name=op.f("uq_carrier_route_carrier_id_city_province_district"),
        ),
        sqlite_strict=True,
    )
