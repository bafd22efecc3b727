"""Everything that happened at a receipt as lines of one table: scans, states, signatures, papers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from printers.schema import print_job
from station.ground.documents.history import History
from station.ground.documents.signatures import Signature
from station.ground.web.desk import state_word
from station.ground.web.i18n import gettext as _
from station.ground.web.i18n import language, local_time
from station.ground.web.scan import workflows
from station.ground.web.trail import Docs, one_of
from station.ground.words.actor import Role
from station.ground.words.messages import say
from station.paper.board import words

MOST_PAPERS = 200


@dataclass(frozen=True, slots=True)
class Event:
    """One line: when, who, in which process, what was done, and what came of it."""

    at: datetime
    who: str
    where: str
    what: str
    came: str

    @property
    def cells(self) -> list[Any]:
        """As the table shows it."""
        return [local_time(self.at), self.who, self.where, self.what, self.came]


def titles() -> list[str]:
    """Of the table's columns."""
    return [_("Time"), _("Who"), _("Process"), _("What"), _("Result")]


def of_scans(made: Iterable[Any]) -> Iterator[Event]:
    """Scans, taken and refused, with the sentence that the person read."""
    for scan in made:
        flow = workflows().get(scan.workflow)
        process = say(flow.title)[language()] if flow else scan.workflow
        said = (scan.reply.get("message") or {}).get(language(), "")
        who = f"{scan.name or '?'} · {scan.device}" if scan.device else str(scan.name or "?")
        yield Event(scan.at, who, process, scan.raw or "•••", said if scan.is_accepted else f"✘ {said}")


def of_history(tx: Session, docs: Docs) -> Iterator[Event]:
    """States of the papers, and who signed them."""
    mine = one_of(History.doc_type, History.doc_no, docs)
    for row in tx.scalars(select(History).where(mine).order_by(History.id)):
        came = state_word(row.new) if row.new != row.old else ""
        yield Event(row.at, row.actor, row.doc_no, state_word(row.event), f"{came} {row.reason}".strip())
    signed = one_of(Signature.doc_type, Signature.doc_no, docs)
    for mark in tx.scalars(select(Signature).where(signed).order_by(Signature.id)):
        yield Event(mark.at, mark.signer, mark.doc_no, _("Signed"), _role(mark.meaning))


def _role(meaning: str) -> str:
    """As what somebody signed: in the words of roles, where it is one."""
    is_role = meaning.upper() in Role.__members__
    return state_word(meaning.upper() if is_role else meaning)


@dataclass(frozen=True, slots=True)
class Printed:
    """A paper of the receipt, and whether its picture is still kept."""

    id: int
    kind: str
    no: str
    state: str
    at: datetime
    who: str
    has_picture: bool

    @property
    def words(self) -> str:
        """What it is called."""
        return words(self.kind)


def papers(tx: Session, docs: Docs) -> list[Printed]:
    """The receipt's papers, oldest first."""
    job = print_job.c
    columns = (job.id, job.kind, job.subject_no, job.state, job.created_at, job.requested_by)
    query = select(*columns, job.pictures.is_not(None).label("has_picture"))
    query = query.where(one_of(job.subject_type, job.subject_no, docs)).order_by(job.id).limit(MOST_PAPERS)
    return [
        Printed(
            row.id, row.kind, row.subject_no, row.state, row.created_at, row.requested_by, row.has_picture
        )
        for row in tx.execute(query)
    ]


def of_papers(printed: Iterable[Printed]) -> Iterator[Event]:
    """When each paper was asked for, and what became of it."""
    for paper in printed:
        yield Event(paper.at, paper.who, paper.no, paper.words, state_word(paper.state))
