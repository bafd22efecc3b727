"""The folder's files: every column explained, templates to download, what became of the last files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Response, abort

from station.erp.folder import columns
from station.erp.models import ErpFile
from station.erp.pages import queries
from station.erp.pages.shared import page
from station.ground.spreadsheets.reasons import NOT_APPLICABLE, REASONS
from station.ground.web.desk import DESK, blueprint, shown
from station.ground.web.i18n import language
from station.ground.web.kit import allow, hub

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"


@blueprint.get("/desk/erp/templates")
@allow(*DESK)
def erp_templates() -> Any:
    """Which files the folder takes, and what came of the last ones."""
    with hub().db.read() as tx:
        rows = rows_of_files(queries.files(tx))
        folders = [row for row in queries.connections(tx) if row.kind == "folder"]
    described: dict[str, list[dict[str, Any]]] = {}
    for column in columns.describe():
        described.setdefault(column["file"], []).append(column | {"meaning": column[language()]})
    return page("erp_templates", described=described, files=rows, places=[_place(row) for row in folders])


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


def rows_of_files(rows: list[ErpFile]) -> list[dict[str, Any]]:
    """Files of the folder with the reason in the person's language."""
    return [{"row": row, "why": _why(row.detail)} for row in rows]


def _why(detail: Any) -> str:
    """What was wrong with a file, as far as it was written down."""
    if not detail:
        return ""
    if isinstance(detail, dict) and "code" in detail:
        zh, en = REASONS.get(str(detail["code"]), REASONS[NOT_APPLICABLE])
        reason = zh if language() == "zh" else en
        rest = shown({key: value for key, value in detail.items() if key != "code" and value})
        return f"{reason}: {rest}"[:300] if rest else reason
    return str(shown(detail))[:300]
