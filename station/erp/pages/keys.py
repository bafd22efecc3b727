"""Keys to our own API: made once, shown once, taken back."""

from __future__ import annotations

import logging
from typing import Any

from flask import abort, redirect, request, url_for
from sqlalchemy.orm import Session

from station.erp.pages.setup import kept_form
from station.erp.pages.shared import SETTERS, decide, found_connection, plain
from station.erp.rest import tokens
from station.ground.web.desk import blueprint
from station.ground.web.i18n import gettext as _
from station.ground.web.kit import actor, allow, hub

log = logging.getLogger(__name__)


@blueprint.post("/desk/erp/<code>/tokens")
@allow(*SETTERS)
def erp_issue(code: str) -> Any:
    """A new key for whoever calls our API; shown this once, because only its hash is kept."""
    name = plain(request.form.get("token_name", ""), 60)
    with hub().db.read() as tx:
        connection = found_connection(tx, code)
    if connection.kind != "rest":
        abort(404)
    if not name:
        return kept_form(code, notice=_("Say who will use the key.")), 422
    who, now, made = actor().name, hub().clock.now(), [""]

    def change(tx: Session) -> None:
        made[0] = tokens.issue(tx, connection.id, name, who, now)

    decide("ERP_TOKEN", code, change, name=name)
    return kept_form(code, token=made[0])


@blueprint.post("/desk/erp/<code>/tokens/<int(max=2147483647):token_id>/revoke")
@allow(*SETTERS)
def erp_revoke(code: str, token_id: int) -> Any:
    """Whoever holds this key may not call us any more."""
    now = hub().clock.now()
    with hub().db.read() as tx:
        connection = found_connection(tx, code)
        mine = {token.id for token in tokens.list_of(tx, connection.id)}
    if token_id not in mine:
        abort(404)
    try:
        decide("ERP_TOKEN_REVOKE", code, lambda tx: tokens.revoke(tx, token_id, now), token=token_id)
    except LookupError:
        log.info("token %s was revoked before", token_id)
    return redirect(url_for("office.erp_edit", code=code))
