"""Doubles of printers and ERPs listen on this machine, so the tests allow it by name, as an owner would."""

from printers.reach import Reach

NEAR = ("127.0.0.1",)
REACH = Reach.of(NEAR)
