"""The keys that lie beside the database must fit what is in it, or the station does not start."""

from __future__ import annotations

from sqlalchemy import exists, select

from station.exchange.models import ErpConnection
from station.ground.db import Database
from station.ground.keyfile import KeyUnusable
from station.ground.vault import SECRETS, Vault
from station.people.models import User
from station.people.pins import PEPPER, Pins
from station.settings import Settings


def require(settings: Settings) -> None:
    """`KeyUnusable` when a key is no key, or is missing while something in the database needs it.

    A new pepper beside old people would make every PIN wrong, and nothing would say why; a new secrets key
    would leave every ERP connection shut.
    """
    db = Database(settings.url, journal=settings.journal)
    try:
        with db.read() as tx:
            people = tx.scalar(select(exists().where(User.id.is_not(None))))
            sealed = tx.scalar(select(exists().where(ErpConnection.secrets != "")))
    finally:
        db.close()
    pepper, secrets = settings.data / PEPPER, settings.data / SECRETS
    if people and not pepper.exists():
        raise KeyUnusable(
            f"{pepper} is missing: without it no PIN can be checked; put back the file of your backup"
            " (lost for good: `station keys --new`)"
        )
    if sealed and not secrets.exists():
        raise KeyUnusable(
            f"{secrets} is missing: without it no ERP connection opens; put back the file of your backup"
            " (lost for good: `station keys --new`)"
        )
    Pins.in_folder(settings.data)
    Vault.in_folder(settings.data)


_MAKERS = {
    PEPPER: (Pins.in_folder, "every person needs a new PIN"),
    SECRETS: (Vault.in_folder, "the secrets of the ERP connections must be entered again"),
}


def make_new(settings: Settings) -> list[str]:
    """Make each key that is missing or unusable anew; what was done, and what it costs, a line each."""
    done = []
    for name, (in_folder, price) in _MAKERS.items():
        path = settings.data / name
        is_missing = not path.exists()
        try:
            in_folder(settings.data)
        except KeyUnusable:
            path.replace(path.with_suffix(".unusable"))
            in_folder(settings.data)
            is_missing = True
        if is_missing:
            done.append(f"{path} is new: {price}")
    return done
