"""赠品登记本/领取本: what gifts came in, who took them for what, and which labels they bear."""

from printers.documents import GiftLine, GiftRegister
from printers.layouts.flow import Cell, Column, Flow
from printers.layouts.masthead import masthead
from printers.layouts.paper import Paper

_COLUMNS = (
    Column("登记日期", "Entered", 18),
    Column("供应商", "Supplier", 22),
    Column("品名", "Gift", 26),
    Column("数量", "Qty", 10, "right"),
    Column("生产/到期", "Made, exp.", 18),
    Column("登记人", "By", 13),
    Column("领取日", "Issued", 18),
    Column("领取人签", "Taken by", 17),
    Column("数量", "Qty", 10, "right"),
    Column("用途/单号", "Purpose", 24),
    Column("结存", "Left", 10, "right"),
    Column("标签起止号", "Labels", 21),
)
# High enough to write in; two books of blank rows are nobody's wish.
_ROW_MM = 9
_BLANK_LIMIT = 200


def draw(doc: GiftRegister, paper: Paper) -> None:
    """Draw the book's pages; blank rows follow the known ones."""
    flow = Flow(paper, lambda flow: _head(doc, flow))
    blank: list[list[Cell]] = [[""] * len(_COLUMNS)] * min(doc.blank_rows, _BLANK_LIMIT)
    flow.table(_COLUMNS, [*(_row(line) for line in doc.lines), *blank], 2.25, least=_ROW_MM)
    flow.gap(2)
    figures = (
        ("登记数量", "Received", sum(line.qty for line in doc.lines)),
        ("领取数量", "Issued", sum(line.issued_qty for line in doc.lines)),
    )
    flow.line("  ".join(f"{paper.both(zh, en)}: {qty}" for zh, en, qty in figures), 3.25, bold=True)
    flow.gap(2)
    signers = [
        ("赠品保管员", "Gift keeper", doc.keeper_name),
        ("仓库主管", "Supervisor", doc.supervisor_name),
    ]
    flow.signatures(signers)
    flow.finish()


def _head(doc: GiftRegister, flow: Flow) -> None:
    masthead(flow, "赠品登记本 / 领取本", "GIFT REGISTER", "", doc.period_text)
    facts = [("仓库", "Warehouse", doc.warehouse_name), ("保管员", "Keeper", doc.keeper_name)]
    flow.pairs(facts, 2)
    flow.gap(1)


def _row(line: GiftLine) -> list[Cell]:
    return [
        line.entered_on,
        line.supplier_name,
        line.product_name,
        str(line.qty or ""),
        (line.produced_on, line.expires_on),
        line.registrar_name,
        line.issued_on,
        line.recipient_name,
        str(line.issued_qty or ""),
        line.issued_for,
        str(line.balance_qty),
        (line.label_from, line.label_to),
    ]
