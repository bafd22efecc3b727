"""The pages of all registers: the list with its filters, the files, the paper."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any
from urllib.parse import urlencode

from flask import (
    Flask,
    g,
    render_template,
    request,
    url_for,
)
from sqlalchemy.orm import Session

from station.ground.registers import filters
from station.ground.registers.downloads import asked_of, known_register, send_file, state_words
from station.ground.registers.filters import Asked, Days, Number
from station.ground.registers.kinds import STATE, YES
from station.ground.registers.register import COUNT_LIMIT, Col, Register
from station.ground.web.desk import page_number
from station.ground.web.i18n import gettext as _
from station.ground.web.i18n import local_number
from station.ground.web.kit import allow, hub
from station.ground.web.sheets import PAGE, Line, Sheet


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
        "/desk/r/<name>.<any(csv, xlsx, pdf):kind>", "registers.file", allow(everybody=True)(send_file)
    )


def _page(name: str) -> str:
    return page(known_register(name))


def page(register: Register, **extra: Any) -> str:
    """The list as a page; `extra` is for the template that a room draws above it (`aside`)."""
    asked, number = asked_of(register), page_number()
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
        counts=[
            (state_words(register, code), count, _address(asked, state=code), code) for code, count in counts
        ],
        sheet=sheet,
        total=f"{local_number(COUNT_LIMIT)}+" if total > COUNT_LIMIT else local_number(total),
        asked=asked,
        today=hub().clock.today().isoformat(),
        has_days=any(isinstance(part, Days) for part in register.filters),
        has_text=any(isinstance(part, Number) for part in register.filters),
        states=_states(register, asked, [code for code, _count in counts]),
        files={kind: _file_address(register, asked, kind) for kind in ("csv", "xlsx", "pdf")},
        add=_add_address(register),
        demo=hub().demo_people,
        **extra,
    )


def _add_address(register: Register) -> str:
    """Where the present person makes a new row; "" when they may not."""
    add = register.add
    return url_for(add.endpoint) if add and g.actor.may(frozenset(add.roles)) else ""


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
