"""Opening stock on the desk (P29): a file becomes a draft, its lines are changed, two people sign."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import Response, abort, redirect, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from station.catalog.models import Sku
from station.ground.registers import uploads
from station.ground.registers.uploads import BadFile
from station.ground.spreadsheets import templates
from station.ground.thresholds.reading import rules_of
from station.ground.web.desk import DESK, RULERS, blueprint, page_number, state_fact
from station.ground.web.i18n import gettext as _
from station.ground.web.i18n import language, local_date, local_number, local_time
from station.ground.web.kit import actor, allow, hub
from station.ground.web.sheets import PAGE
from station.ground.web.trail import documents, trail
from station.ground.words.messages import Refused
from station.people.gate import Gate
from station.people.second import second_person
from station.stock import trail as ledger_trail
from station.stock.models import Location
from station.storage.opening import concerns, editing, looking_up, posting, reading, rules
from station.storage.opening.models import Opening, OpeningLine, OpeningSource, OpeningState

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
REASON = 60
uploads.takes_file("office.new_opening")


@blueprint.route("/desk/opening/new", methods=["GET", "POST"])
@allow(*RULERS)
def new_opening() -> Any:
    """Bring a file: a draft is made of it as a whole, or nothing, and then every finding is told."""
    if request.method == "GET":
        return render_template("opening/new.html", columns=reading.COLUMNS, demo=hub().demo_people)
    name, data = uploads.sent()
    try:
        header, rows = uploads.rows_of(name, data, reading.KNOWN)
    except BadFile as bad:
        return _findings(name, bad.problems)
    said, problems = reading.lines_of(header, rows, hub().settings.zone)
    if problems:
        return _findings(name, problems)
    with hub().db.read() as tx:
        day0 = rules_of(tx, hub().settings).shelf_day0
        lines, problems = looking_up.wanted(tx, said, hub().clock.today(), day0=day0)
    if problems:
        return _findings(name, problems)
    made = hub().works.do(lambda work: rules.begin(work, OpeningSource.FILE, name, lines).os_no, actor())
    return redirect(url_for("office.opening_document", os_no=made))


def _findings(name: str, problems: Any) -> tuple[str, int]:
    return uploads.findings_page(_("Opening stock"), name, problems, url_for("office.new_opening"))


@blueprint.get("/desk/opening/template.<any(csv, xlsx):kind>")
@allow(*DESK)
def opening_template(kind: str) -> Any:
    """An empty file with an example row, in the columns that this page takes."""
    if kind == "xlsx":
        book = templates.workbook("opening", reading.COLUMNS, reading.REQUIRED)
        response = Response(book, mimetype=XLSX)
    else:
        text = templates.text(reading.COLUMNS).encode("utf-8-sig")
        response = Response(text, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="opening-template.{kind}"'
    return response


@blueprint.get("/desk/opening/<os_no>")
@allow(*DESK)
def opening_document(os_no: str) -> Any:
    """A document with its lines, and while it is a draft with what should be known before it is posted."""
    station = hub()
    with station.db.read() as tx:
        opening = _found(tx, os_no)
        is_draft = opening.state == OpeningState.DRAFT
        shown = opening.reverses_id or opening.id
        lines = rules.lines_of(tx, shown)
        work = station.works.work(tx, actor())
        told = concerns.of_draft(work, lines) if is_draft and not opening.reverses_id else []
        rows = _rows(tx, shown, page_number())
        happened = trail(tx, documents(("OS", os_no)), ledger_trail.movements)
    return render_template(
        "opening/document.html",
        opening=opening,
        heading=os_no,
        is_draft=is_draft,
        can_change=is_draft and not opening.reverses_id,
        may_change=actor().may(frozenset(RULERS)),
        facts=_facts(opening, lines),
        concerns=[(one.slot, one.article, one.text[language()]) for one in told],
        lines=rows[:PAGE],
        is_more=len(rows) > PAGE,
        next_page=page_number() + 1,
        sheets=[(title, sheet) for title, sheet in happened if sheet.rows],
        today=station.clock.today().isoformat(),
        demo=station.demo_people,
    )


def _found(tx: Session, os_no: str) -> Opening:
    opening = rules.find(tx, os_no)
    if opening is None:
        abort(404)
    return opening


def _facts(opening: Opening, lines: list[OpeningLine]) -> list[tuple[str, Any]]:
    places = {line.location_id for line in lines}
    empty = {line.location_id for line in lines if line.sku_id is None}
    facts = [
        state_fact(opening.state),
        (_("Takes back") if opening.reverses_id else _("File"), opening.title),
        (_("Begun"), f"{local_time(opening.created_at)} {opening.created_by}"),
        (_("Posted"), local_time(opening.posted_at)),
        (_("Slots"), _figure(len(places))),
        (_("Empty slots"), _figure(len(empty))),
        (_("Articles"), _figure(len({line.sku_id for line in lines if line.sku_id}))),
        (_("Pieces"), _figure(sum(line.qty for line in lines))),
        (_("Counted by"), ", ".join(sorted({line.counter for line in lines}))),
    ]
    return [(name, value) for name, value in facts if value]


def _figure(number: int) -> str:
    return local_number(number) if number else ""


def _rows(tx: Session, opening_id: int, page: int) -> list[dict[str, Any]]:
    """One page of lines, and one more."""
    query = (
        select(OpeningLine, Location.code, Sku.code.label("article"), Sku.name_zh, Sku.unit)
        .join(Location, Location.id == OpeningLine.location_id)
        .outerjoin(Sku, Sku.id == OpeningLine.sku_id)
        .where(OpeningLine.opening_id == opening_id, rules.STANDS)
        .order_by(Location.pick_seq, Location.code, OpeningLine.id)
        .offset(page * PAGE)
        .limit(PAGE + 1)
    )
    return [
        {
            "line": row.OpeningLine,
            "slot": row.code,
            "article": row.article or "",
            "name": row.name_zh or "",
            "unit": row.unit or "",
            "produced": local_date(row.OpeningLine.produced_on),
            "expires": local_date(row.OpeningLine.expires_on),
            "counted_at": local_time(row.OpeningLine.counted_at),
        }
        for row in tx.execute(query)
    ]


# --- changing a draft ----------------------------------------------------------------------------


@blueprint.post("/desk/opening/<os_no>/lines")
@allow(*RULERS)
def add_opening_line(os_no: str) -> Any:
    """One line more, typed as in a file; judged by the same rules."""
    station, zone = hub(), hub().settings.zone
    said = editing.read(request.form, zone)

    def add(work: Any) -> None:
        opening = rules.draft(work, os_no)
        rules.add(work, opening, editing.looked_up(work, said))

    station.works.do(add, actor())
    return _back(os_no)


@blueprint.post("/desk/opening/<os_no>/lines/<int(max=2147483647):line_id>")
@allow(*RULERS)
def change_opening_line(os_no: str, line_id: int) -> Any:
    """Another quantity, or the line taken out."""
    is_out = request.form.get("what") == "remove"
    qty = 0 if is_out else editing.quantity(request.form.get("qty", ""))

    def change(work: Any) -> None:
        opening = rules.draft(work, os_no)
        if is_out:
            rules.remove(work, opening, line_id)
        else:
            rules.recount(work, opening, line_id, qty)

    hub().works.do(change, actor())
    return _back(os_no)


@blueprint.post("/desk/opening/<os_no>/drop")
@allow(*RULERS)
def drop_opening(os_no: str) -> Any:
    """Throw the draft away."""
    reason = " ".join(request.form.get("reason", "").split())[:REASON]
    if not reason or not reason.isprintable():
        raise Refused("E-TXT-01", max=REASON)
    hub().works.do(partial(rules.drop, os_no=os_no, reason=reason), actor())
    return _back(os_no)


@blueprint.post("/desk/opening/<os_no>/post")
@allow(*RULERS)
def post_opening(os_no: str) -> Any:
    """Two people sign on this page: the one who is signed in, and another by badge and PIN."""
    station, by = hub(), actor()
    with station.db.read() as tx:
        _found(tx, os_no)
    other = second_person(
        station.part(Gate),
        request.form.get("badge", "")[:80],
        request.form.get("pin", "")[:20],
        by,
        station.clock.now(),
        step="opening.post",
        address=request.remote_addr or "",
    )
    station.works.do(lambda work: posting.post(work, os_no, by, other), by)
    return _back(os_no)


@blueprint.post("/desk/opening/<os_no>/reverse")
@allow(*RULERS)
def reverse_opening(os_no: str) -> Any:
    """A draft that takes a posted document back; it is signed by two people as well."""
    made = hub().works.do(lambda work: rules.take_back(work, os_no).os_no, actor())
    return _back(made)


def _back(os_no: str) -> Any:
    return redirect(url_for("office.opening_document", os_no=os_no))
