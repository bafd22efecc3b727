"""Adding, changing and opening connections, and what is known of their health."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from station.erp import contract, makeup
from station.erp.connectors import KINDS, connector_class
from station.erp.vocabulary import words
from station.exchange import outbox
from station.exchange.models import ErpConnection
from station.ground.vault import Vault, VaultClosed
from station.settings import Settings

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


def setup_of(tx: Session, vault: Vault, code: str, settings: Settings) -> tuple[str, makeup.Setup]:
    """Kind and make-up of a connection with its settings, secrets and words of this moment."""
    connection = known(tx, code)
    return connection.kind, make_setup(
        dict(connection.settings) | vault.unlock(connection.secrets),
        words(tx, connection.id, settings),
        settings,
    )


def make_setup(values: Mapping[str, str], known_words: makeup.Words, settings: Settings) -> makeup.Setup:
    """What a connector is made of."""
    return makeup.Setup(
        values={**values, "data": str(settings.data)},
        words=known_words,
        warehouse=settings.warehouse_code,
        timezone=settings.timezone,
        reach=settings.reach,
    )


def open_connector(kind: str, setup: makeup.Setup) -> contract.Connector:
    """A connector of a kind."""
    make: Any = connector_class(kind)
    made: contract.Connector = make(setup)
    return made
