"""The top of a running paper: title, barcode and a remark, for wide sheets and for rolls."""

from printers.canvas import Box
from printers.layouts.flow import Flow
from printers.layouts.paper import Paper


def masthead(flow: Flow, zh: str, en: str, code: str, remark: str = "") -> None:
    """Draw title and Code 128 side by side on a sheet, stacked on a roll. ``code`` may be empty."""
    title, english = (en, "") if flow.paper.lang == "en" else (zh, en)
    if flow.is_narrow:
        _stacked(flow, title, english, code, remark)
    else:
        _side_by_side(flow, title, english, code, remark)
    flow.rule(0.5)


def ply(paper: Paper, number: int, name: str) -> str:
    """Return which copy of a set this is and whose (联次); nothing for a paper that comes alone."""
    return paper.word(f"第 {number} 联 {name}", f"Copy {number}: {name}") if name else ""


def _side_by_side(flow: Flow, title: str, english: str, code: str, remark: str) -> None:
    half = flow.width / 2 // 0.25 * 0.25
    flow.page.text(Box(flow.left, flow.y, half, 8), title, 6, fit="shrink", bold=True)
    flow.page.text(Box(flow.left, flow.y + 8, half, 3.25), english, 2.5)
    flow.page.text(Box(flow.left, flow.y + 11.75, half, 4.5), remark, 3.5, fit="shrink", bold=True)
    if code:
        flow.page.code128(Box(flow.left + half, flow.y, half, 16), code, max_x=0.375, align="right")
    flow.y += 17


def _stacked(flow: Flow, title: str, english: str, code: str, remark: str) -> None:
    flow.page.text(Box(flow.left, flow.y, flow.width, 6.5), title, 5, "center", "shrink", bold=True)
    flow.page.text(Box(flow.left, flow.y + 6.5, flow.width, 3), english, 2.25, "center", "shrink")
    flow.y += 10 if english else 7
    if code:
        flow.page.code128(Box(flow.left, flow.y, flow.width, 15), code, max_x=0.375)
        flow.y += 15.5
    flow.line(remark, 3.5, bold=True, align="center")
