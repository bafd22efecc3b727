"""Messages to the ERPs, and what a person does with those that a living ERP refused.

A person mends one and sends it again under the same key, or lets it go with a reason.
"""

from __future__ import annotations

from typing import Any

from flask import abort, redirect, request, url_for

from station.erp.outward import courier
from station.erp.pages import queries
from station.erp.pages.fields import changed_fields, mended, pretty, readable
from station.erp.pages.shared import decide, page, plain
from station.exchange.models import MESSAGE, MessageState
from station.ground.web.desk import DESK, RULERS, asked, blueprint, page_number
from station.ground.web.i18n import gettext as _
from station.ground.web.kit import actor, allow, hub
from station.ground.web.sheets import PAGE
from station.ground.web.trail import history

REASON_LIMIT = 200
MENDED_BYTES = 3_000_000
"""A carrier's label in base64, or an order of a thousand lines, is longer than a scan may be."""
OUT_STATES = (
    MessageState.DEAD,
    MessageState.PENDING,
    MessageState.LEASED,
    MessageState.DONE,
    MessageState.DROPPED,
)


@blueprint.url_value_preprocessor
def allow_long_documents(endpoint: str | None, values: dict[str, Any] | None) -> None:  # noqa: ARG001
    """A document that is mended comes back whole; this runs before the form is read for the first time."""
    if endpoint in {"office.erp_resend", "office.erp_retry", "office.erp_cells"}:
        request.max_content_length = MENDED_BYTES
        request.max_form_memory_size = MENDED_BYTES


@blueprint.get("/desk/erp/out")
@allow(*DESK)
def erp_out() -> Any:
    """Confirmations for the ERPs, those that were set aside first."""
    state, target, doc_no = asked("state", 10), asked("target", 20), asked("q", 80)
    chosen = state if state in OUT_STATES else ""
    with hub().db.read() as tx:
        rows = queries.messages(tx, page_number(), state=chosen, target=target, doc_no=doc_no)
        first = not chosen and page_number() == 0
        dead = queries.messages(tx, 0, state=MessageState.DEAD, target=target, doc_no=doc_no) if first else []
        known = queries.connections(tx)
    return page(
        "erp_out",
        dead=dead[:PAGE],
        more_dead=len(dead) > PAGE,
        rows=[row for row in rows[:PAGE] if not (dead and row.state == MessageState.DEAD)],
        more=len(rows) > PAGE,
        next_page=page_number() + 1,
        connections=known,
        choices=OUT_STATES,
        state=chosen,
        target=target,
        q=doc_no,
    )


@blueprint.get("/desk/erp/out/<int(max=2147483647):message_id>")
@allow(*DESK)
def erp_message(message_id: int) -> Any:
    """One message: what it says, what became of it, what waits behind it."""
    return _message(message_id)


def _message(message_id: int, notice: str = "", text: str | None = None) -> str:
    with hub().db.read() as tx:
        row = queries.message(tx, message_id)
        if row is None:
            abort(404)
        behind = queries.behind(tx, row)
        audits = queries.audits(tx, row.event_key)
        moves = history(tx, [(MESSAGE.doc_type, str(message_id))])
    return page(
        "erp_message",
        notice=notice,
        row=row,
        behind=behind,
        audits=audits,
        moves=moves,
        part=readable(row.payload),
        text=pretty(row.payload) if text is None else text,
    )


@blueprint.post("/desk/erp/out/<int(max=2147483647):message_id>/resend")
@allow(*RULERS)
def erp_resend(message_id: int) -> Any:
    """Send a message that was set aside again, under the same key, perhaps mended."""
    with hub().db.read() as tx:
        row = queries.message(tx, message_id)
    if row is None:
        abort(404)
    who, now, text = actor().name, hub().clock.now(), request.form.get("payload")
    try:
        payload = None if text is None else mended(row.kind, text, row.event_key)
        decide(
            "ERP_RESEND",
            row.event_key,
            lambda tx: courier.resend(tx, message_id, payload, who=who, now=now),
            changed=changed_fields(row.payload, payload) if payload else [],
        )
    except ValueError as wrong:
        return _message(message_id, f"{_('This cannot be sent')}: {wrong}", text), 422
    except LookupError:
        return _message(message_id, _("This message is not set aside any more.")), 409
    return redirect(url_for("office.erp_message", message_id=message_id))


@blueprint.post("/desk/erp/out/<int(max=2147483647):message_id>/drop")
@allow(*RULERS)
def erp_drop(message_id: int) -> Any:
    """The ERP need not hear of this: somebody says why."""
    with hub().db.read() as tx:
        row = queries.message(tx, message_id)
    if row is None:
        abort(404)
    who, now, reason = actor().name, hub().clock.now(), plain(request.form.get("reason", ""), REASON_LIMIT)
    if not reason:
        return _message(message_id, _("Say why")), 422
    try:
        decide(
            "ERP_DROP",
            row.event_key,
            lambda tx: courier.drop(tx, message_id, who=who, now=now),
            reason=reason,
        )
    except LookupError:
        return _message(message_id, _("This message is not set aside any more.")), 409
    return redirect(url_for("office.erp_out"))
