"""Thresholds in the set-up file: ``[settings]``, each as the desk would say it, by the desk's own rules.

What the file names counts from then on, over `station.toml`, with a row in the history; what it does not name
stays as it is. An export names what the desk has said.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from station.ground.knobs import changing, queries
from station.ground.setup.section import Change, How, Parts, Section
from station.ground.setup.table import Table
from station.ground.thresholds.setting import Setting
from station.ground.words.messages import Refused
from station.ground.work import Work

REASON = "station setup"
Said = tuple[Setting, str]
"""A threshold, and the text of what it is to be."""


def section(settings: Sequence[Setting]) -> Section:
    """The section for these thresholds, those of all rooms."""

    def read(top: Table) -> list[Said]:
        table = top.table("settings")
        table.may_hold(one.name for one in settings)
        return [(one, _text(table, one)) for one in settings if one.name in table]

    def export(tx: Session) -> dict[str, Any]:
        said = queries.all_said(tx)
        return {one.name: _value(one, said[one.name]) for one in settings if one.name in said}

    return Section("settings", read, apply, export)


def _text(table: Table, one: Setting) -> str:
    """What the file says, in its one spelling; mistakes are those of the desk: E-SET-03, -04, -10."""
    if one.is_switch:
        return "on" if table.flag(one.name) else "off"
    if one.is_number:
        return str(table.whole(one.name, least=one.least, most=one.most))
    text = table.text(one.name, most=changing.LONGEST)
    try:
        return one.read(text)
    except Refused as refusal:
        table.wrong(one.name, refusal.code, **refusal.facts)
        return ""


def apply(work: Work, said: Sequence[Said], _parts: Parts) -> list[Change]:
    """Say what does not count already."""
    changed = []
    for setting, text in said:
        present = changing.said(work.tx, setting.name)
        was = changing.of_file(work.settings, setting.name) if present is None else present
        if text != was:
            changing.change(work, setting, text, was=was, reason=REASON)
            changed.append(setting.name)
    return [Change(How.CHANGED, "settings", changed)] if changed else []


def _value(one: Setting, text: str) -> Mapping[str, Any] | str | int | bool:
    if one.is_switch:
        return text == "on"
    return int(text) if one.is_number else text
