"""发票副本: the e-invoice on paper for the buyer's convenience, never the fiscal original."""

from printers.canvas import Box
from printers.documents import InvoiceCopy, InvoiceLine
from printers.layouts.flow import Cell, Column, Flow
from printers.layouts.masthead import masthead
from printers.layouts.paper import Paper
from printers.wording import capitals, yuan

_NARROW = (
    Column("项目 规格", "item", 26),
    Column("数量", "qty", 9, "right"),
    Column("金额", "net", 18, "right"),
    Column("税率/税额", "tax", 18, "right"),
)
_WIDE = (
    Column("项目名称", "item", 40),
    Column("规格", "spec", 18),
    Column("单位", "unit", 10),
    Column("数量", "qty", 12, "right"),
    Column("单价", "price", 20, "right"),
    Column("金额", "net", 20, "right"),
    Column("税率/税额", "tax", 20, "right"),
)
_QR_MM = 32


def draw(doc: InvoiceCopy, paper: Paper) -> None:
    """Draw the copy on a roll or on A5; the QR leads to the tax office's check page."""
    flow = Flow(paper, lambda flow: _head(doc, flow))
    columns, row = (_NARROW, _narrow_row) if flow.is_narrow else (_WIDE, _wide_row)
    flow.table(columns, [row(line) for line in doc.lines])
    flow.gap(1)
    flow.line(f"合计 {yuan(doc.net_fen)}  税额 {yuan(doc.tax_fen)}", 3)
    flow.line(f"价税合计 {yuan(doc.gross_fen)}", 4, bold=True)
    flow.line(f"大写 {capitals(doc.gross_fen)}", 3, bold=True)
    flow.line(f"备注：{doc.note}" if doc.note else "", 3, lines=4)
    flow.line(f"开票人：{doc.issuer_name}" if doc.issuer_name else "", 3)
    _check_code(doc, flow)
    flow.line("发票副本，数电票以电子为准", 3, bold=True, align="center")
    flow.finish()


def _check_code(doc: InvoiceCopy, flow: Flow) -> None:
    if doc.check_url:
        flow.need(_QR_MM + 5)
        flow.page.qr(Box(flow.left, flow.y, flow.width, _QR_MM), doc.check_url)
        flow.y += _QR_MM


def _head(doc: InvoiceCopy, flow: Flow) -> None:
    masthead(flow, "发票（副本）", "INVOICE COPY", "")
    for label, value in (
        ("发票号码", doc.invoice_no),
        ("开票日期", doc.issued_on),
        ("购买方", doc.buyer_name),
        ("购方税号", doc.buyer_tax_no),
        ("销售方", doc.seller_name),
        ("销方税号", doc.seller_tax_no),
        ("发货单", doc.do_no),
    ):
        flow.line(f"{label} {value}" if value else "", 3)
    flow.gap(0.5)


def _narrow_row(line: InvoiceLine) -> list[Cell]:
    qty = f"{line.qty}{line.unit}"
    return [(line.item_name, line.spec), qty, yuan(line.amount_fen), (line.tax_rate, yuan(line.tax_fen))]


def _wide_row(line: InvoiceLine) -> list[Cell]:
    prices: list[Cell] = [
        yuan(line.unit_price_fen),
        yuan(line.amount_fen),
        (line.tax_rate, yuan(line.tax_fen)),
    ]
    return [line.item_name, line.spec, line.unit, str(line.qty), *prices]
