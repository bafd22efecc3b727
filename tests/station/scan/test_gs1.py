"""GS1 labels of suppliers (domain §4.3): dates, lots, serials, and separators that got lost."""

from __future__ import annotations

from datetime import date

import pytest

from station.ground.scan import lot_patterns
from station.ground.scan.codes import resolve
from station.ground.scan.kinds import CodeError, Kind, ProductHit

GTIN = "06901234567892"
HEAD = "01" + GTIN
GS = "\x1d"


class Supplier:
    """A `Known` with one article, its lot pattern and one carrier's number."""

    def __init__(self, lot_regex: str = "", waybill: str = "") -> None:
        self.pattern, self.number = lot_regex, waybill

    def product(self, code: str) -> list[ProductHit]:
        return [ProductHit(7, "EACH", 1)] if code == GTIN[1:] else []

    def lot_regex(self, sku_id: int) -> str:
        assert sku_id == 7
        return self.pattern

    def waybill(self, number: str) -> bool:
        return number == self.number

    def notice(self, number: str) -> bool:
        return number == "PO-1"


def read(raw, *expected, known=None):
    return resolve(raw, frozenset(expected or {Kind.PRODUCT}), known or Supplier())


def refusal(raw, *expected, known=None):
    with pytest.raises(CodeError) as caught:
        read(raw, *expected, known=known)
    return caught.value.code


# --- separators (T93) ---------------------------------------------------------------------------


@pytest.mark.parametrize("mark", [GS, "|", "{GS}", "<GS>"])
def test_the_separator_and_its_stand_ins_end_the_lot(mark):
    """T93."""
    code = read(f"{HEAD}10ABC{mark}21S1")
    assert (code.lot, code.serial, code.lot_unsure) == ("ABC", "S1", False)


def test_without_a_separator_the_lot_is_read_as_it_stands_and_must_be_confirmed():
    """T93."""
    code = read(f"{HEAD}10ABC21S1")
    assert (code.lot, code.serial, code.lot_unsure) == ("ABC21S1", "", True)


def test_a_tail_longer_than_a_lot_can_be_means_the_separator_is_lost():
    """T93."""
    assert refusal(f"{HEAD}10ABCDEFGHIJKLMNOPQ21S12") == "E-GS1-03"


def test_a_lot_of_full_length_is_never_split_from_what_follows():
    """T93: the 20 characters of a lot are full and the rest would parse as a serial; still a guess."""
    assert refusal(f"{HEAD}10ABCDEFGHIJ012345678921S1") == "E-GS1-03"
    assert read(f"{HEAD}10ABCDEFGHIJ0123456789{GS}21S1").serial == "S1"


def test_a_count_of_full_length_is_never_split_either():
    assert refusal(f"{HEAD}371234567810A") == "E-GS1-03"


def test_a_lot_that_is_not_of_the_articles_pattern_means_the_separator_is_lost():
    """T93."""
    known = Supplier(lot_regex="[A-Z]{3}")
    assert refusal(f"{HEAD}10ABC21S1", known=known) == "E-GS1-03"
    assert read(f"{HEAD}10ABC|21S1", known=known).lot == "ABC"


def test_a_broken_pattern_in_the_master_data_asks_for_confirmation_instead_of_failing():
    code = read(f"{HEAD}10ABC", known=Supplier(lot_regex="[A-Z"))
    assert (code.lot, code.lot_unsure) == ("ABC", True)


@pytest.mark.parametrize("pattern", ["((a+)+)+$", "(.*" + ".*" * 20 + ")*#", "(a|aa)+$", r"(\w+\s?)*$"])
def test_a_pattern_an_older_release_took_never_stops_the_scans(pattern, caplog):
    """Each of them kept ``re`` busy for seconds to hours; now no lot is held against it, and a person
    confirms what was scanned.
    """
    lot_patterns.usable.cache_clear()
    for _ in range(3):
        code = read(f"{HEAD}10{'a' * 19}!", known=Supplier(lot_regex=pattern))
        assert (code.lot, code.lot_unsure) == ("a" * 19 + "!", True)
    assert [record.args[0] for record in caplog.records] == [pattern], "said once, not at every scan"


def test_a_serial_that_may_have_swallowed_the_lot_must_be_confirmed_too():
    code = read(f"{HEAD}21S110ABC")
    assert (code.serial, code.lot_unsure) == ("S110ABC", True)


@pytest.mark.parametrize(
    "raw", [f"{HEAD}10ABC", f"{HEAD}10ABC{GS}17270101", f"{HEAD}1727010110ABC", "(01)" + GTIN + "(10)ABC21S1"]
)
def test_a_plain_lot_needs_no_confirmation(raw):
    assert read(raw).lot_unsure is False


def test_fixed_fields_need_no_separator_but_may_have_one():
    for raw in (f"{HEAD}1727010110AB", f"{HEAD}{GS}17270101{GS}10AB{GS}"):
        code = read(raw)
        assert (code.expires_on, code.lot) == (date(2027, 1, 1), "AB")


# --- dates --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("six", "day"), [("270200", date(2027, 2, 28)), ("280200", date(2028, 2, 29))])
def test_day_00_is_the_last_day_of_the_month(six, day):
    """T8."""
    assert read(f"{HEAD}17{six}").expires_on == day


def test_production_and_expiry_come_from_their_own_fields():
    code = read(f"{HEAD}1126010117270101")
    assert (code.produced_on, code.expires_on, code.dates_differ) == (
        date(2026, 1, 1),
        date(2027, 1, 1),
        False,
    )


@pytest.mark.parametrize("tail", ["1527010117270201", "1727020115270101"])
def test_of_two_different_expiries_the_earlier_counts(tail):
    code = read(HEAD + tail)
    assert (code.expires_on, code.dates_differ) == (date(2027, 1, 1), True)


def test_two_equal_expiries_do_not_differ():
    assert read(f"{HEAD}1527010117270101").dates_differ is False


@pytest.mark.parametrize("six", ["270230", "270431", "271301", "270001", "270132"])
def test_a_day_that_does_not_exist_is_named_and_left_to_a_person(six):
    code = read(f"{HEAD}17{six}10AB")
    assert (code.sku_id, code.expires_on, code.lot) == (7, None, "AB")
    assert [(said, facts["text"]) for said, facts in code.faults] == [
        ("W-LBL-DATE", f"{six[:2]}-{six[2:4]}-{six[4:]}")
    ]


def test_a_date_of_letters_is_a_label_that_cannot_be_read():
    assert refusal(f"{HEAD}172701AB") == "E-GS1-07"


# --- check digits -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "raw",
    [
        "0106901234567893",
        "010690123456789310A",
        "(01)06901234567893(10)A",
        "00123456789012345674",
        HEAD + "4101234567890129",
    ],
)
def test_a_wrong_check_digit_is_refused(raw):
    assert refusal(raw) == "E-GS1-02"


def test_a_pallet_label_is_an_sscc():
    code = read("00123456789012345675", Kind.PALLET)
    assert (code.kind, code.text) == (Kind.SSCC, "123456789012345675")


def test_a_carriers_number_that_looks_like_a_pallet_label_stays_the_carriers():
    number = "00123456789012345674"
    assert read(number, Kind.WAYBILL, known=Supplier(waybill=number)).kind is Kind.WAYBILL
    assert read(number, Kind.PRODUCT, known=Supplier(waybill=number)).kind is Kind.WAYBILL


# --- forms --------------------------------------------------------------------------------------


def test_the_printed_form_with_brackets_can_be_typed():
    code = read(f"(01){GTIN}(17)270200(10)ABC(21)S1")
    assert (code.sku_id, code.expires_on, code.lot, code.serial) == (7, date(2027, 2, 28), "ABC", "S1")


@pytest.mark.parametrize("aim", ["]C1", "]d2", "]Q3", "]e0"])
def test_the_scanners_symbol_mark_is_taken_off(aim):
    assert read(f"{aim}{HEAD}10ABC").lot == "ABC"


def test_contents_and_count_are_accepted_without_a_pallet_number():
    code = read(f"02{GTIN}3710")
    assert (code.sku_id, code.count) == (7, 10)


def test_weights_and_other_fields_are_skipped():
    assert read(f"{HEAD}310300012510AB").lot == "AB"


def test_digits_of_other_scripts_are_not_digits():
    assert refusal(f"{HEAD}37٣") == "E-GS1-03"
