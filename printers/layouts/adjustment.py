"""调整单, 报废单, 退供单: stock that changes or leaves without a sale, and two people who stand for it."""

from typing import NamedTuple

from printers.documents import Adjustment, AdjustmentLine
from printers.layouts.flow import Cell, Column, Flow, Pair, Strong
from printers.layouts.masthead import masthead, ply
from printers.layouts.paper import Paper

_COLUMNS = (
    Column("商品", "SKU, goods", 44),
    Column("单位", "Unit", 10),
    Column("批次/到期", "Lot, expires", 24),
    Column("库位", "Slot", 21),
    Column("数量", "Qty", 15, "right"),
    Column("原因", "Reason", 26),
)


class _Purpose(NamedTuple):
    """Title, and the two roles that sign."""

    title: tuple[str, str]
    first: tuple[str, str]
    second: tuple[str, str]


_SUPERVISOR = ("仓库主管", "Supervisor")
_PURPOSES = {
    "adjust": _Purpose(("库存调整单", "STOCK ADJUSTMENT"), _SUPERVISOR, ("财务", "Finance")),
    "scrap": _Purpose(("报废单", "SCRAP NOTE"), ("保管员", "Keeper"), _SUPERVISOR),
    "return": _Purpose(("退供单", "RETURN TO SUPPLIER"), ("保管员", "Keeper"), ("提货人", "Driver")),
}


def draw(doc: Adjustment, paper: Paper) -> None:
    """Draw as many pages as the lines need; both signatures stand on the last one."""
    purpose = _PURPOSES[doc.purpose]
    flow = Flow(paper, lambda flow: _head(doc, purpose, flow))
    flow.table(_COLUMNS, [_row(line) for line in doc.lines])
    flow.gap(2)
    total = sum(line.qty for line in doc.lines)
    lines = len(doc.lines)
    words = f"{paper.both('行数', 'Lines')}: {lines}  {paper.both('合计数量', 'Total qty')}: {total}"
    flow.line(words, 3.25, bold=True)
    flow.note("原因", "Reason", doc.reason)
    flow.gap(2)
    signers: list[Pair] = [(*purpose.first, doc.first_name), (*purpose.second, doc.second_name)]
    flow.signatures(signers)
    flow.note("制单", "Made out by", doc.clerk_name)
    flow.finish()


def _head(doc: Adjustment, purpose: _Purpose, flow: Flow) -> None:
    remark = ply(flow.paper, doc.ply_no, doc.ply_name)
    masthead(flow, *purpose.title, doc.adjustment_no, remark)
    facts = [
        ("仓库", "Warehouse", doc.warehouse_name),
        ("日期", "Date", doc.made_on),
        ("相关单号", "Refers to", doc.related_no),
        ("供应商", "Supplier", doc.supplier_name),
        ("车牌", "Plate", doc.vehicle_no),
    ]
    flow.pairs(facts, 2)
    flow.gap(1)


def _row(line: AdjustmentLine) -> list[Cell]:
    qty = f"+{line.qty}" if line.qty > 0 else str(line.qty)
    lot = (line.lot_no, line.expires_on)
    goods = (line.sku_code, line.product_name, line.spec)
    return [goods, line.unit, lot, line.slot_code, Strong(qty), line.reason]
