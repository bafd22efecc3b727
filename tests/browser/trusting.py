"""A Chromium of its own that trusts a CA, as a handheld does after the three steps: its home's NSS database
gets the certificate through libnss3, which Chromium itself is linked with.
"""

from __future__ import annotations

import ctypes
import sys
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding


class _Item(ctypes.Structure):
    _fields_ = (("type", ctypes.c_int), ("data", ctypes.c_char_p), ("len", ctypes.c_uint))


class _Trust(ctypes.Structure):
    _fields_ = (("ssl", ctypes.c_uint), ("email", ctypes.c_uint), ("signing", ctypes.c_uint))


def install(home: Path, ca: Path) -> None:
    """Put `ca` among the authorities of the person whose home this is; run in a process of its own."""
    folder = home / ".pki" / "nssdb"
    folder.mkdir(parents=True, exist_ok=True)
    nss = ctypes.CDLL("libnss3.so")
    pointer = ctypes.c_void_p
    for name in ("CERT_GetDefaultCertDB", "CERT_NewTempCertificate", "PK11_GetInternalKeySlot"):
        getattr(nss, name).restype = pointer
    _must(nss.NSS_Initialize(f"sql:{folder}".encode(), b"", b"", b"secmod.db", 0), "open the database")
    slot = pointer(nss.PK11_GetInternalKeySlot())
    _must(nss.PK11_InitPin(slot, None, None), "set no password")
    der = x509.load_pem_x509_certificate(ca.read_bytes()).public_bytes(Encoding.DER)
    database = pointer(nss.CERT_GetDefaultCertDB())
    found = pointer(nss.CERT_NewTempCertificate(database, ctypes.byref(_Item(0, der, len(der))), None, 0, 1))
    _must(0 if found.value else -1, "read the certificate")
    _must(nss.PK11_ImportCert(slot, found, ctypes.c_ulong(0), b"station", 0), "keep the certificate")
    trust = _Trust()
    _must(nss.CERT_DecodeTrustString(ctypes.byref(trust), b"C,,"), "spell the trust")
    _must(nss.CERT_ChangeCertTrust(database, found, ctypes.byref(trust)), "trust it")
    nss.CERT_DestroyCertificate(found)
    nss.PK11_FreeSlot(slot)
    nss.NSS_Shutdown()


def _must(status: int, what: str) -> None:
    if status:
        raise RuntimeError(f"libnss3 could not {what}")


if __name__ == "__main__":
    install(Path(sys.argv[1]), Path(sys.argv[2]))
