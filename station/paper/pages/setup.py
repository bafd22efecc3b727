"""Setting up a printer from the desk: address first, then what answers there, then the rest (P30).

Only an administrator names addresses, because the server connects to them.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from flask import redirect, render_template, request, url_for

from printers import languages, probing, roster
from printers.errors import BadPrinter, PrintError
from printers.media import MEDIA
from printers.reach import Forbidden
from printers.text import clean
from printers.transports import Limits, LineBroken, tcp
from station.ground.web.desk import asked, blueprint
from station.ground.web.i18n import gettext as _
from station.ground.web.kit import actor, allow, hub
from station.ground.words.actor import Actor
from station.paper import board, setting_up
from station.paper.pages.printers import SETTERS, found_printer, told
from station.people import trail

LOOK = Limits(connect_s=2, status_s=0.7, drain_s=0.5)
"""A person waits for the answer."""

FIELDS = ("code", "name", "language", "address", "media", "lang")


@blueprint.get("/desk/printers/new")
@allow(*SETTERS)
def new_printer() -> Any:
    """A form; the address comes first, and with it what was found there."""
    values = {name: asked(name, 200) for name in ("address", "language", "name", "dpi", "media")}
    return _form({name: text for name, text in values.items() if text}, None)


@blueprint.get("/desk/printers/<int(max=2147483647):printer_id>/edit")
@allow(*SETTERS)
def edit_printer(printer_id: int) -> Any:
    """The form with what is set."""
    with hub().db.read() as tx:
        printer = found_printer(tx, printer_id)
    values = (
        {name: getattr(printer, name) for name in FIELDS} | {"dpi": str(printer.dpi)} | dict(printer.options)
    )
    return _form(values, printer_id)


@blueprint.post("/desk/printers/look")
@allow(*SETTERS)
def look() -> Any:
    """Ask what stands at the address and fill in what it told."""
    values = _given()
    printer_id = number(request.form.get("id", ""))
    try:
        answer = probing.identify(values["address"], replace(LOOK, reach=hub().settings.reach))
    except BadPrinter as refusal:
        return _form(values, printer_id, notice=told(refusal)), 422
    except LineBroken as refusal:
        return _form(
            values, printer_id, notice=f"{_('There is no connection to the printer.')} {refusal}"
        ), 422
    if answer.language:
        values["language"] = answer.language
        values["dpi"] = str(answer.dpi or values["dpi"])
        values["name"] = values["name"] or answer.model
    return _form(values, printer_id, answer=answer)


@blueprint.post("/desk/printers/save")
@allow(*SETTERS)
def save_printer() -> Any:
    """Add a printer or change one."""
    values, station, who = _given(), hub(), actor()
    printer_id = number(request.form.get("id", ""))
    try:
        settings = _settings(values)
        _require_reach(values["address"])
        seen, now = _seen(), station.clock.now()
        takes = request.form.get("papers") == "free"
        made = station.db.write(
            lambda tx: _saved(tx, printer_id, values["code"], settings, seen, who, now, takes=takes)
        )
    except PrintError as refusal:
        return _form(values, printer_id, notice=told(refusal)), 422
    return redirect(url_for("office.printer", printer_id=made))


def _require_reach(address: str) -> None:
    """BadPrinter for an address in figures that the server will not connect to; names are judged then."""
    if address.startswith("tcp:"):
        try:
            hub().settings.reach.check(*tcp.parse(address))
        except Forbidden as error:
            raise BadPrinter(f"The server does not connect there: {error}.") from error


def _saved(
    tx: Any,
    printer_id: int | None,
    code: str,
    settings: dict[str, Any],
    seen: dict[str, Any],
    who: Actor,
    now: datetime,
    *,
    takes: bool,
) -> int:
    kept = {name: str(value) for name, value in settings.items()}
    if printer_id is None:
        made = roster.add_printer(tx, code=code, **settings)
        if seen:
            roster.note_found(tx, made, **seen)
        trail.note(tx, who, "PRINTER_ADD", code, now, **kept)
        if takes:
            taken = setting_up.take_free(tx, made, str(settings["media"]))
            trail.note(tx, who, "PRINT_ROUTE", code, now, papers=" ".join(taken))
        return made
    roster.change_printer(tx, printer_id, **settings)
    trail.note(tx, who, "PRINTER_CHANGE", roster.show_printer(tx, printer_id).code, now, **kept)
    return printer_id


def _seen() -> dict[str, Any]:
    """What the printer told before the form was saved: shown, never believed."""
    model = clean(request.form.get("found_model", ""))[:60]
    width = number(request.form.get("found_width", ""))
    return {name: value for name, value in (("model", model), ("width_mm", width)) if value}


def _misfit(answer: Any, values: dict[str, str]) -> str:
    """Where what answered and the chosen paper disagree; empty while nothing is known or chosen."""
    dpi = number(values.get("dpi", ""))
    if answer is None or dpi is None or values.get("media") not in MEDIA:
        return ""
    return probing.misfit(answer, values["language"], values["media"], dpi)


def _given() -> dict[str, str]:
    names = (*FIELDS, "dpi", "coding", "sensor", "gap_mm", "feed_rows", "cut", "papers")
    return {name: request.form.get(name, "").strip()[:200] for name in names}


def _settings(values: dict[str, str]) -> dict[str, Any]:
    """The form as arguments of the roster; BadPrinter when a number is none."""
    options: dict[str, Any] = {}
    for name in languages.options_of(values["language"]):
        text = values.get(name, "")
        if name == "cut":
            options[name] = text != "no"
        elif name in {"gap_mm", "feed_rows"} and text:
            options[name] = _whole(text)
        elif text:
            options[name] = text
    named = {name: values[name] for name in FIELDS if name != "code"}
    return named | {"dpi": _whole(values["dpi"]), "options": options}


def _whole(text: str) -> int:
    figure = number(text)
    if figure is None:
        raise BadPrinter(f"{text!r} is not a whole number.")
    return figure


def number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None  # noqa: PLR2004


def _form(values: dict[str, str], printer_id: int | None, *, answer: Any = None, notice: str = "") -> str:
    with hub().db.read() as tx:
        taken = {printer.code for printer in roster.list_printers(tx)}
    free = next(f"PR{n}" for n in range(1, len(taken) + 2) if f"PR{n}" not in taken)
    return render_template(
        "office/printer_form.html",
        values={"code": free, "dpi": "203", "lang": "zh"} | values,
        printer_id=printer_id,
        answer=answer,
        misfit=_misfit(answer, values),
        media_choices=[(name, board.size(name)) for name in MEDIA],
        words=board.words,
        demo=hub().demo_people,
        notice=notice,
    )
