"""Why a file is not taken: code → (中文, English), and one finding with its place.

The office reads these in ``rejected/NAME.reason.csv``, people at the desk on the page. Codes keep their
meaning for ever; a reason that a worker hears too is one of the catalogue.
"""

from __future__ import annotations

from dataclasses import dataclass

from printers.reasons import in_both
from station.ground.words.messages import catalogue, say

MOST_PROBLEMS = 50
"""Findings listed for one file: who mends fifty looks again anyway."""

NOT_APPLICABLE = "E-ERP-90"
"""The database side refuses a document; the detail says why."""

LATE, UNMAPPED, UNKNOWN_SKU, OTHER_SOURCE, NOT_UNDERSTOOD = (
    "E-ERP-91",
    "E-ERP-92",
    "E-ERP-93",
    "E-ERP-94",
    "E-ERP-95",
)
OTHER_CONTENT = "E-ERP-45"
"""One version of a document says two different things."""

NO_CARRIER, NO_ORDER = "E-ERP-96", "E-ERP-97"
WAITING = frozenset({UNMAPPED, UNKNOWN_SKU, NO_CARRIER, NO_ORDER})
"""Problems that may solve themselves when something else arrives: tried again without a person."""

REASONS: dict[str, tuple[str, str]] = {
    "E-ERP-01": (
        "文件名不认识 (products suppliers notices cancel_notices orders waybills cancels), 或先在桌面对列",
        "unknown file name (products suppliers notices cancel_notices orders waybills cancels); map it first",
    ),
    "E-ERP-02": (
        "文件读不了或已损坏, 请重新导出, 或用 Excel / WPS 打开后另存为 XLSX",
        "the file cannot be read or is damaged: export it again, or open it and save it as XLSX",
    ),
    "E-ERP-03": ("文件太大, 请拆成几个文件", "the file is too large, split it into several"),
    "E-ERP-04": (
        "列名不认识: 请改成模板的列名, 删掉该列, 或在桌面对列",
        "unknown column: use the template's header, delete the column, or map the file at the desk",
    ),
    "E-ERP-05": (
        "缺少必填列: 请加上, 或在桌面对列",
        "a required column is missing: add it, or map the file at the desk",
    ),
    "E-ERP-06": (
        "此行格数与表头不符: 内容里有分隔符时请加引号, 或存为 XLSX",
        "this row has more or fewer cells than the header: quote texts with separators, or save as XLSX",
    ),
    "E-ERP-07": ("必填项为空, 请填写", "a required value is missing, fill it in"),
    "E-ERP-08": ("不是整数, 请写如 12", "not a whole number, write 12"),
    "E-ERP-09": ("数字超出范围", "number out of range"),
    "E-ERP-10": ("日期不对, 请写 2026-01-31", "not a date, write 2026-01-31"),
    "E-ERP-11": ("时间不对, 请写 2026-01-31 09:30", "not a time, write 2026-01-31 09:30"),
    "E-ERP-12": ("应为 是/否", "write yes or no"),
    "E-ERP-13": ("文字太长, 请缩短", "text too long, shorten it"),
    "E-ERP-14": (
        "含有控制字符或不可见字符, 请删掉重新输入",
        "control or invisible characters in the text: delete and type it again",
    ),
    "E-ERP-15": ("金额不对, 请写 12.50", "not an amount, write 12.50"),
    "E-ERP-16": (
        "编码被 Excel 改成数字或公式, 请把该列设为文本格式重新填写",
        "Excel turned the code into a number or formula: format the column as text and enter it again",
    ),
    "E-ERP-17": (
        "同一单据行号重复, 请每行一个号, 或不要这一列",
        "the same line key twice in a document: number the lines, or leave the column out",
    ),
    "E-ERP-18": (
        "同一单据的表头在各行不一致, 请改成一样",
        "header values differ between rows of the same document: make them the same",
    ),
    "E-ERP-19": ("没有数据行", "no rows"),
    "E-ERP-20": ("取值不在允许范围内", "not one of the allowed values"),
    "E-ERP-21": ("同一列出现两次, 请删掉一列", "the same column twice, delete one"),
    "E-ERP-22": ("同一单据在文件中出现两次, 请删掉一行", "the same document twice in the file, delete one"),
    "E-ERP-23": ("同一商品条码重复", "the same barcode twice for one article"),
    "E-ERP-24": (
        "Excel 公式错误, 请改公式或直接写值",
        "the error of an Excel formula: mend the formula or write the value",
    ),
    "E-ERP-25": ("箱规不能被内包数整除", "a case does not divide into its inner packs"),
    "E-ERP-26": (
        "批号格式不能用: 只写字符, [A-Z0-9] \\d 这样的字符集, 次数 {6} {2,4} + * ?; 次数不套次数",
        "no lot pattern: use characters, sets like [A-Z0-9] or \\d and counts like {6}; no count of groups",
    ),
    "E-ERP-27": (
        "文字编码认不出 (不是 UTF-8, UTF-16 或 GB18030), 请另存为 XLSX 或 CSV UTF-8",
        "unknown encoding (neither UTF-8, UTF-16 nor GB18030): save it as XLSX or CSV UTF-8",
    ),
    "E-ERP-28": (
        "面单文件不能用, 请让快递或 ERP 重新生成",
        "the label's file cannot be used, have the carrier or the ERP make it anew",
    ),
    "E-ERP-29": (
        "打开此文件要花太多时间或内存, 请拆成几个文件",
        "opening the file takes too much time or memory, split it into several",
    ),
    "E-ERP-30": (
        "此行有合并单元格, 被合并的格子里没有内容: 请取消合并, 每行都填写",
        "merged cells in this row hold nothing: split them and fill in every row",
    ),
    "E-ERP-32": ("日期有两种读法, 请写 2026-01-31", "the date can be read in two ways, write 2026-01-31"),
    "E-ERP-33": (
        "请用半角字符, 编码用大写字母",
        "write it in ordinary half-width characters, codes in capital letters",
    ),
    "E-ERP-34": (
        "数字有两种读法, 请不写千位分隔符",
        "the number can be read in two ways, write it without a thousands separator",
    ),
    "E-ERP-35": (
        "不认识数量后面的单位, 请换算成单件数 (重量写克), 只写数字",
        "an unknown unit behind the number: convert it to pieces (weights to grams), write the number alone",
    ),
    "E-ERP-37": (
        "一格里有几个条码分不开, 请用分号隔开或分列填写",
        "several barcodes in a cell that cannot be told apart: put semicolons between them",
    ),
    "E-ERP-39": (
        "此行的引号不成对或一格太长, 请去掉引号, 或存为 XLSX",
        "the quotes of this row do not match or a cell is too long: take the quotes out, or save as XLSX",
    ),
    "E-ERP-40": (
        "公式没有算出结果, 请用 Excel / WPS 打开保存一次, 或直接写值",
        "a formula without its result: open the file in Excel or WPS and save it, or write the value",
    ),
    "E-ERP-41": ("文件有密码, 请去掉密码再存一次", "the file has a password: take it off and save it again"),
    "E-ERP-42": (
        "几个工作表都像数据表, 请每个工作表存一个文件",
        "several sheets could be meant: save each as a file of its own",
    ),
    "E-ERP-43": (
        "问题单据太多, 整个文件退回: 请看前几条, 改好再放",
        "too many bad documents, the whole file is returned: mend what is named first and drop it again",
    ),
    "E-ERP-44": (
        "合并单元格里的数量分不到各行, 请取消合并, 每行都填写",
        "a merged quantity belongs to no row: split the cells and fill in every row",
    ),
    "E-ERP-45": (
        "此单号的内容变了, 版本没变: 现有内容先停下等人确认; 确认用新内容请写更大的版本号",
        "other content under the same number and version: held for a person; a higher version replaces it",
    ),
    "E-ERP-46": (
        "同一平台单号已有另一张订单, 先停下等人确认",
        "another order has the same platform number: held for a person",
    ),
    "E-ERP-47": (
        "列名和存好的对列都不一样, 请在桌面重新对列",
        "its headers fit no mapping that is kept: map the file at the desk",
    ),
    "E-ERP-49": (
        "箱码不是正确的18位SSCC, 请核对",
        "not a right SSCC of 18 digits: check it",
    ),
    NOT_APPLICABLE: ("单据不能接收", "the document cannot be taken over"),
    LATE: ("更改来得太晚, 作业已开始", "the change came too late, work on it has begun"),
    NO_CARRIER: (
        "没有这个快递, 请先在快递公司里添加, 或在对列里换词",
        "there is no such carrier: add it under Carriers, or say in the mapping what the word means",
    ),
    NO_ORDER: ("没有这张订单, 请先发订单", "there is no such order: send the order first"),
    UNMAPPED: ("对照表里还没有这个词", "a word that is not in the mapping yet"),
    UNKNOWN_SKU: ("商品还没有同步过来", "an article that has not arrived yet"),
    OTHER_SOURCE: ("此单号属于另一个系统", "the number belongs to another system"),
    NOT_UNDERSTOOD: ("单据内容看不懂", "the document cannot be understood"),
}


EMPTIED, SHARED_CODE = "N-ERP-08", "N-ERP-12"
NOTES: dict[str, tuple[str, str]] = {
    "N-ERP-01": ("读的是工作表", "read from the sheet"),
    "N-ERP-02": ("表头在这一行, 上面的行没有读", "the header stands in this row, those above were not read"),
    "N-ERP-03": ("合并单元格已往下填", "merged cells were filled down, rows"),
    "N-ERP-04": (
        "订单信息只写在第一行, 以下各行照填",
        "order data in the first row only was taken for the rows below",
    ),
    "N-ERP-05": ("这一行不是数据, 没有读", "this row is no data and was not read"),
    "N-ERP-06": ("被筛选隐藏的行也读了, 行数", "rows hidden by a filter were read as well, how many"),
    "N-ERP-07": ("没有用到的列", "columns that were not used"),
    "N-ERP-08": ("清空了", "emptied"),
    "N-ERP-09": ("没有行号, 已按顺序编号", "lines had no number and got one in their order"),
    "N-ERP-10": ("按状态跳过的行数", "rows left out by their state, how many"),
    "N-ERP-11": ("照这个对列读的", "read by this mapping"),
    "N-ERP-13": (
        "条码校验位不对, 照收; 请照实物核对",
        "the barcode's check digit does not fit; it was taken, compare it with the goods",
    ),
    "N-ERP-14": ("条码格子已整理为", "the cell was read as these barcodes"),
    "N-ERP-15": (
        "此行的引号不成对, 引号照原样留在文字里",
        "the quotes of this row do not match and were kept as text",
    ),
    "N-ERP-12": ("同一条码还属于别的商品", "another article has the same barcode"),
}
"""What was done with a file beyond plain reading, and is told: nothing of it needs mending."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding. `row` counts as Excel does (the header is row 1); None means the whole file. `cell` is the
    address that a spreadsheet shows, such as C7.
    """

    row: int | None
    column: str
    value: str
    code: str
    detail: str = ""
    cell: str = ""

    @property
    def reason(self) -> tuple[str, str]:
        """What is wrong, in Chinese and in English: of the reasons here, or of the catalogue."""
        zh, en = REASONS.get(self.code) or NOTES.get(self.code) or _said(self.code)
        said = in_both(self.detail)
        return (f"{zh}: {said['zh']}", f"{en}: {said['en']}") if self.detail else (zh, en)


def _said(code: str) -> tuple[str, str]:
    if code not in catalogue():
        return REASONS[NOT_APPLICABLE]
    text = say(code)
    return text["zh"], text["en"]


class BadCell(Exception):
    """A cell that does not say what its column wants; `code` is one of `REASONS`."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code)
        self.code, self.detail = code, detail


class BadFile(Exception):
    """A file that is no table; its problems say why and where."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(", ".join(f"{item.code} row {item.row}" for item in problems[:3]))
        self.problems = problems

    @classmethod
    def because(cls, code: str, row: int | None = None, detail: str = "") -> BadFile:
        """One finding about the whole file or one row of it."""
        return cls(Problem(row, "", "", code, detail))
