"""What must stand on each paper, in which language, and what must not."""

import dataclasses
import itertools
import re
from typing import Any, Literal

import pytest
import zxingcpp

from printers import layouts
from printers.canvas import Page, Placed
from printers.documents import KINDS, CountLine, Document, TestPage, from_data, to_data
from printers.errors import BadDocument
from printers.media import ALLOWED, MEDIA
from tests.printers.samples import (
    ACCEPTANCE,
    ADJUSTMENT,
    COUNT,
    GIFT,
    GIFTS,
    INBOUND,
    KEPT,
    MANIFEST,
    MIXED_PALLET,
    PACKING,
    PALLET,
    PICK,
    REJECT,
    RETURN,
    SAMPLES,
    SORT,
    TEST,
    WAYBILL,
    filled,
)

CHINESE = re.compile("[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]")
PAPERS = [(kind, media) for kind in KINDS for media in ALLOWED[kind]]
# Papers too small for all of it.
SPARSE = {
    ("carton_label", "label_60x40"),
    ("carton_label", "waybill_76x130"),
    ("temp_label", "label_60x40"),
    ("temp_label", "waybill_76x130"),
    ("test_page", "label_40x30"),
}
# Captions of each kind on its default paper: Chinese, and what stands there in English.
CAPTIONS = {
    "carton_label": "收货标签/RECEIVED 生产日期/MADE 到期日期/EXPIRES 收货日期/Received 批号/Lot 数量/Qty 验收/QC "
    "供应商/Supplier 库区/Zone",
    "temp_label": "临时箱标/TEMPORARY 箱号/CARTON_NO. 到期/Expires 到货单/Receipt 日期/Date 作废/Void",
    "reject_label": "拒收标签/REJECTED 数量/QTY 日期/DATE 收货员/RECEIVER 原因/REASON 供应商/Supplier",
    "dock_label": "月台标/DOCK 采购单/PO 到货/Arrived 车牌/Plate 送货人/Driver 箱数/CARTONS 月台/DOCK 存入库区/ZONE",
    "acceptance_sheet": "商品验收单/ACCEPTANCE_SHEET 采购单/PO 供应商/Supplier 到货/Arrived 车牌/Plate 送货人/Driver "
    "单位/Unit 订购/Order 送货/Deliv. 实收/Recv. 拒收/Reject 赠品/Gift 差异/Diff. 批号/Lot 初验/Stage_1 "
    "结论/Verdict 拒收原因/Rejected_because 超期放行/Age_limit 理由/Reason 收货员/Receiver 质检员/Inspector "
    "录单员/Clerk 签字时间/Signed_at 第_2_联/Copy_2 页/Page",
    "inbound_slip": "入库单/INBOUND_SLIP 验收单/Acceptance 采购单/PO 供应商/Supplier 仓库/Warehouse 入库日期/Posted "
    "实收/Qty 单价/Price 金额/Amount 批次/Lot 到期/Expires 库位/Slot 合计数量/Total_qty 合计金额/Total_amount "
    "仓库主管/Supervisor 保管员/Keeper 制单/Clerk 第_2_联/Copy_2 页/Page",
    "slot_label": "库位/SLOT",
    "thing_label": "标签/LABEL",
    "label_sheet": "页/Page",
    "pallet_label": "托盘标签/PALLET 最早到期/EARLIEST_EXPIRY 收货日/Received 数量/QTY 批号/Lot 库区/Zone",
    "gift_label": "赠品_非卖品/GIFT_NOT_FOR_SALE 到期/Exp. 流水号/No.",
    "gift_register": "登记日期/Entered 供应商/Supplier 品名/Gift 生产/Made 登记人/By 领取日/Issued 领取人签/Taken_by "
    "用途/Purpose 结存/Left 标签起止号/Labels 赠品保管员/Gift_keeper 页/Page",
    "pick_list": "拣货单/PICK_LIST 拣货员/Picker 车/Cart 快递/Carrier 截单/Cut-off 路程/Way 省/saved 库位/Slot 数量/Qty 格/Cell 缺货/Short "
    "至/exp. 共/Total 页/Page",
    "sort_sheet": "播种单/SORT_SHEET 快递/Carrier 截单/Cut-off 格/Cell 共/pcs 分拣员/Sorter 页/Page",
    "packing_slip": "发货单/PACKING_SLIP 格/Cell 包裹/Parcel 店铺/Shop 平台单号/Order_no. 下单/Ordered 商品/Goods "
    "赠品/GIFT 合计/Amount 买家留言/Your_note 附言/From_us 客服/Service 退货地址/Return_to 页/Page",
    "waybill": "收/To 寄/Fr 集包地/Hub 代收/COD 保价/Insured 已验视/Inspected 格/Cell 备注/Note",
    "invoice_copy": "发票/INVOICE_COPY 发票号码/Invoice_no. 开票日期/Issued_on 购买方/Buyer 销售方/Seller 税号/tax_no. "
    "项目/Item 价税合计/Total 备注/Note 开票人/Issued_by 电子为准/electronic 页/Page",
    "manifest": "交接清单/MANIFEST 账号/Account 网点/Branch 仓库/Warehouse 日期班次/Pickup 车牌/Plate 运单号/Waybill "
    "总票数/Tickets 总件数/Pieces 总重/Weight 漏扫/Not_scanned 拦截/Intercepted 发货员/Dispatcher 揽收员/Courier "
    "交接时间/Handed_over_at 第_1_联/Copy_1 页/Page",
    "return_label": "退货/RETURN 去向/To 质检/QC",
    "count_sheet": "盘点单/COUNT_SHEET 盘点人/Counter 日期/Date 实盘数量/Counted 监盘人/Witness 第_2_盘/Count_2 页/Page",
    "adjustment": "库存调整单/STOCK_ADJUSTMENT 仓库/Warehouse 日期/Date 相关单号/Refers_to 批次/Lot 库位/Slot "
    "原因/Reason 行数/Lines 财务/Finance 仓库主管/Supervisor 制单/Made_out_by 第_2_联/Copy_2 页/Page",
    "register_sheet": "仓库/Warehouse 打印时间/Made_at 打印人/Made_by 共/Rows 页/Page",
    "test_page": "测试页/TEST_PAGE",
}


def texts(pages: list[Page]) -> list[str]:
    return [placed.content for page in pages for placed in page.placed if placed.kind == "text"]


def shown(doc: Document, media: str = "", **told: Any) -> str:
    return "\n".join(texts(layouts.compose(doc, media, **told)))


def symbol(page: Page, kind: str) -> Placed:
    (placed,) = (placed for placed in page.placed if placed.kind == kind)
    return placed


@pytest.mark.parametrize("kind", KINDS)
def test_every_caption_is_there_in_both_languages(kind: str) -> None:
    chinese, english = (shown(SAMPLES[kind], lang=lang) for lang in ("zh", "en"))
    for caption in CAPTIONS[kind].split():
        zh, en = caption.replace("_", " ").split("/", 1)
        assert zh in chinese
        assert en in english


def told_apart(doc: Document, name: str) -> Document | None:
    """The document with one field changed into something to look for; None for what is no text or figure."""
    value = getattr(doc, name)
    if isinstance(value, tuple) and value and isinstance(value[0], str):
        return dataclasses.replace(doc, **{name: ("7531",)})
    if name in KEPT | {"blank_rows", "arrow"} or isinstance(value, bool) or not isinstance(value, str | int):
        return None
    return dataclasses.replace(doc, **{name: 7531 if isinstance(value, int) else "7531"})


def with_one_line(doc: Document) -> Document:
    for field in dataclasses.fields(doc):
        value = getattr(doc, field.name)
        if isinstance(value, tuple) and value and isinstance(value[0], Document):
            doc = dataclasses.replace(doc, **{field.name: value[:1]})
    return doc


@pytest.mark.parametrize(("kind", "media"), [paper for paper in PAPERS if paper not in SPARSE])
def test_no_field_of_a_document_is_forgotten(kind: str, media: str) -> None:
    def is_shown(doc: Document) -> bool:
        return "7531" in re.sub(r"[\n.,]", "", shown(doc, media))

    doc = with_one_line(SAMPLES[kind])
    for field in dataclasses.fields(doc):
        changed = told_apart(doc, field.name)
        assert changed is None or is_shown(changed), field.name
        lines = getattr(doc, field.name)
        if not isinstance(lines, tuple) or not isinstance(lines[0], Document):
            continue
        for inner in dataclasses.fields(lines[0]):
            other = told_apart(lines[0], inner.name)
            if other is not None:
                assert is_shown(dataclasses.replace(doc, **{field.name: (other,)})), inner.name


@pytest.mark.parametrize(("kind", "media"), PAPERS)
def test_an_english_paper_has_no_chinese_of_its_own(kind: str, media: str) -> None:
    doc = filled(SAMPLES[kind], "Abc 1")
    for told in ({}, {"copy_no": 2, "printed_at": "2026-11-23 10:20"}, {"is_again": True}):
        assert CHINESE.findall(shown(doc, media, lang="en", **told)) == []
    assert CHINESE.search(shown(doc, media, lang="zh"))


@pytest.mark.parametrize("purpose", ["adjust", "scrap", "return"])
def test_every_purpose_has_its_title_and_two_who_sign(purpose: Literal["adjust", "scrap", "return"]) -> None:
    wanted = {
        "adjust": ("库存调整单", "仓库主管 Supervisor", "财务 Finance"),
        "scrap": ("报废单", "保管员 Keeper", "仓库主管 Supervisor"),
        "return": ("退供单", "保管员 Keeper", "提货人 Driver"),
    }
    found = texts(layouts.compose(dataclasses.replace(ADJUSTMENT, purpose=purpose)))
    assert set(wanted[purpose]) <= set(found)
    english = dataclasses.replace(filled(ADJUSTMENT, "Abc"), purpose=purpose)  # type: ignore[call-arg]
    assert not CHINESE.search(shown(english, lang="en"))


@pytest.mark.parametrize(
    ("doc", "changes", "zh", "en"),
    [
        (ACCEPTANCE, {"is_draft": True}, "商品验收单（草稿）", "ACCEPTANCE SHEET (DRAFT)"),
        (INBOUND, {"reverses_no": "GR26112300001"}, "入库单【红冲】", "INBOUND SLIP (REVERSAL)"),
        (REJECT, {"is_quarantine": True}, "隔离标签 QUARANTINE", "QUARANTINE"),
        (WAYBILL, {"parent_no": "YT1"}, "母单 YT1", "Parent YT1"),
        (WAYBILL, {"parent_no": "YT1"}, "子", "C"),
        (WAYBILL, {"parent_no": WAYBILL.waybill_no}, "母", "M"),
    ],
)
def test_special_cases_are_named(doc: Document, changes: dict[str, Any], zh: str, en: str) -> None:
    special = dataclasses.replace(doc, **changes)
    for lang, words in (("zh", zh), ("en", en)):
        new = {*texts(layouts.compose(special, lang=lang))} - {*texts(layouts.compose(doc, lang=lang))}
        assert any(words in text for text in new)


def test_the_sscc_is_the_lowest_symbol_of_a_pallet_and_as_gs1_wants_it() -> None:
    for dpi in (203, 300):
        (page,) = layouts.compose(PALLET, dpi=dpi)
        own, sscc = symbol(page, "code128"), symbol(page, "gs1_128")
        assert own.content == PALLET.pallet_code
        assert sscc.content == f"(00){PALLET.sscc}"
        assert sscc.y > own.y + own.h
        assert sscc.h >= 32 * page.per_mm
        assert sscc.module >= 0.495 * page.per_mm
        (words,) = (
            placed for placed in page.placed if placed.kind == "text" and placed.content == sscc.content
        )
        assert words.h >= 3 * page.per_mm


def test_a_pallet_without_sscc_has_only_our_code() -> None:
    (page,) = layouts.compose(dataclasses.replace(PALLET, sscc=""))
    assert [placed.kind for placed in page.placed if placed.kind != "text"] == ["code128"]


@pytest.mark.parametrize(
    "sscc", ["069012345000000012", "06901234500000001", "06901234500000001x", "６9012345000000011"]
)
def test_a_wrong_sscc_never_gets_on_a_pallet(sscc: str) -> None:
    with pytest.raises(BadDocument):
        dataclasses.replace(PALLET, sscc=sscc)
    with pytest.raises(BadDocument):
        from_data("pallet_label", {**to_data(PALLET), "sscc": sscc})


def test_a_mixed_pallet_says_so_and_how_much_had_no_room() -> None:
    for doc in (MIXED_PALLET, dataclasses.replace(MIXED_PALLET, sscc=PALLET.sscc)):
        found = shown(doc)
        listed = [line for line in doc.lines if f"{line.sku_code} " in found]
        assert "混托" in found
        assert 4 <= len(listed) < len(doc.lines)
        assert f"另有 {len(doc.lines) - len(listed)} 行" in found


def test_a_gift_label_is_scanned_by_its_datamatrix() -> None:
    (page,) = layouts.compose(GIFT)
    assert symbol(page, "datamatrix").content == GIFT.gift_code
    assert {"赠品 非卖品", GIFT.gift_code, f"流水号 {GIFT.serial_no}"} <= set(texts([page]))


def test_a_count_sheet_cannot_know_the_book_quantity() -> None:
    figures = [field.name for field in dataclasses.fields(CountLine) if field.type in ("int", int)]
    assert figures == []
    assert not re.search(r"账|book", shown(COUNT), re.IGNORECASE)


def test_blank_rows_are_bounded_and_take_room() -> None:
    def length(doc: Document) -> int:
        return sum(page.image.height for page in layouts.compose(doc))

    none, some = dataclasses.replace(COUNT, blank_rows=0), dataclasses.replace(COUNT, blank_rows=4)
    assert length(some) == length(none) + 4 * 10 * 8
    assert len(layouts.compose(dataclasses.replace(GIFTS, blank_rows=10**9))) < 20
    assert len(layouts.compose(dataclasses.replace(COUNT, blank_rows=-1))) == 1


@pytest.mark.parametrize("media", ALLOWED["sort_sheet"])
def test_every_put_of_a_sort_sheet_stands_beside_its_cell(media: str) -> None:
    pages = layouts.compose(SORT, media)
    puts = [(put.cell, str(put.qty)) for line in SORT.lines for put in line.puts]
    found = texts(pages)
    pairs = list(itertools.pairwise(found))
    for put in set(puts):
        assert pairs.count(put) == puts.count(put)
    assert all(cell.do_no in found for cell in SORT.cells)


def test_a_pick_list_has_a_box_to_tick_for_every_line() -> None:
    for media in ALLOWED["pick_list"]:
        (page,) = layouts.compose(PICK, media)
        x = {placed.content: placed for placed in page.placed}
        for line in PICK.lines:
            top = x[line.slot_code].y
            box = page.image.crop((x[line.slot_code].x + 100, top, page.image.width, top + 4 * page.per_mm))
            dark = [
                sum(not box.getpixel((column, row)) for column in range(box.width))
                for row in range(box.height)
            ]
            assert max(dark) >= 4 * page.per_mm, "no side of a box"


@pytest.mark.parametrize("media", ALLOWED["packing_slip"])
def test_a_figure_is_never_broken_over_two_lines(media: str) -> None:
    lines = tuple(dataclasses.replace(line, amount_fen=1234567) for line in PACKING.lines)
    pages = layouts.compose(dataclasses.replace(PACKING, lines=lines), media)
    places = [placed for page in pages for placed in page.placed if placed.content == "¥12,345.67"]
    assert len(places) == len(lines)
    assert all(placed.h <= 4 * 8 for placed in places)


@pytest.mark.parametrize(
    ("doc", "media"),
    [(ACCEPTANCE, "a4"), (ACCEPTANCE, "a5"), (MANIFEST, "a4"), (MANIFEST, "roll_80"), (INBOUND, "a5")],
)
def test_pages_are_numbered_and_the_copy_is_named_on_each(doc: Any, media: str) -> None:
    field = "parcels" if doc is MANIFEST else "lines"
    many = dataclasses.replace(doc, **{field: getattr(doc, field) * 4})
    for lang, number, copy in (("zh", "页 {}/{}", "第 {} 联 {}"), ("en", "Page {}/{}", "Copy {}: {}")):
        pages = layouts.compose(many, media, lang=lang)
        assert len(pages) > 1
        for i, page in enumerate(pages, 1):
            assert number.format(i, len(pages)) in texts([page])
            assert copy.format(doc.ply_no, doc.ply_name) in texts([page])


@pytest.mark.parametrize("media", ALLOWED["test_page"])
def test_the_test_page_tells_width_setting_and_density(media: str) -> None:
    (page,) = layouts.compose(TEST, media)
    found = texts([page])
    marks = [str(mm) for mm in range(10, MEDIA[media].print_mm, 10)]
    assert [text for text in found if text.isdecimal() and len(text) < 4] == marks
    for number in marks:
        (placed,) = (placed for placed in page.placed if placed.content == number)
        assert abs(placed.x + placed.w / 2 - int(number) * page.per_mm) <= 2 * page.per_mm
        assert page.image.getpixel((int(number) * page.per_mm, 3 * page.per_mm)) == 0
    for told in (media, "203 dpi", TEST.address):
        assert told in " ".join(found)


def test_the_test_page_has_every_symbology_where_there_is_room() -> None:
    every = {"Code128", "EAN13", "QRCode", "DataMatrix"}
    for media in ("label_100x70", "roll_80", "roll_58", "waybill_76x130", "a4", "a5"):
        (page,) = layouts.compose(TEST, media)
        codes = zxingcpp.read_barcodes(page.image.convert("L"))
        assert {code.format.name for code in codes} == every
        assert [code.symbology_identifier for code in codes].count("]C1") == 1
        assert TEST.probe_text in " ".join(texts([page]))
    for media in ("label_60x40", "label_40x30", "slot_100x50"):
        (page,) = layouts.compose(TEST, media)
        assert len(zxingcpp.read_barcodes(page.image.convert("L"))) >= 2


@pytest.mark.parametrize("media", ALLOWED["test_page"])
def test_a_long_printer_code_does_not_keep_the_test_page_away(media: str) -> None:
    (page,) = layouts.compose(TestPage("WAREHOUSE-ONE-LABEL-PRINTER-30"), media)
    assert zxingcpp.read_barcodes(page.image.convert("L"))


def test_a_return_label_shows_what_hands_need() -> None:
    found = shown(RETURN)
    for text in (
        RETURN.sku_code,
        f"×{RETURN.qty}",
        RETURN.grade,
        RETURN.destination,
        RETURN.do_no,
        RETURN.waybill_no,
    ):
        assert text in found
