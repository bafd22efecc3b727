"""Bar codes as modules and bits; how many dots a module takes is the canvas's business."""

from functools import lru_cache

import segno
from barcode.codex import Code128
from barcode.errors import BarcodeError

from printers.errors import LayoutError

# Quiet zones in modules, by the standards of the two symbologies.
CODE128_QUIET = 10
QR_QUIET = 4


@lru_cache(maxsize=256)
def code128(data: str) -> str:
    """Return bars as ``1`` and spaces as ``0``, without quiet zones; LayoutError if not encodable."""
    try:
        return str(Code128(data).build()[0])
    except BarcodeError as error:
        raise LayoutError(f"{data!r} cannot be a Code 128 barcode.") from error


@lru_cache(maxsize=64)
def qr(data: str) -> tuple[bytes, ...]:
    """Return the QR matrix row by row (1 = dark), error level M, without quiet zone."""
    try:
        symbol = segno.make(data, error="m", micro=False, boost_error=False)
    except (segno.DataOverflowError, ValueError) as error:
        raise LayoutError("The text is too long or empty for a QR code.") from error
    return tuple(bytes(row) for row in symbol.matrix)
