"""One order on the desk, down to its ledger rows, with what may be decided of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import abort, url_for

from station.exchange.trail import messages
from station.ground.web.desk import DESK, blueprint, detail_page, state_fact, table
from station.ground.web.i18n import gettext as _
from station.ground.web.i18n import pick
from station.ground.web.kit import allow, hub
from station.ground.web.trail import documents, trail
from station.ground.words.causes import told
from station.ground.words.messages import say
from station.outbound.orders import decision_pages, queries
from station.outbound.orders.masking import mask_address, mask_name, mask_note, mask_phone
from station.outbound.orders.models import DeliveryOrder
from station.outbound.orders.place import region, street
from station.outbound.packing import photos
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
        lacks = _lacks(queries.lacking(tx, hub().clock.today(), doc), doc.min_left_days)
        happened = trail(tx, docs, movements, papers, messages)
        numbers = photos.of_order(tx, doc.id)
    facts = [
        state_fact(doc.state),
        (_("ERP number"), doc.erp_no),
        (_("Shop"), doc.shop),
        *_receiver(doc),
        (_("Carrier"), row.name),
        (_("Waybill"), row.waybill_no),
        (_("Weight g"), row.weight_dg and f"{row.weight_dg // 10}{' M' if row.is_typed else ''}"),
        (_("Why it waits"), pick(told(doc.hold_reason)) or lacks),
        (_("Urgent"), _("Yes") if doc.is_urgent else ""),
        (_("Ship before"), doc.latest_ship_at),
        (_("Came in"), doc.created_at),
    ]
    lines = table(_columns(), inside)
    pictures = [(url_for("office.parcel_photos", parcel_no=one), f"{_('Photos')} {one}") for one in numbers]
    return detail_page(
        order_no,
        facts,
        [(_("Lines"), lines), *happened],
        forms=decision_pages.forms(doc, inside),
        links=[(url_for("office.order_label", order_no=order_no), _("Carrier's own label")), *pictures],
    )


def _lacks(lacking: Sequence[tuple[str, int, int]], days: int) -> str:
    """Which goods are not there, or do not keep as long as the order wants."""
    code = "L-ORDER-LACKS-LEFT" if days else "L-ORDER-LACKS"
    return "; ".join(
        pick(say(code, {"sku": sku, "qty": qty, "there": there, "days": days})) for sku, qty, there in lacking
    )


def _receiver(doc: DeliveryOrder) -> list[tuple[str, Any]]:
    """Whom it goes to, as far as the desk may see, and what buyer and shop wrote."""
    place = f"{region(doc)} {mask_address(street(doc))}".strip()
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
