"""HTTPS on a plain office LAN: a certificate authority of this station, and the server's certificate.

The authority lives in ``DATA/tls``: `ca.pem` is what a handheld must trust, `ca.key` (0600) never leaves
the folder. It may only vouch for private addresses and for names of the office, so a stolen key opens no
bank. `server.pem` holds the server's key and certificate in one file, so that it is replaced in one step.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from station.serving.tls.identity import (
    NEW,
    WARN_DAYS,
    CertError,
    Files,
    Standing,
    load_certificate,
    load_key,
    pem_of,
    read,
    replace_file,
)
from station.serving.tls.names import NONE, Names
from station.serving.tls.vouching import may_vouch, permitted

CA_DAYS = 3650
SERVER_DAYS = 397
"""Browsers refuse certificates of servers that are good for more than 398 days."""
EARLIER = timedelta(hours=1)
"""Certificates begin a little in the past: the clocks of handhelds are not exact."""


@dataclass(frozen=True)
class Made:
    """What `make` did."""

    standing: Standing
    is_new_ca: bool
    is_new_server: bool


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
    present = None if new_ca else _readable(files, renew=renew)
    authority, is_new_ca = _authority(files, names | also, now, new_ca=new_ca)
    ca, ca_key = authority
    wanted = names | also.only(lambda name: may_vouch(ca, name))
    wanted = present.names | wanted if present else wanted
    if refused := [str(name) for name in wanted.texts() if not may_vouch(ca, name)]:
        raise CertError(
            f"the authority in {files.folder} may not vouch for {', '.join(refused)}; "
            "`station cert --new-ca` makes one that may, and every device must then install it"
        )
    is_good = present is not None and not is_new_ca and not present.is_ending(now) and present.names == wanted
    if present is not None and is_good and not renew:
        return Made(present, is_new_ca=False, is_new_server=False)
    replace_file(files.server, _serve_as(wanted, ca, ca_key, now), secret=True)
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
            raise CertError(f"{files.ca} is missing beside its key: {NEW}")
        return _found_authority(files, names, now), True
    ca, key = load_certificate(files.ca, NEW), load_key(files.ca_key)
    if key.public_key() != ca.public_key():
        raise CertError(f"{files.ca_key} is not the key of {files.ca}: {NEW}")
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
        .add_extension(x509.NameConstraints(permitted(names), None), critical=True)
        .add_extension(identity, critical=False)
        .sign(key, hashes.SHA256())
    )
    replace_file(files.ca_key, pem_of(key), secret=True)
    replace_file(files.ca, ca.public_bytes(serialization.Encoding.PEM), secret=False)
    return ca, key


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
    return pem_of(key) + certificate.public_bytes(serialization.Encoding.PEM)


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
