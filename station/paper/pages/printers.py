"""Printers on the desk: the live board and one printer (P30).

Supervisors print test pages and take a printer out of service; only an administrator sets one up.
"""

from __future__ import annotations

from typing import Any

from flask import abort, g, redirect, render_template, request, url_for

from printers import media, probing, queue, roster
from printers.documents import TestPage
from printers.errors import BadPrinter, PrintError
from printers.families import NONE, proofs
from station.ground.web.desk import DESK, blueprint, shown
from station.ground.web.i18n import gettext as _
from station.ground.web.kit import actor, allow, hub
from station.ground.words.actor import Role
from station.paper import board, queries
from station.paper import trouble as paper
from station.people import trail

SETTERS = (Role.ADMIN,)
KEEPERS = (Role.ADMIN, Role.SUPERVISOR)
WIDTH_LIMIT = 300
TEST_WORKSTATION = "DESK"


def may(roles: tuple[Role, ...]) -> bool:
    """Whether the present person may do what these roles may."""
    return bool(g.actor.may(frozenset(roles)))


# --- the board ---------------------------------------------------------------------------------


@blueprint.get("/desk/printers")
@allow(*DESK)
def printers() -> Any:
    """All printers, what each lacks, what waits, and the papers nobody is sure of."""
    with hub().db.read() as tx:
        rows, questions = board.printers(tx), board.questions(tx)
    return render_template(
        "office/printers.html",
        rows=rows,
        questions=questions,
        words=board.words,
        size=board.size,
        may_set=may(SETTERS),
        may_answer=may(KEEPERS) or may((Role.CLERK,)),
        demo=hub().demo_people,
        now=hub().clock.now(),
    )


@blueprint.get("/paper")
@allow(everybody=True)
def paper_band() -> Any:
    """For a worker's screen: what keeps the papers of this workplace."""
    station, who = hub(), actor()
    with station.db.read() as tx:
        troubles = paper.troubles(tx, who.workstation, station.clock.now())
    return render_template("scan/_paper.html", troubles=troubles[:2])


# --- one printer -------------------------------------------------------------------------------


@blueprint.get("/desk/printers/<int(max=2147483647):printer_id>")
@allow(*DESK)
def printer(printer_id: int) -> Any:
    """One printer: settings, what was found out, its papers."""
    return _printer(printer_id)


def _printer(printer_id: int, notice: str = "") -> str:
    with hub().db.read() as tx:
        printer = found_printer(tx, printer_id)
        jobs = queries.jobs_of(tx, printer_id, 20)
        test = queue.list_jobs(tx, printer_id=printer_id, subject_type="printer", limit=1)
        others = [other for other in roster.list_printers(tx) if other.id != printer_id and other.is_active]
    return render_template(
        "office/printer.html",
        printer=printer,
        medium=media.MEDIA[printer.media],
        misfit=_misfit(printer),
        jobs=jobs,
        test=test[0] if test else None,
        proofs=(NONE, *proofs(printer.language)),
        others=others,
        words=board.words,
        size=board.size,
        shown=shown,
        may_set=may(SETTERS),
        may_keep=may(KEEPERS),
        demo=hub().demo_people,
        notice=notice,
    )


def _misfit(printer: roster.Printer) -> str:
    """Where the printer and its settings disagree, as far as anybody knows."""
    return told_text(probing.misfit_width(int((printer.found or {}).get("width_mm") or 0), printer.media))


def found_printer(tx: Any, printer_id: int) -> roster.Printer:
    try:
        return roster.show_printer(tx, printer_id)
    except BadPrinter:
        abort(404)


@blueprint.post("/desk/printers/<int(max=2147483647):printer_id>/test")
@allow(*KEEPERS)
def test_page(printer_id: int) -> Any:
    """Queue a test page: its print shows which proof this printer gives."""
    station, who = hub(), actor()
    now = station.clock.now()
    with station.db.read() as tx:
        printer = found_printer(tx, printer_id)
    document = TestPage(
        printer_code=printer.code[:30],
        printer_name=printer.name,
        workstation=who.workstation or TEST_WORKSTATION,
        language=printer.language,
        address=printer.address,
    )
    try:
        station.db.write(
            lambda tx: queue.add(
                tx,
                document,
                subject_type="printer",
                subject_no=printer.code,
                workstation=who.workstation or TEST_WORKSTATION,
                requested_by=who.name,
                idem_key=f"test:{printer.code}:{now.isoformat(timespec='seconds')}",
                now=now,
                printer_id=printer_id,
            )
        )
    except PrintError as refusal:
        return _printer(printer_id, told(refusal)), 422
    return redirect(url_for("office.printer", printer_id=printer_id))


@blueprint.post("/desk/printers/<int(max=2147483647):printer_id>/service/<any(on, off):service>")
@allow(*KEEPERS)
def service(printer_id: int, service: str) -> Any:
    """Take a printer out of service or back; its papers wait or go to the standby."""
    is_active = service == "on"
    return _change(
        printer_id,
        "PRINTER_SERVICE",
        lambda tx: roster.set_active(tx, printer_id, is_active=is_active),
        service=service,
    )


@blueprint.post("/desk/printers/<int(max=2147483647):printer_id>/proof")
@allow(*SETTERS)
def proof(printer_id: int) -> Any:
    """Set by hand which answer proves a print."""
    chosen = request.form.get("proof", "")[:10]
    return _change(
        printer_id, "PRINTER_PROOF", lambda tx: roster.set_proof(tx, printer_id, chosen), proof=chosen
    )


@blueprint.post("/desk/printers/<int(max=2147483647):printer_id>/width")
@allow(*KEEPERS)
def width(printer_id: int) -> Any:
    """What a person read on the test page's ruler: the width the printer really prints."""
    text = request.form.get("mm", "").strip()
    if not (text.isascii() and text.isdigit() and 0 < int(text) <= WIDTH_LIMIT):
        return _printer(printer_id, _("Give the last whole number on the ruler.")), 422
    return _change(
        printer_id,
        "PRINTER_WIDTH",
        lambda tx: roster.note_found(tx, printer_id, width_mm=int(text)),
        mm=text,
    )


def _change(printer_id: int, action: str, change: Any, **detail: Any) -> Any:
    """Do it, note who did it, and show the printer; a refusal is shown on its page."""
    station, who = hub(), actor()
    with station.db.read() as tx:
        printer = found_printer(tx, printer_id)

    def work(tx: Any) -> None:
        change(tx)
        trail.note(tx, who, action, printer.code, station.clock.now(), **detail)

    try:
        station.db.write(work)
    except PrintError as refusal:
        return _printer(printer_id, told(refusal)), 422
    return redirect(url_for("office.printer", printer_id=printer_id))


def told(refusal: Exception) -> str:
    """A refusal of the printing package in the person's language where it is a known sentence."""
    return told_text(str(refusal))


def told_text(sentence: str) -> str:
    """A sentence of the printing package in the person's language when it is a known one."""
    return _(sentence) if sentence else ""
