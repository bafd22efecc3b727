"""A station as it runs in a warehouse, beside a real Tryton: the production server, its loops, the crew."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Self

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from station.catalog.models import Sku
from station.clock import MovableClock
from station.erp import connections, port, vocabulary
from station.erp.inward import feeds
from station.erp.models import InboxProblem
from station.erp.sync import Sync
from station.exchange.models import OutboxMessage
from station.ground.db import Database, schema
from station.outbound.orders.models import DeliveryOrder
from station.practice.demo import world
from station.practice.demo.run import PREPARE
from station.practice.simulate.client import Handheld, Tally
from station.practice.simulate.run import simulate
from station.serving import server
from station.settings import Settings, load
from station.stock.lots import lot_no
from station.stock.models import VIRTUAL, Location, Lot, Stock
from station.wiring.hub import Hub, build
from tests.patience import PROCESS_S, until
from tests.station.erp.tryton.conftest import WORDS, Books

CODE = "tryton"


class Station:
    """One station in a folder of its own."""

    def __init__(self, folder: Path, books: Books, workers: int = 4) -> None:
        self.books, self.workers = books, workers
        self.environ = os.environ | {
            "STATION_DATA": str(folder),
            "STATION_PORT": str(server.free_port()),
            "STATION_HOST": "127.0.0.1",
            "STATION_ALLOW_ADDRESSES": "127.0.0.1",
            "STATION_IS_DEMO": str(workers),
            "STATION_PREPARE": PREPARE,
        }
        self.settings: Settings = load(self.environ)
        self.url = f"http://127.0.0.1:{self.settings.port}"
        self._process: subprocess.Popen[bytes] | None = None
        self._desk = Handheld(self.url, Tally(), patience_s=60)
        self._prepare()

    def _prepare(self) -> None:
        self.settings.data.mkdir(parents=True)
        schema.upgrade(self.settings.url)
        hub = self.open()
        now = hub.clock.now()

        def lay_out(tx: Session) -> None:
            world.lay_out(tx, hub.pins, now, slots=100, totes=40, extra=self.workers, benches=3)
            values = self.books.values()
            number = connections.add(
                tx, hub.vault, code=CODE, name="Tryton", kind="tryton", values=values, now=now
            )
            for (kind, theirs), (ours, factor) in WORDS.ours.items():
                vocabulary.map_word(tx, number, kind, theirs, ours, factor, "test", now)

        hub.db.write(lay_out)
        hub.close()

    def open(self, clock: MovableClock | None = None) -> Hub:
        """The station without its server."""
        return build(
            self.settings, db=Database(self.settings.url, journal=self.settings.journal), clock=clock
        )

    # --- serving ------------------------------------------------------------------------------

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "station.cli", "serve"], env=self.environ, stdout=sys.stderr
        )
        return self

    def __exit__(self, *_error: object) -> None:
        assert self._process is not None
        self._desk.close()
        self._process.terminate()
        self._process.wait(PROCESS_S)

    def orders(self) -> dict[str, str]:
        """Order → state, as the floor sees it."""
        return {row["order"]: row["state"] for row in self._desk.request("GET", "/demo/orders.json")[1]}

    def notices(self) -> list[str]:
        return [row["asn_no"] for row in self._desk.request("GET", "/demo/floor.json")[1]["notices"]]

    def until(self, what: Callable[[], bool], why: str) -> None:
        """Wait for what the station's own loops do."""
        until(what, why, PROCESS_S)

    def work(self, seed: int) -> dict[str, Any]:
        """The crew does everything that can be done."""
        return simulate(len(self.orders()), self.workers, seed, self.url, progress=False, closes_day=False)


# --- afterwards, without the server ----------------------------------------------------------------


class Evening:
    """The station after its shift, on a clock that can be put forward instead of waiting."""

    def __init__(self, station: Station) -> None:
        self.clock = MovableClock(datetime.now(UTC), station.settings.zone)
        self.hub = station.open(self.clock)
        self.sync: Sync = self.hub.sync()

    def close(self) -> None:
        self.sync.close()
        self.hub.close()

    def drain(self) -> int:
        """Deliver what waits, however often it must be tried; how many turns it took."""
        for turn in range(1, 1000):
            try:
                self.sync.push(CODE)
            except port.ErpError:
                self.clock.advance(minutes=2)
            else:
                if not self.waiting():
                    return turn
                self.clock.advance(minutes=31)
        raise AssertionError(f"never delivered: {self.waiting()}")

    def waiting(self) -> list[tuple[str, str, str]]:
        with self.hub.db.read() as tx:
            rows = tx.scalars(select(OutboxMessage).where(OutboxMessage.done_at.is_(None)))
            return [(row.event_key, row.state, row.last_error) for row in rows]

    def messages(self) -> list[OutboxMessage]:
        with self.hub.db.read() as tx:
            return list(tx.scalars(select(OutboxMessage).order_by(OutboxMessage.id)))

    def problems(self) -> list[tuple[str, str, str]]:
        with self.hub.db.read() as tx:
            rows = tx.scalars(select(InboxProblem).where(InboxProblem.state == "OPEN"))
            return [(row.doc_type, row.doc_no, row.why) for row in rows]

    def twice(self) -> dict[str, int]:
        """Everything that was delivered goes out again, and everything that came comes again."""
        now = self.clock.now()
        again = update(OutboxMessage).values(state="PENDING", done_at=None, next_at=now)
        self.hub.db.write(lambda tx: tx.execute(again))
        self.drain()
        self.hub.db.write(partial(feeds.rewind, code=CODE))
        return self.sync.pull(CODE)

    # --- what we believe ----------------------------------------------------------------------

    def stock(self, with_lots: set[str]) -> dict[tuple[str, str], int]:
        """(article, lot) → EACH in the house; lots only of the articles that have them."""
        found: dict[tuple[str, str], int] = defaultdict(int)
        with self.hub.db.read() as tx:
            rows = tx.execute(
                select(Sku.code, Lot.id, Lot.supplier_lot, Stock.on_hand)
                .join(Sku, Sku.id == Stock.sku_id)
                .join(Lot, Lot.id == Stock.lot_id)
                .join(Location, Location.id == Stock.location_id)
                .where(Location.kind.not_in(VIRTUAL), Stock.on_hand != 0)
            )
            for row in rows:
                lot = (row.supplier_lot or lot_no(row.id)) if row.code in with_lots else ""
                found[row.code, lot] += row.on_hand
        return dict(found)

    def shipped(self) -> dict[str, str]:
        """Order → waybill of what left, by what we told."""
        return {
            row.payload["erp_no"]: row.payload["waybill_no"]
            for row in self.messages()
            if row.kind == "shipment_confirmation"
        }

    def states(self) -> dict[str, str]:
        with self.hub.db.read() as tx:
            return {row.erp_no: str(row.state) for row in tx.scalars(select(DeliveryOrder))}
