"""Labels as carriers hand them over in TSPL, ESC/POS, PDF and PNG: each comes out with its bar code, and whole."""

import io
from collections.abc import Callable
from functools import cache

import pytest
import zxingcpp
from PIL import Image, ImageDraw

from printers import languages, supplied
from printers.canvas import Box, Page
from tests.printers.zpl_zoo import NUMBER

HEAD = b"SIZE 100 mm,150 mm\r\nGAP 2 mm,0 mm\r\n"
TSPL_BARS = b'TEXT 40,40,"3",0,1,1,"TO: A. PERSON"\r\nBARCODE 40,100,"128",120,1,0,3,6,"ZZ2700000014"\r\n'


@cache
def label(width_mm: int = 100, height_mm: int = 150, dpi: int = 203) -> Image.Image:
    page = Page(width_mm, height_mm, dpi)
    page.text(Box(5, 4, 50, 6), "TO: A. PERSON", 4)
    page.code128(Box(5, 12, 60, 20), NUMBER, max_x=0.375, align="left")
    page.frame(Box(4, 3, width_mm - 8, height_mm - 6))
    return page.image


def png(image: Image.Image, mode: str = "L", **more: object) -> bytes:
    out = io.BytesIO()
    image.convert("L").convert(mode).save(out, "PNG", **more)
    return out.getvalue()


def pdf(image: Image.Image, dpi: float = 203.2, box: bytes = b"", turn: int = 0, pages: int = 1) -> bytes:
    """A page that a program made of the picture, with a crop box or turned by a viewer's right angle."""
    out = io.BytesIO()
    rest = [image.convert("L")] * (pages - 1)
    image.convert("L").save(out, "PDF", resolution=dpi, save_all=True, append_images=rest)
    more = (b"/CropBox [ %b ]\n" % box if box else b"") + (b"/Rotate %d\n" % turn if turn else b"")
    return out.getvalue().replace(b"/Type /Page\n", b"/Type /Page\n" + more)


def on(sheet: tuple[int, int], image: Image.Image, at: tuple[int, int]) -> Image.Image:
    paper = Image.new("1", sheet, 1)
    paper.paste(image, at)
    return paper


def clear(image: Image.Image) -> bytes:
    """Black dots on nothing."""
    out = io.BytesIO()
    whole = Image.new("RGBA", image.size, (0, 0, 0, 0))
    whole.paste((0, 0, 0, 255), mask=Image.eval(image.convert("L"), lambda value: 255 - value))
    whole.save(out, "PNG", dpi=(300, 300))
    return out.getvalue()


def inches(dpi: int) -> Image.Image:
    """4 x 6 inches with a frame near its edges."""
    image = on((4 * dpi, 6 * dpi), label(96, 146, 203 if dpi < 300 else 300), (12, 12))
    ImageDraw.Draw(image).rectangle((10, 10, 4 * dpi - 11, 6 * dpi - 11), outline=0, width=3)
    return image


MADE: dict[str, Callable[[], tuple[str, bytes]]] = {
    "tspl": lambda: ("tspl", HEAD + b"DIRECTION 1\r\nCLS\r\n" + TSPL_BARS + b"PRINT 1,1\r\n"),
    "tspl of a driver": lambda: (
        "tspl",
        HEAD
        + b"SPEED 4\r\nDENSITY 12\r\nSET PEEL OFF\r\nSET CUTTER OFF\r\nSET TEAR ON\r\nOFFSET 0 mm\r\nSHIFT 0\r\n"
        b"DIRECTION 0,0\r\nREFERENCE 0,0\r\nCODEPAGE UTF-8\r\nCLS\r\n" + TSPL_BARS + b"PRINT 1,1\r\n",
    ),
    "tspl in small letters": lambda: ("tspl", (HEAD + b"CLS\r\n").lower() + TSPL_BARS + b"print 1\n"),
    "tspl of two labels": lambda: (
        "tspl",
        HEAD + b"CLS\r\n" + TSPL_BARS + b'PRINT 1\r\nCLS\r\nTEXT 9,9,"3",0,1,1,"customs"\r\nPRINT 1\r\n',
    ),
    "tspl with Chinese": lambda: (
        "tspl",
        HEAD
        + b"CLS\r\n"
        + 'TEXT 40,400,"TSS24.BF2",0,1,1,"收件人"\r\n'.encode()
        + TSPL_BARS
        + b"PRINT 1\r\n",
    ),
    "tspl in inches": lambda: (
        "tspl",
        HEAD.replace(b"100 mm,150 mm", b"4,6") + b"CLS\r\n" + TSPL_BARS + b"PRINT 1\r\n",
    ),
    "tspl as dots": lambda: ("tspl", languages.encode("tspl", [label()], {"dots_per_mm": 8})),
    "tspl turned": lambda: (
        "tspl",
        HEAD + b'CLS\r\nBARCODE 400,100,"128",120,0,90,3,6,"ZZ2700000014"\r\nPRINT 1\r\n',
    ),
    "escpos": lambda: ("escpos", languages.encode("escpos", [label(72, 100)], {})),
    "escpos without a cut": lambda: ("escpos", languages.encode("escpos", [label(72, 60)], {"cut": "none"})),
    "png": lambda: ("png", png(label())),
    "png of 4 x 6 inches": lambda: ("png", png(inches(203), dpi=(203, 203))),
    "png of 4 x 6 inches at 300 dpi": lambda: ("png", png(inches(300), dpi=(300, 300))),
    "png of 72 dpi, they say": lambda: ("png", png(label(), dpi=(72, 72))),
    "png at 300 dpi": lambda: ("png", png(label(100, 150, 300), dpi=(300, 300))),
    "png of half the dots": lambda: ("png", png(label().resize((400, 600), Image.Resampling.NEAREST))),
    "png on nothing": lambda: ("png", clear(label(100, 150, 300))),
    "png of a palette": lambda: ("png", png(label(), "P")),
    "png of A6": lambda: ("png", png(on((840, 1184), label(96, 140), (30, 20)), dpi=(203, 203))),
    "png lying": lambda: ("png", png(label().transpose(Image.Transpose.ROTATE_90), dpi=(203, 203))),
    "png of 100 x 180 mm": lambda: ("png", png(on((800, 1440), label(), (0, 40)), dpi=(203, 203))),
    "png of 76 x 130 mm": lambda: ("png", png(label(76, 130), dpi=(203, 203))),
    "pdf": lambda: ("pdf", pdf(label())),
    "pdf of 4 x 6 inches": lambda: ("pdf", pdf(inches(203), 203)),
    "pdf at 300 dpi": lambda: ("pdf", pdf(label(100, 150, 300), 304.8)),
    "pdf turned": lambda: ("pdf", pdf(label().transpose(Image.Transpose.ROTATE_90), turn=90)),
    "pdf on A4": lambda: ("pdf", pdf(on((1680, 2376), label(), (60, 80)))),
    "pdf with a crop box": lambda: ("pdf", pdf(on((1680, 2376), label(), (0, 1176)), box=b"0 0 284 426")),
    "pdf of two pages": lambda: ("pdf", pdf(label(), pages=2)),
}


@pytest.mark.parametrize("kind", MADE)
def test_it_comes_out_with_its_bar_code_and_all_of_its_ink(kind: str) -> None:
    form, data = MADE[kind]()
    supplied.vet(form, data)
    medium = (72, None) if form == "escpos" else (100, 150)
    sheets = supplied.sheets(form, data, medium, 203, language="zpl")
    assert len(sheets) == (2 if "two" in kind else 1)
    assert all(sheet.native is None for sheet in sheets)
    image = sheets[0].image
    assert image
    assert image.width == medium[0] * 8
    codes = zxingcpp.read_barcodes(image.convert("L"))
    assert [code.text for code in codes] == [NUMBER]


@pytest.mark.parametrize("kind", [kind for kind in MADE if kind.startswith("tspl")])
def test_a_tspl_printer_is_told_nothing_that_stays(kind: str) -> None:
    _, data = MADE[kind]()
    sheets = supplied.sheets("tspl", data, (100, 150), 203, language="tspl")
    words = {line.split(b" ")[0] for sheet in sheets for line in (sheet.native or b"").split(b"\r\n")[:6]}
    assert not words & {b"SPEED", b"DENSITY", b"SET", b"GAP", b"OFFSET", b"SHIFT"}
    for sheet in sheets:
        if sheet.native:
            assert sheet.native.endswith(b"PRINT 1,1\r\nDIRECTION 0\r\nREFERENCE 0,0\r\n")
