"""The thresholds of this moment: the desk's over the file's, read in the unit of work that judges by them.

So a change counts in every process from its commit on, and a unit sees either the old or the new value.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from station.ground.db import Prepared, table
from station.ground.thresholds.models import SettingValue
from station.settings import Rules, Settings, SettingsError, rule_of

log = logging.getLogger(__name__)

_SAID = table(SettingValue)
_ALL = Prepared(select(_SAID.c.name, _SAID.c.value).order_by(_SAID.c.name))


def rules_of(tx: Session, settings: Settings) -> Rules:
    """What counts now."""
    said = tuple((row.name, row.value) for row in _ALL.all(tx))
    return _over(settings.rules, said) if said else settings.rules


@lru_cache(maxsize=32)
def _over(rules: Rules, said: tuple[tuple[str, str], ...]) -> Rules:
    """`rules` with what the desk said; what this release cannot read any more is left out, and told."""
    for name, text in said:
        try:
            value = rule_of(name, text)
            rules = replace(rules, **{name: value})
        except SettingsError as error:
            log.warning("the desk's %s = %r does not count: %s", name, text, error)
    return rules
