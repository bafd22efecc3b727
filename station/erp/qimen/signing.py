"""The signature of the open platform.

MD5, in upper-case hex, of: the secret, every parameter but ``sign`` as name and value in the order of
their names, the body, the secret. All of it in UTF-8, names and values before they are URL-encoded.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping


def sign(parameters: Mapping[str, str], body: bytes, secret: str) -> str:
    """The value of ``sign``."""
    named = "".join(name + parameters[name] for name in sorted(parameters) if name != "sign")
    told = secret.encode() + named.encode() + body + secret.encode()
    return hashlib.md5(told, usedforsecurity=False).hexdigest().upper()
