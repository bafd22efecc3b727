"""The whole way: from the platform into the station's tables, and confirmations back."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from station.catalog.models import Sku
from station.clock import MovableClock
from station.erp import connections, vocabulary
from station.erp.sync import Sync
from station.exchange import outbox
from station.exchange.models import OutboxMessage
from station.ground.vault import Vault
from station.inbound.models import InboundNotice
from station.outbound.orders.models import DeliveryOrder
from station.wiring.hub import Hub
from tests.station.erp.qimen.conftest import setup_of
from tests.station.erp.qimen.server import BEIJING, Platform, recorded
from tests.station.erp.qimen.test_walk import RECEIPT, SHIPMENT


def test_a_day_of_the_station(hub: Hub, platform: Platform, clock: MovableClock, tmp_path: Path) -> None:
    platform.now = datetime.now(BEIJING)  # the gateway checks the time of a signature
    earlier = platform.now - timedelta(minutes=50)
    platform.change("items", "TEA-001", recorded("item"), earlier)
    platform.change("entry", "CG", recorded("entry_order"), earlier)
    order = recorded("delivery_order").replace(">SF<", ">YTO<")
    platform.change("delivery", "FH20260501001", order, earlier)
    vault, now = Vault.in_folder(tmp_path / "keys"), clock.now()
    values = dict(setup_of(platform).values)

    def begin(tx: Session) -> None:
        number = connections.add(tx, vault, code="qimen", name="", kind="qimen", values=values, now=now)
        vocabulary.map_word(tx, number, "carrier", "YTO", "YTO", 1, "admin", now)

    hub.db.write(begin)
    sync = Sync(hub.db, clock, vault, hub.settings)
    assert sync.pull("qimen") == {"TAKEN": 2, "NEW": 1}
    with hub.db.read() as tx:
        assert list(tx.scalars(select(Sku.code))) == ["TEA-001"]
        assert list(tx.scalars(select(InboundNotice.asn_no))) == ["CG20260501001"]
        assert list(tx.scalars(select(DeliveryOrder.erp_no))) == ["FH20260501001"]
    platform.change("cancel", "FH20260501001", recorded("cancel"), platform.now - timedelta(seconds=5))
    assert sync.pull("qimen")["CANCELLED"] == 1

    def confirm(tx: Session) -> None:
        for doc, number in ((RECEIPT, "GR1"), (SHIPMENT, "PC1")):
            outbox.put(tx, doc, doc_no=number, now=clock.now())

    hub.db.write(confirm)
    platform.swallow += ["taobao.qimen.entryorder.confirm", "taobao.qimen.deliveryorder.confirm"]
    for _ in range(4):
        sync.run_once("qimen")
        clock.advance(minutes=10)
    with hub.db.read() as tx:
        told = {row.event_key: row.state for row in tx.scalars(select(OutboxMessage))}
    assert told["GR-RK1"] == told["SHIP-PC1"] == "DONE"
    assert len(platform.keys) == len(platform.confirmed) == len(told)
    sync.close()
