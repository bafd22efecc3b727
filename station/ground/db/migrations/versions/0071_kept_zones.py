"""A zone is kept for goods before they come; open orders are found without reading the closed ones."""

import sqlalchemy as sa
from alembic import op

from station.ground import db

revision = "0071"
down_revision = "0087"


def upgrade() -> None:
    op.create_table(
        "kept_zone",
        sa.Column("id", db.Id, nullable=False),
        sa.Column("doc_no", db.Str(40), nullable=False),
        sa.Column("zone", db.Str(10), nullable=False),
        sa.Column("at", db.UtcDateTime(), nullable=False),
        sa.Column("by", db.Str(80), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_zone")),
        sa.UniqueConstraint("doc_no", name=op.f("uq_kept_zone_doc_no")),
        sqlite_strict=True,
    )
    op.create_index("ix_inbound_notice_is_closed_expected_on", "inbound_notice", ["is_closed", "expected_on"])
