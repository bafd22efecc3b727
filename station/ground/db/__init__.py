"""The database: column types, the engine, read sessions, and the one way to write.

Every difference between SQLite and PostgreSQL lives in this package.

Writing means handing `Database.write` a function and waiting for its answer. On SQLite one writer
thread takes what is queued, opens one transaction, gives each unit a savepoint of its own, commits
(synchronous=FULL) and only then answers: many handhelds share one disk flush. On PostgreSQL every
unit is its own transaction, repeated when the database asks for it. A unit must therefore be a
function of its session alone: it may run more than once, and only its last run counts.
"""

from station.ground.db.columns import (
    STRICT,
    Base,
    Day,
    Flag,
    Id,
    Json,
    Str,
    UtcDateTime,
    append_only,
    append_only_ddl,
    is_one_of,
    table,
    unreplaceable_ddl,
)
from station.ground.db.engines import DatabaseUnusable, FateUnknown, check_journal, has_wal_race, reason
from station.ground.db.group import BATCH, BULK, DESK, SCAN
from station.ground.db.locking import quiesce
from station.ground.db.prepared import Prepared, changed, savepoint
from station.ground.db.writing import Database

__all__ = [
    "BATCH",
    "BULK",
    "DESK",
    "SCAN",
    "STRICT",
    "Base",
    "Database",
    "DatabaseUnusable",
    "Day",
    "FateUnknown",
    "Flag",
    "Id",
    "Json",
    "Prepared",
    "Str",
    "UtcDateTime",
    "append_only",
    "append_only_ddl",
    "changed",
    "check_journal",
    "has_wal_race",
    "is_one_of",
    "quiesce",
    "reason",
    "savepoint",
    "table",
    "unreplaceable_ddl",
]
