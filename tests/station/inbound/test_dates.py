"""Dates at the dock (P2): which are refused, which a supervisor may allow, what is written down."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import select

from station.ground.documents.history import History
from station.inbound.stage1.dates import used_percent
from station.people.models import OverrideRow
from station.practice.demo import world
from station.stock.models import Lot
from station.stock.shelf_life import LifeRule, faults, judge_receipt
from tests.floor import CHEN, LI
from tests.station.inbound.dock import MUG, NUTS, OATS, TEA, Dock, article, ean, gs1

TODAY = date(2026, 5, 1)
MONTHS = article(8, "蜂蜜", is_shelf_life=True, shelf_life_n=12, shelf_life_unit="M")


def to_dates(dock: Dock, item: object = OATS) -> None:
    """A truck with 48 of one dated article, two cartons of it counted: the production date is next."""
    dock.truck((item, 48))  # type: ignore[arg-type]
    dock.li(ean(item), "2", "CM-OK", "0")  # type: ignore[arg-type]


def override(dock: Dock) -> list[str]:
    """What a supervisor allowed on the only line: codes."""
    (line,) = dock.lines()
    return [row.partition(" ")[0] for row in line.override.splitlines()]


# --- pure ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("made", "expires", "reject_days", "expected"),
    [
        (date(2026, 1, 1), date(2026, 12, 27), None, []),
        (date(2025, 12, 31), date(2026, 12, 26), None, ["E-EXP-05"]),
        (date(2025, 12, 31), date(2026, 12, 26), 300, ["E-EXP-05", "E-EXP-06"]),
        (date(2026, 3, 1), date(2027, 2, 24), 300, ["E-EXP-06"]),
        (date(2025, 1, 1), date(2026, 4, 30), None, ["E-EXP-04", "E-EXP-05"]),
        (date(2026, 4, 1), date(2026, 5, 1), None, ["E-EXP-05"]),
        (date(2026, 5, 2), date(2026, 6, 1), None, ["E-EXP-01"]),
        (date(2026, 4, 1), date(2026, 4, 1), None, ["E-EXP-02", "E-EXP-04", "E-EXP-05"]),
    ],
)
def test_every_fault_of_the_dates_is_told_gravest_first(
    made: date, expires: date, reject_days: int | None, expected: list[str]
) -> None:
    """T1, T5, T6, T7: the first fault is the one that is refused, the others are judged after it."""
    found = list(faults(made, expires, TODAY, LifeRule.ELAPSED, reject_days))
    assert found == expected
    assert judge_receipt(made, expires, TODAY, LifeRule.ELAPSED, reject_days) == next(iter(expected), None)


@pytest.mark.parametrize(
    ("made", "expires", "percent"),
    [
        (date(2026, 4, 1), date(2027, 3, 27), 8),
        (date(2026, 1, 1), date(2026, 12, 27), 33),
        (date(2025, 12, 31), date(2026, 12, 26), 34),
        (date(2026, 5, 1), date(2026, 6, 1), 0),
        (date(2026, 4, 30), date(2026, 5, 2), 50),
        (date(2026, 3, 1), date(2026, 5, 1), 100),
        (date(2026, 6, 1), date(2026, 7, 1), 0),
        (date(2026, 5, 1), date(2026, 5, 1), 0),
        (None, date(2026, 5, 1), 0),
        (date(2026, 5, 1), None, 0),
    ],
)
def test_used_shelf_life_in_whole_percent(made: date | None, expires: date | None, percent: int) -> None:
    """30 of 360 days are 8 %, not 0; undated goods have none."""
    assert used_percent(made, expires, TODAY) == percent


# --- refused dates -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raws", "code", "step"),
    [
        (("20260502",), "E-EXP-01", "produced"),
        (("20261301",), "E-DAT-01", "produced"),
        (("20260230",), "E-DAT-01", "produced"),
        ((ean(OATS),), "E-EXP-08", "produced"),
        ((ean(MUG),), "E-QC-01", "produced"),
        (("20260401", "20260401"), "E-EXP-02", "expires"),
        (("20260401", "20260331"), "E-EXP-02", "expires"),
        (("20250101", "20260430"), "E-EXP-04", "expires"),
        (("20251231", "CM-OK"), "E-EXP-05", "expires"),
        (("20260401", "20269999"), "E-DAT-01", "expires"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_impossible_and_old_dates_are_refused_at_their_step(
    dock: Dock, raws: tuple[str, ...], code: str, step: str
) -> None:
    dock.floor.erp(MUG)
    to_dates(dock)
    answer = dock.tries(*raws)
    assert (answer.code, answer.step, dock.lines()) == (code, step, [])


@pytest.mark.parametrize(
    ("made", "code"),
    [("20260101", "S-OK"), ("20251231", "E-EXP-05")],
    ids=["120 of 360 days", "121 of 360 days"],
)
def test_a_third_of_the_life_may_be_used_up(dock: Dock, made: str, code: str) -> None:
    """T1."""
    to_dates(dock)
    assert dock.tries(made, "CM-OK").code == code


@pytest.mark.parametrize(("made", "code"), [("20260329", "S-OK"), ("20260328", "E-EXP-05")])
def test_a_third_of_a_hundred_days(dock: Dock, made: str, code: str) -> None:
    """T2: 33 days are fine, 34 are not."""
    to_dates(dock, article(10, "酸奶", is_shelf_life=True, shelf_life_n=100))
    assert dock.tries(made, "CM-OK").code == code


@pytest.mark.parametrize(("made", "code"), [("20250903", "S-OK"), ("20250902", "E-EXP-05")])
def test_the_other_reading_of_the_third(dock: Dock, made: str, code: str) -> None:
    """T3: rule REMAINING lets 240 of 360 days pass, not 241."""
    dock.rule(life_rule="REMAINING")
    to_dates(dock)
    assert dock.tries(made, "CM-OK").code == code


@pytest.mark.parametrize(
    ("item", "made", "shown"),
    [
        (OATS, "20260101", "2026.12.27"),
        (MONTHS, "20260131", "2027.01.31"),
        (MONTHS, "20260228", "2027.02.28"),
    ],
    ids=["360 days", "12 months", "12 months from February"],
)
def test_the_expiry_is_worked_out_and_shown(dock: Dock, item: object, made: str, shown: str) -> None:
    """T4 on the screen."""
    to_dates(dock, item)
    assert dock.li(made).facts["big"] == shown


@pytest.mark.parametrize(("made", "code"), [("20260302", "S-OK"), ("20260301", "E-EXP-06")])
def test_the_receiving_limit_of_an_article_is_kept(dock: Dock, made: str, code: str) -> None:
    """T7: 300 days must be left; 299 are refused though less than a third is used."""
    to_dates(dock, TEA)
    assert dock.tries(made, "CM-OK").code == code


def test_another_print_than_worked_out_is_pointed_out(dock: Dock) -> None:
    """W-EXP-03: one day of difference is nothing, two are told, the print counts."""
    to_dates(dock)
    dock.li("20260401")
    assert dock.tries("20270328").code == "S-OK"
    dock.li("CM-UNDO")
    assert dock.tries("20270329").code == "W-EXP-03"
    dock.li("1")
    assert str(dock.lines()[0].expires_on) == "2027-03-29"


# --- the ways out of a date ------------------------------------------------------------------------


def test_dated_goods_without_a_date_go_back_with_the_driver(dock: Dock, books: Callable[[], None]) -> None:
    """E-EXP-08: CM-DAMAGE refuses the line; no false date is needed, no stock is made."""
    to_dates(dock)
    assert dock.tries(ean(OATS)).code == "E-EXP-08"
    answer = dock.li("CM-DAMAGE")
    assert (answer.code, answer.step) == ("W-ST1-LINE", "product")
    (line,) = dock.lines()
    assert (line.qty_rejected, line.produced_on, line.reject_reason) == (24, None, "E-EXP-08")
    assert dock.on_hand() == 0
    books()


def test_refusing_the_undated_can_be_taken_back(dock: Dock) -> None:
    to_dates(dock)
    dock.li("CM-DAMAGE")
    assert dock.li("CM-UNDO").step == "produced"
    dock.li("20260401", "CM-OK", "1")
    assert [line.qty_accepted for line in dock.lines()] == [24]


def test_no_supervisor_is_asked_where_none_could_help(dock: Dock) -> None:
    """E-EXP-01 does not ask for a badge that would change nothing: it frees the worker instead."""
    to_dates(dock)
    dock.tries("20260502")
    assert dock.li(world.badge(CHEN), world.PIN).code == "S-LEFT"


@pytest.mark.parametrize(
    ("raws", "reason", "expires"),
    [
        (("20251231", "CM-OK"), "E-EXP-05", "2026-12-26"),
        (("20240101", "CM-OK"), "E-EXP-04", "2024-12-26"),
        (("20260401", "20260430"), "E-EXP-04", "2026-04-30"),
        (("20260401", "260430"), "E-EXP-04", "2026-04-30"),
        (("20260401", "260400"), "E-EXP-04", "2026-04-30"),
        (("20260401", "2026-04-30"), "E-EXP-04", "2026-04-30"),
        (("20260401", gs1(OATS, expires="260430")), "E-EXP-04", "2026-04-30"),
        (("20260401", "20260401"), "E-EXP-02", "2026-04-01"),
        (("20260401",), "DATE", "2027-03-27"),
    ],
    ids=[
        "past a third",
        "expired",
        "expired as printed",
        "in six figures",
        "a month",
        "with signs",
        "by a label",
        "swapped",
        "not what is printed",
    ],
)
def test_a_line_is_refused_for_what_its_dates_are(
    dock: Dock, raws: tuple[str, ...], reason: str, expires: str
) -> None:
    """CM-DAMAGE at the expiry: the reason is the judgement, the date is the one that was judged."""
    to_dates(dock)
    dock.tries(*raws)
    dock.li("CM-DAMAGE")
    (line,) = dock.lines()
    assert (line.qty_accepted, line.reject_reason, str(line.expires_on)) == (0, reason, expires)


def test_everything_against_the_dates_of_a_refused_line_is_kept(dock: Dock) -> None:
    """The first fault wins on the paper, the receipt's history has all of them."""
    to_dates(dock, TEA)
    dock.tries("20250501", "CM-OK")
    dock.li("CM-DAMAGE")
    with dock.floor.hub.db.read() as tx:
        (row,) = tx.scalars(select(History).where(History.event == "refuse_line"))
        assert [word.split()[0] for word in row.reason.split("; ")] == [
            "已过期",
            "超过保质期1/3",
            "剩余天数不足",
        ]
    assert [line.reject_reason for line in dock.lines()] == ["E-EXP-04"]


# --- what a supervisor allows ------------------------------------------------------------------------


def test_one_permission_does_not_stand_for_the_next_fault(dock: Dock) -> None:
    """Past a third and too few days left: both are asked, both are written down."""
    to_dates(dock, TEA)
    assert dock.tries("20251231", "CM-OK").code == "E-EXP-05"
    dock.li(world.badge(CHEN), world.PIN)
    asked = dock.tries("1")
    assert (asked.code, asked.step) == ("E-EXP-06", "expires")
    assert dock.allowed_by_chen("2").step == "outer"
    dock.li("1")
    assert override(dock) == ["E-EXP-05", "E-EXP-06"]
    (line,) = dock.lines()
    assert "采购已同意" in line.override
    assert "缺货急用" in line.override


def test_a_permission_is_for_one_line_only(dock: Dock) -> None:
    """The next line with the same fault is asked for again."""
    to_dates(dock)
    dock.tries("20251231", "CM-OK")
    dock.allowed_by_chen()
    dock.li("1")
    assert dock.tries(ean(OATS), "1", "CM-OK", "0", "20251231", "CM-OK").code == "E-EXP-05"


def test_receiving_has_reasons_of_its_own(dock: Dock) -> None:
    """Not the pickers': why goods that are too old are taken in."""
    to_dates(dock)
    dock.tries("20251231", "CM-OK")
    asked = dock.li(world.badge(CHEN), world.PIN)
    assert [row[1] for row in dock.table(asked)] == [
        "采购已同意",
        "缺货急用",
        "促销快卖",
        "供应商让价",
        "其他",
    ]
    assert dock.tries("6").code == "E-OVR-01"
    dock.li("4")
    with dock.floor.hub.db.read() as tx:
        kept = tx.scalars(select(OverrideRow)).one()
        assert (kept.code, kept.reason) == ("E-EXP-05", "L-REASON-DISCOUNT")


@pytest.mark.parametrize(
    ("badge", "code"), [(LI, "E-AUTH-02"), ("1004", "E-AUTH-02")], ids=["himself", "a keeper"]
)
def test_only_a_supervisor_allows(dock: Dock, badge: str, code: str) -> None:
    to_dates(dock)
    dock.tries("20251231", "CM-OK")
    assert dock.tries(world.badge(badge)).code == code


def test_a_supervisor_does_not_allow_his_own_count(dock: Dock) -> None:
    """He may count, but the permission is another person's (E-AUTH-03); he can refuse the line."""
    to_dates(dock)
    dock.li("CM-MENU")
    receipt = dock.floor.look(LI, "stage1")["facts"]["hint"]
    refused = dock.tries(receipt, ean(OATS), "1", "CM-OK", "0", "20251231", "CM-OK", number=CHEN)
    assert refused.code == "E-EXP-05"
    assert dock.tries(world.badge(CHEN), number=CHEN).code == "E-AUTH-03"
    assert dock.tries("CM-DAMAGE", number=CHEN).step == "product"


def test_an_override_can_be_given_up(dock: Dock) -> None:
    """CM-UNDO while the supervisor chooses: the worker stands before the refused date again."""
    to_dates(dock)
    dock.tries("20251231", "CM-OK")
    assert dock.li(world.badge(CHEN), "CM-UNDO").step == "expires"
    dock.tries("CM-OK")
    assert dock.li(world.badge(CHEN), world.PIN, "CM-UNDO").step == "expires"
    assert dock.li("CM-DAMAGE").step == "product"


def _stock_until_2027(dock: Dock) -> None:
    """T9: what is in stock keeps until 2027-01-01."""
    dock.truck((OATS, 24), asn="PO-0")
    dock.li(ean(OATS), "2", "CM-OK", "0", "20260401", "20270101", "1")
    receipt = _only_receipt(dock)
    dock.close()
    dock.inspect(receipt)
    dock.floor.sign(receipt)


def _only_receipt(dock: Dock) -> str:
    from station.inbound.models import Receipt

    with dock.floor.hub.db.read() as tx:
        return str(tx.scalar(select(Receipt.receipt_no)))


def test_goods_older_than_the_stock_need_a_supervisor(dock: Dock, books: Callable[[], None]) -> None:
    """T9: in stock X=2027-01-01, inbound X=2026-12-01 → W-EXP-07; allowed, it is received and posted."""
    _stock_until_2027(dock)
    receipt = dock.truck((OATS, 24))
    refused = dock.tries(ean(OATS), "2", "CM-OK", "0", "20260401", "20261201")
    assert (refused.status, refused.code, refused.step) == (422, "W-EXP-07", "expires")
    assert dock.allowed_by_chen().step == "outer"
    dock.li("1")
    dock.close()
    dock.inspect(receipt)
    assert dock.floor.sign(receipt).code == "S-SGN-POSTED"
    (line,) = dock.lines(receipt)
    assert line.override.startswith("W-EXP-07 陈主管: ")
    books()


def test_goods_older_than_the_stock_may_be_refused(dock: Dock) -> None:
    _stock_until_2027(dock)
    receipt = dock.truck((OATS, 24))
    dock.tries(ean(OATS), "2", "CM-OK", "0", "20260401", "20261201")
    dock.li("CM-DAMAGE")
    (line,) = dock.lines(receipt)
    assert (line.qty_accepted, line.reject_reason, str(line.expires_on)) == (0, "W-EXP-07", "2026-12-01")


@pytest.mark.parametrize("expires", ["20270101", "20270102"], ids=["as old", "younger"])
def test_goods_as_young_as_the_stock_need_nobody(dock: Dock, expires: str) -> None:
    _stock_until_2027(dock)
    dock.truck((OATS, 24))
    assert dock.tries(ean(OATS), "2", "CM-OK", "0", "20260401", expires).step == "outer"


# --- lots ------------------------------------------------------------------------------------------


def test_a_lot_is_typed_or_scanned(dock: Dock) -> None:
    dock.truck((NUTS, 48))
    dock.li(ean(NUTS), "2", "CM-OK", "0", "L77", "1")
    dock.li(ean(NUTS), "2", "CM-OK", "0", gs1(NUTS, lot="L78"), "1")
    with dock.floor.hub.db.read() as tx:
        assert tx.scalars(select(Lot.supplier_lot).order_by(Lot.id)).all() == ["L77", "L78"]


@pytest.mark.parametrize(
    ("raw", "code"),
    [(ean(NUTS), "E-TXT-01"), (ean(MUG), "E-QC-01"), ("批" * 21, "E-TXT-01"), ("CM-OK", "E-TXT-01")],
    ids=["code without a lot", "another article", "too long", "nothing to confirm"],
)
def test_what_is_no_lot_is_refused(dock: Dock, raw: str, code: str) -> None:
    dock.floor.erp(MUG)
    dock.truck((NUTS, 24))
    answer = dock.tries(ean(NUTS), "2", "CM-OK", "0", raw)
    assert (answer.code, answer.step) == (code, "lot")


def test_an_unsure_lot_may_be_typed_otherwise(dock: Dock) -> None:
    """T93: the doubtful lot is shown; typing another one settles the doubt."""
    dock.truck((OATS, 24))
    answer = dock.li(gs1(OATS, "260401", lot="ABC21S1"), "2", "CM-OK", "0", "CM-OK")
    assert (answer.step, answer.facts["default"]) == ("lot", "ABC21S1")
    dock.li("ABC", "1")
    assert dock.lines()[0].supplier_lot == "ABC"


def test_after_one_permission_the_worker_may_still_refuse_the_line(dock: Dock) -> None:
    """No dead end between two questions: the second one is answered with CM-DAMAGE."""
    to_dates(dock, TEA)
    dock.tries("20251231", "CM-OK")
    assert dock.allowed_by_chen().code == "E-EXP-06"
    dock.li("CM-DAMAGE")
    (line,) = dock.lines()
    assert (line.qty_accepted, line.reject_reason) == (0, "E-EXP-05")


def test_both_permissions_are_kept_by_name(dock: Dock) -> None:
    """I10 of permissions: two rows, whoever reads them sees which fault was allowed why."""
    to_dates(dock, TEA)
    dock.tries("20251231", "CM-OK")
    dock.allowed_by_chen("1")
    dock.allowed_by_chen("4")
    with dock.floor.hub.db.read() as tx:
        kept = tx.scalars(select(OverrideRow).order_by(OverrideRow.id)).all()
        assert [(row.code, row.reason) for row in kept] == [
            ("E-EXP-05", "L-REASON-BUYER"),
            ("E-EXP-06", "L-REASON-DISCOUNT"),
        ]
