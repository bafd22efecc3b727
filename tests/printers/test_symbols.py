"""Every symbol is read back by somebody else's decoder; wrong check digits are refused, never corrected."""

import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st

from printers import symbols
from printers.canvas import Box, Page
from printers.errors import BadDocument, LayoutError, WrongMedia
from printers.symbols import Elements

SSCC = "069012345000000011"
CARTON: Elements = (("01", "06901234567892"), ("15", "270408"), ("10", "L20261008A2"))


def read(page: Page) -> list[tuple[str, str, str]]:
    codes = zxingcpp.read_barcodes(page.image.convert("L"))
    return [(str(code.format), code.text, code.symbology_identifier) for code in codes]


@pytest.mark.parametrize(
    ("elements", "told"),
    [
        ((("00", SSCC),), f"(00){SSCC}"),
        (CARTON, "(01)06901234567892(15)270408(10)L20261008A2"),
        ((("10", "A"), ("21", "B7"), ("11", "261008")), "(10)A(21)B7(11)261008"),
        ((("02", "06901234567892"), ("37", "48")), "(02)06901234567892(37)48"),
    ],
)
@pytest.mark.parametrize("dpi", [203, 300])
def test_gs1_128_says_that_it_is_gs1(elements: Elements, told: str, dpi: int) -> None:
    page = Page(100, 40, dpi)
    page.gs1_128(Box(0, 0, 100, 36), elements)
    assert read(page) == [("Code 128", told, "]C1")]


def test_fields_of_variable_length_end_with_fnc1_and_fixed_ones_do_not() -> None:
    page = Page(100, 40)
    page.gs1_128(Box(0, 0, 100, 36), (("10", "AB"), ("01", "06901234567892"), ("37", "5")))
    (code,) = zxingcpp.read_barcodes(page.image.convert("L"), text_mode=zxingcpp.TextMode.Plain)
    assert code.text == "10AB\x1d0106901234567892375"


def test_an_sscc_takes_no_more_modules_than_the_standard_says() -> None:
    assert len(symbols.gs1_128((("00", SSCC),))[0]) == 156


@pytest.mark.parametrize(
    "elements",
    [
        (("00", "069012345000000012"),),
        (("00", "06901234500000001"),),
        (("00", "06901234500000001A"),),
        (("01", "06901234567893"),),
        (("02", "06901234567893"), ("37", "1")),
        (("15", "271340"),),
        (("10", ""),),
        (("10", "A" * 21),),
        (("10", "A\x1d21B"),),
        (("10", "A\xf1B"),),
        (("10", "批"),),
        (("xx", "1"),),
        (),
    ],
)
def test_what_is_no_gs1_is_refused(elements: Elements) -> None:
    with pytest.raises(BadDocument):
        Page(100, 40).gs1_128(Box(0, 0, 100, 36), elements)


@pytest.mark.parametrize(("data", "name"), [("6901234567892", "EAN-13"), ("96385074", "EAN-8")])
@pytest.mark.parametrize("dpi", [203, 300])
def test_ean_is_read_back(data: str, name: str, dpi: int) -> None:
    page = Page(60, 20, dpi)
    page.ean(Box(0, 0, 60, 16), data)
    assert [(form, text) for form, text, _ in read(page)] == [(name, data)]


@pytest.mark.parametrize(
    "data", ["6901234567890", "96385075", "690123456789", "", "69012345678९2", "ABCDEFGHIJKLM"]
)
def test_a_wrong_ean_is_refused_and_not_put_right(data: str) -> None:
    with pytest.raises(BadDocument):
        Page(60, 20).ean(Box(0, 0, 60, 16), data)


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=30))
def test_any_code_survives_as_datamatrix(data: str) -> None:
    page = Page(20, 20)
    page.datamatrix(Box(0, 0, 20, 20), data)
    (placed,) = page.placed
    assert [(form, text) for form, text, _ in read(page)] == [("Data Matrix", data)]
    assert placed.module >= 3
    assert placed.quiet == 2 * placed.module


def test_what_no_symbol_carries_is_refused() -> None:
    page = Page(40, 40)
    with pytest.raises(LayoutError):
        page.datamatrix(Box(0, 0, 40, 40), "赠品")
    with pytest.raises(LayoutError):
        page.datamatrix(Box(0, 0, 5, 5), "GF2611230012K")
    with pytest.raises(LayoutError):
        page.qr(Box(0, 0, 40, 40), "")
    with pytest.raises(LayoutError):
        page.code128(Box(0, 0, 40, 20), "")
    with pytest.raises(LayoutError):
        page.datamatrix(Box(0, 0, 40, 40), "")


@pytest.mark.parametrize("size", [(0, 10), (10, 0), (0.05, 10), (-5, 10)])
def test_a_page_without_room_for_a_dot_is_refused(size: tuple[float, float]) -> None:
    with pytest.raises(WrongMedia):
        Page(*size)
