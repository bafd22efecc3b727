"""Who speaks to the platform, and the shape all our messages share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from station.erp import makeup
from station.erp.qimen.reading import STATUSES

GOOD = "ZP"
_KINDS = {ours: theirs for theirs, ours in reversed(STATUSES.items())}
MOST_LINES = 100
"""Lines of one message; longer documents are cut, with ``totalOrderLines`` in each part."""
Message = tuple[str, dict[str, Any]]


@dataclass(frozen=True)
class Sender:
    """What stands in every message."""

    warehouse: str
    owner: str
    confirm_type: str
    words: makeup.Words

    def kind(self, status: str) -> str:
        """Their word of a stock status of ours."""
        word = self.words.theirs("status", status)
        return word if word != status else _KINDS.get(status, status)

    def carrier(self, code: str) -> str:
        """Their word of a carrier of ours."""
        return self.words.theirs("carrier", code)


def text_of(day: date | None) -> str:
    return day.isoformat() if day else ""


def parts(
    method: str, head: str, about: Mapping[str, Any], lines: Sequence[Any], **more: Any
) -> list[Message]:
    """A message, or several with a hundred lines each and keys of their own."""
    cut = [lines[at : at + MOST_LINES] for at in range(0, len(lines), MOST_LINES)] or [[]]
    messages = []
    for number, part in enumerate(cut, 1):
        own = dict(about)
        if len(cut) > 1:
            own |= {"outBizCode": f"{about['outBizCode']}/{number}", "totalOrderLines": len(lines)}
        messages.append((method, {head: own, **more, "orderLines": {"orderLine": list(part)}}))
    return messages
