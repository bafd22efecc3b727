"""Changing a threshold at the desk: by whom, from what, to what, why."""

from __future__ import annotations

from sqlalchemy import Delete, Update, delete, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from station.ground.db import savepoint, table
from station.ground.thresholds.models import LONGEST, SettingChange, SettingValue
from station.ground.thresholds.setting import Setting
from station.ground.words.messages import Refused
from station.ground.work import Work
from station.settings import Settings, rule_text

__all__ = ["LONGEST", "change", "of_file", "said", "take_back"]

_SAID = table(SettingValue)


def said(tx: Session, name: str) -> str | None:
    """What the desk has said; None while the file's value counts."""
    return tx.scalar(select(SettingValue.value).where(SettingValue.name == name))


def of_file(settings: Settings, name: str) -> str:
    """The text of what `station.toml` says, or of the default."""
    return rule_text(getattr(settings.rules, name))


def change(work: Work, setting: Setting, text: str, *, was: str, reason: str) -> None:
    """`text` counts from now on. `was` is the value that whoever changes it has before their eyes.

    E-CFG-01 when somebody else has changed it meanwhile, E-CFG-02 when it is so already, E-SET-03, -04, -10
    for what it cannot be.
    """
    new = setting.read(text)
    present = _seen(work, setting, was)
    if new == was:
        raise Refused("E-CFG-02")
    if present is not None:
        _claim(work, update(_SAID).values(value=new), setting.name, present)
    else:
        _say_first(work, setting.name, new)
    _note(work, setting.name, was, new, reason)


def take_back(work: Work, setting: Setting, *, was: str, reason: str) -> None:
    """The file's value counts again; refused like `change`."""
    present = _seen(work, setting, was)
    if present is None:
        raise Refused("E-CFG-02")
    _claim(work, delete(_SAID), setting.name, present)
    _note(work, setting.name, was, "", reason)


def _seen(work: Work, setting: Setting, was: str) -> str | None:
    """What the desk has said, if what counts is still `was`."""
    present = said(work.tx, setting.name)
    counts = of_file(work.settings, setting.name) if present is None else present
    if counts != was:
        raise Refused("E-CFG-01", now=counts)
    return present


def _say_first(work: Work, name: str, value: str) -> None:
    try:
        with savepoint(work.tx, IntegrityError):
            work.tx.execute(insert(_SAID), {"name": name, "value": value})
    except IntegrityError:  # another desk was first, this moment
        raise Refused("E-CFG-01", now="?") from None


def _claim(work: Work, statement: Update | Delete, name: str, present: str) -> None:
    """Change the row that still says `present`."""
    mine = statement.where(_SAID.c.name == name, _SAID.c.value == present)
    if work.tx.connection().execute(mine).rowcount != 1:
        raise Refused("E-CFG-01", now="?")


def _note(work: Work, name: str, old: str, new: str, reason: str) -> None:
    row = {"name": name, "old": old, "new": new, "reason": reason}
    who = {"at": work.now, "actor": work.by.name, "device": work.by.device}
    work.tx.execute(insert(table(SettingChange)), row | who)
