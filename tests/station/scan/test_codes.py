"""What a scan says: the resolver of domain §4.2, told in the floor's words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from station.ground.documents.check_char import has_right_check, mod37_36
from station.ground.scan.cleaning import clean, show
from station.ground.scan.codes import completions, internal, resolve
from station.ground.scan.kinds import COMMANDS, PREFIXES, CodeError, Kind, ProductHit

EAN, ITF = "6901234567892", "16901234567899"
WATER = ProductHit(1, "EACH", 1)
WATER_CASE = ProductHit(1, "CASE", 24)
SLOT = internal("LC", "A-03-12-2-05")
ANY = st.text(st.characters(), max_size=300)
ALNUM = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
quick = settings(deadline=None, derandomize=True)


@dataclass
class Floor:
    """A `Known` in memory."""

    products: dict[str, list[ProductHit]] = field(default_factory=dict)
    waybills: frozenset[str] = frozenset()
    notices: frozenset[str] = frozenset()
    lots: dict[int, str] = field(default_factory=dict)

    def product(self, code: str) -> Sequence[ProductHit]:
        return self.products.get(code, [])

    def lot_regex(self, sku_id: int) -> str:
        return self.lots.get(sku_id, "")

    def waybill(self, number: str) -> bool:
        return number in self.waybills

    def notice(self, number: str) -> bool:
        return number in self.notices


FLOOR = Floor({EAN: [WATER], ITF: [WATER_CASE]}, frozenset({"YT1234567890123"}), frozenset({"PO-77"}))


def read(raw, *expected, known=FLOOR):
    return resolve(raw, frozenset(expected), known)


def refusal(raw, *expected, known=FLOOR):
    with pytest.raises(CodeError) as caught:
        read(raw, *expected, known=known)
    return caught.value.code


# --- our own labels ------------------------------------------------------------------------------


def test_the_slot_of_the_specification_reads_with_and_without_dashes():
    assert SLOT.startswith("LCA0312205")
    for raw in (SLOT, "LC-A-03-12-2-05-" + SLOT[-1], SLOT.lower(), f"  {SLOT}\r\n"):
        code = read(raw, Kind.LOCATION)
        assert (code.kind, code.text) == (Kind.LOCATION, SLOT)


def test_the_check_character_agrees_with_the_example_of_the_release_identifier_standard():
    """GRid, another user of ISO 7064 MOD 37,36, prints A1-2425G-ABC1234002-M in its manual."""
    assert mod37_36("A12425GABC1234002") == "M"
    assert has_right_check("A12425GABC1234002M")


@pytest.mark.parametrize(("prefix", "kind"), sorted(PREFIXES.items()))
def test_every_prefix_has_its_kind(prefix, kind):
    assert read(internal(prefix, "2611230001")).kind is kind


@given(
    st.sampled_from(sorted(PREFIXES)),
    st.text(ALNUM + "-", min_size=1, max_size=30).filter(lambda t: t.strip("-")),
)
@quick
def test_a_printed_label_reads_back_as_itself(prefix, body):
    text = internal(prefix, body)
    code = read(text, PREFIXES[prefix])
    assert (code.kind, code.text) == (PREFIXES[prefix], text)


@given(st.text(ALNUM, min_size=3, max_size=20), st.data())
@quick
def test_one_wrong_character_is_always_noticed(text, data):
    whole = text + mod37_36(text)
    place = data.draw(st.integers(0, len(whole) - 1))
    other = data.draw(st.sampled_from(ALNUM.replace(whole[place], "")))
    assert not has_right_check(whole[:place] + other + whole[place + 1 :])


@given(st.text(ALNUM, min_size=3, max_size=20), st.data())
@quick
def test_two_neighbours_swapped_are_noticed(text, data):
    whole = text + mod37_36(text)
    place = data.draw(st.integers(0, len(whole) - 2))
    swapped = whole[:place] + whole[place + 1] + whole[place] + whole[place + 2 :]
    if swapped != whole:
        assert not has_right_check(swapped)


def test_a_smudged_slot_label_is_a_wrong_check_digit():
    wrong = SLOT[:-1] + ("0" if SLOT[-1] != "0" else "1")
    assert refusal(wrong, Kind.LOCATION) == "E-GS1-02"


def test_a_carriers_number_that_starts_like_one_of_our_labels_stays_the_carriers():
    known = Floor(waybills=frozenset({"DO12345678"}))
    assert read("DO12345678", Kind.WAYBILL, known=known).kind is Kind.WAYBILL
    assert read("DO12345678", Kind.LOCATION, known=known).kind is Kind.WAYBILL


def test_a_check_character_is_refused_for_letters_outside_the_alphabet():
    with pytest.raises(ValueError, match="cannot stand"):
        mod37_36("A仓")


# --- command cards ------------------------------------------------------------------------------


@pytest.mark.parametrize("card", sorted(COMMANDS))
def test_every_command_card_works_in_either_case(card):
    assert read(card).text == read(card.lower()).text == card
    assert read(card).kind is Kind.COMMAND


def test_a_card_that_does_not_exist_is_unknown():
    assert read("CM-DANCE").kind is Kind.UNKNOWN


# --- the step decides ---------------------------------------------------------------------------


def test_a_13_digit_number_is_a_waybill_at_the_bench_and_a_product_in_the_aisle():
    """T92."""
    known = Floor({EAN: [WATER]}, waybills=frozenset({EAN}))
    assert read(EAN, Kind.WAYBILL, known=known).kind is Kind.WAYBILL
    assert read(EAN, Kind.PRODUCT, known=known).kind is Kind.PRODUCT


def test_a_product_scanned_into_the_quantity_pad_is_a_product():
    """T91."""
    code = read(EAN, Kind.QUANTITY)
    assert (code.kind, code.sku_id) == (Kind.PRODUCT, 1)
    assert read("123456", Kind.QUANTITY).kind is Kind.UNKNOWN
    assert read("12345", Kind.QUANTITY).kind is Kind.QUANTITY


@pytest.mark.parametrize("raw", ["-1", "1.5", "1e3", "٣", "²", "①", "+5", "1 2"])
def test_only_plain_digits_are_a_quantity(raw):
    assert read(raw, Kind.QUANTITY).kind is Kind.UNKNOWN


def test_full_width_digits_of_a_chinese_keyboard_count():
    assert read("１２", Kind.QUANTITY).text == "12"
    assert read("６９０１２３４５６７８９２", Kind.PRODUCT).sku_id == 1


def test_a_slot_scanned_where_a_product_is_wanted_is_known_as_a_slot():
    assert read(SLOT, Kind.PRODUCT).kind is Kind.LOCATION


def test_a_number_is_no_quantity_and_no_date_where_none_is_asked():
    assert read("12", Kind.PRODUCT).kind is Kind.UNKNOWN
    assert read("20261101", Kind.LOCATION).kind is Kind.UNKNOWN


def test_a_real_day_is_a_date_where_a_date_is_asked():
    assert read("20261101", Kind.DATE).kind is Kind.DATE


def test_an_ean_8_at_the_date_step_is_a_product_unless_it_reads_as_a_day():
    known = Floor({"20269994": [WATER]})
    assert read("20269994", Kind.DATE, Kind.PRODUCT, known=known).kind is Kind.PRODUCT


def test_a_mistyped_day_reaches_the_date_step_so_that_it_can_say_so():
    assert read("20261399", Kind.DATE).kind is Kind.DATE


def test_free_text_is_text_only_where_text_is_asked_and_labels_stay_labels():
    assert read("沪A·12345", Kind.TEXT).kind is Kind.TEXT
    assert read("沪A·12345").kind is Kind.UNKNOWN
    assert read(SLOT, Kind.TEXT).kind is Kind.LOCATION


def test_a_notice_is_found_by_its_exact_number():
    assert read("PO-77", Kind.NOTICE).kind is Kind.NOTICE
    assert read("PO-7", Kind.NOTICE).kind is Kind.UNKNOWN


def test_a_waybill_in_small_letters_is_the_same_waybill():
    assert read("yt1234567890123", Kind.WAYBILL).text == "YT1234567890123"


# --- products -----------------------------------------------------------------------------------


def test_a_case_code_is_a_case_and_never_a_piece():
    code = read(ITF, Kind.PRODUCT)
    assert (code.level, code.pack_qty) == ("CASE", 24)
    assert read("26901234567896", Kind.PRODUCT).kind is Kind.UNKNOWN


@pytest.mark.parametrize("stored", ["012345678905", "0012345678905", "00012345678905"])
@pytest.mark.parametrize("scanned", ["012345678905", "0012345678905", "00012345678905"])
def test_upc_a_is_one_article_with_12_13_or_14_digits(stored, scanned):
    assert read(scanned, Kind.PRODUCT, known=Floor({stored: [WATER]})).sku_id == 1


def test_one_barcode_of_two_articles_must_be_chosen():
    known = Floor({EAN: [WATER, ProductHit(2, "EACH", 1)]})
    assert refusal(EAN, Kind.PRODUCT, known=known) == "E-BAR-02"


def test_a_wrong_ean_check_digit_is_said_where_a_product_is_wanted():
    assert refusal("6901234567893", Kind.PRODUCT) == "E-GS1-02"
    assert read("6901234567893", Kind.WAYBILL).kind is Kind.UNKNOWN


def test_a_shops_own_code_wins_over_the_look_of_a_label():
    known = Floor({"BX12345": [WATER]})
    assert read("BX12345", Kind.PRODUCT, known=known).sku_id == 1


# --- whatever else comes down the cable ----------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("\t6901\r\n", "6901"),
        ("]E06901", "6901"),
        ("]C10169", "0169"),
        ("69\x0001", "6901"),
        ("10A|21B", "10A\x1d21B"),
        ("10A{GS}21B", "10A\x1d21B"),
        ("10A<gs>21B", "10A\x1d21B"),
        ("１０Ａ", "10A"),
        ("㈠½", "㈠½"),
        ("\x02]C10169\x03", "0169"),
        ("\x1d01690|10A\x1d", "01690\x1d10A"),
        ("\u200b69\ufeff01\xa0", "6901"),
        ("］Ｃ１０１６９", "0169"),
    ],
)
def test_cleaning_takes_off_what_scanners_add(raw, text):
    assert clean(raw)[0] == text


@pytest.mark.parametrize(
    "raw",
    [
        "",
        " ",
        "\x00",
        "\ud800",
        "\u202e" + EAN,
        "😀",
        "<script>alert(1)</script>",
        "9" * 257,
        "a" * 10_000,
        "|",
        "٦٩٠",
    ],
)
def test_rubbish_is_unknown_and_fit_to_be_shown(raw):
    code = read(raw, Kind.PRODUCT)
    assert code.kind is Kind.UNKNOWN
    assert len(code.shown) <= 40
    assert code.shown.isprintable()


NAMED = {f"E-GS1-0{number}" for number in range(2, 8)}


def code_of(raw, expected):
    """The refusal's code, or "" when the scan was resolved to something that can be shown."""
    try:
        assert resolve(raw, expected, FLOOR).shown.isprintable()
    except CodeError as error:
        return error.code
    return ""


@given(ANY, st.frozensets(st.sampled_from(Kind)))
@quick
def test_nothing_a_scanner_sends_breaks_the_resolver(raw, expected):
    assert code_of(raw, expected) in {"", "E-BAR-02"} | NAMED


AIS = st.sampled_from(
    ["00", "01", "02", "10", "11", "15", "17", "21", "30", "37", "240", "410", "3103", "(01)", "(10)", "|"]
)


@given(st.lists(st.tuples(AIS, st.text("0123456789AB()\x1d|²٣", max_size=22)), max_size=6), st.booleans())
@quick
def test_nothing_that_looks_like_gs1_breaks_the_resolver(parts, aim):
    raw = ("]C1" if aim else "") + f"01{EAN.zfill(14)}" + "".join(ai + value for ai, value in parts)
    assert code_of(raw, frozenset({Kind.PRODUCT})) in {""} | NAMED


@given(ANY)
@quick
def test_what_is_shown_is_short_and_printable(raw):
    assert len(show(raw)) <= 40
    assert show(raw).isprintable()


def test_candidates_are_of_the_kinds_that_are_wanted() -> None:
    codes = completions("a-03-12 2-05", frozenset({Kind.LOCATION, Kind.PRODUCT}))
    assert [(code.kind, code.text) for code in codes] == [(Kind.LOCATION, internal("LC", "A0312205"))]
    assert completions("DO2605010001", frozenset({Kind.ORDER}))[0].text == internal("DO", "2605010001")
    assert completions("…", frozenset({Kind.LOCATION})) == []
    assert completions("A1", frozenset({Kind.PRODUCT, Kind.TEXT})) == []
