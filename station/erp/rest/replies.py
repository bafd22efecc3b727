"""Answers kept under their idempotency key, beside the effect they tell of."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from station.erp.models import ApiReply

KEPT = timedelta(days=7)
UNFINISHED = 102
MOST_KEY = 120


class KeyReused(Exception):
    """The same key came before with other words."""


class InFlight(Exception):
    """The same key is being worked on at this moment."""


def digest_of(method: str, path: str, data: Any) -> str:
    """Tells whether two requests ask the same, however their JSON is laid out."""
    text = json.dumps([method, path, data], sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def claim(tx: Session, connection_id: int, key: str, digest: str, now: datetime) -> ApiReply:
    """The reply under a key, perhaps still without an answer; KeyReused for other words.

    The row is written first: on PostgreSQL a second request waits for it and then finds the answer.
    """
    reply = tx.scalars(
        select(ApiReply)
        .where(ApiReply.connection_id == connection_id, ApiReply.idem_key == key)
        .with_for_update()
    ).first()
    if reply is None:
        reply = ApiReply(
            connection_id=connection_id, idem_key=key, body_hash=digest, status=UNFINISHED, body=[], at=now
        )
        tx.add(reply)
        tx.flush()
    elif reply.body_hash != digest:
        raise KeyReused(key)
    return reply


def forget(tx: Session, now: datetime) -> int:
    """Drop replies older than a week (the nightly job); how many."""
    done = tx.execute(delete(ApiReply).where(ApiReply.at < now - KEPT))
    return int(done.rowcount)  # type: ignore[attr-defined]


class Desk:
    """Which keys this process is working on at this moment."""

    def __init__(self) -> None:
        self._keys: set[tuple[int, str]] = set()
        self._lock = threading.Lock()

    @contextmanager
    def hold(self, connection_id: int, key: str) -> Iterator[None]:
        """Keep a key while its request is worked on; InFlight when somebody has it. No key, no hold."""
        mine = connection_id, key
        if key:
            with self._lock:
                if mine in self._keys:
                    raise InFlight(key)
                self._keys.add(mine)
        try:
            yield
        finally:
            if key:
                with self._lock:
                    self._keys.discard(mine)
