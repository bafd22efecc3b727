"""登记表: a list of the office on A4, its headings on every page."""

from printers.documents import RegisterColumn, RegisterRow, RegisterSheet
from printers.layouts.flow import Cell, Column, Flow
from printers.layouts.masthead import masthead
from printers.layouts.paper import Paper

_MANY = 8
"""With more columns than this the words are set smaller."""


def draw(doc: RegisterSheet, paper: Paper) -> None:
    """Draw the list; a remark below it says what has no room."""
    flow = Flow(paper, lambda flow: _head(doc, flow))
    size = 2.25 if len(doc.columns) > _MANY else 2.75
    if doc.columns:
        flow.table([_column(column) for column in doc.columns], [_row(row, doc) for row in doc.rows], size)
    flow.gap(2)
    flow.note("共", "Rows", str(len(doc.rows)), bold=True)
    flow.line(doc.note, 3, bold=True)
    flow.finish()


def _head(doc: RegisterSheet, flow: Flow) -> None:
    masthead(flow, doc.title, "", "", doc.filter_text)
    facts = [
        ("仓库", "Warehouse", doc.warehouse_name),
        ("打印时间", "Made at", doc.made_at),
        ("打印人", "Made by", doc.made_by),
    ]
    flow.pairs(facts, 3)
    flow.gap(1)


def _column(column: RegisterColumn) -> Column:
    return Column(column.title, "", max(1, column.share), "right" if column.is_figure else "left")


def _row(row: RegisterRow, doc: RegisterSheet) -> list[Cell]:
    width = len(doc.columns)
    return [*row.cells[:width], *[""] * (width - len(row.cells))]
