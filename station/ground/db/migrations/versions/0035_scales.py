"""Real scales: how their lines are read and what they say; a parcel's weight may have been typed."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from station.ground import db
from station.ground.db.migrations.rebuilding import add_checks

revision = "0035"
down_revision = "0030"

KINDS = "'VIRTUAL', 'SERIAL', 'BENCH'"
SAYS = "'LOST', 'SILENT', 'FOREIGN', 'FINDING', 'UNCLEAR', 'OUTSIDE', 'TARED', 'MOVING', 'EMPTY', 'STILL'"


def _text(name: str, length: int, default: str = "") -> sa.Column[Any]:
    return sa.Column(name, db.Str(length), server_default=default, nullable=False)


def upgrade() -> None:
    columns: tuple[sa.Column[Any], ...] = (
        _text("port", 120),
        _text("family", 20),
        _text("line", 12),
        _text("unit", 2),
        sa.Column("is_asked", db.Flag(), server_default=sa.false(), nullable=False),
        _text("says", 10, "SILENT"),
        sa.Column("since", db.UtcDateTime(), nullable=True),
        _text("frame", 160),
        _text("guesses", 160),
        *(sa.Column(name, db.Id, server_default="0", nullable=False) for name in ("run", "seq", "zeros")),
        _text("token_hash", 64),
    )
    for column in columns:
        op.add_column("scale", column)
    add_checks("scale", {"ck_scale_kind": f"kind IN ({KINDS})", "ck_scale_says": f"says IN ({SAYS})"})
    op.add_column("parcel", sa.Column("is_typed", db.Flag(), nullable=False, server_default=sa.false()))
