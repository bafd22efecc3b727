"""What lies in the folder of the authority: keys and certificates, read and replaced in one step."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from station.serving.tls.names import Names

WARN_DAYS = 30


class CertError(Exception):
    """A certificate that cannot be made or used; the text says what to do."""


@dataclass(frozen=True)
class Files:
    """Where authority and certificate lie."""

    folder: Path

    @classmethod
    def in_folder(cls, data: Path) -> Files:
        """Those of the station whose data folder this is."""
        return cls(data / "tls")

    @property
    def ca(self) -> Path:
        """The authority's certificate: what handhelds trust."""
        return self.folder / "ca.pem"

    @property
    def ca_key(self) -> Path:
        """The authority's private key."""
        return self.folder / "ca.key"

    @property
    def server(self) -> Path:
        """The server's private key and certificate."""
        return self.folder / "server.pem"


@dataclass(frozen=True)
class Standing:
    """What lies in the folder now."""

    ca: x509.Certificate
    server: x509.Certificate

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the authority, as phones and Windows show it."""
        return fingerprint(self.ca)

    @property
    def ends(self) -> datetime:
        """When browsers stop to accept the server: the earlier end of both."""
        return min(self.server.not_valid_after_utc, self.ca.not_valid_after_utc)

    @property
    def names(self) -> Names:
        """What the server may be called."""
        value = self.server.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        addresses = value.get_values_for_type(x509.IPAddress)
        return Names.of(
            value.get_values_for_type(x509.DNSName),
            [item for item in addresses if isinstance(item, IPv4Address | IPv6Address)],
        )

    def days_left(self, now: datetime) -> int:
        """Whole days until it ends; negative when it has ended."""
        return (self.ends - now) // timedelta(days=1)

    def is_ending(self, now: datetime) -> bool:
        """Whether somebody should renew it now."""
        return self.ends - now <= timedelta(days=WARN_DAYS)


def fingerprint(certificate: x509.Certificate) -> str:
    """SHA-256 in pairs of hexadecimal digits."""
    return certificate.fingerprint(hashes.SHA256()).hex(":").upper()


def read(files: Files) -> Standing | None:
    """Authority and certificate, None when there are none; `CertError` when they are damaged."""
    if not files.server.exists() and not files.ca.exists():
        return None
    ca, server = load_certificate(files.ca, NEW), load_certificate(files.server, _RENEW)
    try:
        server.verify_directly_issued_by(ca)
    except (ValueError, TypeError, InvalidSignature):
        raise CertError(f"{files.server} was not made by {files.ca}: run `station cert --renew`") from None
    if load_key(files.server).public_key() != server.public_key():
        raise CertError(f"the key in {files.server} is not the certificate's: run `station cert --renew`")
    return Standing(ca, server)


_RENEW, NEW = "run `station cert --renew`", "put it back, or run `station cert --new-ca`"


def load_certificate(path: Path, advice: str) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificate(path.read_bytes())
    except (OSError, ValueError) as error:
        raise CertError(f"{path} cannot be read: {advice}") from error


def load_key(path: Path) -> ec.EllipticCurvePrivateKey:
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), None)
    except (OSError, ValueError, TypeError) as error:
        raise CertError(f"{path} holds no readable key: {NEW}") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise CertError(f"{path} holds a key of another kind than `station cert` makes")
    return key


def pem_of(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def replace_file(path: Path, content: bytes, *, secret: bool) -> None:
    """Replace a file in one step; a secret one was never readable by others."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_suffix(path.suffix + ".new")
    fresh.unlink(missing_ok=True)
    handle = os.open(fresh, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600 if secret else 0o644)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
