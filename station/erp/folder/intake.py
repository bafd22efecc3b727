"""Taking files over in short units of work: the good documents are applied, the bad ones set aside.

Where the connection wants files whole, one is looked through first, and one row that does not fit sends
all of it back with every reason. A crash in the middle leaves the file where it is; what was applied already
is known by its version when the file is read again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from functools import partial
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from station.catalog.models import Carrier
from station.erp.contract import Desk, Outcome
from station.erp.folder import aside
from station.erp.folder.columns import Problem
from station.erp.folder.files import IncomingFile, Refusal, Rejected
from station.erp.folder.progress import Progress
from station.erp.inward import inbox
from station.erp.models import ErpFile, FileState
from station.exchange.documents import doc_no_of
from station.ground.db import BULK

LOOKED = 500
"""Documents looked through per read."""
TOLD = 50
"""Findings and notes of one file that the desk keeps."""


def take_file(desk: Desk, file: IncomingFile, *, is_whole: bool) -> Sequence[Outcome] | None:
    """Apply one file; what came of each good document, None when this content was taken before.

    `Rejected` with every reason when nothing of it fits, or anything does not where files are whole.
    """
    with desk.db.read() as tx:
        is_known = _is_known(tx, file.sha256)
        file = replace(file, documents=_by_carriers_name(tx, file.documents))
    if is_known:
        _note(desk, file, FileState.KNOWN, {"KNOWN": len(file.documents)})
        return None
    problems = _look_through(desk, file) if is_whole else []
    if problems:
        raise Rejected(problems)
    for start in range(0, len(file.bad), aside.AT_ONCE):
        part = file.bad[start : start + aside.AT_ONCE]
        keep = partial(aside.keep, source=desk.code, file=file, bad=part, now=desk.clock.now())
        desk.db.write(keep, BULK)
    if not file.documents:
        raise Rejected(file.findings)
    with Progress(desk, file.name, len(file.documents)) as progress:
        results = desk.apply(inbox.items_of(file.documents), file.name, progress.step)
    counts: dict[str, int] = {}
    for result in results:
        counts[result.result] = counts.get(result.result, 0) + 1
    if file.bad:
        counts["ASIDE"] = len(file.bad)
    is_partly = bool(counts.get("PROBLEM") or file.bad)
    _note(desk, file, FileState.PARTLY if is_partly else FileState.TAKEN, counts, _not_taken(file, results))
    return results


def _by_carriers_name(tx: Session, documents: tuple[Any, ...]) -> tuple[Any, ...]:
    """Orders that name their carrier instead of its code get the code."""
    if not documents or not hasattr(documents[0], "carrier_code"):
        return documents
    rows = list(tx.execute(select(Carrier.code, Carrier.name)))
    codes = {row.name: row.code for row in rows} | {row.code: row.code for row in rows}
    return tuple(
        doc
        if codes.get(doc.carrier_code, doc.carrier_code) == doc.carrier_code
        else replace(doc, carrier_code=codes[doc.carrier_code])
        for doc in documents
    )


def _not_taken(file: IncomingFile, results: Sequence[Outcome]) -> list[Problem]:
    """Documents that the database side did not take, as findings with their rows."""
    return [
        Problem(row=row, column="", value=item.doc_no, code=item.code, detail=item.why)
        for row, item in zip(file.rows, results, strict=False)
        if item.result == "PROBLEM"
    ]


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


def note_refusal(desk: Desk, refusal: Refusal) -> None:
    """The desk shows every file, also one that could not be read."""
    detail = {"findings": _told(refusal.problems)}
    _write(desk, refusal.name, refusal.doc_type, refusal.sha256, FileState.REJECTED, 0, 0, detail)


def _note(
    desk: Desk, file: IncomingFile, state: str, counts: Mapping[str, int], more: Sequence[Problem] = ()
) -> None:
    findings = _told([*file.findings, *more])
    detail = {"counts": dict(counts), "findings": findings, "notes": _told(file.notes)}
    documents = len(file.documents) + len(file.bad)
    problems = counts.get("PROBLEM", 0) + len(file.bad)
    _write(desk, file.name, file.doc_type, file.sha256, state, documents, problems, detail)


def _told(problems: Sequence[Problem]) -> list[dict[str, Any]]:
    return [asdict(item) for item in problems[:TOLD]]


def _is_known(tx: Session, sha256: str) -> bool:
    """Whether a file of this very content was taken before, all of it."""
    return (
        tx.scalar(select(ErpFile.id).where(ErpFile.sha256 == sha256, ErpFile.state == FileState.TAKEN))
        is not None
    )


def _write(
    desk: Desk, name: str, doc_type: str, sha256: str, state: str, documents: int, problems: int, detail: Any
) -> None:
    """Remember what became of a file; the same content in the same state is one row, with the newest time."""
    values: Mapping[str, Any] = {
        "name": name[:200],
        "doc_type": doc_type,
        "documents": documents,
        "problems": problems,
        "detail": detail,
        "source": desk.code,
        "at": desk.clock.now(),
    }

    def write(tx: Session) -> None:
        known = tx.scalar(select(ErpFile.id).where(ErpFile.sha256 == sha256, ErpFile.state == state))
        if known is None:
            tx.execute(insert(ErpFile), [{"sha256": sha256, "state": state, **values}])
        else:
            tx.execute(update(ErpFile).where(ErpFile.id == known).values(**values))

    desk.db.write(write, BULK)
