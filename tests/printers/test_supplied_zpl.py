"""ZPL as carriers and designers' programs write it: printed, and the printer as it was before."""

import re
from functools import cache

import pytest
import zxingcpp
from PIL import Image, ImageChops
from zplkit import Options, output, render
from zplkit.rendering import Limits

from printers import languages, supplied
from tests.printers.test_supplied import dots, with_number
from tests.printers.zpl_zoo import LABEL, NUMBER, TEXT, ZOO

LIMITS = Limits(graphic_bytes=4_000_000, segments=8_000_000, input_bytes=4_000_000)
# What the printed bytes may consist of: it draws, or the label itself says it again at its end.
DRAWS = {
    *(
        b"XA XZ FS FO FT FD FH FR FB FP TB GB GC GD GE GS GF PW LL LH LR FW CI CF BY PQ A0 A1 AA AV AP A@".split()
    ),
    *(b"BC BX BQ B7 BD".split()),
}
# What a printer remembers, with what it starts with.
REMEMBERS = {b"LH": b"0,0", b"LR": b"N", b"FW": b"N", b"CI": b"0", b"CF": b"A,9,5", b"BY": b"2,3.0,10"}


@cache
def printed(data: bytes, language: str = "zpl") -> list[supplied.Sheet]:
    return supplied.sheets("zpl", data, (100, 150), 203, language=language)


def sent(data: bytes) -> bytes:
    """What a ZPL printer is sent for a file."""
    sheets = printed(data)
    if all(sheet.native is not None for sheet in sheets):
        return b"".join(sheet.native or b"" for sheet in sheets)
    return languages.encode("zpl", [sheet.image for sheet in sheets if sheet.image], {})


def read(image: Image.Image | None) -> set[str]:
    assert image
    return {code.text for code in zxingcpp.read_barcodes(image.convert("L"))}


def drawn_by_printer(stream: bytes) -> list[Image.Image]:
    """Another reader's labels of all that one printer got, which keeps its settings from label to label."""
    options = Options(profile="specification", width=800, height=1200, dpi=203)
    started = b"^XA^CFA,9,5^XZ" + re.sub(rb"[\x80-\xff]|_[89A-F][0-9A-F]", b"u", stream)
    labels = render(started.replace(b"^PQ1,0,1,Y", b""), options, limits=LIMITS).labels
    limits = output.Limits(segments=8_000_000, flattened_segments=8_000_000, scan_work=500_000_000)
    rasters = [label.rasterize(limits=limits) for label in labels]
    return [Image.frombytes("L", (raster.width, raster.height), raster.pixels) for raster in rasters]


@pytest.mark.parametrize("kind", ZOO)
def test_what_others_write_comes_out_with_its_bar_code(kind: str) -> None:
    sheets = printed(ZOO[kind])
    assert len(sheets) == (2 if "customs" in kind else 1)
    assert NUMBER in set().union(*(read(sheet.image) for sheet in sheets))


@pytest.mark.parametrize("kind", ZOO)
def test_the_next_label_of_the_printer_is_the_same_with_and_without_it(kind: str) -> None:
    ours = languages.encode("zpl", [with_number(100, 150)], {})
    bare = b"^XA^PW800^LL1200^FO20,20^FDbare^FS^FO20,90^BC^FDA1^FS^XZ"
    before = sent(ZOO[kind])
    *_, picture, letters = drawn_by_printer(before + ours + bare)
    *_, picture_alone, letters_alone = drawn_by_printer(ours + bare)
    assert picture.tobytes() == picture_alone.tobytes()
    assert letters.tobytes() == letters_alone.tobytes()


@pytest.mark.parametrize("kind", ZOO)
def test_no_byte_but_of_what_draws_reaches_the_printer(kind: str) -> None:
    stream = sent(ZOO[kind])
    assert b"~" not in stream
    stays = dict(REMEMBERS)
    for command in stream.split(b"^")[1:]:
        name, rest = command[:2], command[2:]
        assert name in DRAWS, command
        if name in stays:
            stays[name] = rest
    assert stays == REMEMBERS or b"GFA" in stream.split(b"^LL")[1][:20]


def test_the_label_itself_is_not_changed_by_what_is_cut_out() -> None:
    plain = printed(b"^XA" + LABEL + b"^XZ")[0].image
    assert plain
    for kind in ("designer", "peeled", "comment", "saved as a picture", "deletes all", "radio chip's stock"):
        image = printed(ZOO[kind])[0].image
        assert image
        assert dots(image) == dots(plain), kind


def test_a_stored_picture_is_drawn_where_it_was_called_up_and_as_large() -> None:
    image = printed(ZOO["logo in memory"])[0].image
    assert image
    ink = ImageChops.invert(image.crop((590, 690, 800, 800)).convert("L")).getbbox()
    assert ink == (10, 10, 26, 34)


def test_settings_move_and_turn_as_they_say() -> None:
    home = printed(b"^XA^LH30,10^LS20" + TEXT + b"^XZ")[0].image
    plain = printed(b"^XA" + TEXT + b"^XZ")[0].image
    assert home
    assert plain
    assert dots(home.crop((10, 10, 800, 1200))) == dots(plain.crop((0, 0, 790, 1190)))
    carried = printed(b"^XA^LH10,10^XZ^XA" + TEXT + b"^XZ")[0].image
    assert carried
    assert dots(carried) == dots(home), "what one format sets counts in the next"


def test_marks_inside_a_text_stay_text() -> None:
    stream = sent(ZOO["other marks"])
    assert b"^FH_^FDTO: a_5Eb^FS" in stream
    assert read(drawn_by_printer(stream)[-1]) == {NUMBER}
    told = sent(b'^XA^FO9,9^A0N,30^FD! U1 setvar "a" "b"^FS^XZ')
    assert b"! U" not in told


@pytest.mark.parametrize(
    ("kind", "native"), [("umlauts", True), ("Chinese", False), ("letters of P to V", True)]
)
def test_a_label_is_sent_in_commands_only_where_any_printer_has_its_letters(kind: str, native: bool) -> None:
    assert (printed(ZOO[kind])[0].native is not None) is native
