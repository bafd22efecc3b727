"""What strangers may read on a parcel (GB/T 41833-2022, P19)."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from station.outbound.orders.masking import mask_address, mask_name, mask_note, mask_phone
from tests.patience import until

quick = settings(deadline=None, derandomize=True)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("张三丰", "张*丰"),
        ("张三", "张*"),
        ("张", "*"),
        (" 欧阳小明 ", "欧**明"),
        ("张\u200b", "*"),
        ("", ""),
    ],
)
def test_at_least_one_character_of_the_name_is_hidden(name, shown):
    """T60."""
    assert mask_name(name) == shown


def test_a_mobile_number_hides_six_digits():
    """T60."""
    assert mask_phone("13812345678") == "138******78"


@pytest.mark.parametrize(
    "phone",
    [
        "13812345678",
        "+86 138 1234 5678",
        "0571-87654321",
        "87654321",
        "8765432",
        "１３８１２３４５６７８",
        "13812345678转1234",
        "一三八一二三四五六七八",
    ],
)
def test_every_phone_hides_at_least_six_digits(phone):
    """T60."""
    masked = mask_phone(phone)
    assert masked.count("*") >= 6
    assert len(masked) == len(phone)


@given(st.text("0123456789０１２-+ 转", max_size=25))
@quick
def test_six_digits_or_all_of_them_are_hidden(phone):
    digits = sum(char.isdigit() for char in phone)
    assert mask_phone(phone).count("*") >= min(6, digits)


@pytest.mark.parametrize(
    ("address", "secrets"),
    [
        ("文三路阳光花园3号楼2单元1502室", ["3号楼", "2单元", "1502"]),
        ("文三路阳光花园3栋1502", ["3栋", "1502"]),
        ("阳光花园3幢二单元502", ["3幢", "二单元", "502"]),
        ("阳光花园3号楼1502，放门口丰巢柜", ["3号楼", "1502"]),
        ("阳光花园３号楼１５０２室", ["３", "１５０２"]),
        ("A座1502室", ["A座", "1502"]),
        ("阳光花园3-2-1502", ["1502", "3-2"]),
        ("阳光花园5#1502", ["1502"]),
        ("阳光花园十二号楼三单元", ["十二", "三单元"]),
        ("阳光花园1502房", ["1502"]),
        ("阳光花园1502 室", ["1502"]),
        ("阳光花园1502，放门口", ["1502", "15"]),
        ("文三路12号阳光花园502 张三收", ["502"]),
        ("**502，放门口", ["50"]),
        ("阳光花园1502路边店", ["1502"]),
        ("阳光花园三号楼一五零二", ["三号", "一五零二"]),
        ("一五零二室", ["一五", "零二"]),
        ("阳光花园①号楼甲单元", ["①", "甲"]),
        ("阳光小区2门3/401", ["2门", "401"]),
        ("Room 1502, Building 3", ["1502", "3"]),
    ],
)
def test_building_unit_and_room_are_hidden(address, secrets):
    """T60."""
    masked = mask_address(address)
    assert "*" in masked
    assert [secret for secret in secrets if secret in masked] == []


def test_the_street_and_the_estate_stay_readable():
    masked = mask_address("文三路阳光花园3号楼2单元1502室")
    assert masked.startswith("文三路阳光花园")
    assert masked.endswith("室")


@pytest.mark.parametrize(
    ("address", "place"),
    [("318国道旁阳光花园3号", "318国道"), ("中山路123弄5号502", "123弄"), ("阳光花园二期3区1502", "二期3区")],
)
def test_roads_and_quarters_everybody_knows_stay_readable(address, place):
    assert place in mask_address(address)


def test_an_address_without_numbers_still_hides_its_end():
    assert mask_address("幸福村老槐树旁张家").endswith("*")
    assert mask_address(" 幸福村老槐树旁张家\n").endswith("*")
    assert mask_address("村") == "*"
    assert mask_address("") == ""


@given(st.text("文路号楼单元室房栋幢座0123456789０１AB一二-# ，", max_size=40))
@quick
def test_no_number_before_a_room_or_a_unit_survives(address):
    masked = mask_address(address)
    for marker in ("单元", "室", "房", "栋", "幢", "号楼"):
        for part in masked.split(marker)[:-1]:
            assert not part.rstrip()[-1:].isdigit()


@given(st.text("文花园口，（） 放12345678９B一五零", max_size=40))
@quick
def test_no_room_number_survives_wherever_it_stands(address):
    """T60: 阳光花园1502，放门口 names no 室."""
    shown = mask_address(address)
    assert re.search(r"\d{2}", shown) is None
    assert re.search("[一五零]{3}", shown) is None


@given(st.text(max_size=60))
@quick
def test_any_text_is_safe_and_never_shown_whole(text):
    assert "*" in mask_address(text) or not text.strip()
    assert "*" in mask_name(text) or not "".join(filter(str.isprintable, text)).strip()
    assert len(mask_phone(text)) == len(text)


@pytest.mark.parametrize("piece", ["A", "1", "一", "A-", "-", " ", "1 ", "** ", "号"])
def test_a_very_long_address_does_not_hold_up_the_bench(piece):
    """Four times the text is about four times the work, not sixteen times; nobody else's work counts."""

    def cost(times: int) -> float:
        began = time.thread_time()
        mask_address(piece * times + "x")
        return time.thread_time() - began

    until(lambda: cost(80_000) < 9 * cost(20_000), "it takes more than in proportion")


@pytest.mark.parametrize(
    ("note", "shown"),
    [
        ("请打 13812345678 李先生", "请打 138******78 李先生"),
        ("tel 138-1234-5678", "tel 138-****-**78"),
        ("0571 8888 1234 转 8", "057* **** **34 转 8"),
        ("放丰巢 3 号柜, 2026 年货", "放丰巢 3 号柜, 2026 年货"),
        ("", ""),
    ],
)
def test_phone_numbers_in_notes_are_hidden(note: str, shown: str) -> None:
    """P19: the free words on slip and waybill give nobody's number away."""
    assert mask_note(note) == shown
