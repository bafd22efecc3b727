"""商品验收单: what came, what was found, who stands for it."""

from printers.documents import AcceptanceLine, AcceptanceSheet
from printers.layouts.flow import Cell, Column, Flow
from printers.layouts.masthead import masthead, ply
from printers.layouts.paper import Paper

_A5_MM = 150
_WIDE = (
    Column("商品", "SKU, goods", 45),
    Column("单位", "Unit", 9),
    Column("订购", "Order", 11, "right"),
    Column("送货", "Deliv.", 11, "right"),
    Column("实收", "Recv.", 11, "right"),
    Column("拒收", "Reject", 11, "right"),
    Column("赠品", "Gift", 11, "right"),
    Column("差异", "Diff.", 11, "right"),
    Column("生产/到期/已用", "Made, expires", 22),
    Column("批号/保质期", "Lot, life", 20),
    Column("初验", "Stage 1", 12),
    Column("应/实/不良", "Sampled", 16, "right"),
    Column("结论", "Verdict", 13),
)
_SMALL = (
    Column("商品", "SKU, goods", 34),
    Column("订/送", "Ord. Del.", 12, "right"),
    Column("收/拒", "Rec. Rej.", 12, "right"),
    Column("赠/差", "Gift Diff.", 12, "right"),
    Column("产/至/用", "Made, exp.", 19),
    Column("批号/保质", "Lot, life", 19),
    Column("初验/结论", "Verdict", 14),
    Column("抽检", "Sampled", 11, "right"),
)


def draw(doc: AcceptanceSheet, paper: Paper) -> None:
    """Draw as many pages as the lines need; the signatures stand on the last one."""
    flow = Flow(paper, lambda flow: _head(doc, flow))
    columns, row, size = (
        (_SMALL, _small_row, 2.25) if paper.media.width_mm < _A5_MM else (_WIDE, _wide_row, 2.5)
    )
    flow.table(columns, [row(line) for line in doc.lines], size)
    flow.gap(2)
    flow.note("拒收原因", "Rejected because", paper.joined(doc.reject_reasons))
    if doc.override_by or doc.override_reason:
        why = paper.noted("理由", "Reason", doc.override_reason)
        flow.note("超期放行", "Age limit overridden by", f"{doc.override_by}  {why}", bold=True)
    flow.gap(2)
    signers = [
        ("收货员", "Receiver", doc.receiver_name),
        ("质检员", "Inspector", doc.inspector_name),
        ("送货人", "Driver", doc.driver_name),
        ("录单员", "Clerk", doc.clerk_name),
    ]
    flow.signatures(signers, {"送货人": doc.driver_strokes})
    flow.note("签字时间", "Signed at", doc.signed_at)
    flow.finish(doc.seal)


def _head(doc: AcceptanceSheet, flow: Flow) -> None:
    zh, en = ("（草稿）", " (DRAFT)") if doc.is_draft else ("", "")
    remark = ply(flow.paper, doc.ply_no, doc.ply_name)
    masthead(flow, f"商品验收单{zh}", f"ACCEPTANCE SHEET{en}", doc.as_no, remark)
    facts = [
        ("采购单", "PO", doc.po_no),
        ("供应商", "Supplier", doc.supplier_name),
        ("到货", "Arrived", doc.arrived_at),
        ("车牌", "Plate", doc.vehicle_no),
        ("送货人", "Driver", doc.driver_name),
    ]
    flow.pairs(facts, 2)
    flow.gap(1)


def _used(line: AcceptanceLine) -> str:
    return f"{line.used_percent}%" if line.expires_on else ""


def _sampled(line: AcceptanceLine) -> str:
    return f"{line.sample_due}/{line.sample_done}/{line.sample_bad}"


def _wide_row(line: AcceptanceLine) -> list[Cell]:
    return [
        (line.sku_code, line.product_name, line.spec),
        line.unit,
        str(line.ordered_qty),
        str(line.delivered_qty),
        str(line.received_qty),
        str(line.rejected_qty or ""),
        str(line.gift_qty or ""),
        str(line.diff_qty or ""),
        (line.produced_on, line.expires_on, _used(line)),
        (line.lot_no, line.shelf_life),
        _apart(line.stage1_result),
        _sampled(line),
        line.verdict,
    ]


def _small_row(line: AcceptanceLine) -> list[Cell]:
    """Two figures to a cell: thirteen columns are not legible on A5."""
    return [
        (line.sku_code, line.product_name, f"{line.spec} {line.unit}"),
        (str(line.ordered_qty), str(line.delivered_qty)),
        (str(line.received_qty), str(line.rejected_qty)),
        (str(line.gift_qty), str(line.diff_qty)),
        (line.produced_on, line.expires_on, _used(line)),
        (line.lot_no, line.shelf_life),
        (line.stage1_result, line.verdict),
        (str(line.sample_due), str(line.sample_done), str(line.sample_bad)),
    ]


def _apart(words: str) -> Cell:
    """Chinese and English on a line each: the column is too narrow for both beside each other."""
    zh, _blank, en = words.partition(" ")
    return (zh, en) if en else words
