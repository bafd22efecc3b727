"""What connectors share: which feed is read by what, what is handed over how, and "nothing to ask"."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, ClassVar

from station.erp import contract, makeup, port
from station.erp.inward.making import NotWhole
from station.exchange import documents as erp

Deliver = Callable[[Any], str]


class Frame:
    """A connector that has nothing to read and nothing to tell; each kind says what it can do more."""

    kind: ClassVar[str] = ""
    settings: ClassVar[Sequence[makeup.Setting]] = ()
    wants: ClassVar[frozenset[str]] = frozenset()
    every_s: ClassVar[int] = 10
    noted_every_s: ClassVar[int] = 0

    @classmethod
    def promises_cancels(cls, values: Mapping[str, str]) -> bool | None:
        """The station learns of cancels by itself, as far as it does."""
        del values
        return None

    @property
    def pulls_itself(self) -> bool:
        """Confirmations are delivered."""
        return False

    @property
    def is_asked(self) -> bool:
        """Whoever is asked for a feed has to answer."""
        return bool(self.feeds())

    @property
    def watches_cancels(self) -> bool:
        """Feeds of cancels prove the list fresh."""
        return any(feed.cancels for feed in self.feeds())

    def feeds(self) -> Sequence[port.Feed]:
        """Nothing to ask."""
        return ()

    def changes(self, feed: str, cursor: Mapping[str, Any]) -> port.Page:
        """The next page of a feed, from the reader that the feed names."""
        for one in self.feeds():
            if one.name == feed and one.reader is not None:
                return one.reader(cursor)
        raise LookupError(f"there is no feed {feed}")

    def look(self, desk: contract.Desk) -> Sequence[contract.Outcome]:
        """Nothing comes beside the feeds."""
        del desk
        return ()

    def open_orders(self) -> Sequence[port.OpenOrder] | None:
        """It has no list of what is open."""
        return None

    def order(self, doc_no: str) -> port.Item | None:
        """It cannot be asked for one order."""
        del doc_no
        return None

    @property
    def deliveries(self) -> Mapping[type[Any], Deliver]:
        """How each type of document is handed over."""
        return {}

    def deliver(self, doc: Any) -> str:
        """Hand one confirmation over; what cannot be said in whole pieces, or of nothing known, is no."""
        deliver = self.deliveries.get(type(doc))
        if deliver is None:
            raise port.Declined(f"{self.kind} is not told of {erp.doc_type_of(doc)}")
        try:
            return deliver(doc)
        except NotWhole as error:
            raise port.Declined(f"no whole quantity: {error}") from None
        except LookupError as error:
            raise port.Declined(f"{self.kind} does not show us what belongs to it: {error}") from None

    def stock(self) -> Iterable[port.StockLine] | None:
        """It keeps no stock, or cannot tell."""
        return None

    def shipped(self, since: date) -> Mapping[str, str] | None:
        """It cannot tell what it counts as shipped."""
        del since
        return None

    def probe(self) -> port.Report:
        """Nothing to try."""
        return port.Report()

    def close(self) -> None:
        """Nothing to let go of."""


def sample(report: port.Report, feed: str, page: port.Page, *, most: int = 1) -> None:
    """A finding about a page of a feed: how many documents, and the first that cannot be understood."""
    good = [item.doc for item in page.items if item.doc is not None]
    bad = [item for item in page.items if item.doc is None]
    report.samples += good[:most]
    count = len(good) if page.total is None else page.total
    text = f"{count}" + (f"; {bad[0].doc_no}: {bad[0].why}" if bad else "")
    report.add(feed, ok=None if bad else True, text=text[:200])
