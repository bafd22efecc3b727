"""Bar codes as rows of modules (1 = dark); how many dots a module takes is the canvas's business.

Check digits are verified, never corrected: a number that is wrong belongs to somebody else.
"""

from functools import lru_cache
from typing import Literal

import segno
from barcode.codex import Code128, Gs1_128
from barcode.ean import EAN8, EAN13
from barcode.errors import BarcodeError
from biip import ParseError
from biip.checksums import gs1_standard_check_digit
from biip.gs1_application_identifiers import GS1ApplicationIdentifier
from biip.gs1_messages import GS1Message
from pystrich.datamatrix import DataMatrixData, DataMatrixEncoder
from pystrich.exceptions import PyStrichError

from printers.errors import BadDocument, LayoutError

Symbology = Literal["code128", "gs1_128", "ean", "qr", "datamatrix"]
Rows = tuple[bytes, ...]
# Application identifier and value, e.g. ``(("00", "069012345000000011"),)``.
Elements = tuple[tuple[str, str], ...]

# Quiet zones in modules, by the standards of the symbologies (DataMatrix asks for 1, printers' edges for 2).
QUIET: dict[Symbology, int] = {"code128": 10, "gs1_128": 10, "ean": 11, "qr": 4, "datamatrix": 2}
_FNC1 = "\xf1"
_GS = "\x1d"


@lru_cache(maxsize=256)
def code128(data: str) -> Rows:
    """Return the bars of a Code 128 as one row, without quiet zones; LayoutError if not encodable."""
    try:
        return _row(Code128(_filled(data)).build()[0])
    except (BarcodeError, ValueError) as error:
        raise LayoutError(f"{data!r} cannot be a Code 128 barcode.") from error


@lru_cache(maxsize=64)
def gs1_128(elements: Elements) -> Rows:
    """Return the bars of a GS1-128; BadDocument for a value its application identifier does not allow."""
    return _row(Gs1_128(_spelled(elements, _FNC1)).build()[0])


@lru_cache(maxsize=64)
def ean(data: str) -> Rows:
    """Return the bars of an EAN-13 or EAN-8; BadDocument for any other number or a wrong check digit."""
    makers = {13: EAN13, 8: EAN8}
    if len(data) not in makers or not _is_checked(data):
        raise BadDocument(f"{data!r} is not an EAN-13 or EAN-8: length or check digit is wrong.")
    return _row(makers[len(data)](data).build()[0])


@lru_cache(maxsize=64)
def qr(data: str) -> Rows:
    """Return the QR matrix row by row, error level M, without quiet zone."""
    try:
        symbol = segno.make(_filled(data), error="m", micro=False, boost_error=False)
    except (segno.DataOverflowError, ValueError) as error:
        raise LayoutError("The text is too long or empty for a QR code.") from error
    return tuple(bytes(row) for row in symbol.matrix)


@lru_cache(maxsize=64)
def datamatrix(data: str) -> Rows:
    """Return the square DataMatrix (ECC 200) of an ASCII text row by row, without quiet zone."""
    try:
        symbol = DataMatrixEncoder(DataMatrixData(_filled(data), encoding="ascii"), quiet_zone=0)
    except (PyStrichError, ValueError) as error:
        raise LayoutError(f"{data!r} cannot be a DataMatrix.") from error
    return tuple(bytes(bool(cell) for cell in row) for row in symbol.init_renderer().matrix)


def readable(elements: Elements) -> str:
    """Return GS1 elements as people read them: ``(00)069012345000000011``."""
    return "".join(f"({ai}){value}" for ai, value in elements)


def _spelled(elements: Elements, separator: str) -> str:
    """Return the elements as one string, each checked by what its application identifier stands for."""
    try:
        text = _joined(elements, _GS)
        parts = GS1Message.parse(text).element_strings
    except ParseError as error:
        raise BadDocument(f"{readable(elements)} is not a GS1 element string.") from error
    wrong = any(part.gtin_error or part.sscc_error or part.gln_error for part in parts)
    if wrong or not parts or tuple((part.ai.ai, part.value) for part in parts) != elements:
        raise BadDocument(f"{readable(elements)} has a value or a check digit that cannot be.")
    return text.replace(_GS, separator)


def _joined(elements: Elements, separator: str) -> str:
    """Put the elements one behind the other; only those of variable length need a separator behind them."""
    parts = []
    for ai, value in elements:
        parts.append(ai + value)
        parts.append(separator if GS1ApplicationIdentifier.extract(ai).separator_required else "")
    return "".join(parts[:-1])


def _is_checked(digits: str) -> bool:
    is_number = digits.isascii() and digits.isdecimal()
    return is_number and gs1_standard_check_digit(digits[:-1]) == int(digits[-1])


def _filled(data: str) -> str:
    if not data:
        raise ValueError("Nothing to encode.")
    return data


def _row(bars: str) -> Rows:
    return (bytes(bar == "1" for bar in bars),)
