"""The port: what the station asks of any ERP, and what a connector may answer.

A connector translates between one ERP and the canonical documents (`station.exchange.documents`). It keeps no
state: cursors, retries, order and memory are the sync's (`Desk` is lent to the folder). What connectors share
is `station.erp.frame`. Everything it raises is
one of the classes below, because what happens next depends on it:

=============  ==========================================================================
`Down`         no answer, or an outcome nobody knows: the same again later, for days
`Limited`      the ERP asks for patience: later, at the time it names; no fault
`NoAccess`     it does not know us or forbids it: stop and tell a person
`Stale`        somebody changed the document meanwhile: read again and try again
`Declined`     a living ERP says no: set aside at once for a person
`Unmapped`     a word of the ERP that nobody has translated yet: waits for the mapping page
=============  ==========================================================================

`deliver` is called at least once per event with the same `event_key`, perhaps again after an answer that
was lost: a connector must look first and have the effect once. Keys are never derived from quantities.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


class ErpError(Exception):
    """What went wrong with an ERP; the text is for the office and holds no secret."""


class Down(ErpError):
    """It cannot be reached, or nobody knows whether it did what was asked."""


class Limited(ErpError):
    """Too many calls; `wait_s` is how long it wants to be left alone."""

    def __init__(self, text: str, wait_s: int = 60) -> None:
        super().__init__(text)
        self.wait_s = wait_s


class NoAccess(ErpError):
    """Wrong or expired credentials, or a right that is missing."""


class Stale(ErpError):
    """The document is not any more what was read."""


class Declined(ErpError):
    """The ERP understood and said no."""


class Unmapped(ErpError):
    """A word of the ERP that has no meaning here yet; `kind` as in `ErpMapping`."""

    def __init__(self, kind: str, theirs: str) -> None:
        super().__init__(f"{kind} {theirs!r}")
        self.kind, self.theirs = kind, theirs


@dataclass(frozen=True)
class Item:
    """One document of a page, or why it could not be understood (`code` of
    `station.ground.spreadsheets.reasons`).

    `mark` is the ERP's own stamp of the document, compared with `open_set`; `is_vetted` says that the file in
    it was opened (`station.erp.inward.vetting`).
    """

    doc_type: str
    doc_no: str
    doc: Any = None
    mark: str = ""
    code: str = ""
    why: str = ""
    raw: Any = None
    is_vetted: bool = False
    unmapped: tuple[str, str] | None = None


@dataclass(frozen=True)
class Page:
    """What a feed told since a cursor. `cursor` is where to go on once all of it is safely ours.

    `more` asks for the next page at once; `total` is how many there are, when the ERP tells.
    """

    items: Sequence[Item]
    cursor: Mapping[str, Any]
    more: bool = False
    total: int | None = None


Reader = Callable[[Mapping[str, Any]], Page]


@dataclass(frozen=True)
class Feed:
    """Something to read regularly, in the order of the list; `cancels` feeds prove the cancel list fresh.

    `reader` gives the page behind a cursor, for connectors built on `station.erp.frame`.
    """

    name: str
    doc_types: tuple[str, ...]
    reader: Reader | None = None
    cancels: bool = False


@dataclass
class Finding:
    """One line of a connection's test; `ok` None means "to know"."""

    what: str
    ok: bool | None
    text: str


@dataclass
class Report:
    """What the test of a connection found; `samples` are documents as they would be taken over."""

    findings: list[Finding] = field(default_factory=list)
    samples: list[Any] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Nothing in the way."""
        return all(item.ok is not False for item in self.findings)

    def add(self, what: str, ok: bool | None, text: str) -> None:
        """Note one finding."""
        self.findings.append(Finding(what, ok, text))


@dataclass(frozen=True)
class StockLine:
    """What the ERP believes there is; `lot` empty when it does not tell lots apart, `status` ours."""

    sku_code: str
    lot: str
    status: str
    qty_each: int


@dataclass(frozen=True)
class OpenOrder:
    """An order that the ERP still wants shipped, with its stamp."""

    doc_no: str
    mark: str
