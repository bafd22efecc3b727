"""盘点单: where to count, with empty boxes. It never shows what the books say: the count is blind (P27)."""

from printers.documents import CountLine, CountSheet
from printers.layouts.flow import Cell, Column, Flow, Strong
from printers.layouts.masthead import masthead
from printers.layouts.paper import Paper

_COLUMNS = (
    Column("库位/货品", "Slot, goods", 44),
    Column("实盘数量", "Counted", 18, "right"),
    Column("备注", "Note", 12),
)
# High enough to write in.
_ROW_MM = 10
_BLANK_LIMIT = 100


def draw(doc: CountSheet, paper: Paper) -> None:
    """Draw the sheet on a roll; blank rows are for goods that are in no list."""
    flow = Flow(paper, lambda flow: _head(doc, flow))
    blank: list[list[Cell]] = [["", "", ""]] * min(doc.blank_rows, _BLANK_LIMIT)
    rows = [*(_row(line, paper) for line in doc.lines), *blank]
    flow.table(_COLUMNS, rows, 2.75, least=_ROW_MM, is_ruled=True)
    flow.gap(1.5)
    flow.signatures([("盘点人", "Counter", doc.counter_name), ("监盘人", "Witness", "")])
    flow.finish()


def _head(doc: CountSheet, flow: Flow) -> None:
    turn = flow.paper.word(f"第 {doc.round_no} 盘", f"Count {doc.round_no}")
    masthead(flow, "盘点单", "COUNT SHEET", doc.task_code, f"{doc.kind_text} {turn}".strip())
    facts = [("盘点人", "Counter", doc.counter_name), ("日期", "Date", doc.planned_on)]
    flow.pairs(facts, 1 if flow.is_tiny else 2)
    flow.gap(0.5)


def _row(line: CountLine, paper: Paper) -> list[Cell]:
    expires = f"{paper.word('至', 'exp. ')}{line.expires_on}" if line.expires_on else ""
    goods = (Strong(line.slot_code), f"{line.sku_code} {line.product_name}".strip(), line.lot_no, expires)
    return [goods, line.unit, ""]
