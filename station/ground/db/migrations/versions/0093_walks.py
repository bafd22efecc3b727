"""How far a pick list leads, how far the fixed sequence would, and when its first order must leave."""

import sqlalchemy as sa
from alembic import op

from station.ground import db

revision = "0093"
down_revision = "0089"

_LIST = sa.table(
    "pick_list", sa.column("wave_id"), sa.column("state", db.Str(10)), sa.column("is_urgent", db.Flag())
)
_SEAT = sa.table("wave_order", sa.column("wave_id"), sa.column("order_id"))
_ORDER = sa.table("delivery_order", sa.column("id"), sa.column("is_urgent", db.Flag()))


def upgrade() -> None:
    for name in ("walk_cm", "fixed_cm"):
        op.add_column("pick_list", sa.Column(name, db.Id, server_default="0", nullable=False))
    op.add_column("pick_list", sa.Column("due_at", db.UtcDateTime(), nullable=True))
    op.add_column("pick_list", sa.Column("is_urgent", db.Flag(), server_default="0", nullable=False))
    urgent = (
        sa.select(_SEAT.c.wave_id).join(_ORDER, _ORDER.c.id == _SEAT.c.order_id).where(_ORDER.c.is_urgent)
    )
    op.execute(
        sa.update(_LIST).where(_LIST.c.state == "OPEN", _LIST.c.wave_id.in_(urgent)).values(is_urgent=True)
    )
    op.create_index("ix_pick_list_user_id", "pick_list", ["user_id"])
