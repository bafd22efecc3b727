"""Letters and bar codes of a TSPL printer's own, drawn with ours: as large, in the same place."""

import re

import segno
from PIL import Image, ImageDraw

from printers import fonts, symbols, typeset
from printers.errors import BadDocument
from printers.supplied.tspl import Command
from printers.symbols import Rows

KINDS = frozenset({b"TEXT", b"BLOCK", b"BARCODE", b"QRCODE", b"DMATRIX"})
_UNKNOWN = "The station cannot draw a part of this label, so it cannot check it; ask for it as PDF or PNG."
_VALUE = re.compile(rb'"((?:\\\["\]|[^"])*)"|([^,]+)')
# Height of the printer's letters in dots.
_HIGH = {"1": 12, "2": 20, "3": 24, "4": 32, "5": 48, "6": 19, "7": 27, "8": 25}
_BITMAP_FONT = re.compile(r"T[A-Z]{1,2}(\d\d)\.BF2")
_TURNS = {"0": 0, "90": 270, "180": 180, "270": 90}
_PER_INCH = 72
_MOST = 4000
_CAPTION = 20
_LIGHT = bytes([255, 0])


def drawn(command: Command, dpi: int) -> tuple[int, int, Image.Image, bool]:
    """Place, picture (ink is white), and whether any TSPL printer has the letters. BadDocument for a kind of
    bar code that is not known here.
    """
    try:
        values = [
            _text(quoted) if quoted else plain.decode().strip()
            for quoted, plain in _VALUE.findall(command.rest)
        ]
        x, y = int(float(values[0])), int(float(values[1]))
        picture, turn = _PICTURES[command.name](values, dpi)
    except (ValueError, IndexError, KeyError, UnicodeDecodeError, segno.DataOverflowError) as error:
        raise BadDocument(_UNKNOWN) from error
    angle = _TURNS.get(turn, 0)
    if angle:
        picture = picture.rotate(angle, expand=True)
    left = x - (picture.width if turn in {"90", "180"} else 0)
    top = y - (picture.height if turn in {"180", "270"} else 0)
    return left, top, picture, all(value.isascii() for value in values)


def _text(quoted: bytes) -> str:
    return quoted.replace(b'\\["]', b'"').decode()


def _height(font: str, times: str, dpi: int) -> int:
    match = _BITMAP_FONT.fullmatch(font)
    if font in _HIGH or match:
        return min(_MOST, (_HIGH[font] if match is None else int(match[1])) * max(1, int(float(times))))
    return min(_MOST, max(8, int(float(times) * dpi / _PER_INCH)))


def _lines(lines: list[str], high: int) -> Image.Image:
    width = max([1, *(typeset.line_width(line, high, is_bold=False) for line in lines)])
    sheet = Image.new("1", (min(width, _MOST), max(1, high * len(lines) + high // 4)), 0)
    pen = ImageDraw.Draw(sheet)
    for row, line in enumerate(lines):
        fonts.write(pen, (0, row * high), line, high, 255)
    return sheet


def _letters(values: list[str], dpi: int) -> tuple[Image.Image, str]:
    """``TEXT x,y,"font",rotation,times wide,times high,[alignment,]"words"``."""
    return _lines([values[-1]], _height(values[2], values[5], dpi)), values[3]


def _block(values: list[str], dpi: int) -> tuple[Image.Image, str]:
    """``BLOCK x,y,width,height,"font",rotation,times wide,times high,[...]"words"``."""
    high, width = _height(values[4], values[7], dpi), min(int(values[2]), _MOST)
    block = typeset.typeset(
        values[-1], high, high, width, min(int(values[3]), _MOST), fit="wrap", is_bold=False
    )
    return _lines(list(block.lines), high), values[5]


def _bars(values: list[str], _dpi: int) -> tuple[Image.Image, str]:
    """``BARCODE x,y,"kind",height,caption,rotation,narrow,wide,[alignment,]"content"``."""
    encode = {"128": symbols.code128, "128M": symbols.code128, "EAN13": symbols.ean, "EAN8": symbols.ean}
    rows = encode[values[2].upper()](values[-1])
    module, high = int(values[6]), min(int(values[3]), _MOST)
    bars = _stamped(rows, module, high)
    if values[4] == "0":
        return bars, values[5]
    caption = _lines([values[-1]], _CAPTION)
    sheet = Image.new("1", (max(bars.width, caption.width), bars.height + caption.height), 0)
    sheet.paste(bars, (0, 0))
    sheet.paste(caption, ((sheet.width - caption.width) // 2, bars.height))
    return sheet, values[5]


def _squares(values: list[str], _dpi: int) -> tuple[Image.Image, str]:
    """``QRCODE x,y,correction,cell,mode,rotation,[...]"content"``."""
    code = segno.make(values[-1], error=values[2].lower(), micro=False, boost_error=False)
    rows = tuple(bytes(row) for row in code.matrix)
    return _stamped(rows, int(values[3]), len(rows) * int(values[3])), values[5]


def _matrix(values: list[str], _dpi: int) -> tuple[Image.Image, str]:
    """``DMATRIX x,y,width,height,[x module,]"content"``."""
    rows = symbols.datamatrix(values[-1])
    module = next((int(value[1:]) for value in values[4:-1] if value[:1] == "x"), 4)
    return _stamped(rows, module, len(rows) * module), "0"


def _stamped(rows: Rows, module: int, high: int) -> Image.Image:
    if not 0 < module * len(rows[0]) <= _MOST or not 0 < high <= _MOST:
        raise ValueError(module)
    picture = Image.frombytes(
        "L", (len(rows[0]), len(rows)), b"".join(rows).translate(bytes([0, 255]) + bytes(254))
    )
    return picture.resize((len(rows[0]) * module, high), Image.Resampling.NEAREST).convert("1")


_PICTURES = {b"TEXT": _letters, b"BLOCK": _block, b"BARCODE": _bars, b"QRCODE": _squares, b"DMATRIX": _matrix}
