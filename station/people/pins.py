"""PINs: argon2id over a keyed hash, so that a stolen database alone does not give them away."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from station.ground import keyfile

HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
"""What OWASP asks for at least; a stored hash says itself what it was made with."""

PEPPER, PEPPER_BYTES = "pepper.key", 32


class Pins:
    """Hashes and verifies PINs with the pepper kept in the data folder, outside the database."""

    def __init__(self, pepper: bytes, hasher: PasswordHasher = HASHER) -> None:
        self._pepper, self._hasher = pepper, hasher

    @classmethod
    def in_folder(cls, data: Path) -> Pins:
        """The pepper of this station; made on first use, readable by the owner only."""
        path = data / PEPPER
        pepper = keyfile.kept(path, lambda: secrets.token_bytes(PEPPER_BYTES))
        if len(pepper) != PEPPER_BYTES:
            raise keyfile.KeyUnusable(f"{path} is no pepper of a station: put back the file of your backup")
        return cls(pepper)

    def hash(self, pin: str) -> str:
        """The stored form of a 4–6 digit PIN; ValueError for anything else."""
        if not (4 <= len(pin) <= 6 and pin.isascii() and pin.isdigit()):  # noqa: PLR2004
            raise ValueError("a PIN has 4 to 6 digits")
        return self._hasher.hash(self._keyed(pin))

    def verify(self, pin_hash: str, pin: str) -> bool:
        """Whether `pin` is right. Takes tens of milliseconds on purpose: never inside a transaction."""
        try:
            return self._hasher.verify(pin_hash, self._keyed(pin))
        except (Argon2Error, InvalidHashError):
            return False

    def _keyed(self, pin: str) -> bytes:
        return hmac.new(self._pepper, pin.encode("utf-8", "replace"), hashlib.sha256).digest()
