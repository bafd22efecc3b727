"""交接清单: the parcels one courier takes, five to a row, and two signatures."""

from printers.documents import Manifest, ManifestParcel
from printers.layouts.flow import Cell, Column, Flow
from printers.layouts.masthead import masthead
from printers.layouts.paper import Paper
from printers.wording import kilograms


def draw(doc: Manifest, paper: Paper) -> None:
    """Draw the list on A4 (five parcels a row) or on a roll (two)."""
    flow = Flow(paper, lambda flow: _head(doc, flow))
    per_row = 2 if flow.is_narrow else 5
    columns = [Column("运单号", "waybill / weight", 1) for _ in range(per_row)]
    rows = [_row(doc.parcels[i : i + per_row], per_row) for i in range(0, len(doc.parcels), per_row)]
    flow.table(columns, rows)
    flow.gap(2)
    flow.line(_totals(doc), 3.5, bold=True)
    flow.line(f"漏扫 {doc.unscanned_count}  拦截 {doc.intercepted_count}", 3)
    flow.gap(1)
    courier = f"{doc.courier_name} {doc.courier_phone}".strip()
    flow.signatures([("发货员 Dispatcher", doc.dispatcher_name), ("揽收员 Courier", courier)])
    flow.line(f"交接时间 {doc.handed_at}" if doc.handed_at else "", 3)
    flow.finish()


def _totals(doc: Manifest) -> str:
    weight = kilograms(sum(parcel.weight_g for parcel in doc.parcels))
    tickets = doc.ticket_count or len(doc.parcels)
    return f"总票数 {tickets}  总件数 {len(doc.parcels)}  总重 {weight}"


def _head(doc: Manifest, flow: Flow) -> None:
    ply = f"第 {doc.ply_no} 联 {doc.ply_name}" if doc.ply_name else ""
    masthead(flow, f"交接清单 {doc.carrier_name}", "MANIFEST", doc.manifest_no, ply)
    facts = [
        ("账号 Account", doc.carrier_account),
        ("网点 Branch", doc.carrier_branch),
        ("仓库 Warehouse", doc.warehouse_name),
        ("日期班次 Pickup", f"{doc.pickup_on} {doc.shift}".strip()),
        ("车牌 Plate", doc.vehicle_no),
    ]
    flow.pairs(facts, 1 if flow.is_narrow else 3)
    flow.gap(1)


def _row(parcels: tuple[ManifestParcel, ...], per_row: int) -> list[Cell]:
    cells: list[Cell] = [(parcel.waybill_no, kilograms(parcel.weight_g)) for parcel in parcels]
    return cells + [""] * (per_row - len(cells))
