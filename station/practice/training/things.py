"""What lies on the floor of the training bench, and what to do next."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from station.catalog.models import Sku
from station.ground.web.desk import state_word
from station.ground.web.i18n import gettext as _
from station.ground.web.kit import Station
from station.ground.web.scan import workflows
from station.inbound.models import InboundLine, Receipt, ReceiptLine
from station.outbound.dispatch import rules as dispatching
from station.outbound.orders.models import DeliveryOrder, OrderState
from station.outbound.picking.models import ListTote, PickList, ToteState
from station.practice.demo import floor as demo_floor
from station.practice.training import papers
from station.stock.models import Location, Stock

ROLE_OF = {
    "arrive": "RECEIVER",
    "stage1": "RECEIVER",
    "stage2": "INSPECTOR",
    "sign": "RECEIVER",
    "gift_in": "GIFT_KEEPER",
    "gift_out": "GIFT_KEEPER",
    "quarantine": "KEEPER",
    "opening": "KEEPER",
    "putaway": "KEEPER",
    "pallets": "KEEPER",
    "move": "KEEPER",
    "count": "KEEPER",
    "adjust": "KEEPER",
    "lookup": "KEEPER",
    "pick": "PICKER",
    "pack": "PACKER",
    "dispatch": "DISPATCHER",
    "intercept": "PICKER",
}


def floor(tx: Session, hub: Station) -> dict[str, Any]:
    """Groups of (caption, barcode text, hint names), the newest papers, and the next thing to do."""
    things = demo_floor.things(tx)
    places = things["places"]
    return {
        "groups": [
            ("badges", _badges(hub)),
            ("papers", papers.papers(tx, things)),
            ("truck", _truck(tx, hub, {item["code"]: item for item in things["products"]})),
            ("labels", [(f"{lpn[-6:]} {state}", lpn, "") for lpn, state in things["cartons"][:24]]),
            ("gifts", papers.gifts(tx)),
            ("waybills", papers.waybills(tx)),
            ("products", _products(tx, things["products"])),
            ("totes", _totes(tx)),
            ("places", _places(tx, places)),
            ("boxes", [(name, code, "BOX") for code, name in things["boxes"]]),
        ],
        "pictures": papers.pictures(tx),
        "next": next_step(tx, hub),
        "benches": [row[0] for row in places.get("PACK", [])],
        "pin": hub.demo_people[0][1],
    }


def _badges(hub: Station) -> list[tuple[str, str, str]]:
    return [
        (
            f"{name} {state_word(roles.split(',')[0])}",
            badge,
            " ".join(f"AT:{role.lower()}" for role in roles.split(",")),
        )
        for badge, _secret, name, roles in hub.demo_people[:8]
    ]


def _truck(tx: Session, hub: Station, products: dict[str, dict[str, Any]]) -> list[tuple[str, str, str]]:
    """What stands on the dock and is not counted yet: how much of what, and the date printed on it."""
    counted = select(ReceiptLine.sku_id).where(ReceiptLine.receipt_id == Receipt.id)
    rows = tx.execute(
        select(Receipt.receipt_no, Sku.code, InboundLine.qty_expected - InboundLine.qty_received)
        .join(InboundLine, InboundLine.notice_id == Receipt.notice_id)
        .join(Sku, Sku.id == InboundLine.sku_id)
        .where(Receipt.state.in_(("ARRIVED", "STAGE1")), InboundLine.sku_id.not_in(counted))
        .order_by(Receipt.id, InboundLine.id)
    )
    made = f"{hub.clock.today() - timedelta(days=30):%Y%m%d}"
    goods = []
    for receipt_no, code, qty in rows:
        item = products[code]
        cartons, loose = divmod(qty, item["case_qty"])
        words = _("%(cartons)s cartons + %(loose)s pieces") % {"cartons": cartons, "loose": loose}
        date = " " + _("made %(day)s") % {"day": made} if item["dated"] else ""
        goods.append((f"{item['name']}: {words}{date}", item["barcodes"]["EACH"], f"AT:product:{receipt_no}"))
    return goods


def _products(tx: Session, products: list[dict[str, Any]]) -> list[tuple[str, str, str]]:
    """Articles with a barcode; a packer at a tote may begin with any that lies in it."""
    totes: dict[str, str] = {}
    rows = tx.execute(
        select(Sku.code, Location.code.label("tote"))
        .join(Stock, Stock.sku_id == Sku.id)
        .join(Location, Location.id == Stock.location_id)
        .where(Location.kind == "TOTE", Stock.on_hand > 0)
    )
    for row in rows:
        totes[row.code] = f"{totes.get(row.code, '')} AT:item:{row.tote}"
    return [
        (
            f"{item['name']} {item['spec']}",
            item["barcodes"]["EACH"],
            f"SKU:{item['code']}{totes.get(item['code'], '')}",
        )
        for item in products
    ]


def _totes(tx: Session) -> list[tuple[str, str, str]]:
    """Four empty totes and all with goods or at a bench."""
    used = {
        row.tote_id: row.state
        for row in tx.execute(
            select(ListTote.tote_id, PickList.state)
            .join(PickList, PickList.id == ListTote.pick_list_id)
            .where(ListTote.state == ToteState.IN_USE)
        )
    }
    full: list[tuple[str, str, str]] = []
    empty: list[tuple[str, str, str]] = []
    for place in tx.scalars(select(Location).where(Location.kind == "TOTE").order_by(Location.id)):
        if place.id in used:
            full.append(
                (
                    f"{place.code} {used[place.id]}",
                    place.barcode,
                    "FULL-TOTE" if used[place.id] == "DONE" else "",
                )
            )
        elif len(empty) < 4:  # noqa: PLR2004
            empty.append((f"{place.code} {_('empty')}", place.barcode, "EMPTY-TOTE"))
    return full + empty


def _places(tx: Session, places: dict[str, list[list[str]]]) -> list[tuple[str, str, str]]:
    names = {"PACK": "BENCH", "INTC": "INTC", "QUAR": "", "GIFT": ""}
    rows = [(code, barcode, hint) for kind, hint in names.items() for code, barcode in places.get(kind, [])]
    for lane in tx.scalars(select(Location).where(Location.kind == "LANE").order_by(Location.id)):
        waits = lane.carrier_id is not None and dispatching.staged(tx, lane.carrier_id)
        rows.append((lane.code, lane.barcode, "LANE" if waits else ""))
    stocked = tx.execute(
        select(Location.code, Location.barcode)
        .join(Stock, Stock.location_id == Location.id)
        .where(Stock.on_hand > 0, Location.kind.in_(("PICK", "RSV", "NEW")))
        .distinct()
        .order_by(Location.code)
        .limit(24)
    )
    return rows + [(row.code, row.barcode, "") for row in stocked]


def next_step(tx: Session, hub: Station) -> dict[str, Any]:
    """The first process with work, in the order goods flow; who does it, and how many wait."""
    for name, flow in workflows().items():
        waits = flow.count_waiting(tx, hub.settings)
        if waits:
            person = next(row for row in hub.demo_people if ROLE_OF[name] in row[3].split(","))
            return {"flow": flow, "waits": waits, "person": person}
    ready = tx.scalar(select(DeliveryOrder.id).where(DeliveryOrder.state == OrderState.ALLOCATED).limit(1))
    if ready is not None:
        person = next(row for row in hub.demo_people if "SUPERVISOR" in row[3].split(","))
        return {"release": True, "person": person}
    return {}
