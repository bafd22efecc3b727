"""The three tables of printing, on their own MetaData; portable between SQLite and PostgreSQL."""

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    TypeDecorator,
    UniqueConstraint,
    false,
    text,
    true,
)

metadata = MetaData()

QUEUED, SENDING, SENT, CONFIRMED = "QUEUED", "SENDING", "SENT", "CONFIRMED"
UNKNOWN, FAILED, CANCELLED = "UNKNOWN", "FAILED", "CANCELLED"
STATES = (QUEUED, SENDING, SENT, CONFIRMED, UNKNOWN, FAILED, CANCELLED)
# A route for every workstation that has none of its own.
ANYWHERE = "*"

_Id = BigInteger().with_variant(Integer, "sqlite")


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: refuses naive values, stores UTC, gives aware UTC back (SQLite forgets the zone)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the instant as the database keeps it; ValueError for a naive one."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no time zone.")
        instant = value.astimezone(UTC)
        return instant.replace(tzinfo=None) if dialect.name == "sqlite" else instant

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Return the stored instant as aware UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


printer = Table(
    "printer",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("code", String(40), nullable=False),
    Column("name", String(80), nullable=False),
    Column("language", String(10), nullable=False),
    Column("address", String(200), nullable=False),
    Column("media", String(40), nullable=False),
    Column("dpi", Integer, nullable=False),
    Column("options", JSON, nullable=False),
    Column("is_active", Boolean(create_constraint=False), nullable=False, server_default=true()),
    # The language of captions on its papers.
    Column("lang", String(5), nullable=False, server_default="zh"),
    # Which answer of this printer proves that paper came out, and whether it answers at all.
    Column("proof", String(10), nullable=False, server_default="none"),
    Column("answers", Boolean(create_constraint=False)),
    Column("state", String(10), nullable=False, server_default="UNTRIED"),
    # Why nothing comes out just now (printers.status), empty when nothing is known against it.
    Column("cause", String(20), nullable=False, server_default=""),
    Column("is_low", Boolean(create_constraint=False), nullable=False, server_default=false()),
    Column("last_error", String(500)),
    Column("seen_at", UtcDateTime()),
    # What probing and test page showed, and when.
    Column("found", JSON),
    Column("probed_at", UtcDateTime()),
    UniqueConstraint("code", name="uq_printer_code"),
    CheckConstraint(_one_of("language", ("png", "zpl", "tspl", "escpos", "pdf")), name="ck_printer_language"),
    CheckConstraint("dpi IN (203, 300)", name="ck_printer_dpi"),
    CheckConstraint(_one_of("lang", ("zh", "en")), name="ck_printer_lang"),
    CheckConstraint(_one_of("proof", ("none", "fence", "echo", "counter")), name="ck_printer_proof"),
    CheckConstraint(_one_of("state", ("UNTRIED", "READY", "FAILING")), name="ck_printer_state"),
)

print_route = Table(
    "print_route",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("kind", String(40), nullable=False),
    Column("workstation", String(40), nullable=False),
    Column("printer_id", _Id, ForeignKey("printer.id", name="fk_print_route_printer"), nullable=False),
    Column("standby_printer_id", _Id, ForeignKey("printer.id", name="fk_print_route_standby")),
    UniqueConstraint("kind", "workstation", name="uq_print_route_kind_workstation"),
)

print_job = Table(
    "print_job",
    metadata,
    Column("id", _Id, primary_key=True),
    Column("idem_key", String(200), nullable=False),
    Column("kind", String(40), nullable=False),
    Column("subject_type", String(40), nullable=False),
    Column("subject_no", String(80), nullable=False),
    Column("workstation", String(40), nullable=False),
    Column("printer_id", _Id, ForeignKey("printer.id", name="fk_print_job_printer"), nullable=False),
    Column("data", JSON, nullable=False),
    Column("media", String(40), nullable=False),
    Column("copies", Integer, nullable=False),
    Column("copy_no", Integer, nullable=False),
    Column("reprint_of", _Id, ForeignKey("print_job.id", name="fk_print_job_reprint_of")),
    Column("reason", String(200)),
    Column("requested_by", String(80), nullable=False),
    Column("state", String(10), nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("bytes_written", Integer, nullable=False, server_default="0"),
    Column("proof", String(80)),
    Column("error", String(500)),
    # Why it waits, in the printer's words, while it is QUEUED or SENDING.
    Column("cause", String(20), nullable=False, server_default=""),
    # Papers that belong together and are printed in order: the next waits until the one before is settled.
    Column("batch", String(80)),
    # Who said what became of an UNKNOWN or FAILED job; until then its batch stands still.
    Column("answered_by", String(80)),
    # The printer that was to print it before a standby or a person took it over.
    Column("moved_from", _Id),
    Column("layout", String(20)),
    Column("sha256", String(64)),
    Column("pictures", LargeBinary),
    Column("created_at", UtcDateTime(), nullable=False),
    Column("next_at", UtcDateTime(), nullable=False),
    Column("sending_at", UtcDateTime()),
    # Set right before the first byte: from here on nobody can say that nothing was printed.
    Column("started_at", UtcDateTime()),
    Column("done_at", UtcDateTime()),
    UniqueConstraint("idem_key", name="uq_print_job_idem_key"),
    UniqueConstraint("reprint_of", "copy_no", name="uq_print_job_reprint_copy"),
    CheckConstraint(_one_of("state", STATES), name="ck_print_job_state"),
    CheckConstraint("copies >= 1 AND copy_no >= 1", name="ck_print_job_copies"),
    CheckConstraint("state <> 'CONFIRMED' OR proof IS NOT NULL", name="ck_print_job_proof"),
    Index("ix_print_job_subject", "subject_type", "subject_no"),
    Index("ix_print_job_queue", "state", "printer_id", "id"),
    Index("ix_print_job_created_at", "created_at"),
    Index("ix_print_job_batch", "batch", "id"),
    # One paper at a time per printer, whoever runs how many workers.
    Index(
        "uq_print_job_sending",
        "printer_id",
        unique=True,
        sqlite_where=text("state = 'SENDING'"),
        postgresql_where=text("state = 'SENDING'"),
    ),
)
