"""The test of what a form says: it changes nothing, ends in time, and tells no secret."""

from __future__ import annotations

import logging
import queue
import threading
from typing import Any

from flask import abort, render_template, request

from station.erp import connections, makeup, port, sync, vocabulary
from station.erp.connections import BadConnection
from station.erp.connectors import KINDS
from station.erp.pages import queries
from station.erp.pages.fields import label, readable
from station.erp.pages.setup import checked_form, secret_names
from station.erp.pages.shared import SETTERS
from station.exchange import documents
from station.ground.vault import VaultClosed
from station.ground.web.desk import blueprint
from station.ground.web.i18n import gettext as _
from station.ground.web.i18n import language
from station.ground.web.kit import allow, hub

log = logging.getLogger(__name__)

TEST_S = 25.0
"""How long a person waits for the answer of a test; what comes later is thrown away."""


SHORTEST_SECRET = 4


SAMPLES = 3


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
            connection = queries.connection(tx, code) if code else None
            values = checked_form(kind, connection)
            words = vocabulary.words(tx, connection.id if connection else 0, station.settings)
    except BadConnection as wrong:
        return _report(_refused(wrong), {}), 422
    except VaultClosed:
        return _report(_closed(), {}), 422
    report = _tried(kind, connections.make_setup(values, words, station.settings))
    return _report(report, {name: values[name] for name in secret_names(kind)})


def _refused(wrong: BadConnection) -> port.Report:
    report = port.Report()
    report.add(wrong.field, ok=False, text=wrong.zh if language() == "zh" else wrong.en)
    return report


def _closed() -> port.Report:
    report = port.Report()
    report.add("secrets", ok=False, text=_("The key file does not fit: enter the secrets again."))
    return report


def _tried(kind: str, setup: makeup.Setup) -> port.Report:
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
