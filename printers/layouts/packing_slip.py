"""发货单: what the buyer finds in the parcel, and where to turn if it is not right."""

from printers.documents import PackingLine, PackingSlip
from printers.layouts.flow import Cell, Column, Flow
from printers.layouts.masthead import masthead
from printers.layouts.paper import Paper
from printers.wording import yuan

_GOODS = Column("商品", "goods", 48)
_QTY = Column("数量", "qty", 11, "right")
_MONEY = Column("金额", "amount", 18, "right")


def draw(doc: PackingSlip, paper: Paper) -> None:
    """Draw the slip; without prices unless the document asks for them (gift orders do not)."""
    flow = Flow(paper, lambda flow: _head(doc, flow))
    columns = (_GOODS, _QTY, _MONEY) if doc.shows_prices else (_GOODS, _QTY)
    flow.table(columns, [_row(line, shows_prices=doc.shows_prices) for line in doc.lines], 3)
    flow.gap(1)
    total = f"共 {sum(line.qty for line in doc.lines)} 件"
    if doc.shows_prices:
        total += f"  合计 {yuan(sum(line.amount_fen for line in doc.lines))}"
    flow.line(total, 3.5, bold=True)
    notes = (
        ("买家留言", doc.buyer_note),
        ("附言", doc.seller_note),
        ("客服/退货", doc.service_text),
        ("退货地址", doc.return_address),
    )
    for label, note in notes:
        flow.line(f"{label}：{note}" if note else "", 3, lines=4)
    flow.finish()


def _head(doc: PackingSlip, flow: Flow) -> None:
    cell = f"格 {doc.cell}  " if doc.cell else ""
    masthead(flow, "发货单", "PACKING SLIP", doc.do_no, f"{cell}包裹 {doc.parcel_i}/{doc.parcel_n}")
    facts = [("店铺", doc.shop_name), ("平台单号", doc.platform_no), ("下单", doc.ordered_on)]
    flow.pairs(facts, 1)
    flow.line(f"{doc.receiver_name} {doc.receiver_phone}".strip(), 3.25, bold=True, lines=1)
    flow.line(doc.receiver_address, 3, lines=3)
    flow.gap(0.5)


def _row(line: PackingLine, *, shows_prices: bool) -> list[Cell]:
    name = f"【赠品】{line.product_name}" if line.is_gift else line.product_name
    cells: list[Cell] = [(name, line.spec), str(line.qty)]
    return [*cells, yuan(line.amount_fen)] if shows_prices else cells
