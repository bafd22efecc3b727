import dataclasses
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, insert, update
from sqlalchemy.exc import IntegrityError, StatementError
from sqlalchemy.orm import Session

from printers import queue, roster, routes
from printers.errors import BadDocument, BadPrinter, JobRefused, NoRoute, WrongMedia
from printers.schema import STATES, print_job, printer
from printers.transports import Delivery
from tests.printers.conftest import Clock, virtual_printers
from tests.printers.samples import CARTON, PICK, SAMPLES, SLOT, WAYBILL

REFUSED = Delivery(0, error="Connection refused.")
BROKEN = Delivery(1000, error="Connection reset.")
TAKEN = Delivery(5000)
PROVED = Delivery(5000, proof="counter")


def ask(tx: Any, clock: Clock, key: str = "k1", document: Any = WAYBILL, **more: Any) -> int:
    """Queue one paper the way a room does."""
    values: dict[str, Any] = {
        "subject_type": "waybill",
        "subject_no": WAYBILL.waybill_no,
        "workstation": "PACK-1",
        "requested_by": "赵敏",
        "idem_key": key,
        "now": clock(),
    }
    return queue.add(tx, document, **(values | more))


def attempt(tx: Any, clock: Clock, delivery: Delivery) -> str:
    """Claim what is due and settle it."""
    job = queue.claim(tx, clock())
    assert job is not None
    return queue.settle(tx, job.id, delivery, b"png", "0" * 64, clock())


def test_a_job_keeps_everything_said_of_it(tx: Connection, clock: Clock) -> None:
    virtual_printers(tx)
    job = queue.show(tx, ask(tx, clock, copies=2))
    assert (job.state, job.kind, job.copies, job.copy_no, job.attempts) == ("QUEUED", "waybill", 2, 1, 0)
    assert (job.subject_type, job.subject_no, job.requested_by) == ("waybill", WAYBILL.waybill_no, "赵敏")
    assert (job.media, job.dpi, job.language, job.address) == ("waybill_76x130", 203, "png", "virtual:")
    assert job.created_at == clock()
    assert job.data["waybill_no"] == WAYBILL.waybill_no


def test_the_same_key_is_the_same_job(tx: Connection, clock: Clock) -> None:
    virtual_printers(tx)
    first = ask(tx, clock)
    assert ask(tx, clock, document=CARTON, workstation="elsewhere") == first
    assert len(queue.list_jobs(tx)) == 1


def test_a_job_lives_and_dies_with_the_callers_transaction(memory: Engine, clock: Clock) -> None:
    with memory.begin() as connection:
        virtual_printers(connection)
    with memory.connect() as connection:
        ask(connection, clock)
        connection.rollback()
    with Session(memory) as session, session.begin():
        assert queue.list_jobs(session) == []
        job_id = ask(session, clock)
        assert ask(session, clock) == job_id
        assert queue.claim(session, clock()) is not None
        assert queue.settle(session, job_id, TAKEN, None, None, clock()) == "SENT"


def test_no_route_and_wrong_media_are_refused(tx: Connection, clock: Clock) -> None:
    with pytest.raises(NoRoute):
        ask(tx, clock)
    ids = virtual_printers(tx)
    with pytest.raises(WrongMedia):
        routes.set_route(tx, "waybill", ids["slot_label"])
    with pytest.raises(BadDocument):
        routes.set_route(tx, "receipt", ids["waybill"])
    tx.execute(update(printer).where(printer.c.id == ids["waybill"]).values(media="a4"))
    with pytest.raises(WrongMedia):
        ask(tx, clock)


def test_routes_prefer_the_own_workstation_then_anywhere_then_standby(tx: Connection, clock: Clock) -> None:
    ids = virtual_printers(tx)
    spare = add_waybill_printer(tx, "PR-spare")
    routes.set_route(tx, "waybill", ids["waybill"], standby_printer_id=spare)
    assert routes.find_printer(tx, "waybill", "PACK-1").id == ids["waybill"]
    roster.set_active(tx, ids["waybill"], is_active=False)
    assert routes.find_printer(tx, "waybill", "PACK-1").id == spare
    own = add_waybill_printer(tx, "PR-own")
    routes.set_route(tx, "waybill", own, workstation="PACK-1")
    assert routes.find_printer(tx, "waybill", "PACK-1").id == own
    assert routes.find_printer(tx, "waybill", "PACK-2").id == spare
    assert len(roster.list_printers(tx)) == len(SAMPLES) + 2


def add_waybill_printer(tx: Any, code: str, address: str = "virtual:") -> int:
    return roster.add_printer(
        tx, code=code, name=code, language="zpl", address=address, media="waybill_76x130", dpi=300
    )


@pytest.mark.parametrize(
    "wrong", [{"language": "pcl"}, {"media": "papyrus"}, {"dpi": 600}, {"address": "lpt1"}], ids=str
)
def test_printers_that_make_no_sense_are_refused(tx: Connection, wrong: Mapping[str, Any]) -> None:
    right = {"code": "P", "name": "P", "language": "zpl", "address": "virtual:", "media": "a4", "dpi": 203}
    with pytest.raises(BadPrinter):
        roster.add_printer(tx, **{**right, **wrong})


@pytest.mark.parametrize(
    ("document", "delivery", "state"),
    [
        (WAYBILL, TAKEN, "SENT"),
        (WAYBILL, PROVED, "CONFIRMED"),
        (WAYBILL, REFUSED, "QUEUED"),
        (WAYBILL, BROKEN, "UNKNOWN"),
        (CARTON, BROKEN, "UNKNOWN"),
        (SAMPLES["invoice_copy"], BROKEN, "UNKNOWN"),
        (SAMPLES["manifest"], BROKEN, "UNKNOWN"),
        (SLOT, BROKEN, "QUEUED"),
        (PICK, BROKEN, "QUEUED"),
        (PICK, REFUSED, "QUEUED"),
        (WAYBILL, Delivery(0, error="Bad document.", is_hopeless=True), "FAILED"),
    ],
)
def test_only_what_cannot_be_doubled_is_tried_again(
    tx: Connection, clock: Clock, document: Any, delivery: Delivery, state: str
) -> None:
    virtual_printers(tx)
    job_id = ask(tx, clock, document=document)
    assert attempt(tx, clock, delivery) == state
    job = queue.show(tx, job_id)
    assert (job.state, job.attempts, job.error) == (state, 1, delivery.error)
    assert job.bytes_written == delivery.bytes_written
    assert queue.picture(tx, job_id) == b"png"
    assert queue.claim(tx, clock()) is None


def test_retries_wait_longer_and_longer_and_end_after_a_day(tx: Connection, clock: Clock) -> None:
    virtual_printers(tx)
    job_id = ask(tx, clock)
    waits: list[float] = []
    while len(waits) < 20:
        assert attempt(tx, clock, REFUSED) == "QUEUED"
        assert queue.claim(tx, clock()) is None
        waits.append((queue.show(tx, job_id).next_at - clock()).total_seconds())
        clock.forward(waits[-1])
    assert waits == [1, 2, 5, 10] + [30] * 16
    clock.forward(24 * 3600)
    assert attempt(tx, clock, REFUSED) == "FAILED"
    assert queue.show(tx, job_id).state == "FAILED"
    queue.retry(tx, job_id, now=clock())
    assert attempt(tx, clock, TAKEN) == "SENT"
    with pytest.raises(JobRefused):
        queue.retry(tx, job_id, now=clock())


def test_a_printer_that_is_being_looked_after_is_tried_again_soon(tx: Connection, clock: Clock) -> None:
    ids = virtual_printers(tx)
    job_id = ask(tx, clock)
    for _ in range(6):
        assert attempt(tx, clock, Delivery(0, error="Out of paper.", cause="PAPER_OUT")) == "QUEUED"
        clock.forward(5)
    assert queue.show(tx, job_id).cause == "PAPER_OUT"
    assert roster.show_printer(tx, ids["waybill"]).cause == "PAPER_OUT"
    assert attempt(tx, clock, PROVED) == "CONFIRMED"
    assert queue.show(tx, job_id).cause == ""
    assert roster.show_printer(tx, ids["waybill"]).cause == ""


def batch(tx: Any, clock: Clock, count: int = 4) -> list[int]:
    """Carton labels of one receipt, in order."""
    virtual_printers(tx)
    labels = [dataclasses.replace(CARTON, carton_i=i + 1, carton_n=count) for i in range(count)]
    return [ask(tx, clock, f"c{i}", document=label, batch="RC1") for i, label in enumerate(labels)]


@pytest.mark.parametrize("answer", ["scan", "yes", "no", "reprint"])
def test_a_batch_stops_at_its_first_unknown_paper_until_somebody_answers(
    tx: Connection, clock: Clock, answer: str
) -> None:
    first, second, third, _fourth = batch(tx, clock)
    attempt(tx, clock, PROVED)
    attempt(tx, clock, BROKEN)
    assert queue.claim(tx, clock()) is None
    assert queue.progress(tx, "RC1") == queue.Progress(1, 4, second)
    assert queue.show(tx, first).state == "CONFIRMED"
    if answer == "scan":
        queue.confirm(tx, "waybill", WAYBILL.waybill_no, now=clock(), proof="scan")
    elif answer == "reprint":
        queue.reprint(tx, second, reason="卡纸", requested_by="赵敏", now=clock())
        assert queue.show(tx, second).state == "FAILED"
    else:
        say = queue.vouch if answer == "yes" else queue.deny
        say(tx, second, now=clock(), by="赵敏")
    assert queue.progress(tx, "RC1").stopped_at is None
    following = queue.claim(tx, clock())
    assert following is not None
    assert following.id == third, "it goes on where it stopped"


def test_other_papers_pass_a_batch_that_stands_still(tx: Connection, clock: Clock) -> None:
    batch(tx, clock)
    attempt(tx, clock, BROKEN)
    single = ask(tx, clock, "single", document=CARTON)
    claimed = queue.claim(tx, clock())
    assert claimed is not None
    assert claimed.id == single


def test_a_paper_that_could_not_be_drawn_stops_its_batch_too(tx: Connection, clock: Clock) -> None:
    first, second, *_ = batch(tx, clock)
    attempt(tx, clock, Delivery(0, error="Bad document.", is_hopeless=True))
    assert queue.claim(tx, clock()) is None
    queue.answer(tx, first, by="赵敏")
    following = queue.claim(tx, clock())
    assert following is not None
    assert following.id == second


def test_a_crash_before_the_first_byte_loses_and_doubles_nothing(tx: Connection, clock: Clock) -> None:
    virtual_printers(tx)
    job_id = ask(tx, clock)
    queue.claim(tx, clock())
    assert queue.recover(tx, clock()) == 1
    assert queue.show(tx, job_id).state == "QUEUED"
    assert attempt(tx, clock, PROVED) == "CONFIRMED"


def test_a_waiting_paper_can_be_given_to_another_printer(tx: Connection, clock: Clock) -> None:
    virtual_printers(tx)
    main, spare = add_waybill_printer(tx, "PR-1"), add_waybill_printer(tx, "PR-2")
    routes.set_route(tx, "waybill", main)
    job_id = ask(tx, clock)
    queue.hand_over(tx, job_id, spare, now=clock())
    job = queue.show(tx, job_id)
    assert (job.printer_id, job.moved_from) == (spare, main)
    slot = roster.add_printer(
        tx, code="S", name="S", language="zpl", address="virtual:", media="slot_100x50", dpi=203
    )
    with pytest.raises(WrongMedia):
        queue.hand_over(tx, job_id, slot, now=clock())
    attempt(tx, clock, BROKEN)
    with pytest.raises(JobRefused):
        queue.hand_over(tx, job_id, main, now=clock())


def test_a_harmless_paper_is_tried_three_times_then_unknown(tx: Connection, clock: Clock) -> None:
    virtual_printers(tx)
    ask(tx, clock, document=PICK)
    states = []
    for _ in range(3):
        states.append(attempt(tx, clock, BROKEN))
        clock.forward(60)
    assert states == ["QUEUED", "QUEUED", "UNKNOWN"]


def test_a_later_attempt_without_bytes_does_not_hide_an_earlier_one(tx: Connection, clock: Clock) -> None:
    virtual_printers(tx)
    job_id = ask(tx, clock, document=PICK)
    assert attempt(tx, clock, BROKEN) == "QUEUED"
    clock.forward(60)
    assert attempt(tx, clock, Delivery(0, error="Bad.", is_hopeless=True)) == "UNKNOWN"
    with pytest.raises(JobRefused):
        queue.retry(tx, job_id, now=clock())


def test_a_printer_that_takes_nothing_hands_over_to_its_standby(tx: Connection, clock: Clock) -> None:
    main, spare = add_waybill_printer(tx, "PR-1"), add_waybill_printer(tx, "PR-2")
    routes.set_route(tx, "waybill", main, standby_printer_id=spare)
    job_id = ask(tx, clock)
    attempt(tx, clock, REFUSED)
    assert queue.show(tx, job_id).printer_id == main
    clock.forward(60)
    attempt(tx, clock, REFUSED)
    assert queue.show(tx, job_id).printer_id == spare
    assert roster.show_printer(tx, main).state == "FAILING"
    clock.forward(60)
    assert attempt(tx, clock, TAKEN) == "SENT"
    assert roster.show_printer(tx, spare).state == "READY"


def test_each_printer_works_its_jobs_in_order_one_at_a_time(tx: Connection, clock: Clock) -> None:
    virtual_printers(tx)
    first, second = ask(tx, clock, "k1"), ask(tx, clock, "k2")
    label = ask(tx, clock, "k3", document=SLOT)
    claimed = [queue.claim(tx, clock()) for _ in range(3)]
    assert [job and job.id for job in claimed] == [first, label, None]
    queue.settle(tx, first, REFUSED, None, None, clock())
    assert queue.claim(tx, clock()) is None, "the second waits behind the first"
    clock.forward(1)
    again = queue.claim(tx, clock())
    assert again is not None
    assert again.id == first
    queue.settle(tx, first, BROKEN, None, None, clock())
    following = queue.claim(tx, clock())
    assert following is not None
    assert following.id == second, "an UNKNOWN job blocks nobody"


def test_a_printer_out_of_service_keeps_its_jobs(tx: Connection, clock: Clock) -> None:
    ids = virtual_printers(tx)
    ask(tx, clock)
    roster.set_active(tx, ids["waybill"], is_active=False)
    assert queue.claim(tx, clock()) is None
    roster.set_active(tx, ids["waybill"], is_active=True)
    assert queue.claim(tx, clock()) is not None


def test_after_a_crash_what_was_being_sent_is_unknown(tx: Connection, clock: Clock) -> None:
    virtual_printers(tx)
    crashed, waiting = ask(tx, clock, "k1"), ask(tx, clock, "k2")
    queue.claim(tx, clock())
    assert queue.begin(tx, crashed, clock())
    assert queue.recover(tx, clock()) == 1
    assert queue.show(tx, crashed).state == "UNKNOWN"
    assert queue.show(tx, waiting).state == "QUEUED"
    assert queue.recover(tx, clock()) == 0
    assert queue.settle(tx, crashed, TAKEN, None, None, clock()) == "SENT", "a late answer still counts"


def test_scanning_the_label_confirms_it(tx: Connection, clock: Clock) -> None:
    virtual_printers(tx)
    job_id = ask(tx, clock)
    attempt(tx, clock, BROKEN)
    subject = ("waybill", WAYBILL.waybill_no)
    assert queue.confirm(tx, *subject, now=clock(), proof="scan", kind="carton_label") is None
    assert queue.confirm(tx, *subject, now=clock(), proof="scan") == job_id
    job = queue.show(tx, job_id)
    assert (job.state, job.proof, job.done_at) == ("CONFIRMED", "scan", clock())
    assert queue.confirm(tx, *subject, now=clock(), proof="scan") is None


@pytest.mark.parametrize("delivery", [TAKEN, BROKEN])
def test_a_scan_faster_than_the_printers_goodbye_counts(
    tx: Connection, clock: Clock, delivery: Delivery
) -> None:
    virtual_printers(tx)
    job_id = ask(tx, clock)
    queue.claim(tx, clock())
    assert queue.confirm(tx, "waybill", WAYBILL.waybill_no, now=clock(), proof="scan") == job_id
    assert queue.show(tx, job_id).state == "SENDING"
    assert queue.settle(tx, job_id, delivery, None, None, clock()) == "CONFIRMED"


def test_a_scan_then_a_crash_is_confirmed(tx: Connection, clock: Clock) -> None:
    virtual_printers(tx)
    job_id = ask(tx, clock)
    queue.claim(tx, clock())
    queue.confirm(tx, "waybill", WAYBILL.waybill_no, now=clock(), proof="scan")
    assert queue.recover(tx, clock()) == 1
    assert queue.show(tx, job_id).state == "CONFIRMED"


def test_reprints_count_on_and_point_to_the_first_print(tx: Connection, clock: Clock) -> None:
    virtual_printers(tx)
    first = ask(tx, clock)
    for key in (None, "scan-6"):
        with pytest.raises(JobRefused):
            queue.reprint(tx, first, reason="卡纸", requested_by="赵敏", now=clock(), idem_key=key)
    attempt(tx, clock, TAKEN)
    second = queue.reprint(tx, first, reason="卡纸", requested_by="赵敏", now=clock(), idem_key="scan-7")
    assert (
        queue.reprint(tx, first, reason="卡纸", requested_by="赵敏", now=clock(), idem_key="scan-7") == second
    )
    attempt(tx, clock, TAKEN)
    third = queue.reprint(tx, second, reason="模糊", requested_by="陈志强", now=clock())
    jobs = [queue.show(tx, job_id) for job_id in (first, second, third)]
    assert [job.copy_no for job in jobs] == [1, 2, 3]
    assert [job.reprint_of for job in jobs] == [None, first, first]
    assert [job.reason for job in jobs] == [None, "卡纸", "模糊"]
    assert jobs[2].data == jobs[0].data


def test_a_person_says_no_paper_came(tx: Connection, clock: Clock) -> None:
    virtual_printers(tx)
    job_id = ask(tx, clock)
    with pytest.raises(JobRefused):
        queue.deny(tx, job_id, now=clock(), by="赵敏")
    attempt(tx, clock, BROKEN)
    queue.deny(tx, job_id, now=clock(), by="赵敏")
    assert queue.show(tx, job_id).state == "FAILED"
    assert queue.reprint(tx, job_id, reason="没出纸", requested_by="赵敏", now=clock()) != job_id


def test_only_queued_jobs_can_be_cancelled(tx: Connection, clock: Clock) -> None:
    virtual_printers(tx)
    job_id = ask(tx, clock)
    queue.cancel(tx, job_id, now=clock(), reason="订单取消")
    assert queue.show(tx, job_id).state == "CANCELLED"
    assert queue.claim(tx, clock()) is None
    with pytest.raises(JobRefused):
        queue.cancel(tx, job_id, now=clock(), reason="again")
    assert queue.settle(tx, job_id, TAKEN, None, None, clock()) == "CANCELLED"
    with pytest.raises(JobRefused):
        queue.show(tx, 4711)


def test_jobs_are_listed_newest_first_and_narrowed(tx: Connection, clock: Clock) -> None:
    virtual_printers(tx)
    ids = [ask(tx, clock, f"k{i}", workstation=f"PACK-{i % 2}") for i in range(4)]
    assert [job.id for job in queue.list_jobs(tx)] == ids[::-1]
    assert [job.id for job in queue.list_jobs(tx, workstation="PACK-1", limit=1)] == [ids[3]]
    assert queue.list_jobs(tx, states=("SENT",)) == []
    assert len(queue.list_jobs(tx, subject_type="waybill", subject_no=WAYBILL.waybill_no)) == 4


def test_pictures_can_be_forgotten_the_rows_stay(tx: Connection, clock: Clock) -> None:
    virtual_printers(tx)
    job_id = ask(tx, clock)
    attempt(tx, clock, TAKEN)
    assert queue.forget_pictures(tx, clock()) == 0
    assert queue.forget_pictures(tx, clock() + timedelta(seconds=1)) == 1
    assert queue.picture(tx, job_id) is None
    assert queue.show(tx, job_id).sha256 == "0" * 64


def test_instants_are_utc_and_never_naive(tx: Connection, clock: Clock) -> None:
    virtual_printers(tx)
    beijing = clock().astimezone(timezone(timedelta(hours=8)))
    job = queue.show(tx, ask(tx, clock, now=beijing))
    assert job.created_at == clock()
    assert job.created_at.tzinfo is UTC
    with pytest.raises(StatementError):
        ask(tx, clock, "k2", now=datetime(2026, 1, 1))  # noqa: DTZ001 - the point of the test


@pytest.mark.parametrize(
    "wrong", [{"state": "LOST"}, {"copies": 0}, {"state": "CONFIRMED", "proof": None}], ids=str
)
def test_the_database_refuses_impossible_rows(tx: Connection, clock: Clock, wrong: Mapping[str, Any]) -> None:
    virtual_printers(tx)
    job_id = ask(tx, clock)
    with pytest.raises(IntegrityError):
        tx.execute(update(print_job).where(print_job.c.id == job_id).values(**wrong))


def test_the_database_allows_one_paper_at_a_time_per_printer(tx: Connection, clock: Clock) -> None:
    virtual_printers(tx)
    ask(tx, clock, "k1")
    second = ask(tx, clock, "k2")
    queue.claim(tx, clock())
    with pytest.raises(IntegrityError):
        tx.execute(update(print_job).where(print_job.c.id == second).values(state="SENDING"))


def test_every_state_has_its_constraint(tx: Connection) -> None:
    assert {"QUEUED", "SENDING", "SENT", "CONFIRMED", "UNKNOWN", "FAILED", "CANCELLED"} == set(STATES)
    with pytest.raises(IntegrityError):
        tx.execute(
            insert(printer).values(
                code="P", name="P", language="pcl", address="", media="", dpi=203, options={}
            )
        )


@pytest.mark.parametrize("hours", [(-1,), (24,), (24 * 365, -24 * 365)])
def test_a_clock_that_is_set_holds_no_paper_up(tx: Connection, clock: Clock, hours: tuple[int, ...]) -> None:
    """A paper that waits for its printer is tried again within its usual half minute."""
    virtual_printers(tx)
    job_id = ask(tx, clock)
    for _ in range(6):
        assert attempt(tx, clock, Delivery(0, error="no answer")) == "QUEUED"
        clock.forward(31)
    for hour in hours:
        assert attempt(tx, clock, Delivery(0, error="no answer")) == "QUEUED"
        clock.forward(hour * 3600)
    clock.forward(31)
    assert attempt(tx, clock, PROVED) == "CONFIRMED"
    assert queue.show(tx, job_id).done_at == clock()
