import io

import pytest
from PIL import Image
from zplkit import Options, render
from zplkit.rendering import Limits

from printers import languages, layouts
from printers.errors import BadPrinter
from printers.languages.escpos import BAND_ROWS, guarded
from tests.printers.samples import CARTON, MANIFEST, PACKING, PICK, SLOT, TEST, WAYBILL, filled

CODINGS = ("z64", "runlength", "hex")
LIMITS = Limits(graphic_bytes=4_000_000, segments=8_000_000, input_bytes=4_000_000)


def same_dots(a: Image.Image, b: Image.Image) -> bool:
    return a.size == b.size and a.convert("L").tobytes() == b.convert("L").tobytes()


def zpl_picture(zpl: bytes, like: Image.Image, dpi: int) -> Image.Image:
    options = Options(profile="specification", width=like.width, height=like.height, dpi=dpi)
    document = render(zpl.replace(b"^PQ1,0,1,Y", b""), options, limits=LIMITS)
    (label,) = document.labels
    raster = label.rasterize()
    return Image.frombytes("L", (raster.width, raster.height), raster.pixels)


@pytest.mark.parametrize("coding", CODINGS)
@pytest.mark.parametrize("dpi", [203, 300])
@pytest.mark.parametrize("doc", [CARTON, SLOT, WAYBILL, TEST], ids=lambda doc: type(doc).__name__)
def test_zpl_draws_the_same_dots(doc: object, dpi: int, coding: str) -> None:
    (image,) = layouts.render(doc, "", dpi)  # type: ignore[arg-type]
    zpl = languages.encode("zpl", [image], {"coding": coding})
    assert same_dots(zpl_picture(zpl, image, dpi), image)


@pytest.mark.parametrize("coding", CODINGS)
def test_zpl_pads_odd_widths_with_white(coding: str) -> None:
    image = Image.new("1", (61, 9), 1)
    image.paste(0, (3, 2, 60, 7))
    assert same_dots(zpl_picture(languages.encode("zpl", [image], {"coding": coding}), image, 203), image)


def test_zpl_holds_one_graphic_per_label_and_no_text() -> None:
    images = layouts.render(filled(WAYBILL, "^XZ~JR^FDhello"))
    zpl = languages.encode("zpl", images * 2, {"copies": 3, "coding": "hex"})
    assert zpl.count(b"^XA") == zpl.count(b"^GFA") == zpl.count(b"^XZ") == zpl.count(b"^PQ3,0,1,Y") == 2
    assert b"^FD" not in zpl
    assert b"~" not in zpl
    assert zpl.isascii()


def test_compressed_zpl_is_much_smaller() -> None:
    images = layouts.render(WAYBILL)
    sizes = {coding: len(languages.encode("zpl", images, {"coding": coding})) for coding in CODINGS}
    assert sizes["z64"] * 4 < sizes["runlength"] * 2 < sizes["hex"]


class Receipt:
    """A tiny ESC/POS printer: knows what we send and refuses anything else."""

    def __init__(self) -> None:
        self.pages: list[Image.Image] = []
        self.rows = bytearray()
        self.per_row = 0
        self.bands: list[int] = []

    def feed(self, data: bytes) -> None:
        at = 0
        while at < len(data):
            if data.startswith(b"\x1b@", at):
                at += 2
            elif data.startswith(b"\x1bJ", at):
                at += 3
            elif data.startswith(b"\x1dVB", at):
                at += 4
                self._cut()
            elif data.startswith(b"\x1dv0\x00", at):
                at = self._band(data, at + 4)
            else:
                raise AssertionError(f"unknown command {data[at : at + 4]!r} at {at}")

    def _band(self, data: bytes, at: int) -> int:
        self.per_row = int.from_bytes(data[at : at + 2], "little")
        height = int.from_bytes(data[at + 2 : at + 4], "little")
        end = at + 4 + self.per_row * height
        assert end <= len(data)
        self.rows += data[at + 4 : end]
        self.bands.append(height)
        return end

    def _cut(self) -> None:
        height = len(self.rows) // self.per_row
        inverted = bytes(255 - byte for byte in self.rows)
        self.pages.append(Image.frombytes("1", (self.per_row * 8, height), inverted))
        self.rows.clear()


@pytest.mark.parametrize("dpi", [203, 300])
@pytest.mark.parametrize("doc", [PICK, PACKING], ids=lambda doc: type(doc).__name__)
def test_escpos_draws_the_same_dots(doc: object, dpi: int) -> None:
    images = layouts.render(doc, "roll_80", dpi)  # type: ignore[arg-type]
    printer = Receipt()
    printer.feed(languages.encode("escpos", images))
    assert max(printer.bands) <= BAND_ROWS
    for page, image in zip(printer.pages, images, strict=True):
        # The guard against real-time commands may add a lone dot here and there, never take one away.
        assert page.size == image.size
        ours = image.convert("L").tobytes()
        theirs = page.convert("L").tobytes()
        changed = [(a, b) for a, b in zip(ours, theirs, strict=True) if a != b]
        assert set(changed) <= {(255, 0)}
        assert len(changed) < 20


def test_escpos_pages_and_copies_are_cut_apart() -> None:
    images = layouts.render(MANIFEST, "roll_80")
    printer = Receipt()
    printer.feed(languages.encode("escpos", images, {"copies": 2}))
    assert len(printer.pages) == 2 * len(images)


def test_escpos_never_holds_a_real_time_command() -> None:
    noise = bytes(range(256)) * 4 + b"\x10\x04\x01\x10\x05\x01\x10\x14\x01\x10\x10\x04"
    assert not any(pair in guarded(noise) for pair in (b"\x10\x04", b"\x10\x05", b"\x10\x14"))
    assert len(guarded(noise)) == len(noise)
    image = Image.frombytes("1", (64, 300), (bytes(255 - byte for byte in noise) * 3)[:2400])
    data = languages.encode("escpos", [image], {"cut": False})
    assert not any(pair in data for pair in (b"\x10\x04", b"\x10\x05", b"\x10\x14"))
    assert b"\x1bp" not in languages.encode("escpos", layouts.render(filled(PICK, "\x1bp\x00")))


def test_png_keeps_one_page_dot_for_dot_and_stacks_more() -> None:
    (image,) = layouts.render(WAYBILL)
    assert same_dots(Image.open(io.BytesIO(languages.encode("png", [image]))), image)
    pages = layouts.render(MANIFEST)
    stacked = Image.open(io.BytesIO(languages.encode("png", pages)))
    assert stacked.height > sum(page.height for page in pages)
    assert same_dots(stacked.crop((0, 0, *pages[0].size)), pages[0])


def test_unknown_languages_and_codings_are_refused() -> None:
    with pytest.raises(BadPrinter):
        languages.encode("pcl", [])
    with pytest.raises(BadPrinter):
        languages.encode("zpl", [], {"coding": "zip"})
