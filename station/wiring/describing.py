"""Which room describes which kind of code: one function per kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy.orm import Session

from station.catalog import describe as catalog
from station.ground.scan.codes import Code, Kind
from station.ground.scan.diagnosis import Said
from station.ground.words.messages import say
from station.inbound import describe as inbound
from station.outbound import describe as outbound
from station.people import describe as people
from station.stock import describe as stock

Describer = Callable[[Session, Code], list[Said]]

DESCRIBERS: Mapping[Kind, Describer] = {
    Kind.USER: people.badge,
    Kind.LOCATION: stock.place,
    Kind.TOTE: stock.place,
    Kind.CELL: stock.place,
    Kind.WORKSTATION: stock.place,
    Kind.CARTON: stock.carton,
    Kind.PALLET: stock.carton,
    Kind.SSCC: stock.carton,
    Kind.PRODUCT: stock.product,
    Kind.PACKAGING: catalog.packaging,
    Kind.RECEIPT: inbound.receipt,
    Kind.SHEET: inbound.receipt,
    Kind.GRN: inbound.receipt,
    Kind.NOTICE: inbound.notice,
    Kind.ORDER: outbound.order,
    Kind.WAVE: outbound.wave,
    Kind.PICK_LIST: outbound.pick_list,
    Kind.MANIFEST: outbound.manifest,
    Kind.WAYBILL: outbound.waybill,
}
"""Gift labels, returns and printers have no table of their own yet; they are named by their kind."""


def describe(tx: Session, code: Code) -> list[Said]:
    """What `code` is at this moment; nothing when the station does not know it."""
    describer = DESCRIBERS.get(code.kind)
    if describer is None:
        return [("L-IS-OTHER", {"kind": say(f"L-KIND-{code.kind}"), "text": code.text})]
    return describer(tx, code)
