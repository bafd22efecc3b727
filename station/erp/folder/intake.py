"""Taking whole files over: looked through first, then applied in short units of work.

A file is one piece for whoever wrote it: one row that does not fit sends the whole file back with every
reason, and nothing of it is applied. A crash in the middle leaves the file where it is; what was applied
already is known by its version when the file is read again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from station.erp.contract import Desk, Outcome
from station.erp.folder.columns import Problem
from station.erp.folder.files import IncomingFile, Rejected
from station.erp.inward import inbox
from station.erp.models import ErpFile, FileState
from station.exchange.documents import doc_no_of
from station.ground.db import BULK

LOOKED = 500
"""Documents looked through per read."""


def take_file(desk: Desk, file: IncomingFile) -> Sequence[Outcome] | None:
    """Apply one file; what came of each document, None when this content was taken before.

    `Rejected` with every reason when a document does not fit.
    """
    with desk.db.read() as tx:
        if _is_known(tx, file.sha256):
            return None
    problems = _look_through(desk, file)
    if problems:
        first = problems[0]
        detail = {"code": first.code, "doc": first.value, "why": first.detail}
        _note(desk, file, FileState.REJECTED, detail)
        raise Rejected(problems)
    results = desk.apply(inbox.items_of(file.documents), file.name)
    counts: dict[str, int] = {}
    for result in results:
        counts[result.result] = counts.get(result.result, 0) + 1
    _note(desk, file, FileState.TAKEN, counts)
    return results


def _look_through(desk: Desk, file: IncomingFile) -> list[Problem]:
    problems: list[Problem] = []
    for start in range(0, len(file.documents), LOOKED):
        part = file.documents[start : start + LOOKED]
        with desk.db.read() as tx:
            misfits = inbox.misfits(tx, desk.code, part)
        for at, (reason, why) in sorted(misfits.items()):
            row = file.rows[start + at] if start + at < len(file.rows) else None
            problems.append(Problem(row=row, column="", value=doc_no_of(part[at]), code=reason, detail=why))
    return problems


def _note(desk: Desk, file: IncomingFile, state: str, detail: Any) -> None:
    now, count = desk.clock.now(), len(file.documents)
    desk.db.write(
        lambda tx: _note_file(tx, file.name, file.doc_type, file.sha256, state, count, detail, now), BULK
    )


def _is_known(tx: Session, sha256: str) -> bool:
    """Whether a file of this very content was taken before."""
    return (
        tx.scalar(select(ErpFile.id).where(ErpFile.sha256 == sha256, ErpFile.state == FileState.TAKEN))
        is not None
    )


def _note_file(
    tx: Session, name: str, doc_type: str, sha256: str, state: str, documents: int, detail: Any, now: datetime
) -> None:
    """Remember what became of a file; the same content in the same state is one row."""
    known = tx.scalar(select(ErpFile.id).where(ErpFile.sha256 == sha256, ErpFile.state == state))
    if known is None:
        values: Mapping[str, Any] = {
            "name": name[:200],
            "sha256": sha256,
            "doc_type": doc_type,
            "state": state,
            "documents": documents,
            "detail": detail,
            "at": now,
        }
        tx.execute(insert(ErpFile), dict(values))
