"""Who must hear what becomes of a correction: the processes that asked for it."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from station.ground.work import Work


class Decision(StrEnum):
    """Both have signed and it is about to be posted; it is posted; nobody believes it."""

    SIGNED = "SIGNED"
    POSTED = "POSTED"
    REFUSED = "REFUSED"


Heard = Callable[[Work, str, Decision], None]
_HEARD: dict[str, Heard] = {}


def when_decided(origin_type: str) -> Callable[[Heard], Heard]:
    """Declare what happens, in the same unit of work, when a correction that came from such a document is
    decided. The function gets the document's number.
    """

    def declare(function: Heard) -> Heard:
        _HEARD[origin_type] = function
        return function

    return declare


def tell(work: Work, origin_type: str, origin_no: str, decision: Decision) -> None:
    """A correction of this origin is decided."""
    heard = _HEARD.get(origin_type)
    if heard is not None:
        heard(work, origin_no, decision)
