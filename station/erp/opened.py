"""The station that the command line opens for the connections to ERPs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

import click

from station.clock import Clock
from station.erp import connections
from station.erp.sync import Sync
from station.ground.db import Database
from station.ground.vault import Vault
from station.settings import Settings


class Opened(Protocol):
    """The station that the command line opens for us; the real one is `station.wiring.hub.Hub`."""

    db: Database
    clock: Clock
    settings: Settings
    vault: Vault

    def sync(self) -> Sync: ...
    def close(self) -> None: ...


@contextmanager
def opened() -> Iterator[Opened]:
    hub: Opened = click.get_current_context().obj()
    try:
        yield hub
    except connections.BadConnection as refusal:
        raise click.ClickException(f"{refusal.field}: {refusal.en} ({refusal.zh})") from None
    except LookupError as error:
        raise click.ClickException(str(error.args[0])) from None
    finally:
        hub.close()
