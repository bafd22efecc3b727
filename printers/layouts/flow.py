"""Papers that run on: A4, A5 and rolls. A cursor goes down the page; a full page starts the next one."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from printers.canvas import Align, Box, Page
from printers.layouts.paper import Paper
from printers.strokes import HEIGHT, WIDTH, read
from printers.typeset import Fit

Cell = str | tuple[str, ...]
# A caption in Chinese and in English, and what it stands before.
Pair = tuple[str, str, str]
_FOOT = 6
_NARROW, _TINY = 90, 60
# What a paragraph, one in the head of each page, and a part of a table cell take at most of a page: a head
# and a row stand on one page.
_OF_PAGE, _OF_HEAD, _OF_CELL = 0.4, 0.1, 0.12
_MOST_LINES = 40
_PAD = 0.75
# Letters (mm) below which a value beside its caption goes over several lines, and how many at most.
_SMALL, _MOST_OF_VALUE = 2, 4
_TICK_MM = 4


class Strong(str):
    """A part of a table cell that must be found first: larger and bold."""

    __slots__ = ()


class Tick(str):
    """A part of a table cell that is a box to tick."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Column:
    """One table column: Chinese and small English heading, width in shares of the table."""

    zh: str
    en: str
    share: int
    align: Align = "left"


class Flow:
    """Writes blocks one below the other; ``head`` draws the top of every page."""

    page: Page
    y: float
    bottom: float

    def __init__(self, paper: Paper, head: Callable[["Flow"], None]) -> None:
        self.paper = paper
        self.left = paper.media.margin_mm or 1
        self.width = paper.media.print_mm - 2 * self.left
        self.is_narrow = paper.media.print_mm < _NARROW
        self.is_tiny = paper.media.print_mm < _TINY
        self._head = head
        self._is_in_head = False
        self._ends: list[float] = []
        self._is_ruled = True
        self._turn()

    def need(self, height: float) -> bool:
        """Make sure ``height`` mm are free; True when that took a new page."""
        if self._is_in_head or self.y + height <= self.bottom:
            return False
        self._turn()
        return True

    def gap(self, height: float) -> None:
        """Leave ``height`` mm free (nothing at the very end of a page)."""
        self.y = min(self.y + height, self.bottom)

    def line(self, text: str, size: float = 3, *, bold: bool = False, align: Align = "left") -> None:
        """Write a paragraph, in as many lines as it takes; an empty one takes no room."""
        most = self._most(size, _OF_HEAD if self._is_in_head else _OF_PAGE)
        self._paragraph(text, size, most, bold=bold, align=align)

    def _paragraph(
        self, text: str, size: float, most: int, *, bold: bool = False, align: Align = "left"
    ) -> None:
        """Write at most so many lines, in smaller letters where they are too few."""
        height = self.page.height_of(text, size, self.width, most, bold=bold)
        if height:
            self.need(height)
            self.page.text(self._row(height), text, size, align, "wrap", bold=bold)
            self.y += height

    def note(self, zh: str, en: str, value: str, *, bold: bool = False) -> None:
        """Write ``caption: value`` as a paragraph; nothing when there is no value."""
        self.line(self.paper.noted(zh, en, value), 3, bold=bold)

    def pairs(self, items: Sequence[Pair], columns: int) -> None:
        """Write captions and values in a grid; those without a value are left out."""
        label = self.paper.word if self.is_narrow else self.paper.both
        shown = [(label(zh, en), value) for zh, en, value in items if value]
        w = self.width / columns // 0.25 * 0.25
        for start in range(0, len(shown), columns):
            caption, value = shown[start]
            if columns == 1 and self.page.measure(value, _SMALL) > self.width / 2:
                self._paragraph(f"{caption} {value}", 3, min(_MOST_OF_VALUE, self._most(3, _OF_HEAD)))
                continue
            self.need(4.25)
            for i, (caption, value) in enumerate(shown[start : start + columns]):
                self._pair(Box(self.left + i * w, self.y, w - 1, 4), caption, value)
            self.y += 4.25

    def rule(self, thickness: float = 0.25) -> None:
        """Draw a line across, with a little air below."""
        self.need(1)
        self.page.rule(self.left, self.y, self.width, thickness=thickness)
        self.y += 0.75

    def table(
        self,
        columns: Sequence[Column],
        rows: Sequence[Sequence[Cell]],
        size: float = 2.75,
        *,
        least: float = 0,
        is_ruled: bool = False,
    ) -> None:
        """Draw a table; its headings are repeated on every page.

        Rows are at least ``least`` mm high, to write in; ``is_ruled``: upright lines on narrow papers too.
        """
        edges = self._edges(columns)
        self._is_ruled = is_ruled or not self.is_narrow
        self.need(18)
        self._headings(columns, edges)
        for row in rows:
            cells = [(cell,) if isinstance(cell, str) else cell for cell in row]
            heights = [
                self._cell_height(cell, edges[i][1], size, columns[i].align) for i, cell in enumerate(cells)
            ]
            height = max(least, max(heights) + 1)
            if self.need(height):
                self._headings(columns, edges)
            for i, cell in enumerate(cells):
                self._cell(cell, edges[i], size, columns[i].align)
            self._close_row(edges, height)

    def signatures(self, items: Sequence[Pair], drawn: Mapping[str, str] | None = None) -> None:
        """Draw a row of boxes to sign in: what is signed as, and the printed name.

        ``drawn``: who signed on a screen (as the Chinese caption says) and the strokes of it.
        """
        per_row = min(len(items), 2) if self.is_narrow else len(items)
        w, height = self.width / per_row // 0.25 * 0.25, 17
        for start in range(0, len(items), per_row):
            self.need(height + 1)
            for i, (zh, en, name) in enumerate(items[start : start + per_row]):
                box = Box(self.left + i * w, self.y, w, height)
                self.page.frame(box)
                strokes = read((drawn or {}).get(zh, ""))
                part = w * 0.4 // 0.25 * 0.25 if strokes else w
                role, sign = self.paper.both(zh, en), self.paper.both("签字/时间", "Sign, time")
                self.page.text(Box(box.x + 1, box.y + 0.5, w - 2, 3.75), role, 2.75, fit="shrink")
                self.page.text(Box(box.x + 1, box.y + 4.5, part - 2, 4), name, 3, fit="shrink", bold=True)
                self.page.text(Box(box.x + 1, box.y + 13, part - 2, 3.5), sign, 2.5, fit="shrink")
                if strokes:
                    self.page.pen(Box(box.x + part, box.y + 4.5, w - part - 1, 12), strokes, (WIDTH, HEIGHT))
            self.y += height + 1

    def finish(self, seal: str = "") -> None:
        """Number the pages, add the reprint mark and cut rolls to length.

        ``seal`` is the head of the books' seals at that moment: the paper keeps what the database could lose.
        """
        self._ends.append(self.y)
        marks = "  ".join(part for part in (self.paper.stamp, self.paper.noted("封印", "Seal", seal)) if part)
        for i, page in enumerate(self.paper.pages):
            is_roll = self.paper.media.height_mm is None
            y = self._ends[i] + 1 if is_roll else self.bottom + 1
            half = self.width / 2 // 0.25 * 0.25
            number = f"{self.paper.word('页', 'Page')} {i + 1}/{len(self.paper.pages)}"
            page.text(Box(self.left, y, half + half / 2, 4), marks, 2.75, fit="shrink", bold=True)
            page.text(Box(self.left + half * 1.5, y, half / 2, 4), number, 2.75, "right", "shrink")
            if is_roll:
                page.crop(y + 5)

    def _turn(self) -> None:
        if self.paper.pages:
            self._ends.append(self.y)
        self.page = self.paper.new_page()
        self.y = self.paper.media.margin_mm or 2
        self.bottom = self.page.height_mm - (self.paper.media.margin_mm or 2) - _FOOT
        self._is_in_head = True
        self._head(self)
        self._is_in_head, self._top = False, self.y

    def _most(self, size: float, share: float) -> int:
        """How many lines of this size fill so much of a page, or what its head leaves; what is longer gets
        smaller letters.
        """
        room = self.page.height_mm * share
        if not self._is_in_head:
            room = min(room, (self.bottom - self._top) * min(1, share / _OF_PAGE))
        return max(3, min(_MOST_LINES, int(room / (1.25 * size))))

    def _row(self, height: float) -> Box:
        return Box(self.left, self.y, self.width, height)

    def _pair(self, box: Box, label: str, value: str) -> None:
        w = min(self.page.measure(label, 2.5) + 1, box.w / 2 // 0.25 * 0.25)
        self.page.text(Box(box.x, box.y + 0.5, w, 3.5), label, 2.5, fit="shrink")
        self.page.text(Box(box.x + w, box.y, box.w - w, box.h), value, 3, fit="shrink", bold=True)

    def _edges(self, columns: Sequence[Column]) -> list[tuple[float, float]]:
        """Return left edge and width of each column, in quarters of a millimetre."""
        total, edges, passed = sum(column.share for column in columns), [], 0
        for column in columns:
            left = self.width * passed / total // 0.25 * 0.25
            passed += column.share
            edges.append((self.left + left, self.width * passed / total // 0.25 * 0.25 - left))
        return edges

    def _headings(self, columns: Sequence[Column], edges: list[tuple[float, float]]) -> None:
        self.page.rule(self.left, self.y, self.width, thickness=0.5)
        draw = self._english if self.paper.lang == "en" else self._bilingual
        self._close_row(edges, max(draw(column, edge) for column, edge in zip(columns, edges, strict=True)))

    def _english(self, column: Column, edge: tuple[float, float]) -> float:
        """Draw a heading of one word on one line, of more words on two if need be; return its height."""
        box = Box(edge[0] + _PAD, self.y + 0.75, edge[1] - 2 * _PAD, 6.5)
        fit: Fit = "wrap" if " " in column.en else "shrink"
        return 1.25 + self.page.text(box, column.en, 2.5, column.align, fit, bold=True)

    def _bilingual(self, column: Column, edge: tuple[float, float]) -> float:
        box = Box(edge[0] + _PAD, self.y + 0.75, edge[1] - 2 * _PAD, 3.5)
        self.page.text(box, column.zh, 2.75, column.align, "shrink", bold=True)
        self.page.text(box._replace(y=self.y + 4.25, h=3), column.en, 2.25, column.align, "shrink")
        return 7.5

    def _cell_height(self, cell: tuple[str, ...], w: float, size: float, align: Align) -> float:
        return sum(self._part_height(part, w, size, align) for part in cell)

    def _part_height(self, part: str, w: float, size: float, align: Align) -> float:
        """Return the height of one part; figures (right) never go over two lines."""
        if isinstance(part, Tick):
            return _TICK_MM + 0.5
        bold, lines = isinstance(part, Strong), 1 if align == "right" else self._most(size, _OF_CELL)
        return self.page.height_of(part, size + bold, w - 2 * _PAD, lines, bold=bold)

    def _cell(self, cell: tuple[str, ...], edge: tuple[float, float], size: float, align: Align) -> None:
        y = self.y + 0.75
        for part in cell:
            bold, height = isinstance(part, Strong), self._part_height(part, edge[1], size, align)
            box = Box(edge[0] + _PAD, y, edge[1] - 2 * _PAD, height)
            if isinstance(part, Tick):
                left = box.x + (box.w - _TICK_MM) / 2 // 0.25 * 0.25
                self.page.frame(Box(left, y + 0.25, _TICK_MM, _TICK_MM), thickness=0.5)
            elif height:
                fit: Fit = "shrink" if align == "right" else "wrap"
                self.page.text(box, part, size + bold, align, fit, bold=bold)
            y += height

    def _close_row(self, edges: list[tuple[float, float]], height: float) -> None:
        if self._is_ruled:
            for x, _ in edges:
                self.page.upright(x, self.y, height)
            self.page.upright(self.left + self.width - 0.25, self.y, height)
        self.y += height
        self.page.rule(self.left, self.y, self.width)
