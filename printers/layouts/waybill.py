"""快递面单: route code largest, waybill number twice, what the courier needs, our own corner at the bottom.

It prints what it is given: names, phones and addresses arrive masked, routing codes as the carrier sent them.
"""

from printers.canvas import Box, Page
from printers.documents import Waybill
from printers.layouts.paper import Paper
from printers.wording import kilograms, yuan

_EDGE = 2
_MOST_LINES = 40
# From this height on our own corner is written larger.
_ROOMY_MM = 20


def draw(doc: Waybill, paper: Paper) -> None:
    """Draw one page; taller media give the room to route code, addresses and the custom area."""
    page, word = paper.new_page(), paper.word
    spare = page.height_mm - 130
    w = page.width_mm - 2 * _EDGE
    y = _head(doc, page, w, spare // 10, paper)
    page.code128(Box(_EDGE, y, w, 17.5 + spare // 8), doc.waybill_no, max_x=0.5)
    y += 18.5 + spare // 8
    size = 4 + min(spare, 20) / 20
    high = 18 + spare // 5
    # What the address needs beyond its box it takes from our own corner, which keeps its lines and the note.
    corner = page.height_mm - y - high - 11.5 - 9 - 16 - _EDGE
    extra = _beyond(page, doc, w, size, high, corner - 12.5 - min(_noted(page, doc, w, paper), corner / 2))
    y = _person(page, Box(_EDGE, y, w, high + extra), word("收", "To"), _receiver(doc), size)
    y = _person(page, Box(_EDGE, y, w, 11.5), word("寄", "Fr"), _sender(doc), 2.75)
    y = _facts(doc, page, Box(_EDGE, y, w, 9), paper)
    page.code128(Box(_EDGE, y + 1, w, 14.5), doc.waybill_no, max_x=0.375, align="left")
    _custom(doc, page, Box(_EDGE, y + 16, w, page.height_mm - y - 16 - _EDGE), paper)


def _head(doc: Waybill, page: Page, w: float, lift: float, paper: Paper) -> float:
    """Carrier, route code (``lift`` mm higher on tall media), sortation; return where the barcode starts."""
    half = w / 2
    page.text(Box(_EDGE, 1.5, half, 6), doc.carrier_name, 4.75, fit="shrink", bold=True)
    page.text(Box(_EDGE + half, 2, half, 5), doc.service_name, 3.5, "right", "shrink")
    page.rule(_EDGE, 8, w, thickness=0.5)
    route = Box(_EDGE, 8.75, w, 14.25 + lift)
    page.text(route, doc.route_code, 11.25 + lift, "center", "shrink", bold=True, is_centred=True)
    y = 23.25 + lift
    page.rule(_EDGE, y, w)
    place = Box(_EDGE, y + 0.5, half - 0.5, 7)
    page.text(place, doc.sortation_name, 5, fit="shrink", bold=True, is_centred=True)
    if doc.consolidation:
        page.text(place._replace(x=_EDGE + half, w=10), paper.word("集包地", "Hub"), 2.75, is_centred=True)
        words = place._replace(x=_EDGE + half + 10.5, w=half - 10.5)
        page.text(words, doc.consolidation, 4, "right", "shrink", bold=True, is_centred=True)
    page.rule(_EDGE, y + 7.75, w)
    return y + 8.75


def _beyond(page: Page, doc: Waybill, w: float, size: float, high: float, room: float) -> float:
    """How much higher the receiver's box must be for its address, at most ``room`` mm."""
    mark = size + 1.5
    needed = mark + 1.5 + page.height_of(doc.receiver_address, size - 0.5, w - mark - 1, _MOST_LINES)
    return min(max(0, needed - high), max(0, room)) // 0.25 * 0.25


def _noted(page: Page, doc: Waybill, w: float, paper: Paper) -> float:
    return page.height_of(paper.noted("备注", "Note", doc.note), 3, w, _MOST_LINES, bold=True)


def _receiver(doc: Waybill) -> tuple[str, str]:
    return f"{doc.receiver_name}  {doc.receiver_phone}", doc.receiver_address


def _sender(doc: Waybill) -> tuple[str, str]:
    return f"{doc.sender_name}  {doc.sender_phone}", doc.sender_address


def _person(page: Page, box: Box, role: str, texts: tuple[str, str], size: float) -> float:
    """Role in a black square, name and phone beside it, the address below; return the lower edge."""
    page.rule(box.x, box.y, box.w)
    mark = size + 1.5
    square = Box(box.x, box.y + 0.75, mark, mark)
    page.text(square, role, size, "center", "shrink", bold=True, is_inverse=True, is_centred=True)
    x, w = box.x + mark + 1, box.w - mark - 1
    page.text(Box(x, box.y + 0.75, w, mark), texts[0], size, fit="shrink", bold=True, is_centred=True)
    rest = box.h - mark - 1.5
    page.text(Box(x, box.y + mark + 1, w, rest), texts[1], max(size - 0.5, 2.5), fit="wrap")
    return box.y + box.h


def _facts(doc: Waybill, page: Page, box: Box, paper: Paper) -> float:
    """Parcel i/n large, 母 or 子 beside it; weight, value and cash on delivery on the right."""
    page.rule(box.x, box.y, box.w)
    count = f"{doc.parcel_i}/{doc.parcel_n}"
    page.text(Box(box.x, box.y + 1, 16, 7.5), count, 5.5, "center", "shrink", bold=True, is_centred=True)
    word = paper.word
    if doc.parent_no:
        role = word("母", "M") if doc.parent_no == doc.waybill_no else word("子", "C")
        square = Box(box.x + 16.5, box.y + 2, 5.5, 5.5)
        page.text(square, role, 4, "center", "shrink", bold=True, is_inverse=True, is_centred=True)
    weight, seen = kilograms(doc.weight_g), word("已验视", "Inspected") if doc.is_inspected else ""
    money = [f"{word('代收', 'COD')} {yuan(doc.cod_fen)}"] if doc.cod_fen else []
    money += [f"{word('保价', 'Insured')} {yuan(doc.insured_fen)}"] if doc.insured_fen else []
    parent = f"{word('母单', 'Parent')} {doc.parent_no}" if doc.parent_no not in {"", doc.waybill_no} else ""
    x, w = box.x + 23, box.w - 23
    for row, parts in enumerate(((weight, parent or seen), (*money, seen if parent else ""))):
        text = "  ".join(part for part in parts if part)
        page.text(Box(x, box.y + 0.75 + 4 * row, w, 4), text, 3, "right", "shrink", bold=True)
    page.rule(box.x, box.y + box.h, box.w)
    return box.y + box.h


def _custom(doc: Waybill, page: Page, box: Box, paper: Paper) -> None:
    """Our own corner: order, cell, goods, note, when and how often printed."""
    page.text(Box(box.x, box.y, box.w * 3 / 4, 4.25), doc.do_no, 3.25, fit="shrink", bold=True)
    cell = f"{paper.word('格', 'Cell')} {doc.cell}" if doc.cell else ""
    page.text(Box(box.x + box.w * 3 / 4, box.y, box.w / 4, 4.25), cell, 3.25, "right", "shrink", bold=True)
    room = box.h - 8.25
    note = paper.noted("备注", "Note", doc.note)
    size = 3 if room < _ROOMY_MM else 4
    kept = min(page.height_of(note, size, box.w, _MOST_LINES, bold=True), max(0, room - 4) // 0.25 * 0.25)
    words = Box(box.x, box.y + 4.5, box.w, room - kept)
    y = words.y + page.text(words, paper.joined(doc.goods), size, fit="wrap")
    page.text(Box(box.x, y, box.w, kept), note, size, fit="wrap", bold=True)
    page.text(Box(box.x, box.y + box.h - 3.5, box.w, 3.5), paper.stamp, 2.5, "right", "shrink", bold=True)
