"""Days and instants as people and programs write them; what can be read in two ways is refused with both."""

from __future__ import annotations

import re
import unicodedata
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from station.ground.spreadsheets.reasons import BadCell

_SPELT = (
    (re.compile(r"(20[0-9]{2})([-/.])([0-9]{1,2})\2([0-9]{1,2})"), (1, 3, 4)),
    (re.compile(r"(20[0-9]{2})([0-9]{2})([0-9]{2})"), (1, 2, 3)),
    (re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.(20[0-9]{2})"), (3, 2, 1)),
    (re.compile(r"(20[0-9]{2}) ?年 ?([0-9]{1,2}) ?月 ?([0-9]{1,2}) ?[日号]?"), (1, 2, 3)),
)
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_NAMED = (
    (re.compile(r"([0-9]{1,2})[-/. ]([a-z]{3,9})[-/., ]{1,2}(20[0-9]{2})"), (3, 2, 1)),
    (re.compile(r"([a-z]{3,9})[-/. ]([0-9]{1,2})[-/., ]{1,2}(20[0-9]{2})"), (3, 1, 2)),
    (re.compile(r"(20[0-9]{2})[-/. ]([a-z]{3,9})[-/. ]([0-9]{1,2})"), (1, 2, 3)),
)
_FULL = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
_SERIAL = re.compile(r"[0-9]{5}")
_SERIAL_ZERO = date(1899, 12, 30)
"""Day 0 of a spreadsheet's count; right for every day since March 1900."""
_EITHER_WAY = re.compile(r"([0-9]{1,2})([-/.])([0-9]{1,2})\2([0-9]{2}|20[0-9]{2})")
_WEEKDAY = re.compile(
    r"[ (]*(?:星期|周|礼拜)[一二三四五六日天]\)?$|^(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,? ", re.IGNORECASE
)
LONGEST = 60
"""Characters of a date that are looked at."""
_CENTURY = range(2000, 2100)

_TIME = re.compile(
    r"(?P<day>.*?)[ T]*(?P<half>上午|下午|凌晨|早上|中午|晚上)? ?"
    r"(?P<hour>[0-9]{1,2})(?::|时|点)(?P<minute>[0-9]{2})(?:(?::|分)(?P<second>[0-9]{2})(?:\.[0-9]+)?秒?|分)?"
    r" ?(?P<noon>[ap]\.?m\.?)? ?(?P<zone>Z|UTC|[+-][0-9]{2}:?[0-9]{2})?",
    re.IGNORECASE | re.DOTALL,
)
_USUAL = re.compile(
    r"(20[0-9]{2})[-/]([0-9]{1,2})[-/]([0-9]{1,2})[ T]([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?"
)
_COMPACT = re.compile(r"(20[0-9]{6})([0-9]{2})([0-9]{2})([0-9]{2})")
_COUNTED = re.compile(r"[0-9]{5}\.[0-9]{1,12}")
_NOON = 12
_AFTERNOON = frozenset({"下午", "晚上", "pm"})
_MORNING = frozenset({"上午", "早上", "凌晨", "am"})


def day(value: str, _zone: ZoneInfo) -> date:
    """A date of this century: 2026-11-30, 2026/11/30, 2026.11.30, 20261130, 30.11.2026, 2026年11月30日,
    30-Nov-2026, or the number of days by which a spreadsheet counts; a time of day behind it says nothing.
    What can be read in two ways is refused with both (E-ERP-32).
    """
    text = _tidy(value)
    timed = _TIME.fullmatch(text)
    if timed is not None and timed["day"] and not timed["zone"]:
        text = timed["day"].strip()
    return _day(text)


def _tidy(value: str) -> str:
    if len(value) > LONGEST:
        raise BadCell("E-ERP-10")
    return _WEEKDAY.sub("", unicodedata.normalize("NFKC", value).strip()).strip()


def _day(text: str) -> date:
    for form, order in _SPELT:
        match = form.fullmatch(text)
        if match is not None:
            return _day_of(*(match[part] for part in order))
    if _SERIAL.fullmatch(text):
        serial = _SERIAL_ZERO + timedelta(days=int(text))
        if serial.year in _CENTURY:
            return serial
    small = text.casefold()
    for form, order in _NAMED:
        match = form.fullmatch(small)
        if match is not None:
            year, month, number = (match[part] for part in order)
            return _day_of(year, _month(month), number)
    match = _EITHER_WAY.fullmatch(text)
    if match is None:
        raise BadCell("E-ERP-10")
    readings = _readings(match[1], match[3], match[4])
    if len(readings) == 1 and len(match[4]) > 2:  # noqa: PLR2004 — a whole year
        return readings[0]
    raise BadCell("E-ERP-32" if readings else "E-ERP-10", " / ".join(one.isoformat() for one in readings))


def _month(name: str) -> str:
    if name[:3] in _MONTHS and (name in _FULL or name in {*_MONTHS, "sept"}):
        return str(_MONTHS.index(name[:3]) + 1)
    raise BadCell("E-ERP-10")


def _day_of(year: str, month: str, number: str) -> date:
    try:
        return date(int(year), int(month), int(number))
    except ValueError:
        raise BadCell("E-ERP-10") from None


def _readings(first: str, second: str, last: str) -> list[date]:
    """What a date may mean."""
    year = last if len(last) > 2 else f"20{last}"  # noqa: PLR2004 — two digits of a year
    tries = [(year, second, first), (year, first, second)]
    if len(last) == 2:  # noqa: PLR2004
        tries.append((f"20{int(first):02}", second, last))
    found = []
    for parts in tries:
        try:
            found.append(_day_of(*parts))
        except BadCell:
            continue
    return list(dict.fromkeys(found))


def instant(value: str, zone: ZoneInfo) -> datetime:
    """A time in UTC; without a zone it is one on the warehouse's clock, and must have been shown there."""
    usual = _USUAL.fullmatch(value)
    if usual is not None:
        with suppress(ValueError):
            return _shown(datetime(*map(int, usual.groups(default="0"))), zone)  # type: ignore[arg-type]  # noqa: DTZ001
    text = _tidy(value)
    compact = _COMPACT.fullmatch(text)
    if compact is not None:
        text = f"{compact[1]} {compact[2]}:{compact[3]}:{compact[4]}"
    if _COUNTED.fullmatch(text):
        return _shown(_counted(text), zone)
    match = _TIME.fullmatch(text)
    if match is None or not match["day"].strip(" ,T"):
        raise BadCell("E-ERP-11")
    on = _on(match["day"].strip(" ,T"))
    clock = f"{on}T{_hour(match):02}:{match['minute']}:{match['second'] or '00'}"
    offset = (match["zone"] or "").upper().replace("UTC", "Z")
    try:
        at = datetime.fromisoformat(clock + offset)
    except ValueError:
        raise BadCell("E-ERP-11") from None
    return at.astimezone(UTC) if at.tzinfo is not None else _shown(at, zone)


def _on(text: str) -> date:
    if _SERIAL.fullmatch(text):
        raise BadCell("E-ERP-11")
    try:
        return _day(text)
    except BadCell as bad:
        raise BadCell(bad.code if bad.code == "E-ERP-32" else "E-ERP-11", bad.detail) from None


def _hour(match: re.Match[str]) -> int:
    """The hour of the day; half a day's name counts only with a clock of twelve hours."""
    hour, half = int(match["hour"]), match["half"] or (match["noon"] or "").casefold().replace(".", "")
    if half in _AFTERNOON and hour < _NOON:
        return hour + _NOON
    if half in _MORNING:
        if hour > _NOON or (hour == 0 and half == "am"):
            raise BadCell("E-ERP-11")
        return hour % _NOON
    return hour


def _counted(text: str) -> datetime:
    """The time that a spreadsheet counts in days, to the second."""
    whole, _, part = text.partition(".")
    seconds = int((Decimal(f"0.{part}") * 86_400).to_integral_value())
    at = datetime(1899, 12, 30) + timedelta(days=int(whole), seconds=seconds)  # noqa: DTZ001 — the wall's clock
    if at.year not in _CENTURY:
        raise BadCell("E-ERP-11")
    return at


def _shown(at: datetime, zone: ZoneInfo) -> datetime:
    """A time of the warehouse's wall clock, which must have shown it."""
    shown = at.replace(tzinfo=zone).astimezone(UTC)
    if shown.astimezone(zone).replace(tzinfo=None) != at:
        raise BadCell("E-ERP-11", zone.key)
    return shown
