"""Adding, changing and opening connections, and what is known of their health."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from station.erp import port
from station.erp.connectors import KINDS, connector_class
from station.erp.vault import Vault, VaultClosed
from station.erp.vocabulary import words
from station.exchange import outbox
from station.exchange.models import ErpConnection
from station.settings import Settings

FIRST_WAIT_S, LAST_WAIT_S = 5, 60
"""A silent ERP is asked again after five seconds, and at most once a minute later on."""

MAX_VALUE = 500

RESERVED = frozenset({"new", "out", "in", "words", "differences", "templates", "test", "save"})
"""Words that stand in the addresses of the desk's pages where a code may stand too."""


class BadConnection(Exception):
    """A setting that cannot be used; `field` names it, the text is for the person at the form."""

    def __init__(self, field: str, zh: str, en: str) -> None:
        super().__init__(f"{field}: {en}")
        self.field, self.zh, self.en = field, zh, en


@dataclass(frozen=True)
class Known:
    """A connection as kept, without its secrets."""

    id: int
    code: str
    name: str
    kind: str
    is_active: bool
    is_main: bool


def known(tx: Session, code: str) -> ErpConnection:
    """The connection with this code; LookupError when there is none."""
    connection = tx.scalars(select(ErpConnection).where(ErpConnection.code == code)).first()
    if connection is None:
        raise LookupError(f"there is no connection {code}")
    return connection


def list_all(tx: Session) -> list[ErpConnection]:
    """Every connection, the main one first."""
    order = ErpConnection.is_main.desc(), ErpConnection.id
    return list(tx.scalars(select(ErpConnection).order_by(*order)))


def active_codes(tx: Session) -> list[str]:
    """Connections that are to be worked on."""
    query = select(ErpConnection.code).where(ErpConnection.is_active).order_by(ErpConnection.id)
    return list(tx.scalars(query))


def checked(kind: str, values: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """Settings and secrets of a kind from a form; BadConnection names the first that is wrong."""
    if kind not in KINDS:
        raise BadConnection("kind", "没有这种连接", "there is no such kind of connection")
    plain: dict[str, str] = {}
    secrets: dict[str, str] = {}
    fields = {item.name: item for item in connector_class(kind).settings}
    for name in values:
        if name not in fields:
            raise BadConnection(name, "没有这个设置", "there is no such setting")
    for item in fields.values():
        given = values.get(item.name)
        value = (given or "").strip()
        if not value and (given is None or item.is_required):  # an optional one may be emptied
            value = item.default
        if item.is_required and not value:
            raise BadConnection(item.name, "必填", "is needed")
        if len(value) > MAX_VALUE or not value.isprintable():
            raise BadConnection(item.name, "太长或含有控制字符", "is too long or has control characters")
        if item.name == "url" and value and not re.match(r"https?://[^\s/@]+(/\S*)?$", value):
            raise BadConnection(
                item.name, "应为 http(s)://…, 不含密码", "must be http(s)://…, without password"
            )
        (secrets if item.is_secret else plain)[item.name] = value
    return plain, secrets


def add(
    tx: Session, vault: Vault, *, code: str, name: str, kind: str, values: Mapping[str, str], now: datetime
) -> int:
    """A new connection; the first one that is no folder becomes the main one."""
    if not re.fullmatch(r"[a-z][a-z0-9-]{0,19}", code):
        raise BadConnection(
            "code", "小写字母、数字和短横, 最多 20 个", "lower case letters, digits, hyphens, up to 20"
        )
    if code in RESERVED:
        raise BadConnection("code", "此代码已保留", "is reserved")
    if tx.scalar(select(ErpConnection.id).where(ErpConnection.code == code)) is not None:
        raise BadConnection("code", "已有这个代码", "is taken")
    plain, secrets = checked(kind, values)
    is_main = kind != "folder" and not tx.scalar(
        select(ErpConnection.id).where(ErpConnection.is_main, ErpConnection.kind != "folder")
    )
    if is_main:
        tx.execute(update(ErpConnection).values(is_main=False))
    made = ErpConnection(
        code=code,
        name=name or code,
        kind=kind,
        settings=plain,
        secrets=vault.lock(secrets),
        is_main=is_main,
        wants=outbox.words_of(connector_class(kind).wants),
        created_at=now,
    )
    _watch_cancels(made)
    tx.add(made)
    tx.flush()
    return made.id


def change(tx: Session, vault: Vault, code: str, *, name: str, values: Mapping[str, str]) -> None:
    """Other settings; a secret left empty stays as it is."""
    connection = known(tx, code)
    try:
        old = vault.unlock(connection.secrets) if connection.secrets else {}
    except VaultClosed:  # the key was lost: what is entered now counts
        old = {}
    fields = connector_class(connection.kind).settings
    kept = {item.name: old.get(item.name, "") for item in fields if item.is_secret}
    plain, secrets = checked(
        connection.kind, {**kept, **{k: v for k, v in values.items() if v or k not in kept}}
    )
    connection.name, connection.settings, connection.secrets = name or code, plain, vault.lock(secrets)
    connection.wants = outbox.words_of(connector_class(connection.kind).wants)
    _watch_cancels(connection)
    connection.retry_at, connection.failures = None, 0
    tx.flush()


def _watch_cancels(connection: ErpConnection) -> None:
    """Whoever promises its cancels is watched from the day it was made; whoever does not, is not."""
    promised = connector_class(connection.kind).promises_cancels(connection.settings)
    if promised is not None:
        connection.cancels_at = (connection.cancels_at or connection.created_at) if promised else None


def set_active(tx: Session, code: str, *, is_active: bool) -> None:
    """Work on it, or leave it alone."""
    known(tx, code)
    tx.execute(
        update(ErpConnection).where(ErpConnection.code == code).values(is_active=is_active, retry_at=None)
    )


def set_main(tx: Session, code: str) -> None:
    """Let it be the one that hears of stock from now on."""
    known(tx, code)
    tx.execute(update(ErpConnection).values(is_main=False))
    tx.execute(update(ErpConnection).where(ErpConnection.code == code).values(is_main=True))


def setup_of(tx: Session, vault: Vault, code: str, settings: Settings) -> tuple[str, port.Setup]:
    """Kind and make-up of a connection with its settings, secrets and words of this moment."""
    connection = known(tx, code)
    return connection.kind, make_setup(
        dict(connection.settings) | vault.unlock(connection.secrets),
        words(tx, connection.id, settings),
        settings,
    )


def make_setup(values: Mapping[str, str], known_words: port.Words, settings: Settings) -> port.Setup:
    """What a connector is made of."""
    return port.Setup(
        values={**values, "data": str(settings.data)},
        words=known_words,
        warehouse=settings.warehouse_code,
        timezone=settings.timezone,
    )


def open_connector(kind: str, setup: port.Setup) -> port.Connector:
    """A connector of a kind."""
    make: Any = connector_class(kind)
    made: port.Connector = make(setup)
    return made


# --- health ------------------------------------------------------------------------------------


def is_due(tx: Session, code: str, now: datetime) -> bool:
    """Whether it may be spoken to: it answers, or it is time to look again."""
    retry_at = tx.scalar(select(ErpConnection.retry_at).where(ErpConnection.code == code))
    return retry_at is None or retry_at <= now


def hasten(tx: Session, code: str) -> None:
    """Have it looked at without waiting for its turn."""
    tx.execute(update(ErpConnection).where(ErpConnection.code == code).values(retry_at=None))


def note_ok(tx: Session, code: str, now: datetime, *, cancels_at: datetime | None = None) -> None:
    """It answered; `cancels_at` when every cancel up to then is known."""
    values: dict[str, Any] = {"ok_at": now, "down_since": None, "retry_at": None, "failures": 0}
    if cancels_at is not None:
        values["cancels_at"] = cancels_at
    tx.execute(update(ErpConnection).where(ErpConnection.code == code).values(last_error="", **values))


def note_heartbeat(tx: Session, code: str, now: datetime) -> datetime | None:
    """The other side says that every cancel up to now was pushed: up to when they are known.

    It counts when the connection promises it; None when it is not watched.
    """
    connection = known(tx, code)
    is_promised = connector_class(connection.kind).promises_cancels(connection.settings)
    note_ok(tx, code, now, cancels_at=now if is_promised else None)
    return now if is_promised else None


def note_down(tx: Session, code: str, error: port.ErpError, now: datetime) -> None:
    """It did not answer, or forbids us: the next look after a while that grows."""
    connection = known(tx, code)
    wait_s = min(FIRST_WAIT_S * 2 ** min(connection.failures, 6), LAST_WAIT_S)
    if isinstance(error, port.Limited):
        wait_s = max(error.wait_s, 1)
    elif isinstance(error, port.NoAccess):
        wait_s = LAST_WAIT_S
    connection.failures += 1
    if not isinstance(error, port.Limited):
        connection.down_since = connection.down_since or now
    connection.retry_at = now + timedelta(seconds=wait_s)
    connection.last_error = f"{type(error).__name__}: {error}"[:300]
    tx.flush()


def claim(tx: Session, code: str, who: str, now: datetime, lease_s: int = 120) -> bool:
    """Be the only one that talks to this ERP for a while; renewing one's own claim is fine."""
    done = tx.execute(
        update(ErpConnection)
        .where(
            ErpConnection.code == code,
            (ErpConnection.leased_until.is_(None))
            | (ErpConnection.leased_until < now)
            | (ErpConnection.leased_by == who),
        )
        .values(leased_until=now + timedelta(seconds=lease_s), leased_by=who)
    )
    return done.rowcount == 1  # type: ignore[attr-defined, no-any-return]


def release(tx: Session, code: str, who: str) -> None:
    """Let another process talk to it."""
    tx.execute(
        update(ErpConnection)
        .where(ErpConnection.code == code, ErpConnection.leased_by == who)
        .values(leased_until=None, leased_by="")
    )
