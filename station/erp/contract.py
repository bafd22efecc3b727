"""One way to one kind of ERP: what every connector can be asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, Protocol

from station.clock import Clock
from station.erp.makeup import Setting
from station.erp.port import Feed, Item, OpenOrder, Page, Report, StockLine
from station.ground.db import Database


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
    over, in short units of work, under the name of where they came from, and tells a third argument how many
    are done.
    """

    code: str
    db: Database
    clock: Clock
    apply: Callable[..., Sequence[Outcome]]


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
