"""One number, many spellings: UPC, books and issues, add-ons, Code 39, keyboards."""

from __future__ import annotations

import pytest
from biip.checksums import gs1_standard_check_digit

from station.ground.scan import spellings
from station.ground.scan.codes import resolve
from station.ground.scan.kinds import CodeError, Kind, ProductHit


class Shelf:
    """A `Known` in which one code is an article, and maybe another is one too."""

    def __init__(self, *stored: str, **more: int) -> None:
        self.stored = dict.fromkeys(stored, 5) | more

    def product(self, code: str) -> list[ProductHit]:
        return [ProductHit(self.stored[code], "EACH", 1)] if code in self.stored else []

    def lot_regex(self, _sku_id: int) -> str:
        return ""

    def waybill(self, _number: str) -> bool:
        return False

    def notice(self, _number: str) -> bool:
        return False


def found(raw, *stored):
    code = resolve(raw, frozenset({Kind.PRODUCT}), Shelf(*stored))
    return code.sku_id if code.kind is Kind.PRODUCT else None


@pytest.mark.parametrize("stored", ["036000291452", "0036000291452", "00036000291452"])
@pytest.mark.parametrize("raw", ["036000291452", "0036000291452", "]E00036000291452", "00036000291452"])
def test_a_upc_is_the_same_in_every_length(stored, raw):
    assert found(raw, stored) == 5


@pytest.mark.parametrize("short", ["425261", "0425261", "04252614", "4252614"])
def test_a_short_upc_is_its_long_form(short):
    """Without or with its number system and its check digit."""
    assert found(short, "042100005264") == 5


@pytest.mark.parametrize(("short", "long"), [
    ("01234505", "012000003455"), ("01234531", "012300000451"), ("01234541", "012340000053"),
    ("01234558", "012345000058"), ("12345670", "123456000070"),
])  # fmt: skip
def test_every_rule_of_expansion(short, long):
    long = long[:11] + str(gs1_standard_check_digit(long[:11]))
    assert found(short[:7] + long[11], long) == 5


def test_the_long_upc_is_found_under_the_short_one_that_was_written_down():
    assert found("042100005264", "04252614") == 5
    assert found("0042100005264", "04252614") == 5


def test_an_ean_8_by_its_mark_is_no_upc_e():
    assert found("]E404252614", "04252614") == 5
    with pytest.raises(CodeError, match="E-GS1-02"):
        found("]E404252614", "042100005264")


def test_an_ean_8_is_found_padded():
    assert found("96385074", "00000096385074") == 5
    assert found("0000096385074", "96385074") == 5


@pytest.mark.parametrize(("raw", "stored"), [
    ("7111075757", "9787111075752"), ("9787111075752", "7111075757"), ("043942089X", "9780439420891"),
    ("978-7-111-07575-2", "9787111075752"), ("7-111-07575-7", "9787111075752"),
    ("03178471", "9770317847001"), ("0317-8471", "9770317847001"), ("9770317847001", "0317-8471"),
    ("9770317847001 05", "9770317847001"), ("977031784700105", "9770317847001"),
    ("978711107575251299", "9787111075752"), ("]E3977031784700105", "9770317847001"),
])  # fmt: skip
def test_books_and_issues(raw, stored):
    assert found(raw, stored) == 5


def test_an_issue_that_is_an_article_of_its_own_comes_before_the_magazine():
    shelf = Shelf("9770317847001", **{"977031784700105": 6})
    assert resolve("977031784700105", frozenset({Kind.PRODUCT}), shelf).sku_id == 6


@pytest.mark.parametrize("raw", ["7111075754", "9770317847002 05", "978711107575751299"])
def test_a_wrong_check_digit_inside_is_nothing(raw):
    assert found(raw, "9787111075752", "9770317847001") is None


@pytest.mark.parametrize(("raw", "stored"), [
    ("*AB-12*", "AB-12"), ("+A+B1", "ab1"), ("A/O7", "A/7"), ("4006381333931$M", "4006381333931"),
    ("ab-12", "AB-12"), ("aB12", "Ab12"), ("4006381 333931", "4006381333931"),
    ("ÀÀ", "ÀÀ"), ("'àà-\"_&\"\"\"ç\"&", "4006381333931"), (" 4006381333931 ", "4006381333931"),
    ("４００６３８１３３３９３１", "4006381333931"),
])  # fmt: skip
def test_what_wedges_and_keyboards_make_of_a_code(raw, stored):
    assert found(raw, stored) == 5


def test_a_code_that_is_known_as_it_stands_is_never_read_otherwise():
    shelf = Shelf("425261", **{"042100005264": 9})
    assert resolve("425261", frozenset({Kind.PRODUCT}), shelf).sku_id == 5


def test_two_articles_under_two_spellings_of_one_number_are_a_choice():
    shelf = Shelf("036000291452", **{"0036000291452": 9})
    with pytest.raises(CodeError) as caught:
        resolve("036000291452", frozenset({Kind.PRODUCT}), shelf)
    assert caught.value.facts["skus"] == [5, 9]


def test_a_case_code_is_no_upc_with_an_add_on():
    upc = "036000291452"
    with pytest.raises(CodeError, match="E-GS1-02"):
        found(upc + "05", upc)
    assert found("]E3" + upc + "05", upc) == 5
    assert found(upc + " 05", upc) == 5


def test_a_cases_indicator_is_never_dropped():
    assert found("14006381333938", "4006381333931") is None


@pytest.mark.parametrize(("written", "kept"), [
    ("978-7-111-07575-2", "9787111075752"), ("4006381 333931", "4006381333931"), ("AB-12", "AB-12"),
    ("12-34", "12-34"), ("0317-8471", "03178471"), ("4006381333931", "4006381333931"),
])  # fmt: skip
def test_how_a_code_is_written_down(written, kept):
    assert spellings.canonical(written) == kept


@pytest.mark.parametrize(("text", "bare"), [("*4006381333931*", "4006381333931"), ("977031784700105", "9770317847001"),
    ("AB 12", "AB 12"), ("400638133393112", "4006381333931"), ("40063813339312", "40063813339312")])  # fmt: skip
def test_what_an_unknown_code_is_listed_as(text, bare):
    assert spellings.bare(text) == bare
