"""The crew's account beside the station's book, in figures. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from station.practice.simulate.trucks.truth import Goods, Truth

Key = TypeVar("Key")


def goods_of(row: Mapping[str, Any]) -> Goods:
    """A row of the book, as the crew calls it."""
    return Goods(row["truck"], row["sku"], row["lot"], row["expires"], row["status"])


def told(truth: Truth, book: Mapping[str, Any]) -> dict[str, Any]:
    """How much stands, was refused and left by the crew's account, and what the book says otherwise."""
    stands = _added((goods_of(row), row["qty"]) for row in book["goods"])
    refused = _added(((truck, sku), qty) for truck, sku, qty in book["refused"])
    return {
        "stands": sum(truth.stands.values()),
        "by_status": _sorted(_added((goods.status, qty) for goods, qty in (+truth.stands).items())),
        "refused": sum(truth.refused.values()),
        "left": _sorted(truth.left),
        "labels": _sorted(truth.labels),
        "compared": len(+truth.stands),
        "differences": truth.differences(stands, refused, book["labels"]),
    }


def _added(rows: Iterable[tuple[Key, int]]) -> Counter[Key]:
    sums: Counter[Key] = Counter()
    for key, qty in rows:
        sums[key] += qty
    return sums


def _sorted(sums: Counter[str]) -> dict[str, int]:
    return dict(sorted(sums.items()))
