"""GS1 element strings (domain §4.3).

`biip` knows the application identifiers, lengths, dates (day 00, century) and check digits; it held
up against every case of the domain. Separators are ours: GS, ``|``, ``{GS}`` and ``<GS>`` arrive here
already as GS, and a lost one is found only where it can be proven, never guessed.
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
_SWALLOWED = re.compile(r".(?:10|11|13|15|16|17|21|30|37|240).", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Elements:
    """What an element string says; `lot_unsure` when the lot may have swallowed a neighbour."""

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
    try:
        message = (
            GS1Message.parse_hri(text)
            if text.startswith("(")
            else GS1Message.parse(text)
        )
    except (ParseError, ValueError):
        return None
    values: dict[str, str] = {}
    dates: dict[str, date] = {}
    for element in message.element_strings:
        values.setdefault(element.ai.ai, element.value)
        if element.date is not None:
            dates.setdefault(element.ai.ai, element.date)
    return _elements(text, values, dates)


def _elements(text: str, values: dict[str, str], dates: dict[str, date]) -> Elements:
    gtin = values.get("01") or values.get("02", "")
    checked = [value for value in (gtin, values.get("00", "")) if value]
    expiries = {dates[ai] for ai in ("15", "17") if ai in dates}
    lot = values.get("10", "")
    count = values.get("37") or values.get("30") or ""
    return Elements(
        gtin=gtin,
        sscc=values.get("00", ""),
        lot=lot,
        serial=values.get("21", ""),
        produced_on=dates.get("11"),
        expires_on=min(expiries) if expiries else None,
        count=int(count) if count.isascii() and count.isdigit() else None,
        dates_differ=len(expiries) > 1,
        lot_unsure=text.endswith(lot) and _SWALLOWED.search(lot) is not None if lot else False,
        has_bad_check=any(gs1_standard_check_digit(value[:-1]) != int(value[-1]) for value in checked),
    )
