"""Signatures of webhooks: what was sent, by whom knows the secret, and when."""

from __future__ import annotations

import hashlib
import hmac

VERSION = "v1"

EXAMPLE = '''\
import hashlib, hmac, time

def is_genuine(secret: str, headers, body: bytes) -> bool:
    """Check the raw body as it arrived, before parsing it."""
    sent_at = headers["Station-Timestamp"]
    said = headers["Station-Signature"].encode()
    text = sent_at.encode() + b"." + body
    right = "v1=" + hmac.new(secret.encode(), text, hashlib.sha256).hexdigest()
    is_fresh = abs(time.time() - int(sent_at)) < 300
    return is_fresh and hmac.compare_digest(said, right.encode())
'''
"""How a receiver checks; shown in the documentation and run by a test."""


def sign(secret: str, timestamp: int, body: bytes) -> str:
    """The value of ``Station-Signature``: HMAC-SHA256 over ``timestamp.body``."""
    text = str(timestamp).encode() + b"." + body
    return f"{VERSION}={hmac.new(secret.encode(), text, hashlib.sha256).hexdigest()}"
