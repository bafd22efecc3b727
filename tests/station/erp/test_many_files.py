"""Tables that nobody foresaw, and tables that are as large as any: each is read or refused by name (soaks)."""

from __future__ import annotations

import csv
import io
import multiprocessing
import os
import random
import resource
import sys
import time
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from sqlalchemy import func, select

from station.erp.folder import columns, mapping, ready
from station.erp.folder.columns import FILES
from station.ground.spreadsheets.columns import headings
from station.ground.spreadsheets.reading import table_of
from station.ground.spreadsheets.reasons import NOTES, REASONS, BadFile
from station.outbound.orders.models import DeliveryOrder
from station.practice.demo import goods
from station.wiring.hub import Hub
from tests.station.erp.arrivals import deliver
from tests.station.erp.test_set_aside import Desk

SHANGHAI = ZoneInfo("Asia/Shanghai")
FEW, MANY = 400, 200_000
LONGEST_S, MOST_MB = 2.0, 300
NOON = datetime(2026, 11, 27, 12, 30)  # noqa: DTZ001 — as a sheet has it
BOOKS = 0.02
"""How many of the tables are workbooks."""
ODD = [
    "", " ", "1", "2.0", "１２", "1,200", "1.200", "1,200.50", "2件", "2箱", "0.5kg", "¥12.50", "-3", "9" * 40, "6.9E+12",
    "2026-11-27", "2026年11月27日", "03/04/2026", "46353", "46353.75", "2026-11-27 09:30", "27-Nov-2026", "下午6:30",
    "是", "否", "√", "S0001", "E1", "E2", "ZTO", "中通快递", "13900001111", "'13900001111", '="123"', "=1+1", "=SUM(A1:A9)",
    "#REF!", "\t1\t", "某路1号\n3楼", "𠮷田䶮", "\u202d139\u202c", "a\u200bb", "\x00", "\x1b", '"', '"x', 'x"y"z', "合计", "备注: 好",
    "6900000000014;6900000000021", "6900 0000 00014", "AB/12", "أحمد", "😀", "x" * 300, "L[0-9", "D", "A", "JYCK",
]  # fmt: skip
ENCODINGS = ("utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-32", "latin-1", "big5")


def text_table(rnd: random.Random) -> tuple[str, bytes]:
    """A file of one of our kinds, as an honest person or a careless program might write it."""
    item = rnd.choice(list(FILES.values()))
    names = [
        rnd.choice(column.headers)
        for column in item.all_columns
        if rnd.random() < 0.6 or column.name in item.required
    ]
    rnd.shuffle(names)
    if rnd.random() < 0.1:
        names.append(rnd.choice([*ODD, names[0]]))
    examples = {head: column.example for column in item.all_columns for head in column.headers}
    odd = rnd.choice((0.0, 0.05, 0.3, 1.0))
    rows = [names]
    for _ in range(rnd.randrange(0, 8)):
        cells = [rnd.choice(ODD) if rnd.random() < odd else examples.get(name, "") for name in names]
        rows.append(cells[: rnd.randrange(len(cells) + 1)] if rnd.random() < 0.05 else cells)
    if rnd.random() < 0.2:
        rows.insert(0, [rnd.choice(["十一月订单", "", "导出时间 2026-11-27"])])
    if rnd.random() < 0.2:
        rows += [[], [rnd.choice(["合计", "备注: 谢谢", "以上订单请发货，谢谢"])]]
    return item.prefix, _book(rnd, rows) if rnd.random() < BOOKS else _written(rnd, rows)


def _book(rnd: random.Random, rows: list[list[str]]) -> bytes:
    """A workbook: numbers, times and formulas as such, cells merged, a second sheet, columns further right."""
    book = Workbook()
    sheet: Any = book.active
    for at, row in enumerate(rows, 1):
        for column, cell in enumerate(row, 1 + rnd.randrange(2)):
            text = ILLEGAL_CHARACTERS_RE.sub("", cell)
            value = rnd.choice([text, float(text)]) if text.isdecimal() and text.isascii() else text
            other_value = rnd.choice([value] * 20 + [NOON, 1.5, True, None])
            sheet.cell(at, column, other_value)
    if rnd.random() < 0.3:
        top = rnd.randrange(1, 6)
        sheet.merge_cells(
            start_row=top, end_row=top + rnd.randrange(3), start_column=1, end_column=1 + rnd.randrange(2)
        )
    if rnd.random() < 0.2:
        other: Any = book.create_sheet()
        other.append([ILLEGAL_CHARACTERS_RE.sub("", cell) for cell in rnd.choice(rows)])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _written(rnd: random.Random, rows: list[list[str]]) -> bytes:
    cut = rnd.choice(",;\t|")
    if rnd.random() < 0.1:
        body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
        text = f"<html><table>{body}</table></html>"
    elif rnd.random() < 0.2:
        text = "\n".join(cut.join(row) for row in rows)
    else:
        out = io.StringIO(newline="")
        csv.writer(out, delimiter=cut).writerows(rows)
        text = (f"sep={cut}\r\n" if rnd.random() < 0.1 else "") + out.getvalue()
    data = text.encode(rnd.choice(ENCODINGS), "replace")
    if rnd.random() < 0.05 and data:
        at = rnd.randrange(len(data))
        data = data[:at] + bytes([rnd.randrange(256)]) + data[at + rnd.randrange(2) :]
    return data


def try_one(prefix: str, data: bytes) -> str:
    """What came of a table: documents, findings that all have words, or a refusal that has."""
    item = FILES[prefix]
    try:
        table = table_of(f"{prefix}.xls", data, headings(item.all_columns))
    except BadFile as bad:
        assert bad.problems
        assert all(problem.code in REASONS for problem in bad.problems)
        return "refused"
    found = columns.parse(item, table, SHANGHAI)
    assert all(problem.code in REASONS for problem in found.findings)
    assert all(note.code in NOTES for note in found.notes)
    assert all(problem.cell for problem in found.findings if problem.row and problem.column in table.places)
    return "good" if found.documents else "findings"


def _tables(many: int, seed: int) -> Iterator[str]:
    rnd = random.Random(seed)
    for _ in range(many):
        prefix, data = text_table(rnd)
        began = time.process_time()
        yield try_one(prefix, data)
        assert time.process_time() - began < LONGEST_S, data[:200]


def test_some_tables_are_read_or_refused_by_name() -> None:
    found = list(_tables(FEW, 20261127))
    assert {"good", "findings", "refused"} <= set(found)


def soak(seed: int, many: int) -> tuple[dict[str, int], int]:
    """What came of so many tables, and the most memory (MB) that this process ever had."""
    counts: dict[str, int] = {}
    for result in _tables(many, seed):
        counts[result] = counts.get(result, 0) + 1
    return counts, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


@pytest.mark.long
@pytest.mark.skipif(sys.platform != "linux", reason="memory is counted as Linux does")
def test_many_tables_are_read_or_refused_by_name() -> None:
    """`FILES_SEED` and `FILES_MANY` choose others. In a process of its own: what other tests needed is not counted."""
    seed, many = int(os.environ.get("FILES_SEED", "1")), int(os.environ.get("FILES_MANY", MANY))
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        counts, memory_mb = pool.apply(soak, (seed, many))
    assert sum(counts.values()) == many
    assert memory_mb < MOST_MB
    print(counts, memory_mb)  # noqa: T201 — what a person wants to know of a soak


# --- as large as any ---------------------------------------------------------------------------

HEAD = [
    "订单编号",
    "订单状态",
    "收货人姓名",
    "收货地址",
    "联系手机",
    "订单付款时间",
    "商家编码",
    "宝贝总数量",
    "物流公司",
    "买家留言",
]


def large_row(at: int, order: int) -> list[str | int]:
    """One line of an order in an export of sixty columns."""
    own: list[str | int] = [
        f"26112{order:08d}", "买家已付款，等待卖家发货", f"王{order % 999}", f"浙江省 杭州市 西湖区 某路{order % 999}号",
        "13900001111", "2026-11-27 09:05:01", f"S000{at % 2 + 1}", 1 + at % 3, "中通快递", "",
    ]  # fmt: skip
    return own + [("是", "12.50", "无", at)[(at + column) % 4] for column in range(50)]


def large_file(kind: str, rows: int) -> bytes:
    """An export of so many lines, two for each order."""
    head = HEAD + [f"其他{column}" for column in range(50)]
    if kind == "csv":
        out = io.StringIO(newline="")
        csv.writer(out).writerows([head, *(large_row(at, at // 2) for at in range(rows))])
        return out.getvalue().encode("utf-8-sig")
    book = Workbook(write_only=True)
    sheet = book.create_sheet("订单")
    sheet.append(head)
    for at in range(rows):
        sheet.append(large_row(at, at // 2))
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


@pytest.mark.long
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_hundred_thousand_rows_of_sixty_columns_are_taken(hub: Hub, kind: str) -> None:
    """Tells how long it took; on the machine it was written on less than half a minute."""
    rows = int(os.environ.get("FILES_ROWS", "100000"))
    desk = Desk(hub)
    deliver(hub, "folder", *goods.products(2))
    desk.map("taobao", f"Export*.{kind}")
    data = large_file(kind, rows)
    began, worked = time.monotonic(), time.process_time()
    desk.drop(f"Export.{kind}", data)
    print(kind, len(data), f"{time.monotonic() - began:.1f} s", f"{time.process_time() - worked:.1f} s here")  # noqa: T201
    with hub.db.read() as tx:
        assert tx.scalar(select(func.count(DeliveryOrder.id))) == rows // 2
    assert desk.answer(f"done/Export.{kind}.result.csv")[-1]["result"] == "NEW"


def test_the_ready_mappings_name_columns_that_exist() -> None:
    assert all(mapping.read(code, ready.spec(code)).columns for code in ready.ORDER)
