"""A count at the desk: what was counted against the book, by whom; and having a place counted (P27)."""

from __future__ import annotations

from typing import Any

from flask import abort, redirect, url_for
from sqlalchemy import select

from station.catalog.models import Sku
from station.ground.tasks import Origin
from station.ground.web.desk import DESK, RULERS, blueprint, detail_page, state_fact, table
from station.ground.web.i18n import gettext as _
from station.ground.web.kit import actor, allow, hub
from station.ground.web.trail import documents, trail
from station.ground.words.messages import Refused
from station.ground.work import Work
from station.people.models import User
from station.stock.models import LOCATION, Location, Lot
from station.storage.adjusting.models import Adjustment
from station.storage.counting import rules
from station.storage.counting.models import CountLine, CountTask


@blueprint.get("/desk/counts/<int(max=2147483647):task_id>")
@allow(*DESK)
def count_task(task_id: int) -> Any:
    """One count. Its figures are for the office: a handheld never sees the book."""
    with hub().db.read() as tx:
        task = tx.get(CountTask, task_id)
        if task is None:
            abort(404)
        place, made = tx.get_one(Location, task.location_id), tx.get(Adjustment, task.adjustment_id or 0)
        rows = tx.execute(
            select(
                CountLine.round, Sku.code, Lot.supplier_lot, Lot.expires_on, CountLine.qty, CountLine.book,
                User.name, CountLine.counted_at.label("at"),
            )
            .join(Sku, Sku.id == CountLine.sku_id)
            .join(Lot, Lot.id == CountLine.lot_id)
            .join(User, User.id == CountLine.counted_by)
            .where(CountLine.task_id == task.id)
            .order_by(CountLine.round, CountLine.lot_id)
        )  # fmt: skip
        columns = [(_("Round"), "round"), (_("Article"), "code"), (_("Lot"), "supplier_lot")]
        columns += [(_("Expires"), "expires_on"), (_("Counted"), "qty"), (_("In the book"), "book")]
        columns += [(_("Who"), "name"), (_("Time"), "at")]
        sheet = table(columns, rows)
        happened = trail(tx, documents((CountTask.PREFIX, task.task_no)))
    facts = [
        state_fact(task.state),
        (_("Slot"), place.code),
        (_("From"), f"{task.origin_type} {task.origin_no}"),
        (_("Since"), task.created_at),
        (_("Correction"), made.adjustment_no if made else ""),
    ]
    links = []
    if made:
        links = [(url_for("office.adjustment", adjustment_no=made.adjustment_no), made.adjustment_no)]
    return detail_page(task.task_no, facts, [(_("Counted"), sheet), *happened], links=links)


@blueprint.post("/desk/slots/<code>/count")
@allow(*RULERS)
def have_it_counted(code: str) -> Any:
    """Somebody shall count everything in a place; it takes part meanwhile."""

    def open_task(work: Work) -> None:
        place = work.tx.scalars(select(Location).where(Location.code == code).with_for_update()).first()
        if place is None:
            raise Refused("E-LOC-01")
        if not rules.is_counted(work.tx, place.id):
            rules.open_task(work, Origin(LOCATION.doc_type, place.code), place.id)

    hub().works.do(open_task, actor())
    return redirect(url_for("office.counts"))
