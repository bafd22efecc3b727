"""拣货单: one walk, in the order of the shelves, with boxes to tick and room for shorts."""

from printers.documents import PickLine, PickList
from printers.layouts.flow import Cell, Column, Flow, Strong, Tick
from printers.layouts.masthead import masthead
from printers.layouts.paper import Paper

_GOODS, _QTY = Column("库位/货品", "Slot, goods", 45), Column("数量", "Qty", 10, "right")
_CELL, _TICK = Column("格", "Cell", 8, "center"), Column("拣", "OK", 7, "center")
_SHORT = Column("缺货", "Short", 9, "center")


def draw(doc: PickList, paper: Paper) -> None:
    """Draw the list on a roll or on A5; the narrow roll has the cell among the goods."""
    flow = Flow(paper, lambda flow: _head(doc, flow))
    columns = (_GOODS, _QTY, _TICK) if flow.is_tiny else (_GOODS, _QTY, _CELL, _TICK, _SHORT)
    flow.table(columns, [_row(line, flow) for line in doc.lines], 3, is_ruled=True)
    flow.gap(1)
    lines, pieces = len(doc.lines), sum(line.qty for line in doc.lines)
    english = f"{lines} lines, {pieces} pcs"
    flow.line(paper.word(f"共 {lines} 行 {pieces} 件  {english}", f"Total {english}"), 3.25, bold=True)
    flow.gap(1)
    flow.signatures([("拣货员", "Picker", doc.picker_name), ("缺货登记", "Shorts", "")])
    flow.finish(doc.seal)


def _head(doc: PickList, flow: Flow) -> None:
    masthead(flow, "拣货单", "PICK LIST", doc.pick_no, doc.kind_text)
    facts = [
        ("拣货员", "Picker", doc.picker_name),
        ("车/周转箱", "Cart, tote", doc.cart_code),
        ("快递", "Carrier", doc.carrier_name),
        ("截单", "Cut-off", doc.cutoff_at),
        ("路程", "Way", _way(doc, flow)),
    ]
    flow.pairs(facts, 1 if flow.is_tiny else 2)
    flow.gap(0.5)


def _way(doc: PickList, flow: Flow) -> str:
    if not doc.walk_m:
        return ""
    saved = flow.paper.word(f" (省 {doc.saved_m} m)", f" ({doc.saved_m} m saved)") if doc.saved_m else ""
    return f"{doc.walk_m} m{saved}"


def _row(line: PickLine, flow: Flow) -> list[Cell]:
    word = flow.paper.word
    expires = f"{word('至', 'exp. ')}{line.expires_on}" if line.expires_on else ""
    lot = f"{line.sku_code} {line.lot_no}".strip()
    goods = (Strong(line.slot_code), f"{line.product_name} {line.spec}", lot, expires)
    if not flow.is_tiny:
        return [goods, Strong(str(line.qty)), line.cell, Tick("□"), ""]
    cell = f"{word('格', 'Cell')} {line.cell}" if line.cell else ""
    return [(*goods, cell), Strong(str(line.qty)), Tick("□")]
