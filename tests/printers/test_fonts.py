"""Letters of any script: who has them, where they stand, and what is said of those nobody has."""

from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageDraw

from printers import fonts
from printers.errors import PrintError
from printers.fonts import bidi
from printers.text import clean


def drawn(text: str, size: int = 40) -> Image.Image:
    sheet = Image.new("1", (1200, 80), 0)
    fonts.write(ImageDraw.Draw(sheet), (10, 10), text, size, 255)
    return sheet


def ink(text: str) -> tuple[int, int, int, int]:
    box = drawn(text).getbbox()
    assert box
    return box


def test_the_first_font_has_what_we_write_ourselves() -> None:
    assert fonts.face_of(fonts.MISSING) == fonts.MAIN
    assert fonts.face_of("◇") == fonts.MAIN
    assert all(fonts.face_of(chr(code)) == fonts.MAIN for code in range(0x4E00, 0x9FA6, 7))


@pytest.mark.parametrize(
    "text", ["𠮷田䶮", "㙍村𬭎路", "㐂", "السيد محمد", "רחוב הרצל", "ถนนสุขุมวิท น้ำ", "Łódź Ærø Ёлка"]
)
def test_names_of_any_script_are_drawn_as_wide_as_they_are_measured(text: str) -> None:
    assert fonts.unprintable(text) == []
    left, top, right, bottom = ink(text)
    assert 0 <= fonts.width(text, 40) - (right - left) <= 12
    assert (left, top) >= (8, 5)
    assert bottom < 10 + 40 * 5 // 4 + 6


def test_usual_text_has_the_dots_it_always_had() -> None:
    text = "收件人 ABC 123"
    sheet = Image.new("1", (1200, 80), 0)
    ImageDraw.Draw(sheet).text((10, 10), text, font=fonts.font(40), fill=255)
    assert drawn(text).tobytes() == sheet.tobytes()


def test_arabic_letters_join() -> None:
    """There is ink from the first dot to the last: no gap stands between two letters."""
    word = drawn("محمد").crop(ink("محمد"))
    columns = [word.crop((x, 0, x + 1, word.height)).getbbox() for x in range(word.width)]
    assert None not in columns


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("Road 7", [("Road 7", False)]),
        ("אבג 15", [("15", False), ("אבג ", True)]),
        ("אבג 15, דה", [("15", False)]),
        ("Mr. אב Road", [("Mr. ", False), ("אב", True), (" Road", False)]),
        ("שלום (עולם) 12-34", [("12-34", False), ("שלום (עולם) ", True)]),
    ],
)
def test_what_is_read_from_right_to_left_stands_so(text: str, seen: list[tuple[str, bool]]) -> None:
    parts = bidi.visual(text)
    assert sorted("".join(part for part, _ in parts)) == sorted(text)
    if len(seen) > 1:
        assert parts == seen
    else:
        assert seen[0] in parts


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        *(
            ("👍🏽 ok", "◇ ok"),
            ("👨\u200d👩\u200d👧", "◇"),
            ("🇨🇳🇩🇪", "◇◇"),
            ("1\ufe0f\u20e3", "◇"),
            ("★ 5", "★ 5"),
        ),
        *(("❤\ufe0f", "◇"), ("☎ 123", "☎ 123"), ("家🏠号", "家◇号")),
    ],
)
def test_an_emoji_is_one_sign(text: str, printed: str) -> None:
    assert clean(text) == printed
    assert fonts.unprintable(text) == []


def test_what_no_font_has_is_said() -> None:
    assert fonts.unprintable("王\ue000\ue001", "\ue000") == ["\ue000", "\ue001"]
    assert fonts.marked("王\ue000") == ("王〓", frozenset({"\ue000"}))


def test_a_missing_font_is_said_in_a_sentence(tmp_path: Path) -> None:
    gone = fonts.Face(tmp_path / "none.ttc")
    with pytest.raises(PrintError, match=r"The font none\.ttc is missing"):
        fonts.font.__wrapped__(24, gone)


def test_a_hebrew_line_is_the_same_from_either_side() -> None:
    """The first letter stands at the right end."""
    whole, last = drawn("אב"), drawn("ב")
    box = last.getbbox()
    assert box
    assert ImageChops.difference(whole.crop(box), last.crop(box)).getbbox() is None


@pytest.mark.parametrize(
    "phone", ["138****5678", "138 1234 5678", "+86 (138) 1234-5678", "0755-8888 9999", "138-1234-5678"]
)
@pytest.mark.parametrize("name", ["محمد أحمد", "מיכאל", "𠮷野 محمد"])
def test_a_telephone_number_keeps_its_order_behind_any_name(name: str, phone: str) -> None:
    """By the letter of the standard 138****5678 behind an Arabic name is drawn as 5678****138: nobody answers there."""
    assert "".join(part for part, is_leftward in bidi.visual(f"{name}  {phone}") if not is_leftward).endswith(
        phone
    )


def test_figures_among_words_stand_where_the_standard_says() -> None:
    parts = [part.strip() for part, _ in bidi.visual("شارع 12 مبنى 34")]
    assert parts == ["34", "مبنى", "12", "شارع"]
