"""入库单: the posted receipt, with two signatures; money only on the finance ply."""

from printers.documents import InboundLine, InboundSlip
from printers.layouts.flow import Cell, Column, Flow
from printers.layouts.masthead import masthead, ply
from printers.layouts.paper import Paper
from printers.wording import capitals, yuan

_A5_MM = 150
_GOODS = (Column("商品编码", "SKU", 26), Column("货名/规格", "Goods", 52), Column("单位", "Unit", 11))
_QTY = Column("实收", "Qty", 14, "right")
_MONEY = (Column("单价", "Price", 20, "right"), Column("金额", "Amount", 24, "right"))
_PLACE = (Column("批次", "Lot", 24), Column("到期", "Expires", 22), Column("库位", "Slot", 24))
_SMALL_GOODS = (
    Column("商品/规格", "Goods", 44),
    Column("单位", "Unit", 9),
    Column("实收", "Qty", 12, "right"),
)
_SMALL_MONEY = (Column("单价/金额", "Price, amount", 24, "right"),)
_SMALL_PLACE = (Column("批次/到期", "Lot, expires", 24), Column("库位", "Slot", 20))


def draw(doc: InboundSlip, paper: Paper) -> None:
    """Draw as many pages as the lines need; totals and signatures stand at the end."""
    flow = Flow(paper, lambda flow: _head(doc, flow))
    if paper.media.width_mm < _A5_MM:
        columns = (*_SMALL_GOODS, *(_SMALL_MONEY if doc.shows_money else ()), *_SMALL_PLACE)
        row = _small_row
    else:
        columns = (*_GOODS, _QTY, *(_MONEY if doc.shows_money else ()), *_PLACE)
        row = _wide_row
    flow.table(columns, [row(line, shows_money=doc.shows_money) for line in doc.lines])
    flow.gap(2)
    total_qty = sum(line.qty for line in doc.lines)
    flow.line(f"{paper.both('合计数量', 'Total qty')}: {total_qty}", 3.25, bold=True)
    if doc.shows_money:
        flow.line(_money(sum(line.amount_fen for line in doc.lines), paper), 3.25, bold=True)
    flow.note("红冲原因", "Reason", doc.reason)
    flow.gap(2)
    signers = [
        ("仓库主管", "Supervisor", doc.supervisor_name),
        ("保管员", "Keeper", doc.keeper_name),
        ("制单", "Clerk", doc.clerk_name),
    ]
    flow.signatures(signers)
    flow.finish()


def _money(total: int, paper: Paper) -> str:
    """The sum in figures, and on a Chinese paper in words (大写)."""
    words = paper.word(f"  大写 {capitals(total)}", "")
    return f"{paper.both('合计金额', 'Total amount')}: {yuan(total)}{words}"


def _head(doc: InboundSlip, flow: Flow) -> None:
    zh, en = ("【红冲】", " (REVERSAL)") if doc.reverses_no else ("", "")
    remark = ply(flow.paper, doc.ply_no, doc.ply_name)
    masthead(flow, f"入库单{zh}", f"INBOUND SLIP{en}", doc.gr_no, remark)
    facts = [
        ("红冲原单", "Reverses", doc.reverses_no),
        ("验收单", "Acceptance", doc.as_no),
        ("采购单", "PO", doc.po_no),
        ("供应商", "Supplier", doc.supplier_name),
        ("仓库", "Warehouse", doc.warehouse_name),
        ("入库日期", "Posted", doc.posted_on),
    ]
    flow.pairs(facts, 2)
    flow.gap(1)


def _wide_row(line: InboundLine, *, shows_money: bool) -> list[Cell]:
    money: list[Cell] = [yuan(line.unit_price_fen), yuan(line.amount_fen)] if shows_money else []
    goods: list[Cell] = [line.sku_code, (line.product_name, line.spec), line.unit, str(line.qty)]
    return [*goods, *money, line.lot_no, line.expires_on, line.slot_code]


def _small_row(line: InboundLine, *, shows_money: bool) -> list[Cell]:
    money: list[Cell] = [(yuan(line.unit_price_fen), yuan(line.amount_fen))] if shows_money else []
    goods: list[Cell] = [(line.sku_code, line.product_name, line.spec), line.unit, str(line.qty)]
    return [*goods, *money, (line.lot_no, line.expires_on), line.slot_code]
