"""What GS1 labels say (domain §4.3): every notation, impossible and contradicting values, measures."""

from __future__ import annotations

from datetime import date

import pytest

from station.ground.scan import gs1, inputs
from station.ground.scan.codes import resolve
from station.ground.scan.kinds import CodeError, Kind, ProductHit
from station.ground.scan.trade import Seen

GS = "\x1d"
EACH, CASE = "04012345678901", "14012345678908"
OTHER = "05901234123457"


class Shop:
    """A `Known` with one article, each and by the case of 8."""

    def product(self, code: str) -> list[ProductHit]:
        hits = {EACH[1:]: [ProductHit(3, "EACH", 1)], CASE: [ProductHit(3, "CASE", 8)]}
        return hits.get(code, [])

    def lot_regex(self, _sku_id: int) -> str:
        return ""

    def waybill(self, _number: str) -> bool:
        return False

    def notice(self, _number: str) -> bool:
        return False


def read(raw, *expected, year=2026):
    return resolve(raw, frozenset(expected or {Kind.PRODUCT}), Shop(), Seen(year))


def refused(raw, *expected):
    with pytest.raises(CodeError) as caught:
        read(raw, *expected)
    return caught.value.code


def named(code):
    return [said for said, _facts in code.faults]


# --- one label in many notations ----------------------------------------------------------------

SAME = [
    f"01{EACH}1728033110L7/A{GS}21S-9",
    f"]C101{EACH}21S-9{GS}10L7/A{GS}17280331",
    f"]d217280331{GS}10L7/A{GS}21S-9{GS}01{EACH}",
    f"10L7/A{GS}01{EACH}1728033121S-9",
    f"21S-9|17280331|01{EACH}10L7/A",
    f"]Q310L7/A^01{EACH}1728033121S-9",
    f"01{EACH}10L7/A~1728033121S-9",
    f"01{EACH}10L7/A@21S-9@17280331",
    f"01{EACH}10L7/A~121S-9~117280331",
    f"[01]{EACH}[17]280331[10]L7/A[21]S-9",
    f"01{EACH} 17280331 10L7/A\\F21S-9",
    f"[)>\x1e05{GS}01{EACH}{GS}10L7/A{GS}21S-9{GS}17280331\x1e\x04",
    f"01{EACH}10L7/A~d02921S-9~d02917280331",
    f"]e001{EACH}10L7/A[GS]21S-9{{FNC1}}17280331",
    f"01{EACH}10L7/Aè21S-9è17280331",
    f"01{EACH}10L7/A\\x1d21S-9\\x1d17280331",
    f"01{EACH}10L7/A␝21S-9␝17280331",
    f"(01){EACH}(17)280331(10)L7/A(21)S-9",
    f" (10) L7/A (21) S-9 (01) {EACH[1:]} (17) 280331",
    f"（01）{EACH}（17）280331（10）L7/A（21）S-9",
    f"https://id.gs1.org/01/{EACH}/10/L7%2FA/21/S-9?17=280331",
    f"HTTPS://SHOP.EXAMPLE/P/01/{EACH[1:]}/10/L7%2FA/21/S-9?17=280331&LINKTYPE=PIP",
    f"http://x.example/gtin/{EACH}/lot/L7%2FA/ser/S-9?exp=280331",
    f"id.gs1.org/01/{EACH}/21/S-9?17=280331;10=L7/A#top",
    f"]Q1https://id.gs1.org/01/{EACH}/10/L7%2fA/21/S-9?17=280331&utm_source=x",
]


@pytest.mark.parametrize("raw", SAME)
def test_one_label_reads_the_same_in_every_notation(raw):
    code = read(raw)
    assert (code.kind, code.sku_id, code.lot, code.serial, code.expires_on, code.faults) == (
        Kind.PRODUCT, 3, "L7/A", "S-9", date(2028, 3, 31), (),
    )  # fmt: skip


def test_a_plain_address_is_unknown_with_its_text():
    code = read("https://example.com/menu/17/3")
    assert (code.kind, code.text) == (Kind.UNKNOWN, "https://example.com/menu/17/3")


def test_a_compressed_address_is_said_to_be_one():
    assert refused("https://id.gs1.org/AQnYUc1gmiERBhKoBnAAAuw") == "E-GS1-06"


def test_an_address_of_a_place_is_no_article_but_known_as_label_data():
    assert read("https://id.gs1.org/414/4012345000009").kind is Kind.UNKNOWN


@pytest.mark.parametrize("aim", ["]E0", "]E3", "]C0", "]I1", "]A0", "]d1"])
def test_the_marks_of_ordinary_codes_are_taken_off(aim):
    assert read(aim + EACH[1:]).sku_id == 3


def test_an_unknown_number_behind_an_ordinary_mark_is_unknown_and_not_torn():
    assert read("]E0" + OTHER[1:]).kind is Kind.UNKNOWN


# --- fields of fixed length need no separator ----------------------------------------------------


@pytest.mark.parametrize("ai", ["4221569", "8005012345", "7006260101", "40212345678901234560", "3951012345"])
def test_a_value_of_fixed_length_ends_by_itself(ai):
    assert read(f"01{EACH}{ai[: 3 + 3] if ai.startswith('422') else ai}10B7").lot == "B7"


def test_a_harvest_from_one_day_to_another_is_read_over():
    code = read(f"01{EACH}7007260601260615{GS}10B7")
    assert (code.lot, code.faults) == ("B7", ())


def test_a_sign_that_may_separate_in_two_ways_is_no_separator():
    """``~1`` and then AI 10, or ``~`` and then AI 11: nothing is guessed, a person looks."""
    code = read(f"01{EACH}21S~1102603010B")
    assert (code.serial, code.lot_unsure) == ("S~1102603010B", True)


def test_a_blank_inside_a_lot_is_confirmed_by_a_person():
    code = read(f"01{EACH}10LOT 7")
    assert (code.lot, code.lot_unsure) == ("LOT 7", True)


# --- dates ---------------------------------------------------------------------------------------


def test_a_month_of_production_is_its_first_day_and_an_expiry_its_last():
    code = read(f"01{EACH}1126110017270200")
    assert (code.produced_on, code.expires_on) == (date(2026, 11, 1), date(2027, 2, 28))
    assert code.months == {"produced", "expires"}


@pytest.mark.parametrize(
    ("six", "year", "day"),
    [
        ("770101", 2026, date(1977, 1, 1)),
        ("760101", 2026, date(2076, 1, 1)),
        ("010101", 2060, date(2101, 1, 1)),
        ("990101", 2026, date(1999, 1, 1)),
    ],
)
def test_the_century_is_the_nearest_one(six, year, day):
    assert read(f"01{EACH}17{six}", year=year).expires_on == day


@pytest.mark.parametrize(
    ("label", "produced", "expires"),
    [
        ("8008260601", date(2026, 6, 1), None),
        ("80082606011230", date(2026, 6, 1), None),
        ("13260602", date(2026, 6, 2), None),
        ("1326060211260601", date(2026, 6, 1), None),
        ("70032706011159", None, date(2027, 6, 1)),
        ("16270601", None, None),
        ("12270601", None, None),
    ],
)
def test_which_field_is_which_date(label, produced, expires):
    label = f"{label}00" if label == "8008260601" else label
    code = read(f"01{EACH}{label}")
    assert (code.produced_on, code.expires_on) == (produced, expires)


def test_best_before_and_expiry_that_differ_give_the_earlier_and_say_so():
    code = read(f"01{EACH}1527060117270501")
    assert (code.expires_on, named(code)) == (date(2027, 5, 1), ["W-LBL-EARLIER"])


def test_production_after_expiry_is_named_and_neither_is_believed():
    code = read(f"01{EACH}1127060117260601")
    assert (code.produced_on, code.expires_on, named(code)) == (None, None, ["W-LBL-ORDER"])


# --- what contradicts itself ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("label", "said"),
    [
        (f"01{EACH}10A{GS}10B", ["W-LBL-TWO"]),
        (f"01{EACH}10A{GS}10A", []),
        (f"01{EACH}1727010117270102", ["W-LBL-TWO"]),
        (f"01{EACH}21A{GS}21B", ["W-LBL-TWO"]),
        (f"02{EACH}", ["W-LBL-COUNT"]),
        (f"02{EACH}370", ["W-LBL-NONE"]),
        (f"02{EACH}3706{GS}3707", ["W-LBL-TWO"]),
        (f"02{EACH}3706", []),
        (f"01{EACH}3012", []),
    ],
)
def test_a_contradiction_is_named_and_the_article_known(label, said):
    code = read(label)
    assert (code.sku_id, named(code)) == (3, said)


def test_of_two_lots_none_is_believed():
    assert read(f"01{EACH}10A{GS}10B").lot == ""


@pytest.mark.parametrize("label", [f"01{EACH}01{OTHER}", f"01{EACH}02{OTHER}3712"])
def test_two_articles_on_one_label_are_refused_by_name(label):
    assert refused(label) == "E-GS1-04"


def test_a_piece_of_an_article_is_not_the_article():
    assert refused(f"8006{EACH}0102") == "E-GS1-05"
    assert read(f"8006{EACH}0101").sku_id == 3


# --- counts, weights, prices ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("label", "units"), [(EACH, 1), (f"01{CASE}", 8), (f"02{CASE}3705", 40), (f"02{EACH}3724", 24)]
)
def test_how_many_a_label_stands_for(label, units):
    assert read(label).units == units


@pytest.mark.parametrize(
    ("measure", "mg"),
    [("3103001250", 1_250_000), ("3100000002", 2_000_000), ("3105012345", 123_450), ("3202000150", 680_389)],
)
def test_a_net_weight_is_a_whole_number_of_milligrams(measure, mg):
    assert read(f"01{EACH}{measure}").net_mg == mg


@pytest.mark.parametrize(
    ("measure", "price"), [("39221995", "19.95"), ("39320099", "0.99"), ("3932156995", "9.95 (156)")]
)
def test_a_price_keeps_its_point(measure, price):
    if measure == "39320099":
        measure = "3922099"
    assert read(f"01{EACH}{measure}").price == price


# --- the second bar code of a label ---------------------------------------------------------------


def test_a_pallets_label_is_a_pallet_where_one_is_wanted_and_its_goods_elsewhere():
    raw = f"00123456789012345675|02{CASE}3705"
    assert read(raw, Kind.SSCC).text == "123456789012345675"
    assert read(raw, Kind.SSCC, Kind.PRODUCT).units == 40


def test_lot_and_dates_without_an_article_are_label_data_where_a_step_waits_for_them():
    raw = f"17280331{GS}10L7"
    code = read(raw, Kind.DATE, Kind.LABEL)
    assert (code.kind, code.expires_on, code.lot) == (Kind.LABEL, date(2028, 3, 31), "L7")
    assert read("17280331", Kind.DATE, Kind.LABEL).expires_on == date(2028, 3, 31)
    assert read(raw, Kind.PRODUCT).kind is Kind.LABEL, "so that its step says what it is"


@pytest.mark.parametrize("typed", ["10052026", "11052026", "17052026", "21052026"])
def test_a_day_typed_the_wrong_way_round_is_a_wrong_day_and_no_label(typed):
    assert read(typed, Kind.DATE, Kind.PRODUCT, Kind.LABEL).kind is Kind.DATE


def test_a_lot_that_is_typed_is_no_label():
    assert read("10ABC", Kind.TEXT, Kind.LABEL).kind is Kind.TEXT
    assert read("(10)ABC", Kind.TEXT, Kind.LABEL).lot == "ABC"


def test_what_a_program_reads_of_it_is_in_the_labels_order():
    said = gs1.reading(f"10A{GS}01{EACH}17280331")
    assert [tuple(element) for element in said.all] == [("10", "A"), ("01", EACH), ("17", "280331")]


# --- the date pad ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed", ["260601", "20260601", "2026-06-01", "2026/6/1", "2026.6.1", "2026年6月1日"]
)
def test_a_day_may_be_typed_as_it_is_printed(typed):
    code = read(typed, Kind.DATE)
    assert (code.kind, code.text) == (Kind.DATE, "20260601")


@pytest.mark.parametrize("typed", ["260631", "261301", "2026-13-01", "260000", "20270229", "270229"])
def test_a_typed_day_that_does_not_exist_reaches_its_step(typed):
    code = read(typed, Kind.DATE)
    assert (code.kind, code.text) == (Kind.DATE, typed)


@pytest.mark.parametrize(
    ("typed", "first", "last"),
    [
        ("260600", date(2026, 6, 1), date(2026, 6, 30)),
        ("20280200", date(2028, 2, 1), date(2028, 2, 29)),
        ("2027-02-00", date(2027, 2, 1), date(2027, 2, 28)),
        ("280229", date(2028, 2, 29), date(2028, 2, 29)),
    ],
)
def test_day_00_is_typed_where_a_pack_says_only_the_month(typed, first, last):
    """P2: goods are never taken for younger than they may be."""
    code = read(typed, Kind.DATE)
    assert (inputs.day(code, last=False), inputs.day(code, last=True)) == (first, last)
