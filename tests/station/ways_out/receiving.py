"""The part of the tour's day at the dock: what is counted and inspected, with a surprise of each kind."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from station.ground.words.actor import Role
from station.people.rules import add_user
from station.practice.demo import goods, world
from tests.floor import CHEN, LI, WANG, Floor


def count(floor: Floor, receipt: str, lines: list[tuple[str, int, int, str]]) -> None:
    floor.scans(LI, "stage1", receipt, lines[0][0], "99", "CM-OK")
    floor.scans(LI, "stage1", "0", "CM-OK")  # far more than ordered, twice
    floor.scans(LI, "stage1", "CM-MENU", receipt)
    floor.scan(LI, "stage1", goods.gtin(5))  # nobody ordered it
    floor.scans(LI, "stage1", "CM-SKIP")
    _count_line(floor, lines[0])
    for card in (
        "CM-SKIP",
        "CM-SKIP",
        "CM-REPRINT",
        "CM-SKIP",
        "CM-CLOSE",
        "CM-SKIP",
    ):  # look through, see what is missing
        floor.scan(LI, "stage1", card)
    for line in lines[1:]:
        _count_line(floor, line)
    floor.scans(LI, "stage1", "CM-CLOSE")
    floor.scan(LI, "stage1", receipt)  # taken back before anybody inspects
    floor.scan(LI, "stage1", "CM-MENU")


def _count_line(floor: Floor, line: tuple[str, int, int, str]) -> None:
    answer = floor.scans(LI, "stage1", line[0], str(line[1]), "CM-OK", "0")
    while answer.step != "product":
        typed = {"produced": line[3], "expires": "CM-OK", "lot": "L2604", "outer": "6"}[answer.step]
        answer = floor.scans(LI, "stage1", typed)
        if answer.step == "amend":  # nothing to change after all
            answer = floor.scans(LI, "stage1", "CM-SKIP", "1")


def inspect(floor: Floor, receipt: str) -> None:
    """A pack with another date than its carton, and a supervisor who is called for nothing."""
    answer, pieces = floor.scans(WANG, "stage2", receipt), itertools.count(1)
    _share(floor, receipt, pieces)
    while answer.step == "sample":
        code = floor.barcode(answer.facts["hint"])
        if floor.scan(WANG, "stage2", f"010{code}11260330").step == "differs":
            floor.scans(WANG, "stage2", "CM-SKIP", "CM-SKIP", world.badge(CHEN), world.PIN, "CM-SKIP")
        answer = floor.scans(WANG, "stage2", code)
        if answer.step == "serial":
            answer = floor.scans(WANG, "stage2", f"SN-{next(pieces)}")
    floor.scans(WANG, "stage2", "CM-OK")


def _share(floor: Floor, receipt: str, pieces: Iterator[int]) -> None:
    """A colleague inspects all the other lines, and waits for the one that is in hand."""
    hub, zhu = floor.hub, "3001"
    pin_hash = hub.pins.hash(world.PIN)
    hub.db.write(lambda tx: add_user(tx, zhu, "朱质检", pin_hash, (Role.INSPECTOR,), hub.clock.now()))
    answer = floor.scans(zhu, "stage2", receipt)
    while answer.step in {"sample", "serial"}:
        is_number = answer.step == "serial"
        raw = f"SN-{next(pieces)}" if is_number else floor.barcode(answer.facts["hint"])
        answer = floor.scans(zhu, "stage2", raw)
    floor.scans(zhu, "stage2", "CM-SKIP")
