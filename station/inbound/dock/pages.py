"""The board of the dock, and an order's page on which its zone is chosen (S-15)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time
from functools import partial
from typing import Any

from flask import abort, redirect, request, url_for

from station.ground.web.desk import DESK, RULERS, blueprint, detail_page, form, list_page, table
from station.ground.web.i18n import gettext as _
from station.ground.web.kit import actor, allow, hub
from station.ground.web.trail import documents, trail
from station.ground.work import Work
from station.inbound.dock import queries, rules
from station.storage.keeping import rules as keeping


@blueprint.get("/desk/dock")
@allow(*DESK)
def dock_today() -> Any:
    """What is expected, what stands here and how far it is, what was posted today."""
    station = hub()
    today, zone = station.clock.today(), station.clock.zone
    midnight = datetime.combine(today, time(), zone)
    with station.db.read() as tx:
        coming = queries.expected(tx, station.settings.warehouse_code, today)
        here, done = queries.at_dock(tx), queries.done(tx, midnight)
    counts = [
        (_("Expected"), len(coming), "#sheets"),
        (_("At the dock"), len(here), "#sheets"),
        (_("Posted today"), len(done), "#sheets"),
    ]
    return list_page(
        _("Dock today"),
        (_("At the dock"), table(_truck_columns(), here, _truck)),
        (_("Expected"), table(_coming_columns(), coming, _order)),
        (_("Posted today"), table(_truck_columns(), done, _truck)),
        counts=counts,
        links=[(url_for("office.notices"), _("All notices"))],
    )


@blueprint.get("/desk/notices/<asn_no>")
@allow(*DESK)
def notice(asn_no: str) -> Any:
    """One order of goods: what is expected, which trucks came, which zone is kept for them."""
    with hub().db.read() as tx:
        found = queries.notice(tx, asn_no[:40])
        if found is None:
            abort(404)
        row, supplier = found
        lines = table(_line_columns(), queries.notice_lines(tx, row.id))
        trucks = table(_truck_columns(), queries.trucks_of(tx, row.id), _truck)
        zone, rooms = keeping.kept(tx).get(row.asn_no, ""), keeping.rooms(tx)
        happened = trail(tx, documents(("ASN", row.asn_no)))
    facts = [
        (_("Supplier"), supplier.name),
        (_("Expected on"), row.expected_on),
        (_("Expected"), _("Nothing more") if row.is_closed else ""),
        (_("Kept zone"), zone),
    ]
    forms: list[dict[str, Any]] = []
    if not row.is_closed:
        choices = [(room.id, f"{room.zone} · {room.empty}/{room.slots} {_('empty')}") for room in rooms]
        forms += form("office.keep_zone", _("Keep this zone"), choices=choices, asn_no=row.asn_no)
    if zone:
        forms += form("office.free_zone", _("Keep it no longer"), asn_no=row.asn_no)
    return detail_page(
        row.asn_no, facts, [(_("Lines"), lines), (_("Trucks"), trucks), *happened], forms=forms
    )


@blueprint.post("/desk/notices/<asn_no>/zone")
@allow(*RULERS)
def keep_zone(asn_no: str) -> Any:
    """E-RCV-01 when nothing is expected of the order any more."""
    text = request.form.get("choice", "")
    if not text.isascii() or not text.isdigit() or len(text) > 9:  # noqa: PLR2004
        abort(404)
    return _do(asn_no, partial(rules.keep_zone, asn_no=asn_no, room_id=int(text)))


@blueprint.post("/desk/notices/<asn_no>/zone/free")
@allow(*RULERS)
def free_zone(asn_no: str) -> Any:
    """The zone is everybody's again."""
    return _do(asn_no, partial(rules.free_zone, asn_no=asn_no))


def _do(asn_no: str, rule: Callable[[Work], None]) -> Any:
    hub().works.do(rule, actor())
    return redirect(url_for("office.notice", asn_no=asn_no))


def _truck(row: Any) -> str:
    return url_for("office.receipt", receipt_no=row.receipt_no)


def _order(row: Any) -> str:
    return url_for("office.notice", asn_no=row.asn_no)


def _coming_columns() -> list[tuple[str, str]]:
    return [
        (_("Notice"), "asn_no"),
        (_("Supplier"), "name"),
        (_("Expected on"), "expected_on"),
        (_("Lines"), "lines"),
        (_("Pieces to come"), "to_come"),
        (_("Kept zone"), "zone"),
    ]


def _truck_columns() -> list[tuple[str, str]]:
    return [
        (_("Receipt"), "receipt_no"),
        (_("State"), "state"),
        (_("Supplier"), "name"),
        (_("Notice"), "asn_no"),
        (_("Dock"), "dock"),
        (_("Plate"), "plate"),
        (_("Arrived"), "arrived_at"),
        (_("Pieces received"), "counted"),
        (_("Kept zone"), "zone"),
    ]


def _line_columns() -> list[tuple[str, str]]:
    return [
        (_("Article"), "code"),
        (_("Name"), "name_zh"),
        (_("Pieces expected"), "qty_expected"),
        (_("Pieces received"), "qty_received"),
        (_("Lot"), "supplier_lot"),
        (_("Expires"), "expires_on"),
    ]
