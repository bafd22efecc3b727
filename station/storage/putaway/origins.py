"""Who must hear that everything of a document is put away: the rooms say so, storage knows none of them."""

from __future__ import annotations

from collections.abc import Callable

from station.ground.tasks import Origin
from station.ground.work import Work

Heard = Callable[[Work, str], None]
_HEARD: dict[str, Heard] = {}


def when_all_is_away(origin_type: str) -> Callable[[Heard], Heard]:
    """Declare what happens, in the same unit of work, when the last putaway of such a document ends.

    The function gets the document's number. One room speaks for a type of document.
    """

    def declare(function: Heard) -> Heard:
        if _HEARD.setdefault(origin_type, function) is not function:
            raise ValueError(f"two rooms want to hear of {origin_type}")
        return function

    return declare


def tell(work: Work, origin: Origin) -> None:
    """Everything of `origin` is put away, or not wanted any more."""
    heard = _HEARD.get(origin.type)
    if heard is not None:
        heard(work, origin.no)
