"""Mapping at the desk: bring a file of a shop or supplier, say once what its columns are, keep that.

The file waits among those brought; the form says everything else, so that nothing is half done.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import abort, redirect, request, url_for

from station.erp.folder import columns, kept_maps, mapping, ready
from station.erp.folder.mapping import UNIT
from station.erp.pages import bringing, queries
from station.erp.pages.cells import finding_words
from station.erp.pages.shared import decide, found_connection, page, plain
from station.ground.registers import uploads
from station.ground.spreadsheets.headers import plain as header_of
from station.ground.spreadsheets.reading import MAX_BYTES, Table
from station.ground.spreadsheets.reasons import BadFile
from station.ground.web.desk import DESK, RULERS, blueprint
from station.ground.web.i18n import gettext as _
from station.ground.web.i18n import language
from station.ground.web.kit import actor, allow, hub

UPPER, SHOWN = 5, 8
"""Rows of their file, and documents of ours, that are shown."""
uploads.takes_file("office.map_file", MAX_BYTES)


@dataclass(frozen=True, slots=True)
class Sample:
    """A file that was brought: its name, where it waits, and its table."""

    name: str
    kept: str
    data: bytes
    table: Table


@blueprint.get("/desk/erp/maps")
@allow(*DESK)
def erp_maps() -> Any:
    """The mappings of the folders, with their versions, and the way to another."""
    return _list()


def _list(notice: str = "") -> str:
    with hub().db.read() as tx:
        folders = [row for row in queries.connections(tx) if row.kind == "folder"]
        kept = [(row, kept_maps.history(tx, row.code)) for row in folders]
    offered = [(row.code, row.name or row.code) for row in folders]
    return page("erp_maps", notice=notice, kept=kept, folders=offered, ready=ready.names())


@blueprint.post("/desk/erp/maps")
@allow(*RULERS)
def map_file() -> Any:
    """Bring a file: its first rows are shown, with what its columns probably are."""
    name, data = uploads.sent()
    with hub().db.read() as tx:
        source = found_connection(tx, request.form.get("of", "")[:20]).code
    base = request.form.get("base", "")
    try:
        sample = _sample(name, data)
    except BadFile as bad:
        return uploads.findings_page(_("Columns of a file"), name, bad.problems, url_for("office.erp_maps"))
    spec = dict(ready.spec(base)) if base in ready.ORDER else _guess(sample.table)
    return _form(source, sample, spec, base)


def _sample(name: str, data: bytes) -> Sample:
    known = {head: head for code in ready.ORDER for head in mapping.read(code, ready.spec(code)).headers}
    for item in columns.FILES.values():
        known |= {head: head for column in item.all_columns for head in column.headers}
    table = uploads.table_of(name, data, known)
    return Sample(name, uploads.brought().keep(data, hub().clock.now()), data, table)


def _guess(table: Table) -> Mapping[str, Any]:
    """The ready mapping of which a file has most columns, if it has those by which it is known."""
    maps = {code: mapping.read(code, ready.spec(code)) for code in ready.ORDER}
    there = {header_of(cell) for cell in table.header}

    def share(code: str) -> int:
        return sum(any(header_of(name) in there for name in one.of) for one in maps[code].columns.values())

    fitting = [code for code in ready.ORDER if maps[code].signature and maps[code].fits("", table.header)]
    return dict(ready.spec(max(fitting or ["generic"], key=share)))


def _form(source: str, sample: Sample, spec: Mapping[str, Any], base: str, notice: str = "") -> Any:
    """The page: their first rows, a line for each column of ours, and what would come of it."""
    kind = str(spec.get("kind", "orders"))
    item = columns.FILES[kind]
    mapped = mapping.read(str(spec.get("name", "")), spec)
    parsed = columns.parse(item, mapping.apply(mapped, sample.table), hub().settings.zone)
    must = item.required
    lines = [_line(column, mapped, sample.table, column.name in must) for column in item.all_columns]
    if item.lines:
        unit = columns.Column(
            UNIT, _("Unit of the quantity"), "unit of the quantity", item.all_columns[0].parse, ""
        )
        lines.append(_line(unit, mapped, sample.table, False))
    keep = mapped.keep
    return page(
        "erp_map",
        notice=notice,
        source=source,
        sample=sample,
        header=sample.table.header,
        rows=[
            [row.cells.get(cell, "")[:60] for cell in sample.table.header]
            for row in sample.table.rows[:UPPER]
        ],
        kind=kind,
        kinds=[(one, columns.FILES[one].doc_type) for one in mapping.KINDS],
        lines=sorted(lines, key=lambda line: (not line["must"], not line["of"] and not line["const"])),
        keep=(
            next((c for c in sample.table.header if header_of(c) == header_of(keep[0])), ""),
            "\n".join(keep[1]),
        ),
        splits_area=mapped.splits_area,
        base=base,
        title=str(spec.get("name", "")) if base or not notice else request.form.get("title", ""),
        pattern=str(spec.get("pattern", "*")),
        good=len(parsed.documents),
        bad=len(parsed.bad),
        documents=[_shown(doc) for doc in parsed.documents[:SHOWN]],
        findings=finding_words([_asdict(item) for item in parsed.findings[:20]]),
        notes=finding_words([_asdict(item) for item in parsed.notes[:20]]),
    )


def _asdict(problem: Any) -> dict[str, Any]:
    return {name: getattr(problem, name) for name in ("row", "column", "value", "code", "detail", "cell")}


def _line(column: columns.Column, mapped: mapping.FileMap, table: Table, must: bool) -> dict[str, Any]:
    """One column of ours as the form shows it: which of theirs, a constant, the words."""
    source = mapped.columns.get(column.name, mapping.Source())
    there = {header_of(cell): cell for cell in reversed(table.header)}
    of = [there[header_of(name)] for name in source.of if header_of(name) in there]
    zh, _sep, meaning = column.zh.partition("：")
    return {
        "name": column.name,
        "label": zh.split("/")[0] if language() == "zh" else column.en,
        "meaning": meaning if language() == "zh" else "",
        "must": must,
        "is_first": must or bool(of) or bool(source.const),
        "of": [*of[:1], *(of[1:] if source.by is not None else [])][:3],
        "by": source.by,
        "const": source.const,
        "words": "\n".join(f"{theirs} = {ours}" for theirs, ours in source.words.items()),
    }


def _shown(doc: Any) -> list[str]:
    """A document of ours in a line: its number, who gets it, and what."""
    number = str(next(getattr(doc, name) for name in ("erp_no", "asn_no", "code") if hasattr(doc, name)))
    who = getattr(doc, "receiver", None)
    to = (
        f"{who.name} {who.phone} {who.province}{who.city}{who.district}{who.address}"
        if who
        else str(getattr(doc, "name_zh", getattr(doc, "name", "")))
    )
    goods = ", ".join(f"{line.sku_code} × {line.qty_each}" for line in getattr(doc, "lines", ())[:6])
    return [number, getattr(doc, "carrier_code", ""), to[:120], goods]


def _told() -> dict[str, Any]:
    """The mapping that the form says; what it does not say is not mapped."""
    form = request.form
    kind = form.get("kind", "")
    if kind not in mapping.KINDS:
        abort(400)
    said: dict[str, Any] = {}
    for name in [*(column.name for column in columns.FILES[kind].all_columns), UNIT]:
        of = [text for at in range(3) if (text := form.get(f"of{at}-{name}", "")[:200])]
        const, words = plain(form.get(f"const-{name}", ""), 200), _words(form.get(f"words-{name}", ""))
        if of or const:
            said[name] = {"of": of, "const": const, "words": words}
            if len(of) > 1:
                said[name]["by"] = form.get(f"by-{name}", " ")[:5]
    values = [line.strip()[:80] for line in form.get("keep_values", "").splitlines() if line.strip()]
    spec: dict[str, Any] = {
        "name": plain(form.get("title", ""), 60),
        "kind": kind,
        "pattern": plain(form.get("pattern", ""), 120) or "*",
        "columns": said,
        "signature": [one["of"][0] for one in said.values() if one["of"]],
        "splits_area": form.get("splits_area") == "1",
    }
    if form.get("keep_column") and values:
        spec["keep"] = {"column": form["keep_column"][:200], "values": values[:50]}
    return spec


def _words(text: str) -> dict[str, str]:
    """Lines of "theirs = ours"."""
    pairs = [line.partition("=") for line in text.splitlines()[: mapping.MOST_WORDS]]
    return {theirs.strip()[:80]: ours.strip()[:80] for theirs, cut, ours in pairs if cut and theirs.strip()}


@blueprint.post("/desk/erp/maps/<code>/<any(look, save, take):what>")
@allow(*RULERS)
def map_decide(code: str, what: str) -> Any:
    """Look at what would come of it; keep it; or keep it and take this very file."""
    with hub().db.read() as tx:
        connection = found_connection(tx, code)
    name, kept = request.form.get("name", "")[:80], request.form.get("kept", "")
    data, spec = uploads.brought().take(kept), _told()
    try:
        sample = _sample(name, data)
    except BadFile:
        abort(400)
    if what == "look":
        return _form(code, sample, spec, "", _("This is what would come of it; nothing is kept yet."))
    if not spec["name"]:
        return _form(code, sample, spec, "", _("Give the mapping a name.")), 422
    missing = columns.FILES[spec["kind"]].required - spec["columns"].keys()
    if missing:
        return _form(code, sample, spec, "", _("A required column is not mapped yet.")), 422
    now, who = hub().clock.now(), actor().name
    save = lambda tx: kept_maps.save(tx, code, spec["name"], spec["pattern"], spec, who, now)  # noqa: E731
    decide("ERP_MAP", code, save, name=spec["name"])
    if what == "take":
        try:
            bringing.put(connection, name, data)
        except OSError as error:
            return _list(f"{_('The folder cannot be written')}: {error.strerror or error}"), 422
        return redirect(url_for("office.erp", dropped="1"))
    return redirect(url_for("office.erp_maps"))


@blueprint.post("/desk/erp/maps/<code>/retire")
@allow(*RULERS)
def map_retire(code: str) -> Any:
    """Files are not read by this mapping any more."""
    with hub().db.read() as tx:
        found_connection(tx, code)
    name = request.form.get("title", "")[:60]
    decide("ERP_MAP_OFF", code, lambda tx: kept_maps.retire(tx, code, name), name=name)
    return redirect(url_for("office.erp_maps"))
