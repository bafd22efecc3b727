"""Reconciliation with an ERP whose answers a test decides: what is listed, explained, kept and let go."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from station.carriers.models import Waybill
from station.clock import MovableClock
from station.erp import makeup, port
from station.erp.compare import differences, reconcile, wishes
from station.erp.compare.models import Difference, DifferenceSeen, Reconciliation
from station.erp.models import ErpFeed, ErpMapping, InboxProblem
from station.erp.rest.connector import RestConnector
from station.exchange import documents
from station.exchange.models import ErpConnection, OutboxMessage
from station.ground.db import Database, table
from station.outbound.orders.models import DeliveryOrder
from station.outbound.packing.models import Parcel
from station.stock.models import Movement, Stock
from tests.patience import PATIENCE_S, beside
from tests.station.erp.yard import Yard

ZONE = ZoneInfo("Asia/Shanghai")
T = TypeVar("T")


@dataclass
class Twin:
    """What an ERP answers; `meanwhile` happens while it is asked, `error` instead of an answer."""

    lines: list[port.StockLine] | None = None
    orders: set[str] | None = None
    sent: dict[str, str] | None = None
    error: Exception | None = None
    meanwhile: Callable[[], object] = lambda: None
    since: list[date] = field(default_factory=list)

    def stock(self) -> Iterable[port.StockLine] | None:
        self.meanwhile()
        if self.error:
            raise self.error
        return None if self.lines is None else iter(self.lines)

    def open_orders(self) -> Sequence[port.OpenOrder] | None:
        return None if self.orders is None else [port.OpenOrder(number, "") for number in sorted(self.orders)]

    def shipped(self, since: date) -> Mapping[str, str] | None:
        self.since.append(since)
        return self.sent


@dataclass
class Office:
    """The yard, the ERP and what its comparison lists."""

    yard: Yard
    twin: Twin

    @property
    def db(self) -> Database:
        return self.yard.db

    def run(self, wish: int | None = None) -> Reconciliation:
        connector: Any = self.twin
        run_id = reconcile.run(
            self.db, self.yard.clock, "erp", connector, asked_by="陈主管", reconciliation_id=wish
        )
        assert run_id is not None
        return self.read(lambda tx: tx.get_one(Reconciliation, run_id))

    def read(self, what: Callable[[Session], T]) -> T:
        with self.db.read() as tx:
            return what(tx)

    def listed(self, *, gone: bool = False) -> list[tuple[str, str, str, str]]:
        """(key, ours, theirs, explained) of the differences."""
        rows = self.rows(gone=gone)
        return [(row.key, row.ours, row.theirs, row.explained) for row in rows]

    def rows(self, *, gone: bool = False) -> list[Difference]:
        is_gone = Difference.gone_at.is_not(None) if gone else Difference.gone_at.is_(None)
        query = select(Difference).where(is_gone).order_by(Difference.what, Difference.key, Difference.id)
        return self.read(lambda tx: list(tx.scalars(query)))

    def tells(self, *lines: tuple[str, str, int] | tuple[str, str, str, int]) -> None:
        """The ERP's stock: (article, status, quantity) or with the lot before the quantity."""
        self.twin.lines = [
            port.StockLine(line[0], line[2] if len(line) == 4 else "", line[1], int(line[-1]))
            for line in lines
        ]

    def message(self, kind: str, key: str, doc: Any, doc_no: str = "", state: str = "PENDING") -> None:
        now = self.yard.clock.now()
        values = {
            "event_key": key, "kind": kind, "doc_no": doc_no or key, "target": "erp", "state": state,
            "payload": documents.to_data(doc), "next_at": now, "created_at": now,
            "done_at": now if state == "DONE" else None,
        }  # fmt: skip
        self.db.write(lambda tx: tx.execute(insert(OutboxMessage).values(**values)))

    def received(self, key: str, code: str, qty: int, lot: str = "", state: str = "PENDING") -> None:
        line = documents.ReceiptConfirmationLine(
            sku_code=code,
            line_key="1",
            lot=lot,
            produced_on=None,
            expires_on=None,
            qty_good=qty,
            qty_rejected=9,
        )
        doc = documents.ReceiptConfirmation(
            event_key=key,
            grn_no=key,
            asn_no="N",
            supplier_code="V",
            posted_at=self.yard.clock.now(),
            lines=(line,),
        )
        self.message("receipt_confirmation", key, doc, state=state)

    def ship(
        self, erp_no: str, bill: str, *lines: tuple[str, int], state: str = "DONE", days_ago: int = 0
    ) -> None:
        """An order left under a waybill; its confirmation is in some state."""
        at = self.yard.clock.now() - timedelta(days=days_ago)
        order_no = self.yard.order(erp_no, "SHIPPED", "erp", shipped_at=at)
        place = self.yard.place("LANE-1")

        def work(tx: Session) -> None:
            order_id = tx.scalars(select(DeliveryOrder.id).where(DeliveryOrder.erp_no == erp_no)).one()
            values = {"parcel_no": f"P-{erp_no}", "order_id": order_id, "state": "SHIPPED", "tote_id": place}
            parcel = insert(Parcel).values(**values, pack_location_id=place).returning(Parcel.id)
            waybill = {
                "parcel_id": tx.execute(parcel).scalar_one(), "carrier_id": 1, "request_key": f"R-{erp_no}",
                "waybill_no": bill, "state": "HANDED", "requested_at": at,
            }  # fmt: skip
            tx.execute(insert(Waybill).values(**waybill))

        self.db.write(work)
        doc = documents.ShipmentConfirmation(
            event_key=f"SHIP-{erp_no}", erp_no=erp_no, order_no=order_no, carrier_code="ZTO", waybill_no=bill,
            shipped_at=at, weight_g=1, operator="钱",
            lines=tuple(
                documents.ShipmentConfirmationLine(
                    line_key=str(at), sku_code=code, lot=f"L{self.yard.lot(code):06d}", expires_on=None, qty_each=qty
                )
                for at, (code, qty) in enumerate(lines)
            ),
        )  # fmt: skip
        self.message("shipment_confirmation", doc.event_key, doc, order_no, state)

    def told(self, key: str) -> None:
        """A confirmation reaches the ERP."""
        now = self.yard.clock.now()
        change = update(OutboxMessage).where(OutboxMessage.event_key == key)
        self.db.write(lambda tx: tx.execute(change.values(state="DONE", done_at=now)))


@pytest.fixture
def office(db: Database, clock: MovableClock) -> Office:
    yard = Yard(db, clock)
    yard.connect("erp", kind="odoo", is_main=True)
    return Office(yard, Twin())


# --- stock ---------------------------------------------------------------------------------------


def test_both_agree(office: Office) -> None:
    office.yard.bring("S1", 5)
    office.yard.order("E1", "PICKING", "erp")
    office.ship("E2", "SF1")
    office.tells(("S1", "GOOD", 5))
    office.twin.orders, office.twin.sent = {"E1"}, {"E2": "SF1"}
    run = office.run()
    assert (run.state, run.compared, run.differences, run.error) == ("DONE", 3, 0, "")
    assert run.finished_at is not None
    assert office.rows() == []


def test_stock_differs_by_article_status_and_lot(office: Office) -> None:
    office.yard.bring("S1", 5, lot="L1")
    office.yard.bring("S1", 2, lot="L2")
    office.yard.bring("S2", 4, lot="L9")
    office.yard.bring("S2", 1, lot="L9", status="DEFECT")
    office.tells(("S1", "GOOD", "L1", 5), ("S1", "GOOD", "L2", 3), ("S2", "GOOD", 5), ("S7", "GOOD", 1))
    run = office.run()
    assert office.listed() == [
        ("S1|GOOD|L2", "2", "3", ""), ("S2|DEFECT", "1", "0", ""), ("S2|GOOD", "4", "5", ""), ("S7|GOOD", "0", "1", ""),
    ]  # fmt: skip
    assert (run.differences, run.error) == (4, "NO_ORDERS NO_SHIPPED")


def test_lines_of_the_same_lot_add_up(office: Office) -> None:
    office.yard.bring("S1", 5, lot="L1")
    office.tells(("S1", "GOOD", "L1", 2), ("S1", "GOOD", "L1", 3))
    office.run()
    assert office.listed() == []


def test_what_waits_to_be_told_explains_its_difference(office: Office) -> None:
    office.yard.bring("S1", 12)
    office.yard.bring("S2", 12)
    office.tells(("S1", "GOOD", 3), ("S2", "GOOD", 3))
    office.received("G1", "S1", 4)
    office.received("G2", "S1", 5, state="DEAD")
    office.received("G3", "S2", 5)
    run = office.run()
    assert office.listed() == [
        ("S1|GOOD", "12", "3", "receipt_confirmation=2 DEAD=1"), ("S2|GOOD", "12", "3 (+5)", ""),
    ]  # fmt: skip
    assert run.error == "NO_ORDERS NO_SHIPPED EXPLAINED=1"


def test_corrections_and_returns_that_wait_are_counted_too(office: Office) -> None:
    office.yard.bring("S1", 8, lot="L1")
    office.yard.bring("S1", 2, lot="L1", status="DEFECT")
    office.tells(("S1", "GOOD", "L1", 10), ("S1", "DEFECT", "L1", 0))
    now = office.yard.clock.now()
    line: dict[str, Any] = {"sku_code": "S1", "lot": "L1", "expires_on": None}
    moved = documents.AdjustmentLine(**line, status_from="GOOD", status_to="DEFECT", delta_each=3)
    lost = documents.AdjustmentLine(**line, status_from="DEFECT", status_to="DEFECT", delta_each=-1)
    back = documents.ReturnLine(**line, line_key="1", grade="A", status="GOOD", qty_each=1)
    head: dict[str, Any] = {"at": now, "operator": "陈"}
    office.message(
        "stock_adjustment", "A1",
        documents.StockAdjustment(
            **head, event_key="A1", adjustment_no="A1", adjustment_type="STATUS", reason="", lines=(moved, lost)
        ),
    )  # fmt: skip
    office.message(
        "return_result", "R1",
        documents.ReturnResult(**head, event_key="R1", return_no="R1", erp_no="E1", lines=(back,)),
    )  # fmt: skip
    office.run()
    assert office.listed() == [
        ("S1|DEFECT|L1", "2", "0", "stock_adjustment=1"),
        ("S1|GOOD|L1", "8", "10", "return_result=1 stock_adjustment=1"),
    ]


def test_nothing_is_ever_overwritten(office: Office) -> None:
    office.yard.bring("S1", 5)
    office.tells(("S1", "GOOD", 9))
    before = office.read(
        lambda tx: (list(tx.execute(select(table(Stock)))), tx.scalar(select(func.count(Movement.id))))
    )
    office.run()
    after = office.read(
        lambda tx: (list(tx.execute(select(table(Stock)))), tx.scalar(select(func.count(Movement.id))))
    )
    assert before == after


def test_a_difference_has_a_history_until_it_is_gone(office: Office) -> None:
    yard = office.yard
    yard.bring("S1", 5)
    office.tells(("S1", "GOOD", 7))
    office.run()
    yard.clock.advance(days=1)
    office.tells(("S1", "GOOD", 8))
    office.run()
    (row,) = office.rows()
    assert (row.theirs, row.times, row.last_at - row.first_at) == ("8", 2, timedelta(days=1))
    yard.clock.advance(days=1)
    office.tells(("S1", "GOOD", 5))
    office.run()
    (gone,) = office.rows(gone=True)
    assert (gone.id, gone.gone_at, gone.times) == (row.id, yard.clock.now(), 2)
    yard.clock.advance(days=1)
    office.tells(("S1", "GOOD", 6))
    office.run()
    (again,) = office.rows()
    assert (again.id != row.id, again.times, again.first_at) == (True, 1, yard.clock.now())
    seen = office.read(lambda tx: list(tx.scalars(select(DifferenceSeen).order_by(DifferenceSeen.id))))
    assert [(item.difference_id, item.ours, item.theirs) for item in seen] == [
        (row.id, "5", "7"), (row.id, "5", "8"), (again.id, "5", "6"),
    ]  # fmt: skip
    assert len({item.reconciliation_id for item in seen}) == 3


def test_what_moves_while_the_erp_answers_is_not_judged(office: Office) -> None:
    """Neither a difference nor the end of one: the next comparison will see."""
    yard = office.yard
    yard.bring("S1", 5)
    yard.bring("S2", 5)
    office.tells(("S1", "GOOD", 7), ("S2", "GOOD", 7))
    office.run()
    assert len(office.rows()) == 2
    office.tells(("S1", "GOOD", 5), ("S2", "GOOD", 5))
    office.twin.meanwhile = lambda: yard.take("S1", 1)
    run = office.run()
    assert office.listed() == [("S1|GOOD", "5", "7", "")]
    assert office.rows()[0].times == 1
    assert run.error == "NO_ORDERS NO_SHIPPED MOVING=1"


def test_a_movement_and_its_opposite_are_noticed(office: Office) -> None:
    office.yard.bring("S1", 5)
    office.tells(("S1", "GOOD", 4))  # read between the two

    def meanwhile() -> None:
        office.yard.take("S1", 1)
        office.yard.bring("S1", 1)

    office.twin.meanwhile = meanwhile
    assert office.run().error == "NO_ORDERS NO_SHIPPED MOVING=1"
    assert office.listed() == []


def test_a_message_delivered_while_the_erp_answers_is_noticed(office: Office) -> None:
    """Its stock was read before, so what explained the difference explains it no more: no alarm."""
    office.yard.bring("S1", 5)
    office.received("G1", "S1", 5)
    office.tells(("S1", "GOOD", 0))
    office.twin.meanwhile = lambda: office.told("G1")
    office.run()
    assert office.listed() == []
    office.twin.meanwhile = lambda: None
    office.run()
    assert office.listed() == [("S1|GOOD", "5", "0", "")]


def test_only_the_main_of_several_erps_must_have_our_stock(office: Office) -> None:
    office.yard.connect("other", is_main=True)
    office.yard.bring("S1", 5)
    office.tells(("S1", "GOOD", 1))
    run = office.run()
    assert (run.error, office.rows()) == ("NOT_MAIN NO_ORDERS NO_SHIPPED", [])


# --- orders and shipments ------------------------------------------------------------------------


def test_orders_that_only_one_side_holds_open(office: Office) -> None:
    for number, state in (("E1", "PICKING"), ("E2", "HOLD"), ("E4", "CANCELLED"), ("E5", "NEW")):
        office.yard.order(number, state, "erp")
    office.yard.order("X1", "NEW", "other")
    office.twin.orders, office.twin.sent = {"E1", "E3", "E4"}, {"E5": "SF9"}
    run = office.run()
    assert office.listed() == [
        ("E2", "HOLD", "NOT_OPEN", ""), ("E3", "NONE", "OPEN", ""), ("E4", "CANCELLED", "OPEN", ""),
        ("E5", "NEW", "SHIPPED SF9", ""),
    ]  # fmt: skip
    assert (run.compared, run.error) == (5, "NO_STOCK")
    office.twin.orders = {"E1", "E2", "E5"}
    office.run()
    assert office.listed() == []
    assert len(office.rows(gone=True)) == 4


def test_an_order_waiting_for_a_person_explains_itself(office: Office) -> None:
    now = office.yard.clock.now()
    problem = {
        "source": "erp", "doc_type": "order", "doc_no": "E3", "payload": {}, "code": "E-ERP-93", "why": "S9",
        "first_at": now, "last_at": now,
    }  # fmt: skip
    office.db.write(lambda tx: tx.execute(insert(InboxProblem).values(**problem)))
    office.twin.orders = {"E3"}
    office.run()
    assert office.listed() == [("E3", "NONE", "OPEN", "problem=1")]


def test_shipped_here_and_open_there_is_one_difference(office: Office) -> None:
    office.ship("E1", "SF1", state="PENDING")
    office.ship("E2", "SF2")
    office.twin.orders, office.twin.sent = {"E1", "E2"}, {}
    office.run()
    assert [(row.what, row.key, row.explained) for row in office.rows()] == [
        ("order", "E1", "shipment_confirmation=1"), ("order", "E2", ""),
    ]  # fmt: skip


def test_shipments_the_erp_does_not_count_or_knows_otherwise(office: Office) -> None:
    office.ship("E1", "SF1")
    office.ship("E2", "SF2")
    office.ship("E3", "SF3", state="DEAD")
    office.ship("E4", "SF4")
    office.ship("E5", "SF5", state="PENDING")
    office.twin.orders, office.twin.sent = set(), {"E1": "sf1; sf7", "E2": "SF8", "E5": "SF5"}
    run = office.run()
    assert office.listed() == [
        ("E2", "SHIPPED SF2", "SHIPPED SF8", ""),
        ("E3", "SHIPPED SF3", "NOT_SHIPPED", "shipment_confirmation=1 DEAD=1"),
        ("E4", "SHIPPED SF4", "NOT_SHIPPED", ""),
    ]
    assert (run.compared, run.differences) == (5, 3)
    office.told("SHIP-E3")
    office.twin.sent = {f"E{at}": f"SF{at}" for at in range(1, 6)}
    office.run()
    assert office.listed() == []


def test_without_tracking_in_the_erp_only_the_state_counts(office: Office) -> None:
    office.ship("E1", "SF1")
    office.twin.sent = {"E1": ""}
    office.run()
    assert office.listed() == []


def test_of_an_erp_that_cannot_tell_the_undelivered_are_listed(office: Office) -> None:
    office.ship("E1", "SF1", state="PENDING", days_ago=40)
    office.ship("E2", "SF2")
    run = office.run()
    assert office.listed() == [("E1", "SHIPPED SF1", "UNKNOWN", "shipment_confirmation=1")]
    assert run.error == "NO_STOCK NO_ORDERS NO_SHIPPED EXPLAINED=1"
    office.told("SHIP-E1")
    office.run()
    assert office.listed() == []


def test_an_old_difference_is_followed_and_a_very_old_one_left_alone(office: Office) -> None:
    clock = office.yard.clock
    office.ship("E1", "SF1")
    office.twin.sent = {"E9": "x"}
    office.run()
    assert office.twin.since[-1] == clock.today() - timedelta(days=9)
    shipped_on = clock.today()
    clock.advance(days=30)
    office.run()
    assert office.twin.since[-1] == shipped_on - timedelta(days=2)
    assert [row.times for row in office.rows()] == [2]
    clock.advance(days=60)
    office.run()
    assert [(row.times, row.gone_at) for row in office.rows()] == [(2, None)]


def test_an_order_shipped_while_the_erp_answers_is_not_judged(office: Office) -> None:
    office.yard.order("E1", "STAGED", "erp")
    office.twin.orders = {"E1"}
    ship = update(DeliveryOrder).values(state="SHIPPED", shipped_at=office.yard.clock.now())
    office.twin.meanwhile = lambda: office.db.write(lambda tx: tx.execute(ship))
    run = office.run()
    assert (office.listed(), run.error) == ([], "NO_STOCK NO_SHIPPED MOVING=1")


# --- silence, claims, many rows ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (port.Down("no route"), "Down: no route"),
        (port.NoAccess("stock: right missing"), "NoAccess: stock: right missing"),
        (port.Unmapped("status", "坏品"), "Unmapped: status '坏品'"),
    ],
)
def test_a_silent_erp_makes_it_failed_and_changes_nothing(
    office: Office, error: Exception, text: str
) -> None:
    office.yard.bring("S1", 5)
    office.tells(("S1", "GOOD", 7))
    office.run()
    office.twin.error = error
    run = office.run()
    assert (run.state, run.error) == ("FAILED", text)
    assert [row.times for row in office.rows()] == [1]
    words = office.read(lambda tx: list(tx.scalars(select(ErpMapping.theirs))))
    assert words == (["坏品"] if isinstance(error, port.Unmapped) else [])


def test_a_fault_of_ours_is_failed_too_and_raised(office: Office) -> None:
    office.twin.error = RuntimeError("https://user:secret@erp")
    with pytest.raises(RuntimeError):
        office.run()
    (run,) = office.read(lambda tx: list(tx.scalars(select(Reconciliation))))
    assert (run.state, run.error) == ("FAILED", "RuntimeError")


def test_a_real_connector_that_tells_nothing(office: Office) -> None:
    office.yard.bring("S1", 5)
    setup = makeup.Setup(values={}, words=makeup.Words(), warehouse="WH1", timezone="Asia/Shanghai")
    run_id = reconcile.run(office.db, office.yard.clock, "erp", RestConnector(setup), asked_by="night")
    run = office.read(lambda tx: tx.get_one(Reconciliation, run_id))
    assert (run.state, run.compared, run.error) == ("DONE", 0, "NO_STOCK NO_ORDERS NO_SHIPPED")


def test_many_differences_are_written_in_short_units(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    units: list[int] = []
    whole = differences._write

    def counted(tx: Session, **given: Any) -> None:
        units.append(len(given["part"]))
        whole(tx, **given)

    monkeypatch.setattr(differences, "_write", counted)
    office.tells(*((f"S{at:03d}", "GOOD", 1) for at in range(130)))
    assert office.run().differences == 130
    assert (sum(units), max(units) * 2 <= 50) == (130, True)
    assert len(office.rows()) == 130
    office.tells()
    office.run()
    assert (len(office.rows()), len(office.rows(gone=True))) == (0, 130)


def wish(office: Office, who: str = "陈主管") -> int:
    now = office.yard.clock.now()
    return office.db.write(lambda tx: wishes.ask(tx, "erp", who, now))


def asked(office: Office) -> int | None:
    return office.read(lambda tx: wishes.asked(tx, "erp"))


def test_a_wish_is_one_and_is_worked_on_once(office: Office) -> None:
    assert asked(office) is None
    first = wish(office)
    assert wish(office, "另一位") == first == asked(office)
    run = office.run(first)
    assert (run.id, run.state, run.asked_by) == (first, "DONE", "陈主管")
    assert asked(office) is None
    connector: Any = office.twin
    again = reconcile.run(
        office.db, office.yard.clock, "erp", connector, asked_by="", reconciliation_id=first
    )
    assert again is None
    assert wish(office) != first
    with pytest.raises(LookupError):
        office.db.write(lambda tx: wishes.ask(tx, "nobody", "x", office.yard.clock.now()))


def test_two_processes_never_compare_at_once(office: Office) -> None:
    wanted = wish(office)
    found: list[Any] = []
    connector: Any = Twin()

    def other() -> None:
        found.append(asked(office))
        found.append(reconcile.run(office.db, office.yard.clock, "erp", connector, asked_by="night"))

    office.twin.meanwhile = other
    assert office.run(wanted).state == "DONE"
    assert found == [None, None]


@pytest.mark.both_databases
def test_of_many_threads_one_gets_the_wish(office: Office) -> None:
    wanted = wish(office)
    gate = threading.Barrier(6)
    connector: Any = Twin()

    def work() -> int | None:
        gate.wait(PATIENCE_S)
        return reconcile.run(
            office.db, office.yard.clock, "erp", connector, asked_by="", reconciliation_id=wanted
        )

    results = beside(*[work] * 6)
    assert sorted(results, key=str) == [wanted, *[None] * 5]


def test_one_left_over_by_a_crash_fails_after_half_an_hour(office: Office) -> None:
    class Crash(BaseException):
        pass

    def crash() -> None:
        raise Crash

    office.twin.meanwhile = crash
    with pytest.raises(Crash):
        office.run()
    office.twin.meanwhile = lambda: None
    connector: Any = office.twin
    assert reconcile.run(office.db, office.yard.clock, "erp", connector, asked_by="x") is None
    office.yard.clock.advance(minutes=31)
    wanted = wish(office)  # a wish clears it away, and waits by itself
    assert asked(office) == wanted
    assert office.run(wanted).state == "DONE"
    states = office.read(
        lambda tx: list(tx.scalars(select(Reconciliation.state).order_by(Reconciliation.id)))
    )
    assert states == ["FAILED", "DONE"]


def test_one_taken_for_left_over_writes_no_more(office: Office) -> None:
    office.tells(("S1", "GOOD", 1))

    def much_later() -> None:
        office.yard.clock.advance(minutes=31)
        wish(office)

    office.twin.meanwhile = much_later
    run = office.run()
    assert (run.state, office.rows()) == ("FAILED", [])


# --- the night -----------------------------------------------------------------------------------


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 5, day, hour, minute, tzinfo=ZONE).astimezone(UTC)


LONG_AGO = at(1, 12)
FIRST = datetime(2026, 1, 1)  # noqa: DTZ001 — hypothesis adds the zone


def due(now: datetime, *runs: tuple[str, datetime], created_at: datetime = LONG_AGO) -> bool:
    return wishes.is_due(now, ZONE, created_at, runs)


def test_every_night_at_three_and_once() -> None:
    assert not due(at(3, 2, 59), ("DONE", at(2, 3)))
    assert due(at(3, 3), ("DONE", at(2, 3)))
    assert not due(at(3, 9), ("DONE", at(3, 3)))
    assert due(at(4, 3), ("DONE", at(3, 3)))


def test_an_outage_is_caught_up_in_the_day() -> None:
    assert due(at(3, 16), ("DONE", at(2, 3)))
    failed = ("FAILED", at(3, 3))
    assert not due(at(3, 3, 59), failed)
    assert due(at(3, 4), failed)
    assert not due(at(3, 23), failed, ("DONE", at(3, 16)))
    assert not due(at(3, 3, 29), ("RUNNING", at(3, 3)))
    assert due(at(3, 3, 31), ("RUNNING", at(3, 3)))


def test_a_new_connection_waits_for_its_first_night() -> None:
    assert not due(at(3, 16), created_at=at(3, 10))
    assert due(at(4, 3), created_at=at(3, 10))


@given(st.datetimes(FIRST, FIRST.replace(year=2028), timezones=st.just(UTC)), st.sampled_from(
    ["Asia/Shanghai", "Europe/Berlin", "America/New_York", "UTC"]
))  # fmt: skip
def test_the_last_night_is_at_three_and_at_most_a_day_ago(now: datetime, name: str) -> None:
    zone = ZoneInfo(name)
    night = wishes.nightly_before(now, zone)
    assert night <= now < night + timedelta(hours=25)
    assert night.astimezone(zone).hour == 3


def test_the_night_of_a_connection(office: Office) -> None:
    clock = office.yard.clock

    def nightly(code: str = "erp") -> bool:
        return office.read(lambda tx: wishes.due_nightly(tx, code, clock.now(), ZONE))

    assert (nightly(), nightly("folder")) == (False, False)  # set up this morning
    clock.advance(days=1)
    assert (nightly(), nightly("folder")) == (True, False)
    assert office.run().state == "DONE"
    assert not nightly()
    clock.advance(days=1)
    now = clock.now()
    connection = office.read(
        lambda tx: tx.scalar(select(ErpConnection.id).where(ErpConnection.code == "erp"))
    )
    feed: dict[str, Any] = {"connection_id": connection, "feed": "orders", "cursor": {}, "at": now}
    office.db.write(lambda tx: tx.execute(insert(ErpFeed).values(**feed)))
    assert not nightly()  # the first import is not finished
    office.db.write(lambda tx: tx.execute(update(ErpFeed).values(finished_at=now)))
    assert nightly()
    newest = office.read(lambda tx: wishes.last(tx, "erp"))
    assert newest is not None
    assert (newest.state, newest.asked_by) == ("DONE", "陈主管")
