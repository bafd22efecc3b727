"""Growth: what is asked all day must not read a year's rows, whatever the planner knows of their number."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from station import create_app
from station.ground.db import Database
from station.ground.words.messages import Refused
from station.outbound.orders import changing
from station.outbound.orders.models import DeliveryOrder
from station.outbound.packing import totes
from station.serving.workers import Workers
from station.stock.models import LocationKind
from station.storage.putaway import places
from station.wiring import checks
from station.wiring.hub import Hub
from tests.crowd import BASE
from tests.floor import CHEN, Floor
from tests.plans import Statement, full_scans, nested_scans, statements, steps

BIG = {
    "history",
    "movement",
    "print_job",
    "scan",
    "sku",
    "signature",
    "wave_order",
    "pick_list",
    "order_line",
    "stock",
}


def _knows(db: Database) -> bool:
    """Whether SQLite has looked at the sizes of its tables."""
    with db.read() as tx:
        try:
            return bool(tx.scalar(text("SELECT COUNT(*) FROM sqlite_stat1")))
        except SQLAlchemyError:
            return False


def _forget_sizes(tx: Session) -> None:
    """Drop what was sampled, and let this connection notice (it keeps what it has read)."""
    tx.execute(text("DROP TABLE IF EXISTS sqlite_stat1"))
    tx.execute(text("ANALYZE sqlite_schema"))


def _with_and_without_sizes(hub: Hub) -> Iterator[str]:
    """As the planner of a new database sees it, and after the hourly tidying has let it look."""
    if hub.db.is_sqlite:
        hub.db.write(_forget_sizes)
        assert not _knows(hub.db)
    yield "at first"
    if hub.db.is_sqlite:
        Workers(hub).turn("tidy")
        assert _knows(hub.db)
        yield "after tidying"


def test_no_check_scans_within_a_scan(crowded: Hub) -> None:
    """A table read once for each row of another is what made the check longer than a minute."""
    for when in _with_and_without_sizes(crowded):
        for rule in checks.invariants():
            with statements() as asked, crowded.db.read() as tx:
                rows = sum(1 for _ in rule.find(tx))
            assert 1 <= len(asked) <= 5, (when, rule.title, rows)
            nested = {scan for one in asked for scan in nested_scans(crowded.db, one)}
            assert nested == set(), (when, rule.title)


def test_the_judge_knows_a_nested_scan(crowded: Hub) -> None:
    query = "SELECT 1 FROM history h WHERE EXISTS (SELECT 1 FROM movement m WHERE m.reason > h.event)"
    assert nested_scans(crowded.db, Statement(query, ()))
    assert full_scans(crowded.db, Statement("SELECT reason FROM movement", ())) == {"movement"}


PAGES = (
    "/desk",
    "/desk/refusals",
    "/desk/orders",
    "/desk/orders/C-DO777",
    "/desk/receipts",
    "/desk/receipts/C-RC77",
    "/desk/waves",
    "/desk/waves/C-WV77",
)


def test_no_page_reads_all_that_ever_happened(crowded: Hub) -> None:
    """Overviews and documents, by the door a clerk uses; their numbers are on the page."""
    client = create_app(hub=crowded).test_client()
    client.set_cookie("sid", Floor(crowded).sign_in(CHEN, device="DESK"))
    for when in _with_and_without_sizes(crowded):
        for page in PAGES:
            with statements() as asked:
                answer = client.get(page)
            assert answer.status_code == 200
            assert page.removeprefix("/desk").rpartition("/")[2] in answer.text
            read = {name: one.sql for one in asked for name in full_scans(crowded.db, one) & BIG}
            assert read == {}, (when, page)


def test_no_scan_reads_all_that_ever_happened(crowded: Hub) -> None:
    """A free slot for the first carton of a new article; the order a verified unit belongs to."""
    for when in _with_and_without_sizes(crowded):
        with statements() as asked, crowded.db.read() as tx:
            assert places.empty(tx, LocationKind.PICK, places.Wanted(0), limit=5)
            with pytest.raises(Refused, match="E-PAK-02"):  # all are packed
                totes.match_item(tx, BASE + 7, BASE + 7)
        assert len(asked) >= 2
        read = {name: one.sql for one in asked for name in full_scans(crowded.db, one) & BIG}
        assert read == {}, when
        assert not [scan for one in asked for scan in nested_scans(crowded.db, one)], when


def test_an_audit_does_not_read_every_order_there_ever_was(crowded: Hub) -> None:
    """Whether a platform's number came twice is asked of each new order (P11), thousands of times on a big day."""
    for when in _with_and_without_sizes(crowded):
        with crowded.db.read() as tx:
            order = DeliveryOrder(id=BASE + 7, platform_no="P7")
            with statements() as asked:
                assert changing.doubles(tx, [order]) == {}
        read = {name for one in asked for name in full_scans(crowded.db, one)}
        assert read == set(), when


def test_a_match_reads_its_list_and_not_the_articles_lines(crowded: Hub) -> None:
    """A best seller has lines without end; a list has a few tasks (P13)."""
    if not crowded.db.is_sqlite:
        pytest.skip("what it says of SQLite's plan has no like here")
    for when in _with_and_without_sizes(crowded):
        with statements() as asked, crowded.db.read() as tx, pytest.raises(Refused):
            totes.match_item(tx, BASE + 7, BASE + 7)
        assert "ix_order_line_sku_id" not in str([steps(crowded.db, one) for one in asked]), when
