"""Where an order goes, on its papers: each part once, whole, in letters that the machine has."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from printers import layouts
from printers.documents import PackingLine, PackingSlip, Waybill
from printers.errors import LayoutError
from printers.media import ALLOWED
from station.outbound.orders import place
from station.outbound.orders.auditing import blocks
from station.outbound.orders.models import DeliveryOrder
from station.settings import Settings

SETTINGS = Settings(data=Path("nowhere"))
LONG = (
    "广东省深圳市南山区粤海街道科技园南区高新南七道数字技术园B1栋5楼501室靠近电梯口右手边第二间请打电话联系收件人"
    "勿放丰巢快递柜谢谢配合工作日送达周末送到前台并请提前一小时电话通知收件人以便安排人员下楼签收非常感谢"
)


def order_to(address: str, *region: str, name: str = "张三丰", note: str = "") -> DeliveryOrder:
    province, city, district = (*region, "", "", "")[:3]
    return DeliveryOrder(
        is_paid=True, buyer_note="", seller_note=note, wants_invoice=False, invoice=None, shop="",
        receiver_name=name, receiver_phone="13812345678", address=address,
        province=province, city=city, district=district,
    )  # fmt: skip


def papers(order: DeliveryOrder) -> list[Waybill | PackingSlip]:
    whom = place.receiver(order)
    return [
        Waybill("ZTO000000000001", "中通快递", note=order.seller_note, **whom),
        PackingSlip("DO1", (PackingLine("商品", "", 1, is_gift=False),), **whom),
    ]


@pytest.mark.parametrize(
    ("address", "region", "seen"),
    [
        (LONG, ("广东省", "深圳市", "南山区"), "广东省深圳市南山区 粤海街道"),
        ("广东深圳南山区科技园", ("广东省", "深圳市", "南山区"), "广东省深圳市南山区 科技"),
        ("海淀区中关村大街", ("北京市", "北京市", "海淀区"), "北京市海淀区 中关村"),
        ("文三路", ("浙江省", "杭州市", "西湖区"), "浙江省杭州市西湖区 文三"),
        ("市南区香港中路", ("山东省", "青岛市", "市南区"), "山东省青岛市市南区 香港"),
        ("南京东路", ("上海市", "", ""), "上海市 南京"),
        ("5 High Street", (), "** High Street"),
    ],
)
def test_province_and_city_stand_once(address: str, region: tuple[str, ...], seen: str) -> None:
    assert place.receiver(order_to(address, *region))["receiver_address"].startswith(seen)


@pytest.mark.parametrize("media", ["waybill_76x130", "waybill_100x150", "waybill_100x180"])
def test_a_long_address_is_on_the_waybill_to_its_last_letter(media: str) -> None:
    order = order_to(LONG, "广东省", "深圳市", "南山区", note="请小心轻放，易碎品")
    (page,) = layouts.compose(papers(order)[0], media)
    shown = "".join(placed.content for placed in page.placed)
    assert "签收非常感谢" in shown
    assert shown.count("广东省") == 1
    assert not any(placed.is_cut for placed in page.placed)
    assert blocks(order, SETTINGS, has_inactive=False) == []


def test_what_no_waybill_holds_is_held_before_the_wave() -> None:
    order = order_to("很长" * 100, "省" * 40, "市" * 40, "区" * 40, note="说明" * 200)
    (reason,) = blocks(order, SETTINGS, has_inactive=False)
    assert reason == "L-HELD-LONG"


@pytest.mark.parametrize("media", ALLOWED["packing_slip"])
@pytest.mark.parametrize("letter", ["超", "W"])
def test_a_slip_shows_whole_what_an_order_may_say_at_most(letter: str, media: str) -> None:
    slip = PackingSlip(
        do_no="DO26112700001",
        lines=(PackingLine(letter * 200, letter * 100, 9999, is_gift=True),) * 3,
        shop_name=letter * 80,
        platform_no=letter * 60,
        buyer_note=letter * 400,
        receiver_name="王**",
        receiver_phone="138****1234",
        receiver_address=letter * 200,
    )
    assert layouts.render(slip, media)


@pytest.mark.parametrize("name", ["𠮷田䶮", "㙍𬭎", "محمد علي", "דוד כהן", "สมชาย ใจดี", "王😀明", "Łukasz"])
def test_names_of_any_script_go_out(name: str) -> None:
    order = order_to("文三路100号", name=name)
    assert blocks(order, SETTINGS, has_inactive=False) == []
    for paper in papers(order):
        assert layouts.render(paper)


def test_letters_no_font_has_hold_the_order_with_their_name() -> None:
    order = order_to("文三路100号", name="王\ue000")
    assert blocks(order, SETTINGS, has_inactive=False) == ["L-HELD-FONT \ue000 U+E000"]
    assert blocks(order_to("x"), SETTINGS, has_inactive=False, goods=["酱\ue001"]) != []
    with pytest.raises(LayoutError, match="No font of this machine"):
        layouts.render(Waybill("ZTO000000000001", "中通快递", receiver_name="王\ue000"))


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=80)


@settings(deadline=None, max_examples=12)
@given(name=TEXT, address=TEXT, note=st.text(max_size=60))
def test_any_text_goes_out_whole_or_is_named(name: str, address: str, note: str) -> None:
    order = order_to(address, name=name, note=note)
    if place.faults(order, ()):
        return
    for paper in papers(order):
        layouts.render(paper)
