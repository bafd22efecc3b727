"""The columns of a file of articles, whether the office drops it into its folder or somebody brings it to
the desk.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from station.catalog.articles import FIELDS, Barcode, Wanted
from station.ground.spreadsheets.barcodes import barcodes as several
from station.ground.spreadsheets.cells import code, flag, one_of, pattern, text
from station.ground.spreadsheets.columns import Column
from station.ground.spreadsheets.numbers import CUBIC_CM, DAYS, GRAMS, measure, money, number
from station.ground.spreadsheets.reasons import BadCell

_days = number(0, 9999, DAYS)
_packs = number(0, 9999)
_CLASS = re.compile(r"[A-Z0-9]{1,10}")


def _class(value: str, _zone: ZoneInfo) -> str:
    """A class of goods as halls name it: capital letters and figures."""
    word = unicodedata.normalize("NFKC", value).strip().upper()
    if not _CLASS.fullmatch(word):
        raise BadCell("E-ERP-20", "LIQUID COLD A-Z0-9")
    return word


ARTICLE = (
    Column("sku_code", "商品编码/货号", "our article number", code(40), "S0001", "code"),
    Column("name_zh", "中文名/商品名称", "name in Chinese", text(200), "有机燕麦片"),
    Column("name_en", "英文名", "name in English", text(200), "Organic oats"),
    Column("spec", "规格", "size, colour", text(100), "1kg"),
    Column("unit", "单位", "name of one unit", text(20), "件"),
    Column("barcode", "条码/商品条码", "barcode of one unit, several with ;", several, "6900000000014"),
    Column("inner_barcode", "内包条码", "barcode of an inner pack", several, "26900000000018"),
    Column("case_barcode", "箱码", "barcode of a case", several, "16900000000011"),
    Column("inner_per_case", "每箱内包数：0 为没有", "inner packs in a case, 0 none", _packs, "2"),
    Column("case_qty", "箱规：每箱单件数", "units in a case", number(1), "12"),
    Column("gross_g", "毛重克：单件, 整克", "whole grams of one unit", measure(GRAMS, 1_000_000), "1080"),
    Column(
        "volume_cm3",
        "体积：单件, 立方厘米",
        "cubic centimetres of one unit",
        measure(CUBIC_CM, 10_000_000),
        "2400",
    ),
    Column("is_valuable", "贵重：是/否", "valuable: yes or no", flag, "否"),
    Column("is_serial", "序列号管理：是/否", "has serial numbers: yes or no", flag, "否"),
    Column("is_lot", "批次管理：是/否", "has lot numbers: yes or no", flag, "是"),
    Column("lot_regex", "批号格式：如 L[0-9]{6}", "what its lots look like", pattern, "L[0-9]{6}"),
    Column("is_shelf_life", "效期管理：是则必填保质期", "dated: then shelf_life_n is needed", flag, "是"),
    Column("shelf_life_n", "保质期：天数或月数", "shelf life in days or months", number(1, 9999), "360"),
    Column("shelf_life_unit", "保质期单位：D 天, M 月", "D days, M months", one_of("D", "M"), "D"),
    Column("reject_days", "禁收天数：剩余少于此不收", "days that must be left to receive", _days, "240"),
    Column("lockup_days", "禁售天数：剩余少于此不发", "days that must be left to ship", _days, "60"),
    Column("advent_days", "临期天数：剩余少于此预警", "days left when near expiry", _days, "90"),
    Column(
        "goods_class",
        "存放类别：如 LIQUID 液体, COLD 冷藏",
        "storage class, such as LIQUID, COLD",
        _class,
        "",
    ),
    Column("abc", "ABC：周转分类", "turnover class A, B or C", one_of("A", "B", "C"), "B"),
    Column(
        "item_type",
        "类型：NORMAL 正品, GIFT 赠品, PACKAGING 包材",
        "NORMAL, GIFT or PACKAGING",
        one_of("NORMAL", "GIFT", "PACKAGING"),
        "NORMAL",
    ),
    Column("price", "价格：元", "yuan of one unit", money, "9.90", "price_fen"),
    Column("is_active", "在用：是/否, 默认是", "still sold: yes or no, yes if left out", flag, "是"),
)
NEEDS = frozenset({"sku_code"})
"""An article that is new needs a name as well; of one that is known a file may say as little as it likes."""
CODES = ("barcode", "inner_barcode", "case_barcode")
_LEVELS = dict(zip(CODES, ("EACH", "INNER", "CASE"), strict=True))


def contradictions(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What one row says against itself: (column, code of the reasons)."""
    inner, case_qty = values.get("inner_per_case", 0), values.get("case_qty")
    if CODES[2] in values and case_qty is None:
        yield "case_qty", "E-ERP-07"
    if CODES[1] in values and not inner:
        yield "inner_per_case", "E-ERP-07"
    elif CODES[1] in values and case_qty is None:
        yield "case_qty", "E-ERP-07"
    if inner and case_qty is not None and case_qty % inner:
        yield "inner_per_case", "E-ERP-25"
    seen: set[str] = set()
    for name in CODES:
        own = values.get(name, ())
        if seen.intersection(own):
            yield name, "E-ERP-23"
        seen.update(own)


def barcodes(values: Mapping[str, Any]) -> list[Barcode]:
    """The barcodes of one row, each with its level and how many EACH a scan of it means."""
    case_qty, inner = values.get("case_qty", 1), values.get("inner_per_case", 0)
    qty = {"EACH": 1, "INNER": case_qty // (inner or 1), "CASE": case_qty}
    return [
        Barcode(code, level, qty[level]) for name, level in _LEVELS.items() for code in values.get(name, ())
    ]


_SAID = {column.field or column.name: column.name for column in ARTICLE}


def wanted_of(values: Mapping[str, Any], present: Collection[str]) -> Wanted:
    """What one row says of an article: of a column that is not `present` nothing, of an empty cell that it is
    empty. No article is without a name, so that an empty name says nothing.
    """
    return Wanted(
        values["sku_code"],
        {
            name: values.get(_SAID[name], empty)
            for name, empty in FIELDS.items()
            if name in _SAID and _SAID[name] in present and (name != "name_zh" or "name_zh" in values)
        },
        barcodes(values),
        frozenset(level for name, level in _LEVELS.items() if name in present),
        values.get("inner_per_case", 0) if "inner_per_case" in present else None,
    )
