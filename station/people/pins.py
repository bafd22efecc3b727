"""PINs: argon2id over a keyed hash, so that a stolen database alone does not give them away."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from station.ground import keyfile

SHORTEST, LONGEST = 4, 10
"""Digits of a PIN; roles may want more than four (`rules.pin_digits`)."""
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
        """The stored form of a PIN of 4 to 10 digits; ValueError for anything else."""
        if not (SHORTEST <= len(pin) <= LONGEST and pin.isascii() and pin.isdigit()):
            raise ValueError(f"a PIN has {SHORTEST} to {LONGEST} digits")
        return self._hasher.hash(self._keyed(pin))

    def verify(self, pin_hash: str, pin: str) -> bool:
        """Whether `pin` is right. Takes tens of milliseconds on purpose: never inside a transaction."""
        try:
            return self._hasher.verify(pin_hash, self._keyed(pin))
        except (Argon2Error, InvalidHashError):
            return False

    def blind(self, text: str) -> str:
        """`text` so that it can be compared and not read: a badge that nobody has may be a PIN in the wrong
        box.
        """
        return hmac.new(self._pepper, b"badge:" + text.encode("utf-8", "replace"), hashlib.sha256).hexdigest()

    def _keyed(self, pin: str) -> bytes:
        return hmac.new(self._pepper, pin.encode("utf-8", "replace"), hashlib.sha256).digest()
