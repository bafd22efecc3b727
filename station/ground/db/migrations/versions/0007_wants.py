"""What a connection hears of stands with it; orders and notices say which connection they came from."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from station.ground import db

revision = "0007"
down_revision = "0006"

_ALL = "order_state,receipt_confirmation,return_result,shipment_confirmation,stock_adjustment,stock_change"
WANTS = {
    "folder": "order_state:CANCELED,order_state:CANCELEDFAIL,return_result,stock_adjustment",
    "rest": _ALL,
    "tryton": "order_state:CANCELED,stock_adjustment",
    "odoo": "stock_adjustment",
    "qimen": "order_state,return_result,stock_adjustment,stock_change",
}
"""What the connectors of each kind delivered when this was written."""

YES = {"yes", "on", "true", "1", "是"}

_connection = sa.table(
    "erp_connection",
    sa.column("id", db.Id),
    sa.column("kind", db.Str(20)),
    sa.column("settings", db.Json()),
    sa.column("wants", db.Str(400)),
    sa.column("created_at", db.UtcDateTime()),
    sa.column("cancels_at", db.UtcDateTime()),
)


def upgrade() -> None:
    op.add_column("erp_connection", sa.Column("wants", db.Str(400), nullable=False, server_default=""))
    op.add_column("delivery_order", sa.Column("source", db.Str(20), nullable=False, server_default=""))
    op.add_column("inbound_notice", sa.Column("source", db.Str(20), nullable=False, server_default=""))
    _fill_wants()
    _fill_source("delivery_order", "order", "erp_no")
    _fill_source("inbound_notice", "notice", "asn_no")
    _watch_whom_the_form_says()


def _fill_wants() -> None:
    for kind, words in WANTS.items():
        op.execute(sa.update(_connection).where(_connection.c.kind == kind).values(wants=words))


def _fill_source(name: str, doc_type: str, number: str) -> None:
    """Each by the unique index of the documents: a warehouse may hold half a million orders."""
    op.execute(
        f"UPDATE {name} SET source = d.source FROM inbox_document d "  # noqa: S608 — our own names
        f"WHERE d.doc_type = '{doc_type}' AND d.doc_no = {name}.{number}"
    )


def _watch_whom_the_form_says() -> None:
    """Watch the cancel list was asked and read by nobody: who said no is not watched, who said yes is."""
    bind = op.get_bind()
    for row in bind.execute(sa.select(_connection).where(_connection.c.kind == "rest")).all():
        settings: Any = row.settings or {}
        is_watched = str(settings.get("watch_cancels", "")).strip().lower() in YES
        at = (row.cancels_at or row.created_at) if is_watched else None
        bind.execute(sa.update(_connection).where(_connection.c.id == row.id).values(cancels_at=at))
