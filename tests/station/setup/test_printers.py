"""Printers and papers by the set-up file: only where the server may connect, only on paper that fits."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from printers import roster
from printers.schema import printer
from station.ground.setup.problems import SetupRefused
from station.ground.work import SYSTEM
from station.rooms import ROOMS
from station.wiring.hub import Hub
from station.wiring.setup import running
from tests.station.storage.hall.conftest import empty

__all__ = ["empty"]
on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

PRINTER = """[[printer]]
code = "P1"
name = "面单机"
language = "tspl"
address = "tcp://192.168.1.52:9100"
media = "waybill_76x130"
"""
PAPER = """
[[paper]]
kind = "waybill"
printer = "P1"
"""


@on_sqlite
def test_a_printer_keeps_what_was_proved_while_nothing_changes(empty: Hub) -> None:
    assert [(one.how, one.things) for one in running.set_up(empty, PRINTER + PAPER, SYSTEM)] == [
        ("NEW", "printers"),
        ("CHANGED", "papers"),
    ]
    empty.db.write(lambda tx: tx.execute(update(printer).values(state="READY")))
    assert running.set_up(empty, PRINTER + PAPER, SYSTEM) == []
    with empty.db.read() as tx:
        assert [one.state for one in roster.list_printers(tx)] == ["READY"]
    (changed,) = running.set_up(empty, PRINTER.replace(".52", ".53"), SYSTEM)
    assert (changed.how, changed.names) == ("CHANGED", ["P1"])
    with empty.db.read() as tx:
        (after,) = roster.list_printers(tx)
    assert (after.address, after.state) == ("tcp://192.168.1.53:9100", "UNTRIED")


@on_sqlite
@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (PRINTER.replace("192.168.1.52", "127.0.0.1"), 1, "127.0.0.1"),
        (PRINTER.replace("192.168.1.52", "169.254.169.254"), 1, "169.254.169.254"),
        (PRINTER.replace("tcp://192.168.1.52:9100", "ftp://x"), 1, "ftp://x"),
        (PRINTER.replace("tspl", "klingon"), 1, "klingon"),
        (PRINTER + 'sensor = "nose"\n', 1, "nose"),
        (PRINTER + PAPER.replace("waybill", "manifest"), 8, "not on 'waybill_76x130'"),
        (PRINTER + PAPER.replace("P1", "P2"), 10, "P1"),
    ],
)
def test_what_no_printer_can_be_refuses_all(empty: Hub, text: str, line: int, words: str) -> None:
    with pytest.raises(SetupRefused) as refusal:
        running.set_up(empty, text, SYSTEM)
    (one,) = refusal.value.problems
    assert one.line == line
    assert words in one.text["en"]
    with empty.db.read() as tx:
        assert roster.list_printers(tx) == []


@pytest.mark.parametrize(
    ("text", "line", "code"),
    [
        (PRINTER.replace("waybill_76x130", "silk"), 6, "E-SET-10"),
        (PRINTER + PRINTER, 8, "E-SET-09"),
        (PRINTER + "dpi = 200\n", 7, "E-SET-04"),
        (PAPER + PAPER, 7, "E-SET-09"),
        (PAPER.replace('"waybill"', '"love_letter"'), 3, "E-SET-10"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(text: str, line: int, code: str) -> None:
    with pytest.raises(SetupRefused) as refusal:
        running.read(running.sections(ROOMS), text)
    assert (line, code) in [(one.line, one.code) for one in refusal.value.problems]
