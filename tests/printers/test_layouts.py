import re
from itertools import combinations, groupby

import pytest
import zxingcpp

from printers import fonts, layouts
from printers.canvas import Box, Page, Placed
from printers.documents import KINDS, CartonLabel, Document, GiftLabel, InboundSlip, PalletLabel, Waybill
from printers.errors import BadPrinter, LayoutError, WrongMedia
from printers.media import ALLOWED, MEDIA, default_for, suited
from tests.printers.samples import CARTON, INBOUND, MANIFEST, SAMPLES, WAYBILL, filled

LEAST_MODULE = {203: 2, 300: 3}
QUIET = {"code128": 10, "gs1_128": 10, "ean": 11, "qr": 4, "datamatrix": 2}
LINEAR = {"code128", "gs1_128", "ean"}
# What a reader says it read; a GS1 symbol must say that it is one.
IDENTIFIERS = {"code128": "]C0", "gs1_128": "]C1", "ean": "]E0", "qr": "]Q1", "datamatrix": "]d1"}
CASES = [(kind, media, dpi) for kind in KINDS for media in ALLOWED[kind] for dpi in (203, 300)]
LANGS = ("zh", "en")


def _ends(kind: str) -> set[str]:
    """The medium a kind is printed on unless asked otherwise, and its smallest."""
    return {ALLOWED[kind][0], min(ALLOWED[kind], key=lambda media: MEDIA[media].print_mm)}


CHINESE = re.compile("[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]")
HOSTILE = {
    "long": "超长的商品名称" * 715,
    "long-latin": "W" * 5000,
    "long-words": "extraordinarily " * 320,
    "control": "a\x00b\x07c\x1b\x7f\x9b\u200bd",
    "escpos": "\x1bp\x00\x19\xfa\x10\x14\x01\x00\x01钱箱",
    "zpl": "^XZ^XA~JR^FD_5E\\&订单^FS",
    "emoji": "快递😀👨‍👩‍👧❤️ 𠮷野家 䶮",
    "rtl": "\u202eمرحبا שלום\u202c",
    "zalgo": "h̵̛͎̳̗̪̤̲̐e̷l̴p̶" * 30,
    "surrogate": "a\ud800b",
    "empty": "",
    "blank": "   \n\t ",
}


def pages_of(doc: Document, media: str, dpi: int, lang: str = "zh") -> list[Page]:
    return layouts.compose(doc, media, dpi, copy_no=3, printed_at="2026-11-23 10:20", lang=lang)


def symbols_of(page: Page) -> list[Placed]:
    return [placed for placed in page.placed if placed.kind != "text"]


def check_symbols(page: Page) -> None:
    """Read every symbol back from the dots and check the geometry a forgiving decoder would not mind."""
    wanted = symbols_of(page)
    # Each stands upright: one that reads only when turned is not on the paper as it should be.
    read = zxingcpp.read_barcodes(page.image.convert("L"), try_rotate=False)
    found = sorted((code.text, code.symbology_identifier) for code in read)
    assert found == sorted((placed.content, IDENTIFIERS[placed.kind]) for placed in wanted)
    for placed in wanted:
        assert placed.module >= LEAST_MODULE[page.dpi]
        assert placed.quiet >= placed.module * QUIET[placed.kind]
        assert placed.x >= 0
        assert placed.y >= 0
        assert placed.x + placed.w <= page.image.width
        assert placed.y + placed.h <= page.image.height
        check_dots(page, placed)
        if placed.kind in LINEAR:
            assert placed.h >= 10 * page.per_mm


def check_dots(page: Page, placed: Placed) -> None:
    """On the real bitmap: empty quiet zones, and every bar and space a whole number of modules wide."""
    box = (placed.x, placed.y, placed.x + placed.w, placed.y + placed.h)
    part = page.image.crop(box).convert("L")
    quiet = placed.quiet
    for edge in ((0, 0, quiet, part.height), (part.width - quiet, 0, part.width, part.height)):
        assert part.crop(edge).getextrema() == (255, 255)
    for y in (0, part.height // 2, part.height - 1) if placed.kind in LINEAR else ():
        row = part.crop((0, y, part.width, y + 1)).tobytes()
        runs = [len(list(run)) for _, run in groupby(row)]
        assert all(run % placed.module == 0 for run in runs)
        assert min(runs[1:-1]) == placed.module


def check_no_overlap(page: Page) -> None:
    for a, b in combinations(page.placed, 2):
        apart = a.x + a.w <= b.x or b.x + b.w <= a.x or a.y + a.h <= b.y or b.y + b.h <= a.y
        assert apart, (a, b)


@pytest.mark.parametrize(
    ("kind", "media", "dpi"),
    [case if case[2] == 203 else pytest.param(*case, marks=pytest.mark.long) for case in CASES],
)
@pytest.mark.parametrize("lang", LANGS)
def test_every_paper_reads_back(kind: str, media: str, dpi: int, lang: str) -> None:
    pages = pages_of(SAMPLES[kind], media, dpi, lang)
    for page in pages:
        assert page.image.mode == "1"
        assert page.image.width == MEDIA[media].print_mm * page.per_mm
        check_symbols(page)
        check_no_overlap(page)
    assert not any(page.missing for page in pages)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "case",  # of the long ones one is enough between commits, and is tried on other media below
    [
        case if case in {"zpl", "emoji", "rtl", "zalgo"} else pytest.param(case, marks=pytest.mark.long)
        for case in HOSTILE
    ],
)
def test_no_text_leaves_its_place(kind: str, case: str) -> None:
    doc = filled(SAMPLES[kind], HOSTILE[case])
    for page in pages_of(doc, "", 203):
        check_symbols(page)
        check_no_overlap(page)


@pytest.mark.parametrize(
    ("kind", "media"),  # the first and the smallest of each between commits
    [
        pytest.param(kind, media, marks=() if media in _ends(kind) else pytest.mark.long)
        for kind, media, dpi in CASES
        if dpi == 203
    ],
)
@pytest.mark.parametrize(
    ("case", "lang"), [("long", "zh"), pytest.param("long-latin", "en", marks=pytest.mark.long)]
)
def test_every_paper_holds_long_texts(kind: str, media: str, case: str, lang: str) -> None:
    for page in pages_of(filled(SAMPLES[kind], HOSTILE[case]), media, 203, lang):
        check_symbols(page)
        check_no_overlap(page)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("lang", LANGS)
@pytest.mark.parametrize("dpi", [203, 300])
def test_nothing_of_the_sample_is_cut_on_the_default_paper(kind: str, lang: str, dpi: int) -> None:
    pages = pages_of(SAMPLES[kind], "", dpi, lang)
    assert [placed.content for page in pages for placed in page.placed if placed.is_cut] == []


def test_a_document_with_nothing_but_its_number_is_printed() -> None:
    for doc in (CartonLabel("CT1", "", ""), Waybill("YT1", ""), PalletLabel("LP1"), GiftLabel("GF1", "")):
        for page in pages_of(doc, "", 203):
            check_symbols(page)


def test_characters_the_font_lacks_are_marked_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    pages = pages_of(filled(CARTON, "\ue000野家"), "", 203)
    assert any(placed.content.startswith(fonts.MISSING + "野家") for placed in pages[0].placed)
    assert "U+E000" in caplog.text


def texts(pages: list[Page]) -> str:
    return "\n".join(placed.content for page in pages for placed in page.placed)


@pytest.mark.parametrize(("kind", "media"), [(kind, media) for kind, media, dpi in CASES if dpi == 203])
def test_the_first_print_has_no_mark_and_the_nth_reprint_says_so(kind: str, media: str) -> None:
    assert "补打" not in texts(layouts.compose(SAMPLES[kind], media))
    for lang, nth, again in (("zh", "补打 3", "重打"), ("en", "REPRINT 3", "SECOND TRY")):
        for page in layouts.compose(
            SAMPLES[kind], media, copy_no=4, lang=lang, printed_at="2026-11-23 10:20"
        ):
            assert nth in texts([page])
        for page in layouts.compose(SAMPLES[kind], media, is_again=True, lang=lang):
            assert again in texts([page])


def test_long_lists_go_over_several_pages_with_number_and_heading() -> None:
    pages = layouts.compose(MANIFEST)
    assert [f"页 {i}/{len(pages)}" in texts([page]) for i, page in enumerate(pages, 1)] == [True] * len(pages)
    assert len(pages) > 1
    assert all("运单号" in texts([page]) for page in pages)
    assert all(parcel.waybill_no in texts(pages) for parcel in MANIFEST.parcels)


def test_money_stands_on_the_finance_ply_only() -> None:
    assert "¥" in texts(layouts.compose(INBOUND))
    plain = InboundSlip(INBOUND.gr_no, "", "", "", INBOUND.lines, shows_money=False)
    assert "¥" not in texts(layouts.compose(plain))
    assert "大写" not in texts(layouts.compose(plain))


def test_the_route_code_is_the_largest_text_of_a_waybill() -> None:
    for media in ALLOWED["waybill"]:
        (page,) = layouts.compose(WAYBILL, media)
        words = [placed for placed in page.placed if placed.kind == "text"]
        assert max(words, key=lambda placed: placed.h).content == WAYBILL.route_code
        assert [placed.content for placed in symbols_of(page)] == [WAYBILL.waybill_no] * 2


def test_paper_and_document_must_match() -> None:
    with pytest.raises(WrongMedia):
        layouts.render(WAYBILL, "a4")
    with pytest.raises(WrongMedia):
        suited("waybill", "papyrus")
    with pytest.raises(BadPrinter):
        layouts.render(WAYBILL, dpi=150)
    with pytest.raises(BadPrinter):
        layouts.render(WAYBILL, lang="de")
    assert default_for("waybill").name == "waybill_76x130"


def test_a_barcode_is_refused_rather_than_squeezed() -> None:
    page = Page(40, 30)
    with pytest.raises(LayoutError):
        page.code128(Box(0, 0, 40, 14), "ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    with pytest.raises(LayoutError):
        page.code128(Box(0, 0, 40, 13), "AB1")
    with pytest.raises(LayoutError):
        page.qr(Box(0, 0, 10, 10), "https://example.com/a-rather-long-address")
    with pytest.raises(LayoutError):
        page.code128(Box(0, 0, 40, 14), "汉字")
    with pytest.raises(LayoutError):
        page.text(Box(30, 0, 20, 5), "outside")


def test_same_content_gives_the_same_dots() -> None:
    once, again = layouts.render(WAYBILL), layouts.render(WAYBILL)
    assert [image.tobytes() for image in once] == [image.tobytes() for image in again]
