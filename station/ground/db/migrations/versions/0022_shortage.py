"""Connections whose ERP can hear what is missing of an order hear it."""

import sqlalchemy as sa
from alembic import op

from station.ground import db

revision = "0022"
down_revision = "0037"

KINDS = ("folder", "rest", "qimen")

_connection = sa.table(
    "erp_connection",
    sa.column("id", db.Id),
    sa.column("kind", db.Str(20)),
    sa.column("wants", db.Str(400)),
)


def upgrade() -> None:
    bind = op.get_bind()
    for row in bind.execute(sa.select(_connection).where(_connection.c.kind.in_(KINDS))).all():
        words = ",".join(sorted({*row.wants.split(","), "order_shortage"} - {""}))
        bind.execute(sa.update(_connection).where(_connection.c.id == row.id).values(wants=words))
