"""One scan may stand for a whole pack: whether that is as many as the step wants (§4.2)."""

from __future__ import annotations

from station.ground.scan.kinds import Code
from station.ground.words.messages import Refused


def one(code: Code) -> None:
    """E-LVL-01 where one EACH is wanted and the code is of a pack: how many it would be."""
    if code.units != 1:
        raise Refused("E-LVL-01", n=code.units)


def at_most(code: Code, wanted: int) -> None:
    """E-LVL-02 where `wanted` EACH are and the pack's code stands for more; E-LVL-01 where it is one."""
    if wanted <= 1:
        one(code)
    if code.units > max(wanted, 1):
        raise Refused("E-LVL-02", n=code.units, want=wanted)


def pack_of(code: Code) -> str:
    """What a screen says of a pack's code: how many EACH; empty for a single unit."""
    return str(code.units) if code.units > 1 else ""
