"""Why a file is not taken: code → (中文, English), and one finding with its place.

The office reads these in ``rejected/NAME.reason.csv``, people at the desk on the page. Codes keep their
meaning for ever; a reason that a worker hears too is one of the catalogue.
"""

from __future__ import annotations

from dataclasses import dataclass

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
WAITING = frozenset({UNMAPPED, UNKNOWN_SKU})
"""Problems that may solve themselves when something else arrives: tried again without a person."""

REASONS: dict[str, tuple[str, str]] = {
    "E-ERP-01": (
        "文件名不认识: products suppliers notices cancel_notices orders waybills cancels 开头的 .csv .xlsx",
        "unknown file name: .csv, .xlsx of products suppliers notices cancel_notices orders waybills cancels",
    ),
    "E-ERP-02": ("文件读不了或已损坏", "the file cannot be read or is damaged"),
    "E-ERP-03": ("文件太大", "the file is too large"),
    "E-ERP-04": ("列名不认识", "unknown column"),
    "E-ERP-05": ("缺少必填列", "a required column is missing"),
    "E-ERP-06": ("此行列数与表头不符", "this row has more or fewer cells than the header"),
    "E-ERP-07": ("必填项为空", "a required value is missing"),
    "E-ERP-08": ("不是整数", "not a whole number"),
    "E-ERP-09": ("数字超出范围", "number out of range"),
    "E-ERP-10": ("日期不对, 应为 2026-01-31", "not a date, write 2026-01-31"),
    "E-ERP-11": ("时间不对, 应为 2026-01-31 09:30", "not a time, write 2026-01-31 09:30"),
    "E-ERP-12": ("应为 是/否", "write yes or no"),
    "E-ERP-13": ("文字太长", "text too long"),
    "E-ERP-14": ("含有控制字符或不可见字符", "control or invisible characters in the text"),
    "E-ERP-15": ("金额不对, 应为 12.50", "not an amount, write 12.50"),
    "E-ERP-16": (
        "编码被 Excel 改成数字或公式, 请把该列设为文本格式重新填写",
        "Excel turned the code into a number or formula: format the column as text and enter it again",
    ),
    "E-ERP-17": ("同一单据行号重复", "the same line key twice in a document"),
    "E-ERP-18": ("同一单据的表头在各行不一致", "header values differ between rows of the same document"),
    "E-ERP-19": ("没有数据行", "no rows"),
    "E-ERP-20": ("取值不在允许范围内", "not one of the allowed values"),
    "E-ERP-21": ("同一列出现两次", "the same column twice"),
    "E-ERP-22": ("同一单据在文件中出现两次", "the same document twice in the file"),
    "E-ERP-23": ("同一商品条码重复", "the same barcode twice for one article"),
    "E-ERP-24": ("Excel 公式错误", "the error of an Excel formula"),
    "E-ERP-25": ("箱规不能被内包数整除", "a case does not divide into its inner packs"),
    "E-ERP-26": (
        "批号格式不能用: 只写字符, [A-Z0-9] \\d 这样的字符集, 次数 {6} {2,4} + * ?; 次数不套次数",
        "no lot pattern: use characters, sets like [A-Z0-9] or \\d and counts like {6}; no count of groups",
    ),
    "E-ERP-27": ("文字编码不是 UTF-8 或 GB18030", "the text is neither UTF-8 nor GB18030"),
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
    NOT_APPLICABLE: ("单据不能接收", "the document cannot be taken over"),
    LATE: ("更改来得太晚, 作业已开始", "the change came too late, work on it has begun"),
    UNMAPPED: ("对照表里还没有这个词", "a word that is not in the mapping yet"),
    UNKNOWN_SKU: ("商品还没有同步过来", "an article that has not arrived yet"),
    OTHER_SOURCE: ("此单号属于另一个系统", "the number belongs to another system"),
    NOT_UNDERSTOOD: ("单据内容看不懂", "the document cannot be understood"),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding. `row` counts as Excel does (the header is row 1); None means the whole file."""

    row: int | None
    column: str
    value: str
    code: str
    detail: str = ""

    @property
    def reason(self) -> tuple[str, str]:
        """What is wrong, in Chinese and in English: of the reasons here, or of the catalogue."""
        zh, en = REASONS.get(self.code) or _said(self.code)
        return (f"{zh}: {self.detail}", f"{en}: {self.detail}") if self.detail else (zh, en)


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
