"""A register as a file or on paper: CSV, XLSX, PDF."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from flask import (
    Response,
    abort,
    current_app,
    g,
    request,
    stream_with_context,
)

from station.ground import shop
from station.ground.registers import files, filters, paper
from station.ground.registers.filters import Asked
from station.ground.registers.kinds import Written
from station.ground.registers.register import Register, pieces
from station.ground.web.i18n import gettext as _
from station.ground.web.i18n import local_date, local_number, local_time
from station.ground.web.kit import actor, hub

FILE_ROWS, PAPER_ROWS = 20_000, 500
"""As much as one file and one paper hold; the last line says so when there is more."""
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def known_register(name: str) -> Register:
    register = current_app.extensions["registers"].get(name)
    if register is None:
        abort(404)
    if not g.actor.may(frozenset(register.roles)):
        abort(403)
    return register  # type: ignore[no-any-return]


def asked_of(register: Register) -> Asked:
    station = hub()
    return filters.read(register.filters, request.args, station.clock.today(), station.settings.zone)


def state_words(register: Register, code: str) -> str:
    return register.state.words(code) if register.state else code


def send_file(name: str, kind: str) -> Response:
    register = known_register(name)
    asked = asked_of(register)
    file_name = f"{register.name}-{hub().clock.today():%Y%m%d}.{kind}"
    if kind == "csv":
        lines = files.csv_lines(_rows(register, asked))
        return _download(Response(stream_with_context(lines), mimetype="text/csv"), file_name)
    if kind == "xlsx":
        book = files.xlsx(_(register.title), _rows(register, asked))
        return _download(Response(book, mimetype=XLSX_TYPE), file_name)
    return _download(Response(_pdf(register, asked), mimetype="application/pdf"), file_name, "inline")


def _download(response: Response, file_name: str, how: str = "attachment") -> Response:
    response.headers["Content-Disposition"] = f'{how}; filename="{file_name}"'
    return response


def _rows(register: Register, asked: Asked) -> Iterator[list[Written]]:
    """Heading and rows; each piece is read for itself, so that a slow reader holds no database."""
    yield [_(column.title) for column in register.columns]
    with hub().db.read() as tx:
        ids = register.ids(tx, asked, limit=FILE_ROWS + 1)
    for some in pieces(ids[:FILE_ROWS]):
        with hub().db.read() as tx:
            rows = register.rows(tx, some)
        for row in rows:
            yield [column.kind.written(column.value(row)) for column in register.columns]
    if len(ids) > FILE_ROWS:
        yield [_cut(FILE_ROWS)]


def _cut(limit: int) -> str:
    """What stands below a list that was cut."""
    return _("Only the newest %(n)s rows: choose fewer days for the others.") % {"n": local_number(limit)}


def _pdf(register: Register, asked: Asked) -> bytes:
    station = hub()
    with station.db.read() as tx:
        rows = register.page(tx, asked, limit=PAPER_ROWS + 1)
        house = shop.name_of(tx, station.settings)
    document = paper.sheet(
        register,
        rows[:PAPER_ROWS],
        filter_text=filter_text(register, asked),
        warehouse=house,
        made_at=local_time(station.clock.now()),
        made_by=actor().name,
        note=_cut(PAPER_ROWS) if len(rows) > PAPER_ROWS else "",
    )
    return paper.pdf(document)


def filter_text(register: Register, asked: Asked) -> str:
    """What was asked for, in words."""
    parts = [
        _days(asked.since, asked.until),
        state_words(register, asked.state) if asked.state else "",
        asked.text,
    ]
    return " · ".join(part for part in parts if part)


def _days(since: date | None, until: date | None) -> str:
    if since == until:
        return local_date(since)
    return f"{local_date(since)} – {local_date(until)}"
