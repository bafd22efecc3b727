"""The database keeps the states of what goes to and comes from the ERPs."""

from station.ground.db.migrations.rebuilding import add_checks

revision = "0020"
down_revision = "0016"

STATES = {
    "outbox_message": "'PENDING', 'LEASED', 'DONE', 'DEAD', 'DROPPED'",
    "erp_file": "'TAKEN', 'REJECTED'",
    "inbox_problem": "'OPEN', 'DONE', 'DROPPED'",
    "reconciliation": "'ASKED', 'RUNNING', 'DONE', 'FAILED'",
}


def upgrade() -> None:
    for table, words in STATES.items():
        add_checks(table, {f"ck_{table}_state": f"state IN ({words})"})
