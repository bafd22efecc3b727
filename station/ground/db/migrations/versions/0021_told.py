"""What the ERPs are told and tell has a history; what older releases moved without one is written down as it stands."""

from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

from station.clock import SystemClock
from station.ground import db
from station.ground.db.migrations.rebuilding import add_checks

revision = "0021"
down_revision = "0035"


DOCUMENTS = {
    "location": ("LC", "code", ("OPEN",)),
    "handling_unit": ("CT", "lpn", ("PRINTED",)),
    "waybill": ("WB", "coalesce(waybill_no, request_key)", ("NONE",)),
    "receipt": ("RC", "receipt_no", ("ARRIVED",)),
    "putaway_task": ("PT", "'PT' || id", ("OPEN",)),
    "delivery_order": ("DO", "order_no", ("NEW",)),
    "wave": ("WV", "wave_no", ("RELEASED",)),
    "pick_list": ("PK", "pick_no", ("OPEN",)),
    "parcel": ("PARCEL", "parcel_no", ("OPEN",)),
    "manifest": ("MF", "manifest_no", ("OPEN",)),
    "outbox_message": ("OUTBOX", "CAST(id AS TEXT)", ("PENDING", "LEASED", "DONE")),
    "inbox_problem": ("PROBLEM", "CAST(id AS TEXT)", ("OPEN",)),
    "reconciliation": ("COMPARE", "CAST(id AS TEXT)", ("ASKED", "RUNNING")),
}
"""Type and number in the history, and the states in which there need be none."""


def upgrade() -> None:
    """Rows as they stand are taken for right: nobody can know what was edited before."""
    op.execute(
        "UPDATE outbox_message SET done_at = created_at WHERE state IN ('DONE', 'DROPPED') AND done_at IS NULL"
    )
    op.execute("UPDATE outbox_message SET done_at = NULL WHERE state NOT IN ('DONE', 'DROPPED')")
    done = "(state IN ('DONE', 'DROPPED')) = (done_at IS NOT NULL)"
    add_checks("outbox_message", {"ck_outbox_message_done": done})
    for table, (doc_type, number, begins) in DOCUMENTS.items():
        _adopt(table, doc_type, number, begins)


def _adopt(table: str, doc_type: str, number: str, begins: tuple[str, ...]) -> None:
    """A history row for each that stands elsewhere than its history says."""
    words = ", ".join(f"'{state}'" for state in begins)
    statement = sa.text(
        "INSERT INTO history (at, doc_type, doc_no, event, old, new, actor) "  # noqa: S608 — our own names
        f"SELECT :at, '{doc_type}', mine.doc_no, 'adopt', coalesce(told.new, ''), mine.state, 'system' "
        f"FROM (SELECT id, {number} AS doc_no, state FROM {table}) AS mine "
        "LEFT JOIN (SELECT doc_no, new FROM history WHERE id IN (SELECT max(id) FROM history "
        f"WHERE doc_type = '{doc_type}' AND event <> 'relabel' GROUP BY doc_no)) AS told "
        "ON told.doc_no = mine.doc_no "
        "WHERE mine.doc_no <> '' AND CASE WHEN told.new IS NULL "
        f"THEN mine.state NOT IN ({words}) ELSE mine.state <> told.new END ORDER BY mine.id"
    ).bindparams(sa.bindparam("at", SystemClock(ZoneInfo("UTC")).now(), db.UtcDateTime()))
    op.execute(statement)
