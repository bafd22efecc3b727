"""A file brought to the folder by the browser: whoever sits at the desk need not reach the server's disk.

The file is only put where the office would put it; the folder's own loop takes it, and says what came of it.
"""

from __future__ import annotations

import threading
from pathlib import Path, PurePath
from typing import Any

from flask import redirect, request, url_for

from station.erp.folder import columns, kept_maps
from station.erp.folder.connector import YES
from station.erp.folder.disk import free_place
from station.erp.pages import queries
from station.erp.pages.shared import ASKERS, decide, found_connection, page
from station.exchange.models import ErpConnection
from station.ground.registers import uploads
from station.ground.spreadsheets.reading import MAX_BYTES
from station.ground.web.desk import blueprint
from station.ground.web.i18n import gettext as _
from station.ground.web.kit import allow, hub

_putting = threading.Lock()
"""Two files of one name at the same moment are two files."""
uploads.takes_file("office.erp_bring", MAX_BYTES)


@blueprint.post("/desk/erp/bring")
@allow(*ASKERS)
def erp_bring() -> Any:
    """Put a file into the inbox under a name that says what it is; E-FIL-01, E-FIL-02."""
    name, data = uploads.sent()
    kind = request.form.get("kind", "")
    with hub().db.read() as tx:
        connection = found_connection(tx, request.form.get("of", "")[:20])
        maps = kept_maps.in_use(tx, connection.code)
    prefix = kind if kind in columns.FILES else ""
    is_mapped = any(one.is_called(name) and one.pattern != "*" for one in maps)
    if connection.kind != "folder" or not (prefix or columns.type_of(name) or is_mapped):
        told = _("Say what is in the file: its name does not tell.")
        return _again(told), 422
    if prefix and columns.type_of(name) is not columns.FILES[prefix]:
        name = f"{prefix}-{name}"
    try:
        put(connection, name, data)
    except OSError as error:
        return _again(f"{_('The folder cannot be written')}: {error.strerror or error}"), 422
    decide("ERP_FILE", connection.code, lambda _tx: None, file=name[-80:])
    return redirect(url_for("office.erp", dropped="1"))


def inbox_of(connection: ErpConnection) -> Path:
    """Where the office's files are taken from."""
    path = (connection.settings or {}).get("path") or hub().settings.data / "erp"
    return Path(path).absolute() / "inbox"


def put(connection: ErpConnection, name: str, data: bytes) -> None:
    """Put a file where the office would put it, whole under its name; OSError when that cannot be written."""
    inbox = inbox_of(connection)
    if not (connection.settings or {}).get("path"):  # where a share belongs that is away, nothing is made
        inbox.mkdir(parents=True, exist_ok=True)
    with _putting:
        _put(inbox, name, data, marked=(connection.settings or {}).get("needs_marker", "") in YES)


def _put(inbox: Path, name: str, data: bytes, *, marked: bool) -> None:
    """Under another name first: the loop must never see half of it."""
    target = free_place(inbox, Path(PurePath(name).name))
    whole = target.with_name(f".{target.name}.tmp")
    whole.write_bytes(data)
    whole.replace(target)
    if marked:
        target.with_name(f"{target.name}.ok").touch()


def _again(notice: str) -> str:
    with hub().db.read() as tx:
        return page("erp_bring", notice=notice, **choices(queries.connections(tx)))


def choices(rows: list[ErpConnection]) -> dict[str, Any]:
    """What the form offers: connections that are folders, and kinds of files."""
    return {
        "folders": [(row.code, row.name) for row in rows if row.kind == "folder"],
        "kinds": [(prefix, item.doc_type) for prefix, item in columns.FILES.items()],
    }
