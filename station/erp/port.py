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

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar, Protocol

from station.clock import Clock
from station.ground.db import Database


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
    """One document of a page, or why it could not be understood (`code` of `station.erp.inward.reasons`).

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


@dataclass(frozen=True)
class Setting:
    """One field of a connector's form; `is_secret` ones are kept encrypted and never shown."""

    name: str
    zh: str
    en: str
    default: str = ""
    is_secret: bool = False
    is_required: bool = True
    hint_zh: str = ""
    hint_en: str = ""


@dataclass(frozen=True)
class Words:
    """The mapping of one connection, ready to use; a missing word raises `Unmapped`.

    Carriers and warehouses that are called alike on both sides need no entry.
    """

    ours: Mapping[tuple[str, str], tuple[str, int]] = field(default_factory=dict)
    own_carriers: frozenset[str] = frozenset()
    own_warehouse: str = ""

    def carrier(self, theirs: str) -> str:
        """Our carrier code."""
        return self._word("carrier", theirs, self.own_carriers)

    def warehouse(self, theirs: str) -> str:
        """Our warehouse code."""
        return self._word("warehouse", theirs, frozenset({self.own_warehouse}))

    def status(self, theirs: str, standard: Mapping[str, str]) -> str:
        """Our stock status; `standard` is what the connector knows by itself."""
        if (found := self.ours.get(("status", theirs))) and found[0]:
            return found[0]
        if theirs in standard:
            return standard[theirs]
        raise Unmapped("status", theirs)

    def unit(self, theirs: str, single: Iterable[str] = ()) -> int:
        """EACH per one of a unit; `single` are the connector's own words for one piece."""
        if (found := self.ours.get(("unit", theirs))) and found[0]:
            return found[1]
        if theirs in single:
            return 1
        raise Unmapped("unit", theirs)

    def theirs(self, kind: str, ours: str) -> str:
        """The ERP's word for ours: the first that a person entered, else the same."""
        return next(
            (theirs for (a_kind, theirs), (word, _) in self.ours.items() if (a_kind, word) == (kind, ours)),
            ours,
        )

    def _word(self, kind: str, theirs: str, same: frozenset[str]) -> str:
        if (found := self.ours.get((kind, theirs))) and found[0]:
            return found[0]
        if theirs in same:
            return theirs
        raise Unmapped(kind, theirs)


@dataclass(frozen=True)
class Setup:
    """What a connector is made of: its settings and secrets by name, the words, the warehouse."""

    values: Mapping[str, str]
    words: Words
    warehouse: str
    timezone: str


class Outcome(Protocol):
    """What became of one document."""

    @property
    def doc_type(self) -> str: ...
    @property
    def doc_no(self) -> str: ...
    @property
    def result(self) -> str: ...
    @property
    def code(self) -> str: ...
    @property
    def why(self) -> str: ...


@dataclass(frozen=True)
class Desk:
    """What the station lends a connector that takes documents in pieces of its own: `apply` takes items
    over, in short units of work, under the name of where they came from.
    """

    code: str
    db: Database
    clock: Clock
    apply: Callable[[Sequence[Item], str], Sequence[Outcome]]


class Connector(Protocol):
    """One way to one kind of ERP. Every method may raise an `ErpError`."""

    kind: ClassVar[str]
    settings: ClassVar[Sequence[Setting]]
    wants: ClassVar[frozenset[str]]
    """Outgoing documents it delivers; order states as ``order_state:PICK``, or all by ``order_state``."""

    every_s: ClassVar[int]
    """Seconds between two looks at it."""
    noted_every_s: ClassVar[int]
    """That it answers is noted at most so often; 0: each time."""

    @classmethod
    def promises_cancels(cls, values: Mapping[str, str]) -> bool | None:
        """Whether the other side says regularly that its cancel list is complete, by these settings.

        None when the station finds that out by itself (`watches_cancels`).
        """
        ...

    @property
    def pulls_itself(self) -> bool:
        """Whether the other side fetches its confirmations, so that nobody delivers them."""
        ...

    @property
    def is_asked(self) -> bool:
        """Whether a look proves that it lives; one that only pushes proves nothing by being left alone."""
        ...

    @property
    def watches_cancels(self) -> bool:
        """Whether a look to the end proves every cancel known."""
        ...

    def feeds(self) -> Sequence[Feed]:
        """What to read, products before what refers to them; empty when the ERP pushes."""
        ...

    def changes(self, feed: str, cursor: Mapping[str, Any]) -> Page:
        """The next page of a feed; an empty cursor means from the beginning."""
        ...

    def look(self, desk: Desk) -> Sequence[Outcome]:
        """Take what lies there beside the feeds, such as whole files; what came of each document."""
        ...

    def open_orders(self) -> Sequence[OpenOrder] | None:
        """Every order the ERP still wants shipped; None when it cannot tell."""
        ...

    def order(self, doc_no: str) -> Item | None:
        """One order as it stands now; None when the ERP has it no more."""
        ...

    def deliver(self, doc: Any) -> str:
        """Have one confirmation take effect exactly once; what the ERP calls the result."""
        ...

    def stock(self) -> Iterable[StockLine] | None:
        """All its stock in our warehouse; None when it keeps none or cannot tell."""
        ...

    def shipped(self, since: date) -> Mapping[str, str] | None:
        """Order number → tracking number of what it counts as shipped since a day; None: cannot tell."""
        ...

    def probe(self) -> Report:
        """Try everything that is needed and change nothing."""
        ...

    def close(self) -> None:
        """Let go of lines."""
        ...
