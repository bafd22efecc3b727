"""What a connector is made of: its settings and secrets, and the words of both sides."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from printers.reach import STRICT, Reach
from station.erp.port import Unmapped


@dataclass(frozen=True)
class Setting:
    """One field of a connector's form; `is_secret` ones are kept encrypted and never shown."""

    name: str
    zh: str
    en: str
    default: str = ""
    is_secret: bool = False
    is_required: bool = True
    hint_zh: str = ""
    hint_en: str = ""


@dataclass(frozen=True)
class Words:
    """The mapping of one connection, ready to use; a missing word raises `Unmapped`.

    Carriers and warehouses that are called alike on both sides need no entry.
    """

    ours: Mapping[tuple[str, str], tuple[str, int]] = field(default_factory=dict)
    own_carriers: frozenset[str] = frozenset()
    own_warehouse: str = ""

    def carrier(self, theirs: str) -> str:
        """Our carrier code."""
        return self._word("carrier", theirs, self.own_carriers)

    def warehouse(self, theirs: str) -> str:
        """Our warehouse code."""
        return self._word("warehouse", theirs, frozenset({self.own_warehouse}))

    def status(self, theirs: str, standard: Mapping[str, str]) -> str:
        """Our stock status; `standard` is what the connector knows by itself."""
        if (entry := self.ours.get(("status", theirs))) and entry[0]:
            return entry[0]
        if theirs in standard:
            return standard[theirs]
        raise Unmapped("status", theirs)

    def unit(self, theirs: str, single: Iterable[str] = ()) -> int:
        """EACH per one of a unit; `single` are the connector's own words for one piece."""
        if (entry := self.ours.get(("unit", theirs))) and entry[0]:
            return entry[1]
        if theirs in single:
            return 1
        raise Unmapped("unit", theirs)

    def theirs(self, kind: str, ours: str) -> str:
        """The ERP's word for ours: the first that a person entered, else the same."""
        return next(
            (theirs for (a_kind, theirs), (word, _) in self.ours.items() if (a_kind, word) == (kind, ours)),
            ours,
        )

    def _word(self, kind: str, theirs: str, same: frozenset[str]) -> str:
        if (entry := self.ours.get((kind, theirs))) and entry[0]:
            return entry[0]
        if theirs in same:
            return theirs
        raise Unmapped(kind, theirs)


@dataclass(frozen=True)
class Setup:
    """What a connector is made of: settings and secrets by name, words, warehouse, what it may reach."""

    values: Mapping[str, str]
    words: Words
    warehouse: str
    timezone: str
    reach: Reach = STRICT
