"""Comparing what station and ERP say of the same things: pure functions (§11).

Each gives a difference per thing, by its key. What ours and theirs say is written in codes and figures,
never in a language: `OPEN`, `SHIPPED SF123`, `12 (+3)`, where the bracket is what waits to be told. What
undelivered messages account for is `explained` as ``kind=messages`` words.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

Key = tuple[str, str, str]
"""Article, stock status, lot; the lot is empty where lots are taken together."""

MOST_KEY, MOST_TEXT, MOST_REASON = 120, 80, 200
OPEN, NOT_OPEN, NONE, NOT_SHIPPED, UNKNOWN, SHIPPED = (
    "OPEN",
    "NOT_OPEN",
    "NONE",
    "NOT_SHIPPED",
    "UNKNOWN",
    "SHIPPED",
)
SET_ASIDE = "DEAD"


@dataclass(frozen=True)
class Found:
    """One thing of which both say something else."""

    what: str
    key: str
    ours: str
    theirs: str
    explained: str = ""


@dataclass(frozen=True)
class Effect:
    """What one line of an undelivered message will change in the ERP."""

    message_id: int
    kind: str
    is_set_aside: bool
    key: Key
    delta: int


Differences = dict[tuple[str, str], Found]
"""By what and key."""


def _listed(differences: Iterable[Found]) -> Differences:
    return {(item.what, item.key): item for item in differences}


# --- stock ---------------------------------------------------------------------------------------


def stock(ours: Mapping[Key, int], theirs: Mapping[Key, int], waiting: Sequence[Effect]) -> Differences:
    """Stock by article and status, and by lot for the articles of which the ERP tells lots.

    Undelivered messages explain a difference when they make up all of it.
    """
    with_lots = {sku for sku, _status, lot in theirs if lot}
    here, there = fold(ours.items(), with_lots), fold(theirs.items(), with_lots)
    effects: dict[Key, list[Effect]] = {}
    for effect in waiting:
        effects.setdefault(_folded(effect.key, with_lots), []).append(effect)
    return _listed(
        _stock(key, here.get(key, 0), there.get(key, 0), effects.get(key, ()))
        for key in sorted({*here, *there})
        if here.get(key, 0) != there.get(key, 0)
    )


def _folded(key: Key, with_lots: Collection[str]) -> Key:
    return key if key[0] in with_lots else (key[0], key[1], "")


def fold(quantities: Iterable[tuple[Key, int]], with_lots: Collection[str]) -> dict[Key, int]:
    """Lots taken together, except of the articles named."""
    together: dict[Key, int] = {}
    for key, qty in quantities:
        folded = _folded(key, with_lots)
        together[folded] = together.get(folded, 0) + qty
    return together


def _stock(key: Key, ours: int, theirs: int, effects: Sequence[Effect]) -> Found:
    waiting = sum(effect.delta for effect in effects)
    if effects and ours - theirs == waiting:
        return Found("stock", stock_key(key), str(ours), str(theirs), _reason(effects))
    said = f"{theirs} ({waiting:+d})" if effects else str(theirs)
    return Found("stock", stock_key(key), str(ours), said)


def stock_key(key: Key) -> str:
    """``SKU|STATUS`` or ``SKU|STATUS|LOT``; a very long one is shortened and stays its own."""
    text = "|".join(key).rstrip("|") if not key[2] else "|".join(key)
    return _short_key(text)


def _short_key(text: str) -> str:
    if len(text) <= MOST_KEY:
        return text
    mark = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]
    return f"{text[: MOST_KEY - 17]}#{mark}"


def _reason(effects: Sequence[Effect]) -> str:
    kinds: dict[str, set[int]] = {}
    for effect in effects:
        kinds.setdefault(effect.kind, set()).add(effect.message_id)
        if effect.is_set_aside:
            kinds.setdefault(SET_ASIDE, set()).add(effect.message_id)
    return reason({kind: len(messages) for kind, messages in kinds.items()})


def reason(counts: Mapping[str, int]) -> str:
    """``kind=messages`` words; what was set aside comes last, because a person must look."""
    order = sorted(counts, key=lambda kind: (kind.isupper(), kind))
    return " ".join(f"{kind}={counts[kind]}" for kind in order)[:MOST_REASON]


# --- orders --------------------------------------------------------------------------------------


def orders(
    open_here: Mapping[str, str],
    closed_here: Mapping[str, str],
    open_there: Collection[str] | None,
    shipped: Mapping[str, str] | None,
    reasons: Mapping[str, str],
) -> Differences:
    """Orders that one side still wants shipped and the other does not.

    `open_here` and `closed_here` give our state by the ERP's number; `open_there` is what the ERP holds open
    (None: it cannot tell), `shipped` what it counts as shipped.
    """
    shipped = shipped or {}
    differing = []
    for number in sorted({*(open_there or ())} - open_here.keys()):
        state = closed_here.get(number, NONE)
        differing.append(_found("order", number, state, OPEN, reasons.get(number, "")))
    for number in sorted(open_here):
        if number in shipped:
            if open_there is None or number not in open_there:
                differing.append(_found("order", number, open_here[number], _shipped(shipped[number])))
        elif open_there is not None and number not in open_there:
            differing.append(_found("order", number, open_here[number], NOT_OPEN))
    return _listed(differing)


def shipments(
    ours: Mapping[str, str],
    theirs: Mapping[str, str] | None,
    undelivered: Mapping[str, str],
    skip: Collection[str] = (),
) -> Differences:
    """Orders we shipped that the ERP does not count as shipped, or under another tracking number.

    `ours` and `theirs` give the tracking number by the ERP's number of the order; `undelivered` why the
    ERP cannot know. Of an ERP that cannot tell what it counts, the undelivered ones are all we know.
    """
    differing = []
    knows_tracking = theirs is not None and any(theirs.values())
    for number in sorted(ours.keys() - set(skip)):
        said, why = _shipped(ours[number]), undelivered.get(number, "")
        if theirs is None:
            if why:
                differing.append(_found("shipment", number, said, UNKNOWN, why))
        elif number not in theirs:
            differing.append(_found("shipment", number, said, NOT_SHIPPED, why))
        elif knows_tracking and not same_tracking(ours[number], theirs[number]):
            differing.append(_found("shipment", number, said, _shipped(theirs[number]), why))
    return _listed(differing)


def same_tracking(ours: str, theirs: str) -> bool:
    """Every number of ours stands among theirs, however they are parted and written."""
    return _numbers(ours) <= _numbers(theirs)


def _numbers(text: str) -> set[str]:
    return {part.casefold() for part in re.split(r"[\s,;/|、，；]+", text) if part}


def _shipped(tracking: str) -> str:
    return f"{SHIPPED} {tracking}".strip()


def _found(what: str, key: str, ours: str, theirs: str, explained: str = "") -> Found:
    return Found(what, _short_key(key), ours[:MOST_TEXT], theirs[:MOST_TEXT], explained)


# --- a moving target -----------------------------------------------------------------------------


def settled(before: Differences, after: Differences) -> tuple[list[Found], set[tuple[str, str]]]:
    """What differs alike from what we said before and after the ERP's answer; and what moved meanwhile."""
    moving = {key for key in {*before, *after} if before.get(key) != after.get(key)}
    return [item for key, item in after.items() if key not in moving], moving
