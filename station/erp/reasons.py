"""Why a file from the office is not taken: code → (zh, en). The office reads these in the reject file."""

from __future__ import annotations

REASONS: dict[str, tuple[str, str]] = {
    "E-ERP-01": ("文件名不认识, 应以 products suppliers notices orders cancels 开头", "unknown file name: it must begin with products, suppliers, notices, orders or cancels"),
    "E-ERP-02": ("文件读不了或已损坏", "the file cannot be read or is damaged"),
    "E-ERP-03": ("文件太大", "the file is too large"),
    "E-ERP-04": ("列名不认识", "unknown column"),
    "E-ERP-05": ("缺少必填列", "a required column is missing"),
    "E-ERP-06": ("此行列数与表头不符", "this row has more or fewer cells than the header"),
    "E-ERP-07": ("必填项为空", "a required value is missing"),
    "E-ERP-08": ("不是整数", "not a whole number"),
    "E-ERP-09": ("数量超出范围", "number out of range"),
    "E-ERP-10": ("日期不对, 应为 2026-01-31", "not a date, write 2026-01-31"),
    "E-ERP-11": ("时间不对, 应为 2026-01-31 09:30", "not a time, write 2026-01-31 09:30"),
    "E-ERP-12": ("应为 是/否", "write yes or no"),
    "E-ERP-13": ("文字太长", "text too long"),
    "E-ERP-14": ("含有控制字符", "control characters in the text"),
    "E-ERP-15": ("金额不对, 应为 12.50", "not an amount, write 12.50"),
    "E-ERP-16": ("条码被 Excel 改成科学计数, 请设为文本格式", "the barcode was turned into scientific notation by Excel: format the cell as text"),
    "E-ERP-17": ("同一单据行号重复", "the same line key twice in a document"),
    "E-ERP-18": ("同一单据的表头在各行不一致", "header values differ between rows of the same document"),
    "E-ERP-19": ("没有数据行", "no rows"),
    "E-ERP-20": ("取值不在允许范围内", "not one of the allowed values"),
    "E-ERP-90": ("单据不能接收", "the document cannot be taken over"),
}
