"""Files that people bring to the desk: how large they may be, how they are read, and what was found in them.

What is wrong with a file is told on a page, and by the same findings as a CSV to keep beside the file.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import tempfile
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePath
from typing import Any

from flask import Response, render_template, request

from printers.apart import NotNow
from station.ground.registers.files import csv_lines
from station.ground.spreadsheets import opening
from station.ground.spreadsheets.opening import opened
from station.ground.spreadsheets.reading import ENDINGS, Row, Table
from station.ground.spreadsheets.reasons import MOST_PROBLEMS, BadFile, Problem
from station.ground.web.desk import DESK, blueprint
from station.ground.web.i18n import language
from station.ground.web.kit import allow, hub
from station.ground.words.messages import Refused

KEPT_S = 86_400
_DIGEST = re.compile(r"[0-9a-f]{64}")
FORM_BYTES = 100_000
"""Room for the form around a file."""
MAX_BYTES = 20_000_000
"""Of a file that a page reads while somebody waits."""
_LARGEST: dict[str, int] = {"office.findings_file": FORM_BYTES}


def takes_file(endpoint: str, largest: int = MAX_BYTES) -> None:
    """Declare that a page gets files of so many bytes."""
    _LARGEST[endpoint] = largest + FORM_BYTES


@blueprint.url_value_preprocessor
def allow_files(endpoint: str | None, values: dict[str, Any] | None) -> None:  # noqa: ARG001
    """A file is longer than a scan may be; this runs before the form is read for the first time."""
    if endpoint in _LARGEST:
        request.max_content_length = _LARGEST[endpoint]


def sent(endings: Collection[str] = ENDINGS) -> tuple[str, bytes]:
    """Name and content of the file that was sent; E-FIL-01 without one, E-FIL-02 for another kind of file."""
    file = request.files.get("file")
    name = PurePath((file.filename or "").replace("\\", "/")).name if file else ""
    if file is None or not name:
        raise Refused("E-FIL-01")
    name = "".join(char for char in name if char.isprintable())[-80:]
    if not name.lower().endswith(tuple(endings)):
        raise Refused("E-FIL-02", kinds=" ".join(sorted(endings)))
    return name, file.stream.read()


def rows_of(name: str, data: bytes, known: Collection[str]) -> tuple[list[str], list[Row]]:
    """Header and rows of a file, opened apart; BadFile, or E-AUTH-10 when the station cannot open it now."""
    try:
        return opened(name, data, known)
    except NotNow:
        raise Refused("E-FIL-03") from None


def table_of(name: str, data: bytes, known: Collection[str], only: Collection[str] | None = None) -> Table:
    """The table of a file with what was done to find it, likewise."""
    try:
        return opening.table(name, data, known, only)
    except NotNow:
        raise Refused("E-FIL-03") from None


@dataclass(frozen=True, slots=True)
class Brought:
    """Files that were looked through and wait for a person's yes, by what they hold; for a day."""

    folder: Path

    def keep(self, data: bytes, now: datetime) -> str:
        """The name by which `take` finds the file again."""
        self._tidy(now)
        self.folder.mkdir(parents=True, exist_ok=True)
        name = hashlib.sha256(data).hexdigest()
        handle, part = tempfile.mkstemp(dir=self.folder, suffix=".part")
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.utime(part, (now.timestamp(), now.timestamp()))
        Path(part).replace(self.folder / name)
        return name

    def take(self, name: str) -> bytes:
        """The file; E-FIL-05 when it is not there any more."""
        if not _DIGEST.fullmatch(name) or not (self.folder / name).is_file():
            raise Refused("E-FIL-05")
        return (self.folder / name).read_bytes()

    def forget(self, name: str) -> None:
        """It was taken over."""
        if _DIGEST.fullmatch(name):
            (self.folder / name).unlink(missing_ok=True)

    def _tidy(self, now: datetime) -> None:
        old = now.timestamp() - KEPT_S
        for path in self.folder.glob("*") if self.folder.is_dir() else ():
            with suppress(OSError):
                if path.stat().st_mtime < old:
                    path.unlink(missing_ok=True)


def brought() -> Brought:
    """Those of this station."""
    return Brought(hub().settings.data.resolve() / "brought")


def findings_page(heading: str, name: str, problems: Sequence[Problem], back: str) -> tuple[str, int]:
    """What is wrong with a file, row by row; nothing of it was taken."""
    told = problems[:MOST_PROBLEMS]
    lines = [[item.row, item.column, item.value, item.code, *item.reason, item.cell] for item in told]
    page = render_template(
        "office/findings.html",
        heading=heading,
        name=name,
        lines=lines,
        reason_at=4 if language() == "zh" else 5,
        as_file=json.dumps([[name, *line] for line in lines], ensure_ascii=False),
        back=back,
        demo=hub().demo_people,
    )
    return page, 422


@blueprint.post("/desk/findings.csv")
@allow(*DESK)
def findings_file() -> Any:
    """The findings that the page showed, as a file; nothing but texts of the sender comes back to the
    sender.
    """
    try:
        lines = json.loads(request.form.get("findings", ""))
        rows = [
            [str(cell if cell is not None else "")[:400] for cell in line] for line in lines[:MOST_PROBLEMS]
        ]
    except (ValueError, TypeError):
        raise Refused("E-FIL-01") from None
    head = ["file", "row", "column", "value", "code", "reason_zh", "reason_en", "cell"]
    response = Response(b"".join(csv_lines([head, *rows])), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="findings.csv"'
    return response


__all__ = [
    "ENDINGS",
    "BadFile",
    "Brought",
    "Problem",
    "brought",
    "findings_page",
    "rows_of",
    "sent",
    "table_of",
    "takes_file",
]
