"""A restored station knows that it is one."""

import sqlalchemy as sa
from alembic import op

from station.ground import db

revision = "0017"
down_revision = "0013"


def upgrade() -> None:
    op.create_table(
        "epoch",
        sa.Column("id", db.Id, nullable=False),
        sa.Column("number", db.Id, nullable=False),
        sa.Column("tag", db.Str(12), nullable=False),
        sa.Column("copy_of", db.Str(200), nullable=False),
        sa.Column("copied_at", db.UtcDateTime(), nullable=False),
        sa.Column("began_at", db.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_epoch")),
        sa.UniqueConstraint("tag", name=op.f("uq_epoch_tag")),
        sqlite_strict=True,
    )
    for statement in db.append_only_ddl("epoch", op.get_bind().dialect.name):
        op.execute(statement)
