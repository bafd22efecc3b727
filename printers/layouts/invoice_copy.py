"""发票副本: the e-invoice on paper for the buyer's convenience, never the fiscal original."""

from printers.canvas import Box
from printers.documents import InvoiceCopy, InvoiceLine
from printers.layouts.flow import Cell, Column, Flow
from printers.layouts.masthead import masthead
from printers.layouts.paper import Paper
from printers.wording import capitals, yuan

_NARROW = (
    Column("项目 规格", "Item", 26),
    Column("数量", "Qty", 9, "right"),
    Column("金额", "Net", 18, "right"),
    Column("税率/税额", "Tax", 18, "right"),
)
_WIDE = (
    Column("项目名称", "Item", 40),
    Column("规格", "Spec", 18),
    Column("单位", "Unit", 10),
    Column("数量", "Qty", 12, "right"),
    Column("单价", "Price", 20, "right"),
    Column("金额", "Net", 20, "right"),
    Column("税率/税额", "Tax", 20, "right"),
)
_QR_MM = 32


def draw(doc: InvoiceCopy, paper: Paper) -> None:
    """Draw the copy on a roll or on A5; the QR leads to the tax office's check page."""
    flow = Flow(paper, lambda flow: _head(doc, flow))
    if flow.is_narrow:
        flow.table(_NARROW, [_narrow_row(line, paper) for line in doc.lines])
    else:
        flow.table(_WIDE, [_wide_row(line) for line in doc.lines])
    flow.gap(1)
    net, tax = paper.both("合计", "Net"), paper.both("税额", "Tax")
    flow.line(f"{net} {yuan(doc.net_fen)}  {tax} {yuan(doc.tax_fen)}", 3)
    flow.line(f"{paper.both('价税合计', 'Total')} {yuan(doc.gross_fen)}", 4, bold=True)
    flow.line(paper.word(f"大写 {capitals(doc.gross_fen)}", ""), 3, bold=True)
    flow.note("备注", "Note", doc.note)
    flow.note("开票人", "Issued by", doc.issuer_name)
    _check_code(doc, flow)
    zh, en = "发票副本，数电票以电子为准", "Copy only: the electronic invoice counts."
    for sentence in (en,) if paper.lang == "en" else (zh, en):
        flow.line(sentence, 3 if sentence == zh or paper.lang == "en" else 2.25, bold=True, align="center")
    flow.finish()


def _check_code(doc: InvoiceCopy, flow: Flow) -> None:
    if doc.check_url:
        flow.need(_QR_MM + 9)
        words = flow.paper.both("扫码查验", "Scan to check")
        flow.page.qr(Box(flow.left, flow.y, flow.width, _QR_MM), doc.check_url)
        flow.y += _QR_MM
        flow.line(words, 2.5, align="center")


def _head(doc: InvoiceCopy, flow: Flow) -> None:
    masthead(flow, "发票（副本）", "INVOICE COPY", "")
    facts = [
        ("发票号码", "Invoice no.", doc.invoice_no),
        ("开票日期", "Issued on", doc.issued_on),
        ("购买方", "Buyer", doc.buyer_name),
        ("购方税号", "Buyer's tax no.", doc.buyer_tax_no),
        ("销售方", "Seller", doc.seller_name),
        ("销方税号", "Seller's tax no.", doc.seller_tax_no),
        ("发货单", "Order", doc.do_no),
    ]
    label = flow.paper.word if flow.is_narrow else flow.paper.both
    for zh, en, value in facts:
        flow.line(f"{label(zh, en)} {value}" if value else "", 3)
    flow.gap(0.5)


def _narrow_row(line: InvoiceLine, paper: Paper) -> list[Cell]:
    qty = f"{line.qty}{line.unit}"
    price = paper.noted("单价", "Price", yuan(line.unit_price_fen))
    return [
        (line.item_name, line.spec, price),
        qty,
        yuan(line.amount_fen),
        (line.tax_rate, yuan(line.tax_fen)),
    ]


def _wide_row(line: InvoiceLine) -> list[Cell]:
    prices: list[Cell] = [
        yuan(line.unit_price_fen),
        yuan(line.amount_fen),
        (line.tax_rate, yuan(line.tax_fen)),
    ]
    return [line.item_name, line.spec, line.unit, str(line.qty), *prices]
