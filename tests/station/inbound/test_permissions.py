"""A supervisor's permission at the dock is for what was asked, once, and does not leak (level S)."""

from __future__ import annotations

from station.practice.demo import world
from tests.floor import CHEN
from tests.station.inbound.dock import OATS, TEA, Dock, ean


def asked(dock: Dock) -> None:
    """The receiver stands before dates that are too old twice over, the first fault is told."""
    dock.truck((TEA, 48))
    assert dock.tries(ean(TEA), "2", "CM-OK", "0", "20251231", "CM-OK").code == "E-EXP-05"


def test_another_date_after_the_permission_is_judged_anew(dock: Dock) -> None:
    """Allowed for too old, then an expired day is typed: E-EXP-04 is nobody's to allow."""
    asked(dock)
    dock.allowed_by_chen()
    assert dock.tries("20260430").code == "E-EXP-04"
    assert dock.lines() == []


def test_a_scan_between_two_questions_forgets_the_second_one_only(dock: Dock) -> None:
    """Refused again, the second question is asked again; the first stays answered."""
    asked(dock)
    assert dock.allowed_by_chen().code == "E-EXP-06"
    assert dock.tries("CM-OK").code == "E-EXP-06"
    assert dock.allowed_by_chen().step == "outer"


def test_the_second_question_names_itself_to_the_supervisor(dock: Dock) -> None:
    """The strip above the PIN says what is allowed: the second fault, not the first."""
    asked(dock)
    dock.allowed_by_chen()
    answer = dock.li(world.badge(CHEN))
    assert answer.step == "_pin"
    assert answer.facts["banner"]["en"] == "Remaining days below receiving limit"


def test_leaving_between_two_questions_forgets_both(dock: Dock) -> None:
    """The next one who counts the line is asked from the beginning."""
    asked(dock)
    dock.allowed_by_chen()
    receipt = dock.li("CM-MENU").facts["hint"]
    again = dock.tries(receipt, ean(TEA), "2", "CM-OK", "0", "20251231", "CM-OK")
    assert again.code == "E-EXP-05"


def test_the_permission_of_a_line_taken_back_is_not_lost_and_not_doubled(dock: Dock) -> None:
    """CM-UNDO right after the line: the packing is judged again, what was allowed is still written down."""
    dock.truck((OATS, 48))
    dock.tries(ean(OATS), "2", "CM-OK", "0", "20251231", "CM-OK")
    dock.allowed_by_chen()
    dock.li("1", "CM-UNDO", "1")
    (line,) = dock.lines()
    assert line.override == "E-EXP-05 陈主管: 采购已同意"
