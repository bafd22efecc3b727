"""Setting up a connection: what kind, how to reach it, a test that changes nothing, who may call us (§11).

Only an administrator comes here. Secrets go in and never out: a field left empty keeps what is known, and
nothing that a test tells may repeat one.
"""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Sequence
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from station.erp import connections, port, sync
from station.erp.connections import BadConnection
from station.erp.connectors import KINDS, connector_class
from station.erp.pages import queries
from station.erp.pages.fields import label, readable
from station.erp.pages.shared import SETTERS, decide, found_connection, page, plain
from station.erp.vault import Vault, VaultClosed
from station.exchange import documents
from station.exchange.models import ErpConnection
from station.ground.web.desk import asked, blueprint
from station.ground.web.i18n import gettext as _
from station.ground.web.i18n import language
from station.ground.web.kit import actor, allow, hub

log = logging.getLogger(__name__)

TEST_S = 25.0
"""How long a person waits for the answer of a test; what comes later is thrown away."""

SHORTEST_SECRET = 4
SAMPLES = 3
"""Codes that would hide a page."""


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
    return _kept_form(code)


def _kept_form(code: str, **extra: Any) -> str:
    with hub().db.read() as tx:
        found = found_connection(tx, code)
    return _form(found.kind, code, {"code": code, "name": found.name}, dict(found.settings), **extra)


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
        found = queries.connection(tx, code) if code else None
        tokens = _tokens(tx, found) if found is not None and kind == "rest" else None
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
        connection=found,
        tokens=tokens,
        token=token,
        zh=language() == "zh",
    )


def _settings_of(kind: str) -> Sequence[port.Setting]:
    """The fields of a kind; one whose software is not installed cannot be set up."""
    try:
        return connector_class(kind).settings
    except (ImportError, KeyError):
        log.warning("the connector %s is not installed", kind)
        abort(404)


def _given(kind: str) -> dict[str, str]:
    """What the form says, by setting."""
    return {item.name: request.form.get(f"set_{item.name}", "") for item in _settings_of(kind)}


def _checked(kind: str, found: ErpConnection | None) -> dict[str, str]:
    """The form as settings and secrets together; secrets left empty are those that are known.

    A known secret is never sent to an address that was just typed: then it must be entered again.
    """
    values = _given(kind)
    secret_names = {item.name for item in _settings_of(kind) if item.is_secret}
    missing = {name for name in secret_names if not values[name].strip()}
    if found is not None and missing and found.secrets:
        old = vault().unlock(found.secrets)
        known = found.settings or {}
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


@blueprint.post("/desk/erp/test")
@allow(*SETTERS)
def erp_test() -> Any:
    """Try what the form says and change nothing; the answer goes beside the form, which stays as it is."""
    kind, code = request.form.get("kind", ""), request.form.get("of", "")
    if kind not in KINDS:
        abort(404)
    station = hub()
    try:
        with station.db.read() as tx:
            found = queries.connection(tx, code) if code else None
            values = _checked(kind, found)
            words = connections.words(tx, found.id if found else 0, station.settings)
    except BadConnection as wrong:
        return _report(_refused(wrong), {}), 422
    except VaultClosed:
        return _report(_closed(), {}), 422
    report = _tried(kind, connections.make_setup(values, words, station.settings))
    return _report(report, {name: values[name] for name in _secret_names(kind)})


def _secret_names(kind: str) -> list[str]:
    return [item.name for item in _settings_of(kind) if item.is_secret]


def _refused(wrong: BadConnection) -> port.Report:
    report = port.Report()
    report.add(wrong.field, ok=False, text=wrong.zh if language() == "zh" else wrong.en)
    return report


def _closed() -> port.Report:
    report = port.Report()
    report.add("secrets", ok=False, text=_("The key file does not fit: enter the secrets again."))
    return report


def _tried(kind: str, setup: port.Setup) -> port.Report:
    """The test in a thread of its own, because a person does not wait for ever."""
    answer: queue.SimpleQueue[port.Report] = queue.SimpleQueue()

    def work() -> None:
        try:
            answer.put(sync.probe(kind, setup))
        except Exception as error:  # noqa: BLE001 — a test must tell, whatever the other side does
            log.warning("the test of a %s connection failed: %s", kind, type(error).__name__)
            report = port.Report()
            report.add("connect", ok=False, text=type(error).__name__)
            answer.put(report)

    threading.Thread(target=work, name="erp-test", daemon=True).start()
    try:
        return answer.get(timeout=TEST_S)
    except queue.Empty:
        report = port.Report()
        report.add("connect", ok=False, text=_("No answer in time: look at the address and the network."))
        return report


def _report(report: port.Report, secrets: dict[str, str]) -> str:
    hidden = [text for text in secrets.values() if len(text) >= SHORTEST_SECRET]
    samples = [getattr(sample, "doc", sample) for sample in report.samples]
    parts = [
        readable(documents.to_data(doc), label(documents.doc_type_of(doc)))
        for doc in samples[:SAMPLES]
        if doc is not None
    ]
    findings = [
        port.Finding(label(item.what), item.ok, _without(item.text, hidden)) for item in report.findings
    ]
    return render_template("office/_erp_report.html", ok=report.ok, findings=findings, documents=parts)


def _without(text: str, hidden: list[str]) -> str:
    """An answer of the other side that does not repeat our secrets."""
    for secret in hidden:
        text = text.replace(secret, "•••")
    return text


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
        found = found_connection(tx, code) if code else None
    if found is None:
        values = _checked(kind, None)
        decide(
            "ERP_ADD",
            new_code,
            lambda tx: connections.add(tx, key, code=new_code, name=name, kind=kind, values=values, now=now),
            kind=kind,
        )
        return new_code
    if found.kind != kind:
        abort(404)
    values = _checked(kind, found)
    secret = {item for item in _secret_names(kind) if request.form.get(f"set_{item}", "").strip()}
    old = dict(found.settings or {})
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
    secret = set(_secret_names(kind))
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


# --- keys to our own API -----------------------------------------------------------------------


def _tokens(tx: Session, found: ErpConnection) -> list[Any]:
    from station.erp.rest import tokens

    return list(tokens.list_of(tx, found.id))


@blueprint.post("/desk/erp/<code>/tokens")
@allow(*SETTERS)
def erp_issue(code: str) -> Any:
    """A new key for whoever calls our API; shown this once, because only its hash is kept."""
    from station.erp.rest import tokens

    name = plain(request.form.get("token_name", ""), 60)
    with hub().db.read() as tx:
        found = found_connection(tx, code)
    if found.kind != "rest":
        abort(404)
    if not name:
        return _kept_form(code, notice=_("Say who will use the key.")), 422
    who, now, made = actor().name, hub().clock.now(), [""]

    def change(tx: Session) -> None:
        made[0] = tokens.issue(tx, found.id, name, who, now)

    decide("ERP_TOKEN", code, change, name=name)
    return _kept_form(code, token=made[0])


@blueprint.post("/desk/erp/<code>/tokens/<int(max=2147483647):token_id>/revoke")
@allow(*SETTERS)
def erp_revoke(code: str, token_id: int) -> Any:
    """Whoever holds this key may not call us any more."""
    from station.erp.rest import tokens

    now = hub().clock.now()
    with hub().db.read() as tx:
        found = found_connection(tx, code)
        mine = {token.id for token in _tokens(tx, found)}
    if token_id not in mine:
        abort(404)
    try:
        decide("ERP_TOKEN_REVOKE", code, lambda tx: tokens.revoke(tx, token_id, now), token=token_id)
    except LookupError:
        log.info("token %s was revoked before", token_id)
    return redirect(url_for("office.erp_edit", code=code))
