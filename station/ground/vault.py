"""Secrets of connections: encrypted in the database with a key that is kept beside it, not in it.

A copy of the database alone gives no secret away. The key file belongs into another backup than the
database; without it the secrets must be entered again, and nothing else is lost.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

from station.ground import keyfile

SECRETS = "secrets.key"


class VaultClosed(Exception):
    """The key does not fit the secrets: they must be entered again."""


class Vault:
    """Encrypts and decrypts the secrets of one station."""

    def __init__(self, key: bytes) -> None:
        self._fernet = Fernet(key)

    @classmethod
    def in_folder(cls, data: Path) -> Vault:
        """The key of this station; made on first use, readable by the owner only."""
        path = data / SECRETS
        key = keyfile.kept(path, Fernet.generate_key)
        try:
            return cls(key)
        except ValueError:
            raise keyfile.KeyUnusable(
                f"{path} is no key of a station: put back the file of your backup"
                " (lost for good: `station keys --new`)"
            ) from None

    def lock(self, secrets: Mapping[str, str]) -> str:
        """The secrets as text for the database; empty for none."""
        return self._fernet.encrypt(json.dumps(dict(secrets)).encode()).decode() if secrets else ""

    def unlock(self, kept: str) -> dict[str, str]:
        """What `lock` was given; VaultClosed when the key is another one."""
        if not kept:
            return {}
        try:
            return {str(k): str(v) for k, v in json.loads(self._fernet.decrypt(kept.encode())).items()}
        except InvalidToken:
            raise VaultClosed("the key file does not fit: enter the secrets again") from None
