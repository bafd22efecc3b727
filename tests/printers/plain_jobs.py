"""One small job of each family, and what its double answers."""

import pytest
from PIL import Image

from tests.printers.doubles import EscposPrinter, TsplPrinter, ZplPrinter
from tests.printers.doubles.zpl import COUNT

# 16 dots x 2 rows: a line across, then its left half.
BAND = b"\x1dv0\x00\x02\x00\x02\x00\xff\xff\xff\x00"


CUT = b"\x1dVB\x00"


RECEIPT = b"\x1b@" + BAND + b"\x1bJ\x60" + CUT


LABEL_ZPL = b"^XA^PW16^LL2^LH0,0^FO0,0^GFA,4,4,2,FFFFFF00^FS^PQ1,0,1,Y^XZ\n"


LABEL_TSPL = (
    b"SIZE 2 mm,2 dot\r\nGAP 2 mm,0 mm\r\nDIRECTION 0\r\nREFERENCE 0,0\r\nCLS\r\n"
    b"BITMAP 0,0,2,2,0,\x00\x00\x00\xff\r\nPRINT 1,1\r\n"
)


JOBS = {EscposPrinter: RECEIPT, ZplPrinter: LABEL_ZPL, TsplPrinter: LABEL_TSPL}


FENCES = {EscposPrinter: b"\x1dr\x01", ZplPrinter: COUNT, TsplPrinter: b'OUT "#7#"\r\n'}


PROVED = {EscposPrinter: b"\x00", ZplPrinter: b'"4712"', TsplPrinter: b"#7#\r\n"}


ASKED = {EscposPrinter: b"\x10\x04\x01", ZplPrinter: b"~HS", TsplPrinter: b"\x1b!?"}


HS_LENGTH = 82


ANSWERED = {EscposPrinter: 1, ZplPrinter: HS_LENGTH, TsplPrinter: 1}


FAMILIES = pytest.mark.parametrize("family", JOBS, ids=lambda family: family.__name__)


def picture() -> Image.Image:
    image = Image.new("1", (16, 2), 0)
    image.paste(1, (8, 1, 16, 2))
    return image


def dots(image: Image.Image) -> tuple[tuple[int, int], bytes]:
    return image.size, image.convert("L").tobytes()
