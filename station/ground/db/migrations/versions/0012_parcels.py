"""A parcel may leave unweighed; columns that nobody read are gone."""

import sqlalchemy as sa
from alembic import op

from station.ground import db

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.add_column("parcel", sa.Column("is_unweighed", db.Flag(), nullable=False, server_default=sa.false()))
    for table, column in (
        ("parcel", "is_weight_manual"),
        ("parcel", "weigh_fails"),
        ("carrier", "label_media"),
    ):
        op.drop_column(table, column)
