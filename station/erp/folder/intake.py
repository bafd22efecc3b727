"""Taking whole files over: looked through first, then applied in short units of work.

A file is one piece for whoever wrote it: one row that does not fit sends the whole file back with every
reason, and nothing of it is applied. A crash in the middle leaves the file where it is; what was applied
already is known by its version when the file is read again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from station.erp.folder.columns import Problem
from station.erp.folder.files import IncomingFile, Rejected
from station.erp.inward import inbox
from station.exchange.documents import doc_no_of
from station.ground.db import BULK

if TYPE_CHECKING:
    from station.erp.sync import Sync

LOOKED = 500
"""Documents looked through per read."""


def take_file(sync: Sync, code: str, file: IncomingFile) -> list[inbox.Result] | None:
    """Apply one file; what came of each document, None when this content was taken before.

    `Rejected` with every reason when a document does not fit.
    """
    with sync.db.read() as tx:
        if inbox.is_known(tx, file.sha256):
            return None
    problems = _look_through(sync, code, file)
    if problems:
        first = problems[0]
        detail = {"code": first.code, "doc": first.value, "why": first.detail}
        _note(sync, file, "REJECTED", detail)
        raise Rejected(problems)
    results = sync.apply(code, inbox.items_of(file.documents), via=file.name)
    counts: dict[str, int] = {}
    for result in results:
        counts[result.result] = counts.get(result.result, 0) + 1
    _note(sync, file, "TAKEN", counts)
    return results


def _look_through(sync: Sync, code: str, file: IncomingFile) -> list[Problem]:
    found: list[Problem] = []
    for start in range(0, len(file.documents), LOOKED):
        part = file.documents[start : start + LOOKED]
        with sync.db.read() as tx:
            misfits = inbox.misfits(tx, code, part)
        for at, (reason, why) in sorted(misfits.items()):
            row = file.rows[start + at] if start + at < len(file.rows) else None
            found.append(Problem(row=row, column="", value=doc_no_of(part[at]), code=reason, detail=why))
    return found


def _note(sync: Sync, file: IncomingFile, state: str, detail: Any) -> None:
    now, count = sync.clock.now(), len(file.documents)
    sync.db.write(
        lambda tx: inbox.note_file(tx, file.name, file.doc_type, file.sha256, state, count, detail, now), BULK
    )
