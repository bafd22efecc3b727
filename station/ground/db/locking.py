"""Waiting until nobody is in the middle of adding rows to a table."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Table, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from station.ground.db.columns import table


def quiesce(tx: Session, rows: type[Any] | Table, wait_ms: int = 200) -> bool:
    """Make sure that every row added so far is visible to what follows in this unit of work.

    On PostgreSQL a row with a lower number may be committed after one with a higher number: whoever reads
    "everything after number n" waits here for the writers of that moment. False when one takes longer
    than `wait_ms`; the unit goes on as if nothing had been tried. SQLite has one writer: this one.
    """
    if tx.connection().dialect.name != "postgresql":
        return True
    name = rows.name if isinstance(rows, Table) else table(rows).name
    try:
        with tx.begin_nested():
            tx.execute(text(f"SET LOCAL lock_timeout = '{int(wait_ms)}ms'"))
            tx.execute(text(f'LOCK TABLE "{name}" IN SHARE MODE'))
            tx.execute(text("SET LOCAL lock_timeout = DEFAULT"))
    except OperationalError:
        return False
    return True


def alone(tx: Session, rows: type[Any] | Table) -> None:
    """Until this unit of work ends nobody else changes the table: for rules about all of its rows.

    SQLite has one writer: this one.
    """
    if tx.connection().dialect.name == "postgresql":
        name = rows.name if isinstance(rows, Table) else table(rows).name
        tx.execute(text(f'LOCK TABLE "{name}" IN SHARE ROW EXCLUSIVE MODE'))
