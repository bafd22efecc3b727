"""What became of files: partly taken, known before, from which folder, and how far one is that is being taken."""

import sqlalchemy as sa
from alembic import op

from station.ground import db

revision = "0057"
down_revision = "0050"

OLD, NEW = "'TAKEN', 'REJECTED'", "'TAKEN', 'PARTLY', 'REJECTED', 'KNOWN'"


def upgrade() -> None:
    _widen()
    op.add_column("erp_file", sa.Column("source", db.Str(20), nullable=False, server_default="folder"))
    op.add_column("erp_file", sa.Column("problems", db.Id, nullable=False, server_default="0"))
    op.create_table(
        "erp_intake",
        sa.Column("id", db.Id, nullable=False),
        sa.Column("source", db.Str(20), nullable=False),
        sa.Column("name", db.Str(200), nullable=False),
        sa.Column("done", db.Id, nullable=False),
        sa.Column("total", db.Id, nullable=False),
        sa.Column("at", db.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erp_intake")),
        sa.UniqueConstraint("source", name=op.f("uq_erp_intake_source")),
        sqlite_strict=True,
    )


def _widen() -> None:
    """Two more states: SQLite cannot change a constraint, so that the table is made anew beside the old one."""
    bind = op.get_bind()
    if bind.dialect.name != "sqlite":
        op.drop_constraint("ck_erp_file_state", "erp_file")
        op.create_check_constraint("ck_erp_file_state", "erp_file", f"state IN ({NEW})")
        return
    found = "SELECT type, sql FROM sqlite_master WHERE tbl_name = 'erp_file' AND sql IS NOT NULL"
    parts = bind.execute(sa.text(found)).all()
    made = next(part.sql for part in parts if part.type == "table")
    body = made.split("(", 1)[1].replace(f"state IN ({OLD})", f"state IN ({NEW})")
    op.execute(f"CREATE TABLE erp_file_new ({body}")
    op.execute("INSERT INTO erp_file_new SELECT * FROM erp_file")
    op.execute("DROP TABLE erp_file")
    op.execute("ALTER TABLE erp_file_new RENAME TO erp_file")
    for part in parts:
        if part.type != "table":
            op.execute(part.sql)
