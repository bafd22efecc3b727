"""GS1 element strings (domain §4.3).

`biip` knows the application identifiers, lengths, dates (day 00, century) and check digits. Two things
it does not do are done here: it reads on after a variable value of full length as if a separator had
stood there, and it takes any Unicode digit. Separators are ours: GS, ``|``, ``{GS}`` and ``<GS>`` arrive
here already as GS, and a lost one is found only where it can be proven, never guessed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from biip import ParseError
from biip.checksums import gs1_standard_check_digit
from biip.gs1_messages import GS1Message

GS = "\x1d"
_STARTS = re.compile(r"(?:01|02)[0-9]{14}|00[0-9]{18}")
_HRI = re.compile(r"\((?:00|01|02)\)[0-9]{14}")
_CHECKED = frozenset({"00", "01", "02", *(str(ai) for ai in range(410, 418))})
_SWALLOWED = re.compile(r".(?:10|11|13|15|16|17|21|30|37|240).", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Elements:
    """What an element string says; `lot_unsure` when its last value may have swallowed a neighbour."""

    gtin: str = ""
    sscc: str = ""
    lot: str = ""
    serial: str = ""
    produced_on: date | None = None
    expires_on: date | None = None
    count: int | None = None
    dates_differ: bool = False
    lot_unsure: bool = False
    has_bad_check: bool = False


def looks_like(text: str, aim: str) -> bool:
    """Whether `text` claims to be a GS1 element string."""
    return bool(aim) or _STARTS.match(text) is not None or _HRI.match(text) is not None


def parse(text: str) -> Elements | None:
    """The elements of `text`, or None when it does not parse (a separator was lost, or not GS1)."""
    if not text.isascii():
        return None
    try:
        if text.startswith("("):
            groups = [[element] for element in GS1Message.parse_hri(text).element_strings]
        else:
            groups = [list(GS1Message.parse(part).element_strings) for part in text.split(GS) if part]
    except (ParseError, ValueError):
        return None
    if any(element.ai.separator_required for group in groups for element in group[:-1]):
        return None  # a variable value ends at a separator or at the end, never in between (T93)
    values: dict[str, str] = {}
    dates: dict[str, date] = {}
    for element in (element for group in groups for element in group):
        values.setdefault(element.ai.ai, element.value)
        if element.date is not None:
            dates.setdefault(element.ai.ai, element.date)
    last = groups[-1][-1] if groups else None
    is_open = last is not None and last.ai.separator_required and not text.startswith("(")
    return _elements(values, dates, last.value if last is not None and is_open else "")


def _elements(values: dict[str, str], dates: dict[str, date], open_value: str) -> Elements:
    """`open_value` is the last value when nothing but a separator would have ended it."""
    gtin = values.get("01") or values.get("02", "")
    expiries = {dates[ai] for ai in ("15", "17") if ai in dates}
    count = values.get("37") or values.get("30") or ""
    return Elements(
        gtin=gtin,
        sscc=values.get("00", ""),
        lot=values.get("10", ""),
        serial=values.get("21", ""),
        produced_on=dates.get("11"),
        expires_on=min(expiries) if expiries else None,
        count=int(count) if count.isdigit() else None,
        dates_differ=len(expiries) > 1,
        lot_unsure=_SWALLOWED.search(open_value) is not None,
        has_bad_check=any(_is_bad(value) for ai, value in values.items() if ai in _CHECKED),
    )


def _is_bad(value: str) -> bool:
    return gs1_standard_check_digit(value[:-1]) != int(value[-1])
