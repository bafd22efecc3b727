"""One order on the desk, down to its ledger rows, and letting a held one go on."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import abort, redirect, url_for

from station.exchange.trail import messages
from station.ground.web.desk import DESK, RULERS, blueprint, detail_page, form, state_fact, table
from station.ground.web.i18n import gettext as _
from station.ground.web.kit import actor, allow, hub
from station.ground.web.trail import documents, trail
from station.outbound.orders import auditing, queries
from station.outbound.orders import rules as orders
from station.outbound.orders.masking import mask_address, mask_name, mask_note, mask_phone
from station.outbound.orders.models import DeliveryOrder, OrderState
from station.paper.queries import papers
from station.stock.trail import movements


@blueprint.get("/desk/orders/<order_no>")
@allow(*DESK)
def order(order_no: str) -> Any:
    """One order down to its ledger rows."""
    with hub().db.read() as tx:
        row = queries.order(tx, order_no)
        if row is None:
            abort(404)
        doc = row[0]
        inside = queries.lines(tx, doc.id)
        picks = [("PK", number) for number in queries.pick_numbers(tx, doc.id)]
        docs = documents(("DO", order_no), ("WB", row.waybill_no), ("waybill", row.waybill_no), *picks)
        happened = trail(tx, docs, movements, papers, messages)
    facts = [
        state_fact(doc.state),
        (_("ERP number"), doc.erp_no),
        (_("Shop"), doc.shop),
        *_receiver(doc),
        (_("Carrier"), row.name),
        (_("Waybill"), row.waybill_no),
        (_("Weight g"), row.weight_dg and f"{row.weight_dg // 10}{' M' if row.is_typed else ''}"),
        (_("Why it waits"), doc.hold_reason),
        (_("Ship before"), doc.latest_ship_at),
        (_("Came in"), doc.created_at),
    ]
    lines = table(_columns(), inside)
    return detail_page(order_no, facts, [(_("Lines"), lines), *happened], forms=_wishes(doc, inside))


def _wishes(doc: DeliveryOrder, lines: list[Any]) -> list[Any]:
    """What a person may decide about the order as it is."""
    if doc.state == OrderState.HOLD:
        return form("office.unhold", _("Let it go on"), order_no=doc.order_no)
    if doc.state == OrderState.SHORT and not any(line.qty_picked for line in lines):
        return form("office.restock", _("Wait for goods again"), order_no=doc.order_no)
    return []


def _receiver(doc: DeliveryOrder) -> list[tuple[str, Any]]:
    """Whom it goes to, as far as the desk may see, and what buyer and shop wrote."""
    place = f"{doc.province}{doc.city}{doc.district} {mask_address(doc.address)}".strip()
    return [
        (_("Ship to"), f"{mask_name(doc.receiver_name)} {mask_phone(doc.receiver_phone)}".strip()),
        (_("Address"), place),
        (_("Buyer's note"), mask_note(doc.buyer_note)),
        (_("Seller's note"), mask_note(doc.seller_note)),
    ]


def _columns() -> list[tuple[str, str]]:
    return [
        (_("Article"), "code"),
        (_("Name"), "name_zh"),
        (_("Ordered"), "qty"),
        (_("Picked"), "qty_picked"),
        (_("Packed"), "qty_packed"),
        (_("Shipped"), "qty_shipped"),
    ]


@blueprint.post("/desk/orders/<order_no>/unhold")
@allow(*RULERS)
def unhold(order_no: str) -> Any:
    """A person looked at a held order."""
    with hub().db.read() as tx:
        row = queries.order(tx, order_no)
    if row is None or row[0].state != OrderState.HOLD:
        abort(404)
    hub().works.do(partial(auditing.unhold, order_id=row[0].id), actor())
    return redirect(url_for("office.order", order_no=order_no))


@blueprint.post("/desk/orders/<order_no>/restock")
@allow(*RULERS)
def restock(order_no: str) -> Any:
    """A person decides that a short order waits for goods; E-ORD-03 while its picked goods are in a tote."""
    with hub().db.read() as tx:
        row = queries.order(tx, order_no)
    if row is None:
        abort(404)
    hub().works.do(partial(orders.restock, order_id=row[0].id), actor())
    return redirect(url_for("office.order", order_no=order_no))
