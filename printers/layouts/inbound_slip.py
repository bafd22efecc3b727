"""入库单: the posted receipt, with two signatures; money only on the finance ply."""

from printers.documents import InboundLine, InboundSlip
from printers.layouts.flow import Cell, Column, Flow
from printers.layouts.masthead import masthead
from printers.layouts.paper import Paper
from printers.wording import capitals, yuan

_GOODS = (Column("商品编码", "SKU", 26), Column("货名/规格", "goods", 52), Column("单位", "unit", 11))
_QTY = Column("实收", "qty", 14, "right")
_MONEY = (Column("单价", "price", 20, "right"), Column("金额", "amount", 24, "right"))
_PLACE = (Column("批次", "lot", 24), Column("到期", "expires", 22), Column("库位", "slot", 24))


def draw(doc: InboundSlip, paper: Paper) -> None:
    """Draw as many A4 pages as the lines need; totals and signatures stand at the end."""
    flow = Flow(paper, lambda flow: _head(doc, flow))
    columns = (*_GOODS, _QTY, *(_MONEY if doc.shows_money else ()), *_PLACE)
    flow.table(columns, [_row(line, shows_money=doc.shows_money) for line in doc.lines])
    flow.gap(2)
    flow.line(f"合计数量 Total qty: {sum(line.qty for line in doc.lines)}", 3.25, bold=True)
    if doc.shows_money:
        total = sum(line.amount_fen for line in doc.lines)
        flow.line(f"合计金额 {yuan(total)}  大写 {capitals(total)}", 3.25, bold=True)
    flow.gap(2)
    roles = ("仓库主管 Supervisor", "保管员 Keeper", "制单 Clerk")
    flow.signatures(list(zip(roles, (doc.supervisor_name, doc.keeper_name, doc.clerk_name), strict=True)))
    flow.finish()


def _head(doc: InboundSlip, flow: Flow) -> None:
    ply = f"第 {doc.ply_no} 联 {doc.ply_name}" if doc.ply_name else ""
    title = "入库单【红冲】" if doc.reverses_no else "入库单"
    masthead(flow, title, "INBOUND SLIP", doc.gr_no, ply)
    facts = [
        ("红冲原单 Reverses", doc.reverses_no),
        ("验收单 AS", doc.as_no),
        ("采购单 PO", doc.po_no),
        ("供应商 Supplier", doc.supplier_name),
        ("仓库 Warehouse", doc.warehouse_name),
        ("入库日期 Posted", doc.posted_on),
    ]
    flow.pairs(facts, 2)
    flow.gap(1)


def _row(line: InboundLine, *, shows_money: bool) -> list[Cell]:
    money: list[Cell] = [yuan(line.unit_price_fen), yuan(line.amount_fen)] if shows_money else []
    goods: list[Cell] = [line.sku_code, (line.product_name, line.spec), line.unit, str(line.qty)]
    return [*goods, *money, line.lot_no, line.expires_on, line.slot_code]
