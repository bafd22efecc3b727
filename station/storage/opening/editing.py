"""One line of opening stock as a person types it at the desk: read like a row of a file, refused by one
code.
"""

from __future__ import annotations

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from station.ground.spreadsheets.columns import values_of
from station.ground.spreadsheets.numbers import number
from station.ground.spreadsheets.reading import Row
from station.ground.spreadsheets.reasons import BadCell, Problem
from station.ground.words.messages import Refused
from station.ground.work import Work
from station.storage.opening import looking_up, reading
from station.storage.opening.judging import Wanted
from station.storage.opening.reading import Said

MOST = 9_999_999
LIMIT = 120


def read(form: Mapping[str, str], zone: ZoneInfo) -> Said:
    """What a form says; E-OPN-19 with the field and what is wrong with it."""
    problems: list[Problem] = []
    cells = {column.name: form.get(column.name, "")[:LIMIT].strip() for column in reading.COLUMNS}
    columns = {column.name: column for column in reading.COLUMNS}
    values = values_of(Row(0, cells), columns, reading.REQUIRED, zone, problems)
    if problems:
        raise _refused(problems[0])
    return Said(
        row=0,
        slot=values["slot"],
        article=values["sku_code"],
        qty=values["qty"],
        lot=values.get("lot", ""),
        produced_on=values.get("produced_on"),
        expires_on=values.get("expires_on"),
    )


def looked_up(work: Work, said: Said) -> Wanted:
    """The line with its slot and article; E-OPN-19 when something of it is not there or cannot be."""
    lines, problems = looking_up.wanted(work.tx, [said], work.today, day0=work.rules.shelf_day0)
    if problems:
        raise _refused(problems[0])
    return lines[0]


def quantity(text: str) -> int:
    """A whole number of EACH; E-QTY-01 for anything else."""
    try:
        return int(number(1, MOST)(text.strip(), ZoneInfo("UTC")))
    except BadCell:
        raise Refused("E-QTY-01", max=MOST) from None


def _refused(problem: Problem) -> Refused:
    zh, en = problem.reason
    return Refused("E-OPN-19", field=problem.column, value=problem.value, why={"zh": zh, "en": en})
