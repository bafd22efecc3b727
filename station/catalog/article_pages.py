"""Articles at the desk: typing a new one, changing one, its barcodes, its photo."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import PurePath
from typing import Any

from flask import abort, redirect, render_template, request, url_for

from station.catalog import articles, binding, form, rules
from station.catalog.articles import LEVELS, Wanted
from station.catalog.models import Sku
from station.catalog.photos import BYTES, ENDINGS, Photos
from station.ground.documents.history import record
from station.ground.registers import uploads
from station.ground.setup.section import How
from station.ground.spreadsheets.reasons import Problem
from station.ground.web.desk import RULERS, blueprint
from station.ground.web.i18n import gettext as _
from station.ground.web.i18n import language
from station.ground.web.kit import actor, allow, hub
from station.ground.words.messages import Refused
from station.ground.work import Work

EMPTY = dict.fromkeys(("sku_code", "name_zh"), "")
uploads.takes_file("office.put_photo", BYTES)


class _No(Exception):
    """The form says something that cannot be."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(problems)
        self.problems = problems


@blueprint.route("/desk/articles/new", methods=["GET", "POST"])
@allow(*RULERS)
def new_article() -> Any:
    """Type a new article; its barcodes are bound on its page."""
    if request.method == "GET":
        return _form({"is_active": "1", "unit": "件", "case_qty": "1"}, None)
    try:
        made = _do(partial(_made, wanted=_read()))
    except _No as no:
        return _form(request.form, None, no.problems), 422
    return redirect(url_for("office.article", sku_id=made))


@blueprint.route("/desk/articles/<int(max=2147483647):sku_id>/edit", methods=["GET", "POST"])
@allow(*RULERS)
def edit_article(sku_id: int) -> Any:
    """Change what the form shows; the number stays."""
    sku = _found(sku_id)
    if request.method == "GET":
        return _form(form.shown(sku), sku)
    try:
        _do(partial(_changed, wanted=_read(sku.code)))
    except _No as no:
        return _form(request.form, sku, no.problems), 422
    return redirect(url_for("office.article", sku_id=sku_id))


def _read(code: str = "") -> Wanted:
    fields = dict(request.form.items()) | ({"sku_code": code} if code else {})
    wanted, problems = form.read(fields, hub().settings.zone)
    if problems:
        raise _No(problems)
    return wanted


def _made(work: Work, wanted: Wanted) -> int:
    change = _changed(work, wanted, is_new=True)
    record(work, "SK", wanted.code, "create", old="", new="", detail={"why": change.words[:400]})
    return _id_of(work, wanted.code)


def _changed(work: Work, wanted: Wanted, *, is_new: bool = False) -> articles.Change:
    found = articles.faults(work.tx, [wanted])
    if found:
        code, column = found[0]
        raise _No([Problem(None, column, "", code)])
    (told,) = articles.take(work, [wanted], rehearse=True)
    if is_new and told.how is not How.NEW:
        raise _No([Problem(None, "sku_code", wanted.code, "E-ART-05")])
    return articles.take(work, [wanted])[0]


def _id_of(work: Work, code: str) -> int:
    found = rules.sku_id(work.tx, code)
    assert found is not None
    return found


def _do(rule: Callable[[Work], Any]) -> Any:
    return hub().works.do(rule, actor())


def _found(sku_id: int) -> Sku:
    with hub().db.read() as tx:
        sku = tx.get(Sku, sku_id)
        if sku is None:
            abort(404)
        tx.expunge(sku)
    return sku


def _form(values: Mapping[str, str], sku: Sku | None, problems: Sequence[Problem] = ()) -> str:
    lang = language()
    return render_template(
        "catalog/edit.html",
        heading=f"{sku.code} {sku.name_zh}" if sku else _("New article"),
        sku=sku,
        values=values,
        columns=[(column.name, form.label(column, lang)) for column in form.FIELD_COLUMNS],
        flags=form.FLAGS,
        choices=form.CHOICES,
        needs=form.NEEDS,
        problems=[
            (problem.column, problem.value, problem.reason[0 if lang == "zh" else 1]) for problem in problems
        ],
        back=url_for("office.article", sku_id=sku.id) if sku else url_for("office.articles"),
        demo=hub().demo_people,
    )


# --- barcodes and the photo ----------------------------------------------------------------------


@blueprint.post("/desk/articles/<int(max=2147483647):sku_id>/barcodes")
@allow(*RULERS)
def bind_barcode(sku_id: int) -> Any:
    """A code means so many units of the article from now on."""
    text, level = request.form.get("code", "")[:120], request.form.get("level", "")
    qty = request.form.get("qty", "").strip() or "1"
    if not (qty.isascii() and qty.isdigit() and len(qty) < 8):  # noqa: PLR2004 — as many as a quantity has
        raise Refused("E-QTY-01", max=binding.MOST)
    _do(partial(binding.bind, sku_id=sku_id, text=text, level=level if level in LEVELS else "", qty=int(qty)))
    return redirect(url_for("office.article", sku_id=sku_id))


@blueprint.post("/desk/articles/<int(max=2147483647):sku_id>/barcodes/off")
@allow(*RULERS)
def take_off_barcode(sku_id: int) -> Any:
    """The code is not this article's any more; who scans it is told that nobody knows it."""
    _do(partial(binding.take_off, sku_id=sku_id, text=request.form.get("code", "")[:120]))
    return redirect(url_for("office.article", sku_id=sku_id))


@blueprint.post("/desk/articles/<int(max=2147483647):sku_id>/photo")
@allow(*RULERS)
def put_photo(sku_id: int) -> Any:
    """A picture for handhelds and benches, in place of the one before."""
    sku = _found(sku_id)
    name, data = uploads.sent(ENDINGS)
    photos = Photos(hub().settings.data.resolve() / "photos")
    if not photos.put(sku.code, PurePath(name).suffix.lower(), data):
        raise Refused("E-FIL-04")
    _do(lambda work: record(work, "SK", sku.code, "photo", old="", new="", detail={"why": name}))
    return redirect(url_for("office.article", sku_id=sku_id))
