"""The whole way: from Odoo's books into the station's tables, and confirmations back."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from station.catalog.models import Sku
from station.clock import MovableClock
from station.erp import connections, vocabulary
from station.erp.models import InboxProblem
from station.erp.sync import Sync
from station.exchange import outbox
from station.exchange.models import OutboxMessage
from station.ground.vault import Vault
from station.inbound.models import InboundNotice
from station.outbound.orders.models import DeliveryOrder
from station.wiring.hub import Hub
from tests.station.erp.odoo.conftest import Shop, setup_of
from tests.station.erp.odoo.test_walk import received, shipped


@pytest.fixture
def sync(hub: Hub, shop: Shop, tmp_path: Path) -> Sync:
    vault = Vault.in_folder(tmp_path / "keys")
    values = dict(setup_of(shop.odoo).values)
    now = hub.clock.now()
    hub.db.write(
        lambda tx: connections.add(tx, vault, code="odoo", name="", kind="odoo", values=values, now=now)
    )
    return Sync(hub.db, hub.clock, vault, hub.settings)


def test_a_day_of_the_station(hub: Hub, shop: Shop, sync: Sync, clock: MovableClock) -> None:
    shop.books.quant(shop.at["stock"], shop.at["TEA"], False, 50.0)
    notice, order = shop.incoming({"MILK": 10.0}), shop.outgoing({"TEA": 2.0})
    unknown = shop.outgoing({"TEA": 1.0}, carrier_id=shop.books.add("delivery.carrier", name="中通"))

    def translate(tx: Session) -> None:
        connection_id = connections.known(tx, "odoo").id
        vocabulary.map_word(tx, connection_id, "carrier", "顺丰标快", "YTO", 1, "admin", clock.now())

    hub.db.write(translate)
    counts = sync.pull("odoo")
    assert counts["PROBLEM"] >= 1
    with hub.db.read() as tx:
        assert set(tx.scalars(select(Sku.code))) >= {"TEA", "MILK"}
        assert list(tx.scalars(select(InboundNotice.asn_no))) == [shop.name(notice)]
        assert list(tx.scalars(select(DeliveryOrder.erp_no))) == [shop.name(order)]
        problem = tx.scalars(select(InboxProblem)).one()
        assert (problem.doc_no, problem.code) == (shop.name(unknown), "E-ERP-92")
    again = sync.pull("odoo")
    assert not {"TAKEN", "REPLACED", "NEW"} & again.keys()

    def confirm(tx: Session) -> None:
        for doc, number in ((received(shop, notice, "GR-1", 6), "GR1"), (shipped(shop, order), "PC1")):
            outbox.put(tx, doc, doc_no=number, now=clock.now())

    hub.db.write(confirm)
    shop.odoo.swallow.append("button_validate")
    for _ in range(4):
        sync.run_once("odoo")
        clock.advance(minutes=10)
    with hub.db.read() as tx:
        told = {row.event_key: (row.state, row.erp_ref) for row in tx.scalars(select(OutboxMessage))}
    assert told == {"GR-1": ("DONE", shop.name(notice)), "SHIP-PC1": ("DONE", shop.name(order))}
    assert (shop.stock("MILK"), shop.stock("TEA")) == (6.0, 48.0)
    sync.close()
