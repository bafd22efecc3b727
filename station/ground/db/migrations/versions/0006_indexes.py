"""Whose home a slot is, to whom it is promised, and the pick lists of a wave: found, not searched for."""

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_index("ix_sku_home_location_id", "sku", ["home_location_id"])
    op.create_index("ix_putaway_task_proposed_id_state", "putaway_task", ["proposed_id", "state"])
    op.create_index("ix_pick_list_wave_id", "pick_list", ["wave_id"])
