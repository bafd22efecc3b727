"""Red labels, and the papers by which goods leave quarantine: return to supplier, scrap note (P5, §8)."""

from __future__ import annotations

from sqlalchemy import select

from printers import documents as paper
from station.catalog import rules as catalog
from station.catalog.models import Supplier
from station.ground import shop
from station.ground.words.messages import Refused, say
from station.ground.work import Work
from station.inbound import documents
from station.inbound.quarantine.models import Exit, LetOut, LetOutLine, SetApart
from station.paper.sending import print_
from station.stock.lots import lot_no
from station.stock.models import Location, Lot

PLIES = {Exit.RETURN: ("仓库联", "供应商联"), Exit.SCRAP: ("仓库联", "财务联")}


def red_label(work: Work, entry: SetApart) -> None:
    """隔离标签; a hall without a printer for it writes one by hand, the goods are set apart all the same."""
    sku = catalog.sku(work.tx, entry.sku_id)
    label = paper.RejectLabel(
        reject_code=entry.entry_no,
        product_name=sku.name_zh,
        sku_code=sku.code,
        spec=sku.spec,
        qty=entry.qty,
        unit=sku.unit,
        reason=reason_word(entry.reason),
        rejected_on=documents.local_day(entry.at, work.settings),
        receiver_name=entry.by,
        is_quarantine=True,
    )
    try:
        print_(work, label, "QR", entry.entry_no)
    except Refused:
        return


def reason_word(reason: str) -> str:
    """Why goods were set apart, as papers say it."""
    return say(f"L-QUA-{reason}")["zh"]


def papers(work: Work, made: LetOut) -> list[paper.Adjustment]:
    """退供单 or 报废单, one for each who keeps a copy; a release has none."""
    kind = Exit(made.kind)
    names = PLIES.get(kind, ())
    return [_sheet(work, made, kind, ply, name) for ply, name in enumerate(names, 1)]


def _sheet(work: Work, made: LetOut, kind: Exit, ply: int, name: str) -> paper.Adjustment:
    supplier = work.tx.get(Supplier, made.supplier_id or 0)
    query = select(LetOutLine).where(LetOutLine.let_out_id == made.id).order_by(LetOutLine.id)
    return paper.Adjustment(
        adjustment_no=made.exit_no,
        purpose="return" if kind == Exit.RETURN else "scrap",
        lines=tuple(_line(work, line) for line in work.tx.scalars(query)),
        supplier_name=supplier.name if supplier else "",
        vehicle_no=made.plate,
        warehouse_name=shop.name_of(work.tx, work.settings),
        made_on=documents.local_day(made.at, work.settings),
        first_name=made.first_name,
        second_name=made.driver if kind == Exit.RETURN else made.second_name,
        clerk_name=work.by.name,
        ply_no=ply,
        ply_name=name,
    )


def _line(work: Work, line: LetOutLine) -> paper.AdjustmentLine:
    sku, lot = catalog.sku(work.tx, line.sku_id), work.tx.get_one(Lot, line.lot_id)
    return paper.AdjustmentLine(
        sku_code=sku.code,
        product_name=sku.name_zh,
        spec=sku.spec,
        unit=sku.unit,
        lot_no=lot.supplier_lot or lot_no(lot.id),
        expires_on=str(lot.expires_on or ""),
        slot_code=work.tx.get_one(Location, line.location_id).code,
        qty=-line.qty,
        reason=say(f"L-STATUS-{line.was_status}")["zh"],
    )
