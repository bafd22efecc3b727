"""Whole days of the virtual crew beside a real Tryton.

Everything flows in, the crew receives, puts away, picks, packs and ships, the office cancels; afterwards
Tryton's own stock per lot, its shipments and their tracking numbers are the station's. The same on a bad
line, with Tryton killed in the middle of it, and with every message delivered twice.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from station.erp.compare import reconcile
from station.erp.compare.models import Difference
from tests.station.erp.tryton.conftest import Books, open_books
from tests.station.erp.tryton.machine import NUMBERS
from tests.station.erp.tryton.proxy import CUT, PASS, SWALLOW, Rule
from tests.station.erp.tryton.shift import CODE, Evening, Station

SHORT_DAY = {"seed": 5, "products": 6, "purchases": 2, "sales": 12, "never": 1}
BAD_DAY = {"seed": 11, "products": 16, "purchases": 6, "sales": 36, "never": 2}
EARLY = 4
"""Orders the office cancels before their goods come."""

BUTTONS = ("wait", "assign_try", "pick", "pack", "do", "receive", "write", "create", "skip")


def bad_line() -> Rule:
    """Every fifth call that changes something loses its answer, every eleventh does not arrive."""
    count = itertools.count(1)

    def fate(method: str) -> str:
        if method.rpartition(".")[2] not in BUTTONS:
            return PASS
        number = next(count)
        return CUT if number % 11 == 0 else SWALLOW if number % 5 == 0 else PASS

    return fate


def work_a_day(
    books: Books, station: Station, numbers: dict[str, int], trouble: Callable[[], None]
) -> dict[str, Any]:
    """From the first look at Tryton to the last parcel handed over."""
    with station:
        station.until(
            lambda: (
                len(station.notices()) == numbers["purchases"] and len(station.orders()) == numbers["sales"]
            ),
            "not everything came",
        )
        early = [shipment for _, shipment in books.told["sales"][5 : 5 + EARLY]]
        for number in early:
            books.press("stock.shipment.out", "cancel", number)
        station.until(
            lambda: all(station.orders()[number] == "CANCELLED" for number in early), "a cancel was not heard"
        )
        with ThreadPoolExecutor(1) as pool:
            troubled = pool.submit(trouble)
            report = station.work(numbers["seed"])
            troubled.result()
    report["early"] = early
    return report


def compare(books: Books, evening: Evening, report: dict[str, Any], numbers: dict[str, int]) -> None:
    """Tryton's own books against ours."""
    left = numbers["sales"] - EARLY - numbers["never"]
    shipments = {
        row["number"]: (row["state"], row["shipping_reference"])
        for row in books.rows("stock.shipment.out", [], "number", "state", "shipping_reference")
    }
    ours = evening.shipped()
    assert len(ours) == left, report["unshipped"]
    assert {number: bill for number, (state, bill) in shipments.items() if state == "done"} == ours
    assert Counter(state for state, _ in shipments.values()) == {
        "done": left, "cancelled": EARLY, "waiting": numbers["never"],
    }  # fmt: skip
    assert {number for number, (state, _) in shipments.items() if state == "cancelled"} == set(
        report["early"]
    )
    lots, stock = tryton_stock(books)
    assert stock == evening.stock(lots)
    assert sum(stock.values()) > 0
    receipts = books.rows("stock.shipment.in", [["state", "=", "done"]], "reference")
    keys = {row.event_key for row in evening.messages() if row.kind == "receipt_confirmation"}
    assert sorted(str(row["reference"]).split()[-1] for row in receipts) == sorted(keys)
    reconcile.run(evening.hub.db, evening.clock, CODE, evening.sync.connector(CODE), asked_by="test")
    with evening.hub.db.read() as tx:
        assert [(row.what, row.key) for row in tx.scalars(select(Difference))] == []


def tryton_stock(books: Books) -> tuple[set[str], dict[tuple[str, str], int]]:
    """Articles with lots, and (article, lot) → pieces as Tryton's moves add up; not the way the connector asks."""
    products = {
        row["id"]: row
        for row in books.rows("product.product", [["type", "=", "goods"]], "code", "lot_required")
    }
    inside = {row["id"] for row in books.rows("stock.location", [["type", "=", "storage"]])}
    found: Counter[tuple[str, str]] = Counter()
    fields = ("product", "quantity", "lot.number", "from_location", "to_location")
    for move in books.rows("stock.move", [["state", "=", "done"]], *fields):
        lot = move["lot."]["number"] if move["lot."] else ""
        key = (products[move["product"]]["code"], lot)
        found[key] += int(move["quantity"]) * (
            (move["to_location"] in inside) - (move["from_location"] in inside)
        )
    lots = {row["code"] for row in products.values() if row["lot_required"]}
    return lots, {key: pieces for key, pieces in found.items() if pieces}


@pytest.mark.long
def test_a_whole_day(tmp_path: Path) -> None:
    books = open_books(tmp_path / "tryton", NUMBERS)
    try:
        station = Station(tmp_path / "station", books)
        report = work_a_day(books, station, NUMBERS, lambda: None)
        assert report["check"] == "ok", report
        evening = Evening(station)
        try:
            evening.drain()
            assert evening.problems() == []
            compare(books, evening, report, NUMBERS)
        finally:
            evening.close()
    finally:
        books.close()


def work_a_bad_day(tmp_path: Path, numbers: dict[str, int], least_lost: int) -> None:
    """The line loses calls and answers, Tryton is killed while the crew works, all goes over the line twice."""
    books = open_books(tmp_path / "tryton", numbers)

    def trouble() -> None:
        books.proxy.rule = bad_line()
        station.until(lambda: books.proxy.lost.total() >= 5, "the line was never bad")
        books.restart()

    try:
        station = Station(tmp_path / "station", books)
        report = work_a_day(books, station, numbers, trouble)
        assert report["check"] == "ok", report
        evening = Evening(station)
        try:
            evening.drain()
            books.restart()
            compare(books, evening, report, numbers)
            delivered = Counter(row.kind for row in evening.messages())
            counts = evening.twice()
            assert not {"NEW", "TAKEN", "REPLACED"} & counts.keys(), counts
            assert Counter(row.kind for row in evening.messages()) == delivered
            compare(books, evening, report, numbers)
            assert books.proxy.lost.total() > least_lost
        finally:
            evening.close()
    finally:
        books.close()


@pytest.mark.long
def test_a_short_day_on_a_bad_line(tmp_path: Path) -> None:
    work_a_bad_day(tmp_path, SHORT_DAY, 5)


@pytest.mark.long
def test_a_day_on_a_bad_line(tmp_path: Path) -> None:
    work_a_bad_day(tmp_path, BAD_DAY, 20)
