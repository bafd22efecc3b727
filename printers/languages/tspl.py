"""TSPL: one ``BITMAP`` per label, raw. Gap or black mark between labels is a setting of the printer."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from PIL import Image

from printers.errors import BadPrinter
from printers.languages.bitmap import packed

# How labels are told apart on the roll: a gap, a black mark, or not at all.
_SENSORS = {"gap": "GAP {} mm,0 mm", "bline": "BLINE {} mm,0 mm", "none": "GAP 0 mm,0 mm"}
# ESC ! and ~! are acted on at once, perhaps inside pixels too; the dot added stands beside a lone one, which
# no bar or module of two dots has.
_AT_ONCE = re.compile(rb"[\x1b~](?=!)")
_HARMLESS = {b"\x1b": b"\x0b", b"~": b">"}
_INVERSE = bytes(255 - byte for byte in range(256))
_GAP_LIMIT_MM = 25


def encode(images: Sequence[Image.Image], options: Mapping[str, Any]) -> bytes:
    """Return one label per image. ``sensor``: ``gap|bline|none``, ``gap_mm``: 0 to 25, ``dots_per_mm``."""
    sensor, gap = options.get("sensor", "gap"), options.get("gap_mm", 2)
    if sensor not in _SENSORS:
        raise BadPrinter(f"TSPL tells labels apart by gap, bline or none, not by {sensor!r}.")
    if type(gap) is not int or not 0 <= gap <= _GAP_LIMIT_MM:
        raise BadPrinter(f"The gap between labels is 0 to {_GAP_LIMIT_MM} mm, not {gap!r}.")
    per_mm, copies = int(options.get("dots_per_mm", 8)), int(options.get("copies", 1))
    return b"".join(_label(image, _SENSORS[sensor].format(gap), per_mm, copies) for image in images)


def _label(image: Image.Image, sensor: str, per_mm: int, copies: int) -> bytes:
    per_row, rows = packed(image)
    # Pad bits are white as well: TSPL prints zeros.
    head = (
        f"SIZE {_mm(image.width, per_mm)} mm,{_mm(image.height, per_mm)} mm\r\n{sensor}\r\n"
        f"DIRECTION 0\r\nREFERENCE 0,0\r\nCLS\r\nBITMAP 0,0,{per_row},{image.height},0,"
    )
    return head.encode() + guarded(rows.translate(_INVERSE)) + f"\r\nPRINT 1,{copies}\r\n".encode()


def guarded(rows: bytes) -> bytes:
    """Return pixel bytes in which no immediate command can be read."""
    return _AT_ONCE.sub(lambda match: _HARMLESS[match[0]], rows)


def _mm(dots: int, per_mm: int) -> str:
    whole, rest = divmod(dots, per_mm)
    return f"{whole}.{rest * 1000 // per_mm:03d}" if rest else str(whole)
