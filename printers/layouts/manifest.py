"""交接清单: the parcels one courier takes, five to a row, and two signatures."""

from printers.documents import Manifest, ManifestParcel
from printers.layouts.flow import Cell, Column, Flow
from printers.layouts.masthead import masthead, ply
from printers.layouts.paper import Paper
from printers.wording import kilograms


def draw(doc: Manifest, paper: Paper) -> None:
    """Draw the list on A4 (five parcels a row) or on a roll (two)."""
    flow = Flow(paper, lambda flow: _head(doc, flow))
    per_row = 2 if flow.is_narrow else 5
    columns = [Column("运单号/重量", "Waybill, weight", 1) for _ in range(per_row)]
    unweighed = paper.both("未称重", "not weighed")
    rows = [
        _row(doc.parcels[i : i + per_row], per_row, unweighed) for i in range(0, len(doc.parcels), per_row)
    ]
    flow.table(columns, rows)
    flow.gap(2)
    flow.line(_totals(doc, paper), 3.5, bold=True)
    unscanned, stopped = paper.both("漏扫", "Not scanned"), paper.both("拦截", "Intercepted")
    flow.line(f"{unscanned} {doc.unscanned_count}  {stopped} {doc.intercepted_count}", 3)
    flow.gap(1)
    courier = f"{doc.courier_name} {doc.courier_phone}".strip()
    flow.signatures([("发货员", "Dispatcher", doc.dispatcher_name), ("揽收员", "Courier", courier)])
    flow.note("交接时间", "Handed over at", doc.handed_at)
    flow.finish(doc.seal)


def _totals(doc: Manifest, paper: Paper) -> str:
    weight = kilograms(sum(parcel.weight_g for parcel in doc.parcels))
    tickets = doc.ticket_count or len(doc.parcels)
    figures = (
        ("总票数", "Tickets", tickets),
        ("总件数", "Pieces", len(doc.parcels)),
        ("总重", "Weight", weight),
    )
    return "  ".join(f"{paper.both(zh, en)} {value}" for zh, en, value in figures)


def _head(doc: Manifest, flow: Flow) -> None:
    remark = ply(flow.paper, doc.ply_no, doc.ply_name)
    carrier = doc.carrier_name
    masthead(flow, f"交接清单 {carrier}", f"MANIFEST {carrier}", doc.manifest_no, remark)
    facts = [
        ("账号", "Account", doc.carrier_account),
        ("网点", "Branch", doc.carrier_branch),
        ("仓库", "Warehouse", doc.warehouse_name),
        ("日期班次", "Pickup", f"{doc.pickup_on} {doc.shift}".strip()),
        ("车牌", "Plate", doc.vehicle_no),
    ]
    flow.pairs(facts, 1 if flow.is_narrow else 3)
    flow.gap(1)


def _row(parcels: tuple[ManifestParcel, ...], per_row: int, unweighed: str) -> list[Cell]:
    cells: list[Cell] = [
        (parcel.waybill_no, f"{kilograms(parcel.weight_g) or unweighed}{' M' if parcel.is_typed else ''}")
        for parcel in parcels
    ]
    return cells + [""] * (per_row - len(cells))
