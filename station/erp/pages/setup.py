"""Setting up a connection: what kind it is and how to reach it (§11).

Only an administrator comes here. Secrets go in and never out: a field left empty keeps what is known, and
nothing that a test tells may repeat one.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from flask import abort, redirect, request, url_for

from station.erp import connections, makeup
from station.erp.connections import BadConnection
from station.erp.connectors import KINDS, connector_class
from station.erp.pages import queries
from station.erp.pages.shared import SETTERS, decide, found_connection, page, plain
from station.erp.rest import tokens
from station.exchange.models import ErpConnection
from station.ground.vault import Vault, VaultClosed
from station.ground.web.desk import asked, blueprint
from station.ground.web.i18n import gettext as _
from station.ground.web.i18n import language
from station.ground.web.kit import allow, hub

log = logging.getLogger(__name__)


def vault() -> Vault:
    """The key to the secrets of this station."""
    return Vault.in_folder(hub().settings.data)


# --- the form ----------------------------------------------------------------------------------


@blueprint.get("/desk/erp/new")
@allow(*SETTERS)
def erp_new() -> Any:
    """Choose the kind of system, then fill in how to reach it."""
    kind = asked("kind", 20)
    if kind not in KINDS:
        kinds = [(name, zh if language() == "zh" else en) for name, (_path, zh, en) in KINDS.items()]
        return page("erp_new", kinds=kinds)
    defaults = {item.name: item.default for item in _settings_of(kind) if not item.is_secret}
    return _form(kind, "", {"code": kind, "name": ""}, defaults)


@blueprint.get("/desk/erp/<code>/edit")
@allow(*SETTERS)
def erp_edit(code: str) -> Any:
    """The form with what is set; secrets stay where they are."""
    return kept_form(code)


def kept_form(code: str, **extra: Any) -> str:
    """The form of a connection as it is kept."""
    with hub().db.read() as tx:
        connection = found_connection(tx, code)
    return _form(
        connection.kind, code, {"code": code, "name": connection.name}, dict(connection.settings), **extra
    )


def _form(
    kind: str,
    code: str,
    names: dict[str, str],
    values: dict[str, str],
    *,
    notice: str = "",
    wrong: str = "",
    token: str = "",
) -> str:
    fields = _settings_of(kind)
    with hub().db.read() as tx:
        connection = queries.connection(tx, code) if code else None
        keys = tokens.list_of(tx, connection.id) if connection is not None and kind == "rest" else None
    return page(
        "erp_form",
        notice=notice,
        wrong=wrong,
        kind=kind,
        title=KINDS[kind][1 if language() == "zh" else 2],
        code=code,
        names=names,
        fields=fields,
        values=values,
        connection=connection,
        tokens=keys,
        token=token,
        zh=language() == "zh",
    )


def _settings_of(kind: str) -> Sequence[makeup.Setting]:
    """The fields of a kind; one whose software is not installed cannot be set up."""
    try:
        return connector_class(kind).settings
    except (ImportError, KeyError):
        log.warning("the connector %s is not installed", kind)
        abort(404)


def _given(kind: str) -> dict[str, str]:
    """What the form says, by setting."""
    return {item.name: request.form.get(f"set_{item.name}", "") for item in _settings_of(kind)}


def checked_form(kind: str, connection: ErpConnection | None) -> dict[str, str]:
    """The form as settings and secrets together; secrets left empty are those that are known.

    A known secret is never sent to an address that was just typed: then it must be entered again.
    """
    values = _given(kind)
    secret_names = {item.name for item in _settings_of(kind) if item.is_secret}
    missing = {name for name in secret_names if not values[name].strip()}
    if connection is not None and missing and connection.secrets:
        old = vault().unlock(connection.secrets)
        known = connection.settings or {}
        addresses = [name for name in values if name.endswith("url") and name not in secret_names]
        moved = any(known.get(name, "") != values[name].strip() for name in addresses)
        if moved and any(old.get(name) for name in missing):
            raise BadConnection(
                min(missing), "地址变了, 请重新输入密码", "the address changed: enter the secret again"
            )
        values |= {name: old.get(name, "") for name in missing}
    plain_values, secrets = connections.checked(kind, values)
    return plain_values | secrets


# --- the test ----------------------------------------------------------------------------------


def secret_names(kind: str) -> list[str]:
    """The settings of a kind that are never shown."""
    return [item.name for item in _settings_of(kind) if item.is_secret]


# --- keeping it --------------------------------------------------------------------------------


@blueprint.post("/desk/erp/save")
@allow(*SETTERS)
def erp_save() -> Any:
    """Add a connection or change one."""
    kind, code = request.form.get("kind", ""), request.form.get("of", "")
    if kind not in KINDS:
        abort(404)
    new_code, name = request.form.get("code", "").strip()[:40], plain(request.form.get("name", ""), 80)
    try:
        made = _saved(kind, code, new_code, name)
    except (BadConnection, VaultClosed) as refusal:
        return _refusal_page(refusal, kind, code, {"code": new_code, "name": name}), 422
    return redirect(url_for("office.erp_edit", code=made))


def _saved(kind: str, code: str, new_code: str, name: str) -> str:
    key, now = vault(), hub().clock.now()
    with hub().db.read() as tx:
        connection = found_connection(tx, code) if code else None
    if connection is None:
        values = checked_form(kind, None)
        decide(
            "ERP_ADD",
            new_code,
            lambda tx: connections.add(tx, key, code=new_code, name=name, kind=kind, values=values, now=now),
            kind=kind,
        )
        return new_code
    if connection.kind != kind:
        abort(404)
    values = checked_form(kind, connection)
    secret = {item for item in secret_names(kind) if request.form.get(f"set_{item}", "").strip()}
    old = dict(connection.settings or {})
    changed = sorted(secret | {item for item in old if old[item] != values.get(item)})
    decide(
        "ERP_CHANGE",
        code,
        lambda tx: connections.change(tx, key, code, name=name, values=values),
        changed=changed,
    )
    return code


def _refusal_page(refusal: Exception, kind: str, code: str, names: dict[str, str]) -> str:
    """The form again as it was sent, without the secrets, and what is wrong with it."""
    secret = set(secret_names(kind))
    values = {name: value for name, value in _given(kind).items() if name not in secret}
    if not isinstance(refusal, BadConnection):
        notice = _("The key file does not fit: enter the secrets again.")
        return _form(kind, code, names, values, notice=notice)
    zh = language() == "zh"
    titles = {item.name: item.zh if zh else item.en for item in _settings_of(kind)}
    titles |= {"code": _("Code"), "name": _("Name")}
    text = f"{titles.get(refusal.field, refusal.field)}: {refusal.zh if zh else refusal.en}"
    return _form(kind, code, names, values, notice=text, wrong=refusal.field)


@blueprint.post("/desk/erp/<code>/main")
@allow(*SETTERS)
def erp_main(code: str) -> Any:
    """Let this connection be the one that hears of stock."""
    with hub().db.read() as tx:
        found_connection(tx, code)
    decide("ERP_MAIN", code, lambda tx: connections.set_main(tx, code))
    return redirect(url_for("office.erp_edit", code=code))
