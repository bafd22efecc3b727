"""The pages of all registers: the list with its filters, the files, the paper."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import partial
from typing import Any
from urllib.parse import urlencode

from flask import (
    Flask,
    Response,
    abort,
    current_app,
    g,
    render_template,
    request,
    stream_with_context,
    url_for,
)
from sqlalchemy.orm import Session

from station.ground.registers import files, filters, paper
from station.ground.registers.filters import Asked, Days, Number
from station.ground.registers.kinds import STATE, YES, Written
from station.ground.registers.register import COUNT_LIMIT, Col, Register, pieces
from station.ground.web.desk import page_number
from station.ground.web.i18n import gettext as _
from station.ground.web.i18n import local_date, local_number, local_time
from station.ground.web.kit import actor, allow, hub
from station.ground.web.sheets import PAGE, Line, Sheet

FILE_ROWS, PAPER_ROWS = 20_000, 500
"""As much as one file and one paper hold; the last line says so when there is more."""
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def install(app: Flask, registers: Iterable[Register]) -> None:
    """Put the pages of these registers into an app."""
    known = {register.name: register for register in registers}
    app.extensions["registers"] = known
    for register in known.values():
        if register.path:
            view = allow(*register.roles)(partial(page, register))
            app.add_url_rule(f"/desk/{register.path}", f"office.{register.path}", view)
    app.add_url_rule("/desk/r/<name>", "registers.page", allow(everybody=True)(_page))
    app.add_url_rule(
        "/desk/r/<name>.<any(csv, xlsx, pdf):kind>", "registers.file", allow(everybody=True)(_file)
    )


def _known(name: str) -> Register:
    register = current_app.extensions["registers"].get(name)
    if register is None:
        abort(404)
    if not g.actor.may(frozenset(register.roles)):
        abort(403)
    return register  # type: ignore[no-any-return]


def _asked(register: Register) -> Asked:
    station = hub()
    return filters.read(register.filters, request.args, station.clock.today(), station.settings.zone)


# --- the list ----------------------------------------------------------------------------------


def _page(name: str) -> str:
    return page(_known(name))


def page(register: Register, **extra: Any) -> str:
    """The list as a page; `extra` is for the template that a room draws above it (`aside`)."""
    asked, number = _asked(register), page_number()
    with hub().db.read() as tx:
        counts = register.counts(tx, asked)
        rows = register.page(tx, asked, skip=number * PAGE, limit=PAGE + 1)
        total = register.total(tx, asked)
    sheet = table(register, rows[:PAGE])
    if len(rows) > PAGE:
        sheet.more = _address(asked, page=str(number + 1))
    return render_template(
        "office/register.html",
        register=register,
        heading=_(register.title),
        counts=[(_said(register, code), count, _address(asked, state=code), code) for code, count in counts],
        sheet=sheet,
        total=f"{local_number(COUNT_LIMIT)}+" if total > COUNT_LIMIT else local_number(total),
        asked=asked,
        today=hub().clock.today().isoformat(),
        has_days=any(isinstance(part, Days) for part in register.filters),
        has_text=any(isinstance(part, Number) for part in register.filters),
        states=_states(register, asked, [code for code, _count in counts]),
        files={kind: _file_address(register, asked, kind) for kind in ("csv", "xlsx", "pdf")},
        demo=hub().demo_people,
        **extra,
    )


def table(register: Register, rows: Sequence[Any]) -> Sheet:
    """Rows as a table of the desk; its state is a badge, and a row leads to its document."""
    kinds = [column.kind for column in register.columns]
    lines = [
        Line(
            [_cell(column, row) for column in register.columns],
            url_for(register.link.endpoint, **register.link.of(row)) if register.link else "",
        )
        for row in rows
    ]
    return Sheet(
        [_(column.title) for column in register.columns],
        lines,
        state_column=kinds.index(STATE) if STATE in kinds else -1,
    )


def newest(tx: Session, register: Register, limit: int) -> Sheet:
    """The newest rows, for a page that shows several lists."""
    station = hub()
    asked = filters.read(register.filters, {}, station.clock.today(), station.settings.zone)
    return table(register, register.page(tx, asked, limit=limit))


def _cell(column: Col, row: Any) -> Any:
    value = column.value(row)
    if column.kind is STATE or column.kind is YES:
        return value
    return column.kind.shown(value)


def _said(register: Register, code: str) -> str:
    return register.state.words(code) if register.state else code


def _states(register: Register, asked: Asked, present: list[str]) -> list[tuple[str, str]]:
    """What the state's list offers: all there are, or those the days hold."""
    state = register.state
    if state is None:
        return []
    codes = list(state.codes or dict.fromkeys([*present, asked.state]))
    return [(code, state.words(code)) for code in codes if code]


def _address(asked: Asked, **changes: str) -> str:
    return f"{request.path}?{urlencode(_args(asked) | changes)}"


def _file_address(register: Register, asked: Asked, kind: str) -> str:
    return f"{url_for('registers.file', name=register.name, kind=kind)}?{urlencode(_args(asked))}"


def _args(asked: Asked) -> dict[str, str]:
    """Empty days are said too: they mean all days where a register begins with today."""
    return {name: value for name, value in asked.args().items() if value or name in {"from", "to"}}


# --- the files ---------------------------------------------------------------------------------


def _file(name: str, kind: str) -> Response:
    register = _known(name)
    asked = _asked(register)
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


# --- the paper ---------------------------------------------------------------------------------


def _pdf(register: Register, asked: Asked) -> bytes:
    station = hub()
    with station.db.read() as tx:
        rows = register.page(tx, asked, limit=PAPER_ROWS + 1)
    document = paper.sheet(
        register,
        rows[:PAPER_ROWS],
        filter_text=filter_text(register, asked),
        warehouse=station.settings.warehouse_name,
        made_at=local_time(station.clock.now()),
        made_by=actor().name,
        note=_cut(PAPER_ROWS) if len(rows) > PAPER_ROWS else "",
    )
    return paper.pdf(document)


def filter_text(register: Register, asked: Asked) -> str:
    """What was asked for, in words."""
    parts = [_days(asked.since, asked.until), _said(register, asked.state) if asked.state else "", asked.text]
    return " · ".join(part for part in parts if part)


def _days(since: date | None, until: date | None) -> str:
    if since == until:
        return local_date(since)
    return f"{local_date(since)} – {local_date(until)}"
