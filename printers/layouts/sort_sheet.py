"""播种单: which order stands in which cell, and how each article of the wave is dealt out."""

from collections.abc import Sequence

from printers.canvas import Box, Page
from printers.documents import SortLine, SortPut, SortSheet
from printers.layouts.flow import Flow
from printers.layouts.masthead import masthead
from printers.layouts.paper import Paper

_BOX_MM = 11.5
_BOX_H = 7.5


def draw(doc: SortSheet, paper: Paper) -> None:
    """Draw the sheet on a roll: a matrix of 24 cells would not fit, so each article has its row of boxes."""
    flow = Flow(paper, lambda flow: _head(doc, flow))
    cells = [(f"格 {cell.cell}", f"Cell {cell.cell}", cell.do_no) for cell in doc.cells]
    flow.pairs(cells, 1 if flow.is_tiny else 2)
    flow.gap(1)
    for line in doc.lines:
        _line(line, flow)
    flow.rule(0.5)
    pieces = sum(put.qty for line in doc.lines for put in line.puts)
    english = f"{len(doc.lines)} SKU, {pieces} pcs, {len(doc.cells)} cells"
    chinese = f"共 {len(doc.lines)} 品 {pieces} 件 {len(doc.cells)} 格"
    flow.line(paper.both(chinese, english), 3.25, bold=True)
    flow.gap(1)
    flow.signatures([("分拣员", "Sorter", doc.sorter_name)])
    flow.finish()


def _head(doc: SortSheet, flow: Flow) -> None:
    masthead(flow, "播种单", "SORT SHEET", doc.wave_no, doc.wall_name)
    flow.pairs([("快递", "Carrier", doc.carrier_name), ("截单", "Cut-off", doc.cutoff_at)], 2)
    flow.gap(0.5)


def _line(line: SortLine, flow: Flow) -> None:
    """Article and total, then a box for every cell that gets some of it."""
    flow.need(8 + _BOX_H)
    flow.rule()
    total = sum(put.qty for put in line.puts)
    w = flow.width - 13
    height = max(flow.page.height_of(line.product_name, 3, w, 2, bold=True), 4.75)
    flow.page.text(Box(flow.left, flow.y, w, height), line.product_name, 3, fit="wrap", bold=True)
    flow.page.text(Box(flow.left + w, flow.y, 13, 4.75), f"×{total}", 3.75, "right", "shrink", bold=True)
    flow.y += height
    flow.line(f"{line.sku_code} {line.spec}".strip(), 2.5)
    _boxes(line.puts, flow)
    flow.gap(0.75)


def _boxes(puts: Sequence[SortPut], flow: Flow) -> None:
    per_row = int(flow.width // _BOX_MM)
    for start in range(0, len(puts), per_row):
        flow.need(_BOX_H + 0.5)
        for i, put in enumerate(puts[start : start + per_row]):
            _put(put, flow.page, Box(flow.left + i * _BOX_MM, flow.y, _BOX_MM - 0.5, _BOX_H))
        flow.y += _BOX_H + 0.5


def _put(put: SortPut, page: Page, box: Box) -> None:
    page.frame(box)
    cell = box._replace(w=5)
    page.text(cell, put.cell, 3, "center", "shrink", bold=True, is_inverse=True, is_centred=True)
    qty = Box(box.x + 5.25, box.y + 0.5, box.w - 5.5, box.h - 1)
    page.text(qty, str(put.qty), 4.5, "center", "shrink", bold=True, is_centred=True)
