"""Labels made by others: what passes untouched, and what it looks like."""

import io
import sys
from collections.abc import Iterator
from functools import lru_cache

import pypdfium2
import pytest
import zxingcpp
from PIL import Image, ImageChops, ImageDraw
from PIL.PngImagePlugin import PngInfo

from printers import languages, layouts, supplied
from printers.canvas import Box, Page
from printers.errors import BadDocument, BadPrinter, PrintError, WrongMedia
from printers.media import ALLOWED, MEDIA
from tests.printers.samples import SAMPLES

NUMBER = "SF1234567890123"
PER_MM = {203: 8, 300: 12}
CODINGS = ("z64", "runlength", "hex")
# As shipping software writes it: letters and bar codes of the printer's own, one command a line.
NATIVE = b"""^XA\r
^CI28^PW608^LL1040^LH0,0^PON^LRN^FWN^LS0\r
^CF0,30\r
^FX -- sender --\r
^FO20,20^A0N,40,40^FDSF Express^FS\r
^FO20,80^GB560,3,3^FS\r
^BY2,3,120\r
^FO40,120^BCN,120,Y,N,N^FD>:SF1234567890123^FS\r
^FO60,320^BQN,2,6^FDQA,SF1234567890123|76X130^FS\r
^FO320,320^FB250,3,0,L^FH_^FDShop _5E Co_7E two lines of it^FS\r
^FT40,900^ADN,36,20^FDA-12^FS\r
^FO500,900^GFA,8,8,1,FF818181818181FF^FS\r
^PQ1,0,1,Y\r
^XZ\r
"""


def dots(image: Image.Image) -> tuple[tuple[int, int], bytes]:
    return image.size, image.convert("L").tobytes()


def assert_guarded(back: Image.Image, image: Image.Image) -> None:
    """Dot for dot; a lone dot may have been added against real-time commands, never one taken away."""
    theirs, mine = dots(back), dots(image)
    assert theirs[0] == mine[0]
    changed = [(a, b) for a, b in zip(mine[1], theirs[1], strict=True) if a != b]
    assert set(changed) <= {(255, 0)}
    assert len(changed) < 20


def labels() -> Iterator[tuple[str, str, int]]:
    for kind in SAMPLES:
        for media in ALLOWED[kind]:
            if MEDIA[media].height_mm is not None and media != "a4":
                yield from ((kind, media, dpi) for dpi in (203, 300))


@lru_cache(maxsize=4)
def drawn(kind: str, media: str, dpi: int) -> Image.Image:
    return layouts.render(SAMPLES[kind], media, dpi)[0]


def picture(image: Image.Image, said_dpi: float = 0) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG", **({"dpi": (said_dpi, said_dpi)} if said_dpi else {}))
    return out.getvalue()


def ours(language: str, image: Image.Image, dpi: int = 203, **options: object) -> bytes:
    if language in {"tspl", "pdf"}:
        options["dots_per_mm"] = PER_MM[dpi]
    return languages.encode(language, [image], options)


def with_number(width_mm: int = 76, height_mm: int = 130, dpi: int = 203) -> Image.Image:
    page = Page(width_mm, height_mm, dpi)
    page.code128(Box(4, 4, width_mm - 8, 20), NUMBER)
    return page.image


# --- our own labels come back dot for dot ---------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "media", "dpi"),
    [one if one[2] == 203 else pytest.param(*one, marks=pytest.mark.long) for one in labels()],
)
@pytest.mark.parametrize("language", ["zpl", "tspl", "pdf", "png"])
def test_our_own_labels_pass_and_are_drawn_dot_for_dot(
    language: str, kind: str, media: str, dpi: int
) -> None:
    image, paper = drawn(kind, media, dpi), MEDIA[media]
    # In plain hexadecimal an A5 sheet is larger than any label.
    codings = CODINGS if media != "a5" else CODINGS[:2]
    for coding in codings if language == "zpl" else ("",):
        data = ours(language, image, dpi, **({"coding": coding} if coding else {}))
        supplied.vet(language, data)
        back = supplied.rasterise(language, data, paper.width_mm, paper.height_mm, dpi, source_dpi=dpi)
        assert back.mode == "1"
        if language == "tspl":
            assert_guarded(back, image)
        else:
            assert dots(back) == dots(image)


@pytest.mark.parametrize("dpi", [203, 300])
def test_our_own_receipts_come_back_without_the_feed_to_the_cutter(dpi: int) -> None:
    (image, *_) = layouts.render(SAMPLES["packing_slip"], "roll_80", dpi)
    data = ours("escpos", image)
    supplied.vet("escpos", data)
    back = supplied.rasterise("escpos", data, MEDIA["roll_80"].print_mm, None, dpi, source_dpi=dpi)
    assert_guarded(back, image)


@pytest.mark.parametrize("language", ["zpl", "tspl"])
@pytest.mark.parametrize(("made_for", "dpi"), [(300, 203), (203, 300)])
def test_a_label_made_for_another_density_keeps_its_size_and_its_bar_code(
    language: str, made_for: int, dpi: int
) -> None:
    data = ours(language, with_number(dpi=made_for), made_for)
    image = supplied.rasterise(language, data, 76, 130, dpi, source_dpi=made_for)
    assert image.size == (76 * PER_MM[dpi], 130 * PER_MM[dpi])
    assert supplied.contains(image, NUMBER) is True
    page = Page(76, 130, 300)
    page.code128(Box(4, 4, 68, 20), NUMBER, max_x=0.25)
    thin = page.image.crop((0, 0, 912, 200)).resize((608, 200), Image.Resampling.NEAREST)
    with pytest.raises(WrongMedia, match="would not scan"):
        supplied.rasterise(language, ours(language, thin, 300), 76, 130, 203, source_dpi=300)


def test_a_label_of_300_dpi_is_known_by_its_width() -> None:
    data = ours("zpl", with_number(100, 150, 300), 300)
    image = supplied.rasterise("zpl", data, 100, 150, 203)
    assert image.size == (800, 1200)
    assert supplied.contains(image, NUMBER) is True


@pytest.mark.parametrize("language", ["zpl", "tspl", "pdf", "png"])
def test_a_larger_label_goes_on_the_paper_if_its_ink_does_and_its_bars_are_read(language: str) -> None:
    image = with_number(100, 150)
    back = supplied.rasterise(language, ours(language, image), 76, 130, 203)
    assert back.size == (608, 1040)
    assert supplied.contains(back, NUMBER) is True
    ImageDraw.Draw(image).rectangle((2, 2, 797, 1197), outline=0, width=2)
    with pytest.raises(WrongMedia, match=r"too large|would not scan"):
        supplied.rasterise(language, ours(language, image), 60, 40, 203)
    assert supplied.preview(language, ours(language, image), 60, 40, 203) is None


def test_a_label_that_lies_on_its_side_is_turned() -> None:
    lying = with_number().transpose(Image.Transpose.ROTATE_270)
    ImageDraw.Draw(lying).rectangle((2, 2, lying.width - 3, lying.height - 3), outline=0)
    back = supplied.rasterise("png", picture(lying, 203), 76, 130, 203)
    assert dots(back.crop((10, 10, 598, 1030))) == dots(with_number().crop((10, 10, 598, 1030)))


@pytest.mark.parametrize("language", ["zpl", "tspl", "pdf", "png"])
def test_white_margin_is_no_content_and_ink_is_never_lost(language: str) -> None:
    image = with_number(78, 128)
    back = supplied.rasterise(language, ours(language, image), 76, 130, 203)
    assert back.size == (608, 1040)
    assert dots(back.crop((0, 0, 608, 1024))) == dots(image.crop((0, 0, 608, 1024)))
    ImageDraw.Draw(image).rectangle((615, 500, 620, 510), fill=0)
    moved = supplied.rasterise(language, ours(language, image), 76, 130, 203)
    assert dots(moved.crop((0, 0, 608, 1024))) == dots(image.crop((13, 0, 621, 1024)))


@pytest.mark.parametrize("language", ["zpl", "tspl", "escpos", "pdf", "png"])
def test_the_number_on_every_picture_is_read_back(language: str) -> None:
    back = supplied.rasterise(language, ours(language, with_number()), 76, 130, 203)
    assert supplied.contains(back, NUMBER) is True
    assert supplied.contains(back, NUMBER[:-1]) is False
    assert supplied.contains(Image.new("1", (600, 600), 1), NUMBER) is False


# --- ZPL ------------------------------------------------------------------------------------------


def test_a_label_with_the_printers_own_letters_is_drawn_and_reads_its_number() -> None:
    supplied.vet("zpl", NATIVE)
    image = supplied.rasterise("zpl", NATIVE, 76, 130, 203)
    assert image.size == (608, 1040)
    read = {code.text for code in zxingcpp.read_barcodes(image.convert("L"))}
    assert read == {NUMBER, f"{NUMBER}|76X130"}
    assert supplied.contains(image, NUMBER) is True


def test_letters_that_a_printer_may_lack_are_drawn_with_ours() -> None:
    chinese = "^XA^CI28^PW608^LL1040^FO20,20^A@N,40,40,E:SIMSUN.TTF^FD顺丰速运^FS^XZ".encode()
    (sheet,) = supplied.sheets("zpl", chinese, (76, 130), 203, language="zpl")
    assert sheet.native is None, "a printer without that font would print squares"
    assert sheet.image
    ink = ImageChops.invert(sheet.image.convert("L")).getbbox()
    assert ink
    assert (ink[0] - 20, ink[1] - 20) < (8, 8)
    assert 140 < ink[2] - ink[0] <= 160


def test_what_nobody_can_draw_is_refused() -> None:
    with pytest.raises(BadDocument, match="cannot draw a part"):
        supplied.vet("zpl", b"^XA^FO20,20^BXN,4,300^FDx^FS^XZ")


def test_without_zplkit_a_label_passes_on_its_own_printers_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "zplkit", None)
    supplied.vet("zpl", NATIVE)
    with pytest.raises(BadDocument, match="only be printed on a ZPL printer"):
        supplied.rasterise("zpl", NATIVE, 76, 130, 203)
    (sheet,) = supplied.sheets("zpl", NATIVE, (76, 130), 203, language="zpl")
    assert sheet.native
    assert sheet.image is None
    with pytest.raises(WrongMedia, match="made for 300 dpi"):
        supplied.sheets("zpl", NATIVE, (76, 130), 203, language="zpl", source_dpi=300)


def test_without_a_decoder_nobody_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "zxingcpp", None)
    assert supplied.contains(with_number(), NUMBER) is None


def test_a_label_that_names_no_size_must_not_lose_ink() -> None:
    small = b"^XA^FO20,20^GB400,400,4^FS^XZ"
    assert supplied.rasterise("zpl", small, 76, 130, 203).size == (608, 1040)
    large = b"^XA^FO20,20^GB950,1400,4^FS^XZ"
    with pytest.raises(WrongMedia, match="too large"):
        supplied.rasterise("zpl", large, 76, 130, 203)
    with pytest.raises(BadDocument, match=r"\^LL"):
        supplied.rasterise("zpl", small, 76, None, 203)


def test_binary_picture_may_hold_anything() -> None:
    rows = b"^XZ~JR^JUS\x10\x14\x01\xff"[:14] + b"^X"
    data = b"^XA^PW608^LL1040^FO0,0^GFB,16,16,2," + rows + b"^FS^XZ"
    supplied.vet("zpl", data)
    image = supplied.rasterise("zpl", data, 76, 130, 203)
    assert dots(image.crop((0, 0, 16, 8))) == dots(Image.frombytes("1", (16, 8), rows, "raw", "1;I"))


# --- TSPL -----------------------------------------------------------------------------------------


def tspl(*lines: bytes) -> bytes:
    return b"\r\n".join((b"SIZE 10 mm,5 mm", b"GAP 2 mm,0", b"CLS", *lines, b"PRINT 1", b""))


def test_tspl_dots_are_set_cleared_and_turned() -> None:
    data = tspl(
        b"REFERENCE 8,0",
        b"BAR 0,0,16,8",
        b"ERASE 2,2,4,4",
        b"REVERSE 8,0,16,4",
        b"BOX 0,16,40,32,2",
        b"BITMAP 48,0,1,2,0,\x00\xff",
        b"BITMAP 48,0,1,2,1,\xff\x0f",
        b"BITMAP 48,0,1,1,2,\xf0",
    )
    supplied.vet("tspl", data)
    wanted = Image.new("1", (80, 40), 1)
    pen = ImageDraw.Draw(wanted)
    pen.rectangle((8, 0, 23, 7), fill=0)
    pen.rectangle((10, 2, 13, 5), fill=1)
    pen.rectangle((16, 0, 23, 3), fill=1)
    pen.rectangle((24, 0, 31, 3), fill=0)
    pen.rectangle((8, 16, 47, 31), fill=0)
    pen.rectangle((10, 18, 45, 29), fill=1)
    # Black, with the right half turned white; below it the left half.
    pen.rectangle((56, 0, 59, 0), fill=0)
    pen.rectangle((56, 1, 59, 1), fill=0)
    assert dots(supplied.rasterise("tspl", data, 10, 5, 203)) == dots(wanted)


def test_tspl_letters_and_bars_of_the_printer_are_drawn_where_it_puts_them() -> None:
    data = (
        b"SIZE 76 mm,130 mm\r\nDIRECTION 1\r\nCODEPAGE UTF-8\r\nCLS\r\n"
        b'TEXT 10,10,"3",0,1,1,"TO: A. PERSON"\r\n'
        b'BARCODE 10,40,"128",80,1,0,2,4,"SF1234567890123"\r\n'
        b'QRCODE 10,180,M,4,A,0,"SF|1"\r\nPRINT 1\r\n'
    )
    (sheet,) = supplied.sheets("tspl", data, (76, 130), 203, language="tspl")
    assert sheet.image
    read = {code.text: code.position.top_left for code in zxingcpp.read_barcodes(sheet.image.convert("L"))}
    assert set(read) == {NUMBER, "SF|1"}
    assert abs(read[NUMBER].x - 10) < 8
    assert sheet.native
    assert b'BARCODE 10,40,"128",80,1,0,2,4,"SF1234567890123"' in sheet.native
    chinese = tspl('TEXT 1,1,"TSS24.BF2",0,1,1,"顺"'.encode()).replace(b"10 mm,5 mm", b"76 mm,130 mm")
    (sheet,) = supplied.sheets("tspl", chinese, (76, 130), 203, language="tspl")
    assert sheet.native is None, "a printer without that font prints nothing"


def test_tspl_sizes_in_inches_and_dots() -> None:
    for size in (b"SIZE 3,5.12", b"SIZE 608 dot,1040 dot", b"SIZE 76.2 mm, 130 mm"):
        data = tspl(b"BAR 0,0,50,50").replace(b"SIZE 10 mm,5 mm", size)
        assert supplied.rasterise("tspl", data, 76, 130, 203).size == (608, 1040)


# --- ESC/POS --------------------------------------------------------------------------------------


def raster(rows: bytes, mode: int = 0) -> bytes:
    return b"\x1dv0" + bytes((mode, 1, 0, len(rows), 0)) + rows


def test_escpos_bands_and_feeds_are_stacked() -> None:
    data = b"\x1b@" + raster(b"\xff\x00") + b"\x1bJ\x03" + raster(b"\xf0", 3) + b"\n\x1bd\x02\x1dV\x42\x10"
    image = supplied.rasterise("escpos", data, 2, None, 203)
    wanted = Image.new("1", (16, 7), 1)
    wanted.paste(0, (0, 0, 8, 1))
    wanted.paste(0, (0, 5, 8, 7))
    assert dots(image) == dots(wanted)


def test_escpos_placed_pictures_pass_and_are_not_drawn() -> None:
    data = b"\x1ba\x01" + raster(b"\xff") + b"\x1b*\x21\x02\x00\x01\x02\x03\x04\x05\x06\n"
    supplied.vet("escpos", data)
    with pytest.raises(BadDocument, match="only be printed on an ESC/POS printer"):
        supplied.rasterise("escpos", data, 72, None, 203)


# --- PDF and PNG ----------------------------------------------------------------------------------


def test_a_pdf_made_by_pillow_at_600_dpi_keeps_its_bar_code() -> None:
    fine = with_number().resize((608 * 3, 1040 * 3), Image.Resampling.NEAREST).convert("RGB")
    out = io.BytesIO()
    fine.save(out, "PDF", resolution=3 * 203.2)
    supplied.vet("pdf", out.getvalue())
    for dpi in (203, 300):
        image = supplied.rasterise("pdf", out.getvalue(), 76, 130, dpi)
        assert image.size == (76 * PER_MM[dpi], 130 * PER_MM[dpi])
        assert supplied.contains(image, NUMBER) is True


def test_a_pdf_is_drawn_without_grey_and_on_a_roll_at_its_own_length() -> None:
    out = io.BytesIO()
    Image.linear_gradient("L").resize((576, 900)).save(out, "PDF", resolution=203.2)
    image = supplied.rasterise("pdf", out.getvalue(), 72, None, 203)
    assert image.size == (576, 900)
    # Thresholded, not dithered: dark above, white below, one edge in between.
    assert image.convert("L").crop((0, 0, 576, 440)).getextrema() == (0, 0)
    assert image.convert("L").crop((0, 460, 576, 900)).getextrema() == (255, 255)


def test_of_a_pdf_with_a_script_and_an_attachment_only_the_pixels_are_taken() -> None:
    data = ours("pdf", with_number()).replace(
        b"/Type /Catalog",
        b"/Type /Catalog /OpenAction << /S /JavaScript /JS (this.print\\(\\)) >> /Names << /EmbeddedFiles << /Names "
        b"[ (a) << /Type /Filespec /F (a.exe) /EF << /F 5 0 R >> >> ] >> >>",
    )
    document = pypdfium2.PdfDocument(data)
    assert document.count_attachments() == 1
    document.close()
    assert dots(supplied.rasterise("pdf", data, 76, 130, 203)) == dots(with_number())


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "LA", "I;16"])
def test_a_png_of_any_kind_is_placed_one_to_one(mode: str) -> None:
    image = with_number()
    if mode == "I;16":
        wide = b"".join(b"\xff\xff" if byte else b"\0\0" for byte in image.convert("L").tobytes())
        data = picture(Image.frombytes("I;16", image.size, wide))
    else:
        data = picture(image.convert("L").convert(mode))
    supplied.vet("png", data)
    assert dots(supplied.rasterise("png", data, 76, 130, 203)) == dots(image)


def test_what_is_transparent_stays_white() -> None:
    clear = Image.new("RGBA", (608, 1040), (0, 0, 0, 0))
    clear.paste((0, 0, 0, 255), (10, 10, 20, 20))
    image = supplied.rasterise("png", picture(clear), 76, 130, 203)
    assert image.getpixel((0, 0)) == 255
    assert image.getpixel((15, 15)) == 0


def test_a_png_is_enlarged_by_whole_factors_where_that_is_its_size() -> None:
    image = with_number(100, 150)
    half = image.resize((400, 600), Image.Resampling.NEAREST)
    back = supplied.rasterise("png", picture(half), 100, 150, 203)
    assert dots(back) == dots(half.resize((800, 1200), Image.Resampling.NEAREST))
    for size, dpi in (((400, 600), 300), ((800, 1200), 300), ((1200, 1800), 203), ((600, 900), 203)):
        shape = image.resize(size, Image.Resampling.NEAREST)
        back = supplied.rasterise("png", picture(shape), 100, 150, dpi)
        assert back.size == (100 * PER_MM[dpi], 150 * PER_MM[dpi])
        assert supplied.contains(back, NUMBER) is True


@pytest.mark.parametrize(("said", "dpi"), [(203, 203), (203.2, 203), (300, 300), (304.8, 300)])
def test_a_smaller_png_is_placed_as_it_is(said: float, dpi: int) -> None:
    image = with_number(60, 40, dpi)
    back = supplied.rasterise("png", picture(image, said), 100, 150, dpi)
    assert dots(back.crop((0, 0, *image.size))) == dots(image)


# --- the call itself ------------------------------------------------------------------------------


@pytest.mark.parametrize("language", supplied.FORMATS)
def test_emptiness_bulk_and_other_formats_are_refused(language: str) -> None:
    good = {name: NATIVE if name == "zpl" else ours(name, with_number()) for name in supplied.FORMATS}
    supplied.vet(language, good[language])
    wrong = [
        b"",
        good[language] + b" " * supplied.BYTE_LIMIT,
        good[language][:-40],
        b"\x00\xff" * 500,
        b"\n \r\n",
    ]
    wrong += [data for name, data in good.items() if name != language]
    for data in wrong:
        with pytest.raises(BadDocument):
            supplied.vet(language, data)
        with pytest.raises(BadDocument):
            supplied.rasterise(language, data, 76, 130, 203)


def test_unknown_formats_and_densities_are_refused() -> None:
    with pytest.raises(BadDocument, match="'cpcl'"):
        supplied.vet("cpcl", b"! 0 200 200 210 1\r\n")
    for language in supplied.FORMATS:
        with pytest.raises(BadPrinter):
            supplied.rasterise(
                language, NATIVE if language == "zpl" else ours(language, with_number()), 76, 130, 600
            )
    assert issubclass(BadDocument, PrintError)


def test_a_comment_in_a_png_is_no_label() -> None:
    notes = PngInfo()
    notes.add_text("Comment", "^XA^JUS^XZ", zip=True)
    out = io.BytesIO()
    with_number().save(out, "PNG", pnginfo=notes)
    assert dots(supplied.rasterise("png", out.getvalue(), 76, 130, 203)) == dots(with_number())
