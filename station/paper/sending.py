"""Handing documents to the printers in the unit of work that makes them (I10, design §5)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from printers import queue
from printers.documents import Document
from printers.errors import JobRefused, NoRoute, WrongMedia
from printers.schema import QUEUED
from station.ground.words.messages import Refused
from station.ground.work import Work


def print_(
    work: Work,
    document: Document,
    subject_type: str,
    subject_no: str,
    *,
    copies: int = 1,
    key: str = "",
    batch: str = "",
) -> int:
    """Queue `document` on the printer of the bench of whoever works.

    The same subject and key is one job however often the unit runs; the job's id is returned. Papers of one
    `batch` are printed in order, and stop at the first doubtful one (P30). E-PRN-05 without a route, E-PRN-06
    when the printer of the route holds other paper.
    """
    with _in_words():
        return queue.add(
            work.tx,
            document,
            subject_type=subject_type,
            subject_no=subject_no,
            workstation=work.by.workstation,
            requested_by=work.by.name,
            idem_key=f"{subject_type}:{subject_no}:{key or type(document).__name__}",
            now=work.now,
            copies=copies,
            batch=batch or None,
        )


def print_all(work: Work, papers: Sequence[tuple[Document, str]], subject_type: str) -> None:
    """Queue many papers of one kind (each with its subject's number) like `print_`, at once.

    E-PRN-05 without a route, E-PRN-06 when its printer holds other paper: then none is queued.
    """
    if papers:
        with _in_words():
            queue.add_all(
                work.tx,
                [(paper, no, f"{subject_type}:{no}:{type(paper).__name__}") for paper, no in papers],
                subject_type=subject_type,
                workstation=work.by.workstation,
                requested_by=work.by.name,
                now=work.now,
            )


def withdraw(work: Work, subject_type: str, subject_no: str, reason: str) -> None:
    """Cancel the papers of a subject that no printer has taken yet."""
    for job in queue.list_jobs(work.tx, states=(QUEUED,), subject_type=subject_type, subject_no=subject_no):
        try:
            queue.cancel(work.tx, job.id, now=work.now, reason=reason)
        except JobRefused:
            continue  # a printer took it this moment; its label will be refused at the next scan


def seen(work: Work, subject_type: str, subject_no: str) -> None:
    """A printed barcode was scanned: that is proof that the paper exists (P30)."""
    queue.confirm(work.tx, subject_type, subject_no, now=work.now, proof="scan")


def print_again(work: Work, subject_type: str, subject_no: str, reason: str) -> int:
    """Print the newest paper of a subject again, marked 补打; E-PRN-07 while it is on its way."""
    jobs = queue.list_jobs(work.tx, subject_type=subject_type, subject_no=subject_no, limit=1)
    if not jobs:
        raise Refused("E-PRN-05")
    with _in_words():
        return queue.reprint(
            work.tx,
            jobs[0].id,
            reason=reason,
            requested_by=work.by.name,
            now=work.now,
            idem_key=f"reprint:{work.key}",
        )


@contextmanager
def _in_words() -> Iterator[None]:
    """What the spooler refuses, by the catalogue's codes."""
    try:
        yield
    except NoRoute:
        raise Refused("E-PRN-05") from None
    except WrongMedia:
        raise Refused("E-PRN-06") from None
    except JobRefused:
        raise Refused("E-PRN-07") from None
