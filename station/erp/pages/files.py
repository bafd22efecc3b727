"""The folder's files: every column explained, templates to download, what became of the last files."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Any

from flask import Response, abort

from station.erp.folder import columns, disk
from station.erp.inward.results import sentence
from station.erp.models import ErpFile, FileState
from station.erp.pages import bringing, queries
from station.erp.pages.cells import finding_words
from station.erp.pages.shared import page
from station.ground.spreadsheets.reasons import NOT_APPLICABLE, REASONS
from station.ground.web.desk import DESK, blueprint, shown
from station.ground.web.i18n import gettext as _
from station.ground.web.i18n import language
from station.ground.web.kit import allow, hub

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_LYING = 50
CSV = "text/csv; charset=utf-8"


@blueprint.get("/desk/erp/templates")
@allow(*DESK)
def erp_templates() -> Any:
    """Which files the folder takes, and what came of the last ones."""
    with hub().db.read() as tx:
        rows = rows_of_files(queries.files(tx))
        folders = [row for row in queries.connections(tx) if row.kind == "folder"]
    lying = [one for row in folders for one in _lying(bringing.inbox_of(row))]
    described: dict[str, list[dict[str, Any]]] = {}
    for column in columns.describe():
        described.setdefault(column["file"], []).append(column | {"meaning": column[language()]})
    return page(
        "erp_templates", described=described, files=rows, lying=lying, places=[_place(row) for row in folders]
    )


def _lying(inbox: Path) -> list[tuple[str, str]]:
    """What lies in an inbox at this moment, and what will come of it; a share that is away shows nothing."""
    found: list[tuple[str, str]] = []
    with suppress(OSError):
        for entry in sorted(os.scandir(inbox), key=lambda one: one.name)[:MOST_LYING]:
            words = (
                _("will be taken")
                if disk.is_meant(Path(entry.path))
                else _("is left alone: a folder, link, marker or temporary file")
            )
            found.append((disk.shown(entry.name), words))
    return found


def _place(row: Any) -> tuple[str, Path]:
    path = (row.settings or {}).get("path") or hub().settings.data / "erp"
    return row.name, Path(path).absolute() / "inbox"


@blueprint.get("/desk/erp/templates/<name>.<any(csv, xlsx):kind>")
@allow(*DESK)
def erp_template(name: str, kind: str) -> Any:
    """One empty file with an example row, ready to be filled in and dropped into the inbox."""
    if name not in columns.FILES:
        abort(404)
    doc_type = columns.FILES[name].doc_type
    if kind == "xlsx":
        response = Response(columns.workbook(doc_type), mimetype=XLSX)
    else:
        response = Response(columns.template(doc_type).encode("utf-8-sig"), content_type=CSV)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}-template.{kind}"'
    return response


STATES: dict[str, tuple[str, str]] = {
    FileState.TAKEN: ("全部收下", "all taken"),
    FileState.PARTLY: ("收了一部分, 其余待处理", "partly taken, the rest was set aside"),
    FileState.REJECTED: ("没有收", "nothing taken"),
    FileState.KNOWN: ("以前收过, 没有动", "taken before, nothing changed"),
}


def state_of(row: ErpFile) -> str:
    """What became of a file, in words."""
    zh, en = STATES[row.state]
    return zh if language() == "zh" else en


def rows_of_files(rows: list[ErpFile]) -> list[dict[str, Any]]:
    """Files of the folder with what came of them in the person's language."""
    return [{"row": row, "state": state_of(row), "why": _why(row.detail)} for row in rows]


@blueprint.get("/desk/erp/files/<int(max=2147483647):file_id>")
@allow(*DESK)
def erp_file(file_id: int) -> Any:
    """One file: what came of its documents, which cells to mend, and what was done to read it."""
    with hub().db.read() as tx:
        row = tx.get(ErpFile, file_id)
    if row is None:
        abort(404)
    detail = row.detail if isinstance(row.detail, dict) else {}
    return page(
        "erp_file",
        row=row,
        state=state_of(row),
        counts=_counted(detail),
        findings=finding_words(detail.get("findings", [])),
        notes=finding_words(detail.get("notes", [])),
    )


def _counted(detail: dict[str, Any]) -> list[tuple[str, int]]:
    """How many documents had which result, in the person's words."""
    which = 0 if language() == "zh" else 1
    counts = detail.get("counts", detail)
    return [
        (sentence(str(result))[which], count) for result, count in counts.items() if isinstance(count, int)
    ]


def _why(detail: Any) -> str:
    """What came of a file in a line: the first reason, else what came of its documents."""
    if not isinstance(detail, dict) or not detail:
        return ""
    if "code" in detail:  # as the first releases wrote it down
        zh, en = REASONS.get(str(detail["code"]), REASONS[NOT_APPLICABLE])
        reason = zh if language() == "zh" else en
        rest = shown({key: value for key, value in detail.items() if key != "code" and value})
        return f"{reason}: {rest}"[:300] if rest else reason
    told = [
        " ".join(filter(None, (place, value, why)))
        for place, _column, value, why in finding_words(detail.get("findings", [])[:1])
    ]
    return "; ".join([*(f"{words} {count}" for words, count in _counted(detail)), *told])[:300]
