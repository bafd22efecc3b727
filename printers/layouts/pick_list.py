"""拣货单: one walk, in the order of the shelves, with boxes to tick and room for shorts."""

from printers.documents import PickLine, PickList
from printers.layouts.flow import Cell, Column, Flow, Strong
from printers.layouts.masthead import masthead
from printers.layouts.paper import Paper

_COLUMNS = (
    Column("库位/货品", "slot / goods", 51),
    Column("数量", "qty", 9, "right"),
    Column("格", "cell", 8, "center"),
    Column("□", "ok", 7, "center"),
)


def draw(doc: PickList, paper: Paper) -> None:
    """Draw the list on a roll or on A5."""
    flow = Flow(paper, lambda flow: _head(doc, flow))
    flow.table(_COLUMNS, [_row(line) for line in doc.lines], 3)
    flow.gap(1)
    pieces = sum(line.qty for line in doc.lines)
    flow.line(f"共 {len(doc.lines)} 行 {pieces} 件  {len(doc.lines)} lines, {pieces} pcs", 3.25, bold=True)
    flow.line("缺货 Short: ________________  拣货员签字 ____________", 3)
    flow.finish()


def _head(doc: PickList, flow: Flow) -> None:
    masthead(flow, "拣货单", "PICK LIST", doc.pick_no, doc.kind_text)
    facts = [
        ("拣货员", doc.picker_name),
        ("车/周转箱", doc.cart_code),
        ("快递", doc.carrier_name),
        ("截单", doc.cutoff_at),
    ]
    flow.pairs(facts, 2)
    flow.gap(0.5)


def _row(line: PickLine) -> list[Cell]:
    lot = " ".join(text for text in (line.lot_no, f"至{line.expires_on}" if line.expires_on else "") if text)
    goods = (Strong(line.slot_code), f"{line.product_name} {line.spec}", f"{line.sku_code} {lot}")
    return [goods, Strong(str(line.qty)), line.cell, Strong("□")]
