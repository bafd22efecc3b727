"""Whose home a slot is, and the pick lists of a wave, found without reading all there are."""

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_index("ix_sku_home_location_id", "sku", ["home_location_id"])
    op.create_index("ix_pick_list_wave_id", "pick_list", ["wave_id"])
