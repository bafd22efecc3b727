"""Mappings as they are kept: in use for a connection, saved as another version, taken out of use."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from station.erp.folder import mapping
from station.erp.folder.mapping import FileMap
from station.erp.models import ErpFileMap


def in_use(tx: Session, source: str) -> list[FileMap]:
    """The mappings of a connection, the newest first; one that this release does not read is left out."""
    rows = tx.scalars(
        select(ErpFileMap)
        .where(ErpFileMap.source == source, ErpFileMap.is_active)
        .order_by(ErpFileMap.id.desc())
    )
    found = []
    for row in rows:
        try:
            found.append(mapping.read(row.name, {**row.spec, "kind": row.kind, "pattern": row.pattern}))
        except (ValueError, TypeError, AttributeError):
            continue
    return found


def save(
    tx: Session, source: str, name: str, pattern: str, spec: Mapping[str, Any], who: str, now: datetime
) -> int:
    """Keep a mapping as the next version of its name, and use it from now on; the version."""
    last = tx.scalar(
        select(func.max(ErpFileMap.version)).where(ErpFileMap.source == source, ErpFileMap.name == name)
    )
    retire(tx, source, name)
    values = {
        "source": source,
        "name": name,
        "version": (last or 0) + 1,
        "pattern": pattern,
        "is_active": True,
    }
    made = {"kind": spec["kind"], "spec": dict(spec), "made_by": who, "made_at": now}
    tx.execute(insert(ErpFileMap), [{**values, **made}])
    return (last or 0) + 1


def retire(tx: Session, source: str, name: str) -> None:
    """Use no version of it any more."""
    tx.execute(
        update(ErpFileMap)
        .where(ErpFileMap.source == source, ErpFileMap.name == name, ErpFileMap.is_active)
        .values(is_active=False)
    )


def history(tx: Session, source: str) -> list[ErpFileMap]:
    """Every version that a connection has, newest first."""
    query = select(ErpFileMap).where(ErpFileMap.source == source).order_by(ErpFileMap.id.desc())
    return list(tx.scalars(query.limit(100)))
