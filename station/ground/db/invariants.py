"""What must always hold (domain §3.1): how a room says it, and how two sides are compared in linear time.

A room exports ``INVARIANTS``, made of tables of its own and of lower rooms; `station.wiring.checks` runs
them all. A check reads each table once: two sides are added up over one key (`differences`) instead of
being joined, which a planner without statistics turns into a scan within a scan.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, Subquery, Table, func, literal, select, union_all
from sqlalchemy.orm import Session

from station.ground.db.columns import Base


@dataclass(frozen=True, slots=True)
class Invariant:
    """A rule over a whole database. `find` yields one text for each violation, and nothing when it holds.

    Several rooms may bring a part of one `code`. `looks_at` is the table whose rows it is about: with none
    of them there is nothing to check, which is not the same as a rule that holds.
    """

    code: str
    title: str
    find: Callable[[Session], Iterable[str]]
    looks_at: type[Base] | Table


def rows(*queries: Select[*tuple[Any, ...]]) -> Callable[[Session], Iterator[str]]:
    """A `find` whose queries return what breaks the rule, said by the names of their columns."""

    def find(tx: Session) -> Iterator[str]:
        for query in queries:
            for row in tx.execute(query).mappings():
                yield ", ".join(f"{name} {value}" for name, value in row.items())

    return find


def differences(left: Select[*tuple[Any, ...]], *right: Select[*tuple[Any, ...]], key: int = 1) -> Subquery:
    """Keys whose sum on the left is not their sum on the right: the key, then `left`, then `right`.

    Every side selects the same `key` columns first and a quantity last. A key that one side lacks counts
    as 0 there.
    """
    names = [column.name for column in left.selected_columns[:key]]
    sides = [_side(left, names, is_left=True), *(_side(side, names, is_left=False) for side in right)]
    both = union_all(*sides).subquery()
    keys = [both.c[name] for name in names]
    sums = func.sum(both.c.left), func.sum(both.c.right)
    return (
        select(*keys, sums[0].label("left"), sums[1].label("right"))
        .group_by(*keys)
        .having(sums[0] != sums[1])
        .subquery()
    )


def _side(side: Select[*tuple[Any, ...]], names: list[str], *, is_left: bool) -> Select[*tuple[Any, ...]]:
    *keys, qty = side.selected_columns
    named = [column.label(name) for column, name in zip(keys, names, strict=True)]
    nothing = literal(0)
    left, right = (qty, nothing) if is_left else (nothing, qty)
    return side.with_only_columns(*named, left.label("left"), right.label("right"))
