"""HTTPS on a plain office LAN: a certificate authority of this station, and the server's certificate.

The authority lives in ``DATA/tls``: `ca.pem` is what a handheld must trust, `ca.key` (0600) never leaves
the folder. It may only vouch for private addresses and for names of the office, so a stolen key opens no
bank. `server.pem` holds the server's key and certificate in one file, so that it is replaced in one step.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from station.serving.tls.names import NONE, Address, Names, covers

CA_DAYS = 3650
SERVER_DAYS = 397
"""Browsers refuse certificates of servers that are good for more than 398 days."""
WARN_DAYS = 30
EARLIER = timedelta(hours=1)
"""Certificates begin a little in the past: the clocks of handhelds are not exact."""
PRIVATE = tuple(
    ip_network(text)
    for text in (
        "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "127.0.0.0/8",
        "fc00::/7", "fe80::/10", "::1/128",
    )
)  # fmt: skip
OFFICE = ("localhost", "local", "lan", "internal", "intranet", "home.arpa")
"""Names no public authority gives away; the authority may vouch for all below them."""


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


@dataclass(frozen=True)
class Made:
    """What `make` did."""

    standing: Standing
    is_new_ca: bool
    is_new_server: bool


def fingerprint(certificate: x509.Certificate) -> str:
    """SHA-256 in pairs of hexadecimal digits."""
    return certificate.fingerprint(hashes.SHA256()).hex(":").upper()


def read(files: Files) -> Standing | None:
    """Authority and certificate, None when there are none; `CertError` when they are damaged."""
    if not files.server.exists() and not files.ca.exists():
        return None
    ca, server = _certificate(files.ca, _NEW), _certificate(files.server, _RENEW)
    try:
        server.verify_directly_issued_by(ca)
    except (ValueError, TypeError, InvalidSignature):
        raise CertError(f"{files.server} was not made by {files.ca}: run `station cert --renew`") from None
    if _key(files.server).public_key() != server.public_key():
        raise CertError(f"the key in {files.server} is not the certificate's: run `station cert --renew`")
    return Standing(ca, server)


def make(
    files: Files,
    names: Names,
    now: datetime,
    *,
    also: Names = NONE,
    renew: bool = False,
    new_ca: bool = False,
) -> Made:
    """Make what is missing, ending, or does not cover `names`; names the certificate has are kept.

    `also` are names nobody asked for: left out where the authority may not vouch for them.
    """
    found = None if new_ca else _readable(files, renew=renew)
    authority, is_new_ca = _authority(files, names | also, now, new_ca=new_ca)
    ca, ca_key = authority
    wanted = names | also.only(lambda name: _may_vouch(ca, name))
    wanted = found.names | wanted if found else wanted
    if refused := [str(name) for name in wanted.texts() if not _may_vouch(ca, name)]:
        raise CertError(
            f"the authority in {files.folder} may not vouch for {', '.join(refused)}; "
            "`station cert --new-ca` makes one that may, and every device must then install it"
        )
    is_good = found is not None and not is_new_ca and not found.is_ending(now) and found.names == wanted
    if found is not None and is_good and not renew:
        return Made(found, is_new_ca=False, is_new_server=False)
    _write(files.server, _serve_as(wanted, ca, ca_key, now), secret=True)
    standing = read(files)
    assert standing is not None
    return Made(standing, is_new_ca=is_new_ca, is_new_server=True)


def _readable(files: Files, *, renew: bool) -> Standing | None:
    """What is there; a damaged server certificate is no matter when it is replaced anyway."""
    if not files.server.exists():
        return None
    try:
        return read(files)
    except CertError:
        if renew and files.ca.exists():
            return None
        raise


def _authority(
    files: Files, names: Names, now: datetime, *, new_ca: bool
) -> tuple[tuple[x509.Certificate, ec.EllipticCurvePrivateKey], bool]:
    if new_ca or not files.ca.exists():
        if files.ca_key.exists() and not new_ca:
            raise CertError(f"{files.ca} is missing beside its key: {_NEW}")
        return _found_authority(files, names, now), True
    ca, key = _certificate(files.ca, _NEW), _key(files.ca_key)
    if key.public_key() != ca.public_key():
        raise CertError(f"{files.ca_key} is not the key of {files.ca}: {_NEW}")
    if ca.not_valid_after_utc - now <= timedelta(days=WARN_DAYS):
        raise CertError(
            "the authority itself ends: run `station cert --new-ca` and install it on every device"
        )
    return (ca, key), False


def _found_authority(
    files: Files, names: Names, now: datetime
) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    key = ec.generate_private_key(ec.SECP256R1())
    title = f"station {names.hosts[0] if names.hosts else ''}".strip()[:60]
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, f"{title} CA"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "warehouse-station"),
        ]
    )
    identity = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    ca = (
        _builder(subject, subject, key.public_key(), now, CA_DAYS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(is_ca=True), critical=True)
        .add_extension(x509.NameConstraints(_permitted(names), None), critical=True)
        .add_extension(identity, critical=False)
        .sign(key, hashes.SHA256())
    )
    _write(files.ca_key, _pem(key), secret=True)
    _write(files.ca, ca.public_bytes(serialization.Encoding.PEM), secret=False)
    return ca, key


def _permitted(names: Names) -> list[x509.GeneralName]:
    """Private networks and office names, and what else this station was told it is called."""
    hosts = sorted({*OFFICE, *(name for name in names.hosts if not _is_under(name, OFFICE))})
    foreign = [ip_network(item) for item in names.addresses if not any(item in net for net in PRIVATE)]
    return [*map(x509.DNSName, hosts), *map(x509.IPAddress, (*PRIVATE, *foreign))]


def _may_vouch(ca: x509.Certificate, name: str | Address) -> bool:
    try:
        trees = ca.extensions.get_extension_for_class(x509.NameConstraints).value.permitted_subtrees
    except x509.ExtensionNotFound:
        return True
    if trees is None:
        return True
    if isinstance(name, str):
        return _is_under(name, [tree.value for tree in trees if isinstance(tree, x509.DNSName)])
    nets = [tree.value for tree in trees if isinstance(tree, x509.IPAddress)]
    return any(isinstance(net, IPv4Network | IPv6Network) and name in net for net in nets)


def _is_under(name: str, parents: Iterable[str]) -> bool:
    return any(covers(parent, name) for parent in parents)


def _serve_as(names: Names, ca: x509.Certificate, ca_key: ec.EllipticCurvePrivateKey, now: datetime) -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    title = (names.hosts or tuple(map(str, names.addresses)))[0]
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, title[:60])])
    called = [*map(x509.DNSName, names.hosts), *map(x509.IPAddress, names.addresses)]
    issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(ca_key.public_key())
    certificate = (
        _builder(subject, ca.subject, key.public_key(), now, SERVER_DAYS, limit=ca.not_valid_after_utc)
        .add_extension(x509.SubjectAlternativeName(called), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(is_ca=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(issuer, critical=False)
        .sign(ca_key, hashes.SHA256())
    )
    return _pem(key) + certificate.public_bytes(serialization.Encoding.PEM)


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePublicKey,
    now: datetime,
    days: int,
    *,
    limit: datetime | None = None,
) -> x509.CertificateBuilder:
    start = now - EARLIER
    end = start + timedelta(days=days)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(start)
        .not_valid_after(min(end, limit) if limit else end)
    )


def _usage(*, is_ca: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not is_ca,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=is_ca,
        crl_sign=is_ca,
        encipher_only=False,
        decipher_only=False,
    )


_RENEW, _NEW = "run `station cert --renew`", "put it back, or run `station cert --new-ca`"


def _certificate(path: Path, advice: str) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificate(path.read_bytes())
    except (OSError, ValueError) as error:
        raise CertError(f"{path} cannot be read: {advice}") from error


def _key(path: Path) -> ec.EllipticCurvePrivateKey:
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), None)
    except (OSError, ValueError, TypeError) as error:
        raise CertError(f"{path} holds no readable key: {_NEW}") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise CertError(f"{path} holds a key of another kind than `station cert` makes")
    return key


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _write(path: Path, content: bytes, *, secret: bool) -> None:
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
