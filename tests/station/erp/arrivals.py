"""Documents arriving from a connection of the test's own, without the connection's wire."""

from __future__ import annotations

from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from station.erp import connections
from station.erp.inward import inbox, vetting
from station.erp.port import Item
from station.ground.vault import Vault
from station.wiring.hub import Hub


def connect(hub: Hub, code: str, name: str, kind: str = "rest") -> None:
    """Another connection of the station."""
    vault, now = Vault.in_folder(hub.settings.data), hub.clock.now()
    hub.db.write(lambda tx: connections.add(tx, vault, code=code, name=name, kind=kind, values={}, now=now))


def deliver(hub: Hub, source: str, *documents: Any) -> list[str]:
    """Documents in one page of a connection; what came of each."""
    items = vetting.vetted(inbox.items_of(documents), hub.db)
    return [found.result for found in hub.db.write(partial(_take, hub, source, items))]


def _take(hub: Hub, source: str, items: list[Item], tx: Session) -> list[inbox.Result]:
    return inbox.take(
        tx,
        source,
        items,
        settings=hub.settings,
        today=hub.clock.today(),
        now=hub.clock.now(),
    )
