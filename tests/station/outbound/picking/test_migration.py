"""What an older station knew of totes is still known (0011)."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic import command
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text

from station.ground.db import schema


@pytest.mark.parametrize(
    ("state", "use"), [("TAKEN", "IN_USE"), ("DONE", "IN_USE"), ("EMPTY", "EMPTY"), ("CANCELLED", "EMPTY")]
)
def test_the_tote_of_a_list_becomes_its_first(tmp_path: Path, state: str, use: str) -> None:
    url = f"sqlite:///{tmp_path / 'old.sqlite3'}"
    scripts = ScriptDirectory.from_config(schema._config())
    older = scripts.get_revision("0011").down_revision
    assert isinstance(older, str)
    engine = create_engine(url)
    with engine.begin() as connection:
        command.upgrade(schema._config(connection), older)
    with engine.begin() as connection:
        for statement in (
            "INSERT INTO carrier (id, code, name, color, label_media) VALUES (1, 'ZTO', 'ZTO', '', '')",
            (
                "INSERT INTO wave (id, wave_no, type, carrier_id, state, created_at, created_by) "
                "VALUES (1, 'WV1', 'W6', 1, 'PICKING', '2026-05-01T00:00:00.000000+00:00', 'x')"
            ),
            (
                "INSERT INTO location (id, code, barcode, kind, zone, pick_seq, state, label_version) "
                "VALUES (77, 'T001', 'TT1', 'TOTE', '', 0, 'OPEN', 1)"
            ),
            (
                "INSERT INTO pick_list (id, pick_no, wave_id, state, tote_id, created_at) "
                f"VALUES (5, 'PK5', 1, '{state}', 77, '2026-05-01T00:00:00.000000+00:00'), (6, 'PK6', 1, 'OPEN', NULL, '2026-05-01T00:00:00.000000+00:00')"
            ),
        ):
            connection.execute(text(statement))
    schema.upgrade(url)
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT pick_list_id, tote_id, cell, state FROM pick_list_tote")).all()
        columns = [row.name for row in connection.execute(text("PRAGMA table_info(pick_list)"))]
    engine.dispose()
    assert [tuple(row) for row in rows] == [(5, 77, 0, use)]
    assert "tote_id" not in columns
