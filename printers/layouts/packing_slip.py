"""发货单: what the buyer finds in the parcel, and where to turn if it is not right."""

from printers.documents import PackingLine, PackingSlip
from printers.layouts.flow import Cell, Column, Flow
from printers.layouts.masthead import masthead
from printers.layouts.paper import Paper
from printers.wording import yuan

_GOODS = Column("商品", "Goods", 42)
_QTY = Column("数量", "Qty", 11, "right")
_MONEY = Column("金额", "Amount", 27, "right")


def draw(doc: PackingSlip, paper: Paper) -> None:
    """Draw the slip; without prices unless the document asks for them (gift orders do not)."""
    flow = Flow(paper, lambda flow: _head(doc, flow))
    columns = (_GOODS, _QTY, _MONEY) if doc.shows_prices else (_GOODS, _QTY)
    flow.table(columns, [_row(line, paper, shows_prices=doc.shows_prices) for line in doc.lines], 3)
    flow.gap(1)
    pieces = sum(line.qty for line in doc.lines)
    flow.line(paper.word(f"共 {pieces} 件 Total {pieces} pcs", f"Total {pieces} pcs"), 3.5, bold=True)
    if doc.shows_prices:
        amount = yuan(sum(line.amount_fen for line in doc.lines))
        flow.line(f"{paper.both('合计', 'Amount')} {amount}", 3.5, bold=True)
    notes = (
        ("买家留言", "Your note", doc.buyer_note),
        ("附言", "From us", doc.seller_note),
        ("客服/退货", "Service, returns", doc.service_text),
        ("退货地址", "Return to", doc.return_address),
    )
    for zh, en, note in notes:
        flow.note(zh, en, note)
    flow.finish()


def _head(doc: PackingSlip, flow: Flow) -> None:
    word = flow.paper.word
    cell = f"{word('格', 'Cell')} {doc.cell}  " if doc.cell else ""
    remark = f"{cell}{word('包裹', 'Parcel')} {doc.parcel_i}/{doc.parcel_n}"
    masthead(flow, "发货单", "PACKING SLIP", doc.do_no, remark)
    facts = [
        ("店铺", "Shop", doc.shop_name),
        ("平台单号", "Order no.", doc.platform_no),
        ("下单", "Ordered", doc.ordered_on),
    ]
    flow.pairs(facts, 1)
    flow.line(f"{doc.receiver_name} {doc.receiver_phone}".strip(), 3.25, bold=True)
    flow.line(doc.receiver_address, 3)
    flow.gap(0.5)


def _row(line: PackingLine, paper: Paper, *, shows_prices: bool) -> list[Cell]:
    gift = paper.word("【赠品】", "[GIFT] ") if line.is_gift else ""
    cells: list[Cell] = [(f"{gift}{line.product_name}", line.spec), str(line.qty)]
    return [*cells, yuan(line.amount_fen)] if shows_prices else cells
