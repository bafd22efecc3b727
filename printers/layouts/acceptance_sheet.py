"""商品验收单: what came, what was found, who stands for it."""

from printers.documents import AcceptanceLine, AcceptanceSheet
from printers.layouts.flow import Cell, Column, Flow
from printers.layouts.masthead import masthead
from printers.layouts.paper import Paper

_COLUMNS = (
    Column("商品", "SKU / goods", 45),
    Column("单位", "unit", 9),
    Column("订购", "ord.", 11, "right"),
    Column("送货", "deliv.", 11, "right"),
    Column("实收", "recv.", 11, "right"),
    Column("拒收", "rej.", 11, "right"),
    Column("赠品", "gift", 11, "right"),
    Column("差异", "diff", 11, "right"),
    Column("生产/到期/已用", "made / expires", 22),
    Column("批号/保质期", "lot / life", 20),
    Column("初验", "stage 1", 11),
    Column("抽检", "n/ok/bad", 15, "right"),
    Column("结论", "verdict", 12),
)


def draw(doc: AcceptanceSheet, paper: Paper) -> None:
    """Draw as many A4 pages as the lines need; the signatures stand on the last one."""
    flow = Flow(paper, lambda flow: _head(doc, flow))
    flow.table(_COLUMNS, [_row(line) for line in doc.lines], 2.5)
    flow.gap(2)
    flow.line(f"拒收原因：{'；'.join(doc.reject_reasons)}" if doc.reject_reasons else "", 3, lines=4)
    if doc.override_by or doc.override_reason:
        flow.line(f"超期放行：{doc.override_by}  理由：{doc.override_reason}", 3, bold=True, lines=3)
    flow.gap(2)
    roles = ("收货员 Receiver", "质检员 Inspector", "送货人 Driver", "录单员 Clerk")
    names = (doc.receiver_name, doc.inspector_name, doc.driver_name, doc.clerk_name)
    flow.signatures(list(zip(roles, names, strict=True)))
    flow.line(f"签字时间 {doc.signed_at}" if doc.signed_at else "", 3)
    flow.finish()


def _head(doc: AcceptanceSheet, flow: Flow) -> None:
    state = "（草稿 DRAFT）" if doc.is_draft else ""
    ply = f"第 {doc.ply_no} 联 {doc.ply_name}" if doc.ply_name else ""
    masthead(flow, f"商品验收单{state}", "ACCEPTANCE SHEET", doc.as_no, ply)
    facts = [
        ("采购单 PO", doc.po_no),
        ("供应商 Supplier", doc.supplier_name),
        ("到货 Arrived", doc.arrived_at),
        ("车牌 Plate", doc.vehicle_no),
        ("送货人 Driver", doc.driver_name),
    ]
    flow.pairs(facts, 2)
    flow.gap(1)


def _row(line: AcceptanceLine) -> list[Cell]:
    used = f"{line.used_percent}%" if line.expires_on else ""
    return [
        (line.sku_code, line.product_name, line.spec),
        line.unit,
        str(line.ordered_qty),
        str(line.delivered_qty),
        str(line.received_qty),
        str(line.rejected_qty or ""),
        str(line.gift_qty or ""),
        str(line.diff_qty or ""),
        (line.produced_on, line.expires_on, used),
        (line.lot_no, line.shelf_life),
        line.stage1_result,
        f"{line.sample_due}/{line.sample_done}/{line.sample_bad}",
        line.verdict,
    ]
