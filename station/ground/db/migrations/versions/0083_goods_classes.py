"""What a place is for: a class of goods, a turnover, pallets, articles beside each other; cartons on pallets."""

import sqlalchemy as sa
from alembic import op

from station.ground import db

revision = "0083"
down_revision = "0071"


def upgrade() -> None:
    op.add_column("sku", sa.Column("goods_class", db.Str(10), server_default="", nullable=False))
    op.add_column("location", sa.Column("goods_class", db.Str(10), server_default="", nullable=False))
    op.add_column("location", sa.Column("abc", db.Str(1), server_default="", nullable=False))
    op.add_column("putaway_task", sa.Column("proposed_why", db.Str(20), server_default="", nullable=False))
    for name in ("needs_pallet", "is_mixed"):
        op.add_column("location", sa.Column(name, db.Flag(), server_default="0", nullable=False))
