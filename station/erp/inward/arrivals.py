"""Documents that arrived, in short units of work: applied, tried again, compared with what is open."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from station.clock import Clock
from station.erp import connections, contract, port, vocabulary
from station.erp.inward import inbox, openset, problems, retrying, vetting
from station.exchange import documents
from station.ground.db import BULK, Database
from station.settings import Settings

log = logging.getLogger(__name__)

CHUNK = 50
"""Documents applied per unit of work while people scan: about ten milliseconds, so that these get in."""


class Arrivals:
    """Takes over what connections bring; keeps nothing between two calls."""

    def __init__(self, db: Database, clock: Clock, settings: Settings) -> None:
        self.db, self.clock, self.settings = db, clock, settings
        self.chunk = CHUNK

    def apply(
        self, code: str, items: Sequence[port.Item], via: str = "", step: Callable[[int], None] | None = None
    ) -> list[inbox.Result]:
        """Take documents over in short units of work; one result each. `step` hears how many are done."""
        results: list[inbox.Result] = []
        while len(results) < len(items):
            began = time.monotonic()
            piece = items[len(results) : len(results) + self.db.portion(self.chunk)]
            results += self._apply(code, vetting.vetted(piece, self.db), via)
            if step is not None:
                step(len(results))
            if len(items) > self.chunk:
                self.db.give_way(time.monotonic() - began)
        words = {item.unmapped for item in items if item.unmapped}
        if words:
            now = self.clock.now()
            self.db.write(lambda tx: _note_words(tx, code, words, now), BULK)
        return results

    def _apply(self, code: str, items: Sequence[port.Item], via: str) -> list[inbox.Result]:
        """One unit of work; when it fails for a reason nobody foresaw, the culprit is found by halving."""
        try:
            return self.db.write(self._taking(code, items, via), BULK)
        except Exception as error:
            if len(items) == 1:
                log.exception("%s: %s %s", code, items[0].doc_type, items[0].doc_no)
                return [self._keep_broken(code, items[0], error)]
            middle = len(items) // 2
            return self._apply(code, items[:middle], via) + self._apply(code, items[middle:], via)

    def _taking(
        self, code: str, items: Sequence[port.Item], via: str
    ) -> Callable[[Session], list[inbox.Result]]:
        today, now = self.clock.today(), self.clock.now()
        return lambda tx: inbox.take(tx, code, items, settings=self.settings, today=today, now=now, via=via)

    def _keep_broken(self, code: str, item: port.Item, error: Exception) -> inbox.Result:
        why, now = f"{type(error).__name__}"[:200], self.clock.now()
        self.db.write(lambda tx: problems.keep(tx, code, item, "E-ERP-90", why, now), BULK)
        return inbox.Result(item.doc_type, item.doc_no, "PROBLEM", "E-ERP-90", why)

    def retry_waiting(self, code: str, connector: contract.Connector) -> list[inbox.Result]:
        """What waited for an article or a word is tried again; words need the ERP's document anew."""
        with self.db.read() as tx:
            due = problems.due(tx, code, self.clock.now())
        results = []
        for problem_id in due:
            result = self._retry(code, problem_id, connector)
            if result is not None:
                results.append(result)
        return results

    def _retry(self, code: str, problem_id: int, connector: contract.Connector) -> inbox.Result | None:
        today, now = self.clock.today(), self.clock.now()
        with self.db.read() as tx:
            waiting = problems.show(tx, problem_id)
        if waiting.code == "E-ERP-92":  # only the ERP can tell it again, now that the word is known
            item = connector.order(waiting.doc_no) if waiting.doc_type == "order" else None
            if item is None:
                self.db.write(lambda tx: problems.wait(tx, problem_id, now), BULK)
                return None
            return self.apply(code, [item])[0]
        again: Callable[[Session], Any] = partial(
            retrying.retry,
            problem_id=problem_id,
            item=retrying.item_of(waiting, None, self.db),
            who="",
            settings=self.settings,
            today=today,
            now=now,
        )
        result: inbox.Result = self.db.write(again, BULK)
        return result

    def compare_open(self, code: str, connector: contract.Connector) -> list[inbox.Result]:
        """Cancel what the ERP has no more, read again what differs or was never seen."""
        theirs = connector.open_orders()
        if theirs is None:
            return []
        with self.db.read() as tx:
            ours = openset.ours(tx, code)
        todo = openset.compare(theirs, ours)
        items: list[port.Item] = []
        for doc_no in todo.to_read:
            item = connector.order(doc_no)
            if item is not None:
                items.append(item)
        for doc_no in todo.gone:
            item = connector.order(doc_no)  # closed meanwhile, or really gone?
            if item is None:
                gone = documents.CancelOrder(erp_no=doc_no, version=0, reason="L-HELD-GONE")
                item = port.Item("cancel", doc_no, gone)
            if item.doc_type == "cancel":
                items.append(item)
        return self.apply(code, items)


def _note_words(tx: Session, code: str, words: set[tuple[str, str]], now: datetime) -> None:
    connection_id = connections.known(tx, code).id
    for kind, theirs in sorted(words):
        vocabulary.note_word(tx, connection_id, kind, theirs, now)
