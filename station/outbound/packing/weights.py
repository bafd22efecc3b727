"""What a parcel should weigh, and what it means when it does not (P18). Weights in tenths of a gram (dg)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from station.catalog.models import Packaging, Sku
from station.devices import scales
from station.ground.words.messages import Refused
from station.ground.work import Work
from station.outbound.packing import weighing
from station.outbound.packing.models import Parcel, ParcelLine

UNREADABLE = frozenset({"E-WGT-02", "E-WGT-03", "E-WGT-04"})
"""Refusals of a scale after which a parcel may go unweighed."""


def expected_dg(work: Work, parcel: Parcel, packaging: Packaging) -> int | None:
    """What the parcel should weigh; None while an article's weight is unknown."""
    rows = _weights(work.tx, parcel.id)
    if any(not row.gross_g for row in rows):
        return None
    return weighing.expected_dg(
        [(row.gross_g, int(row.qty)) for row in rows], packaging.tare_g, work.settings.rules.filler_g
    )


def _weights(tx: Session, parcel_id: int) -> list[Any]:
    return list(
        tx.execute(
            select(Sku.name_zh, Sku.gross_g, func.sum(ParcelLine.qty).label("qty"))
            .join(Sku, Sku.id == ParcelLine.sku_id)
            .where(ParcelLine.parcel_id == parcel_id)
            .group_by(Sku.id, Sku.name_zh, Sku.gross_g)
        )
    )


def reading(work: Work) -> int | None:
    """What the bench's scale says; None when it says nothing and a supervisor lets the parcel go unweighed.

    E-WGT-04 no scale, E-WGT-02 moving, E-WGT-03 not zeroed since the last parcel; a supervisor may allow each
    of these, for a scale that never rests is as good as none.
    """
    try:
        return scales.read(work.tx, work.by.workstation, work.now)
    except Refused as refusal:
        if refusal.code not in UNREADABLE:
            raise
        work.unless_allowed(refusal.code)
        work.used(refusal.code)
        return None


def may_type(work: Work, roles: Collection[str]) -> None:
    """Whether somebody with these roles may type a weight; else a supervisor must have allowed it
    (E-WGT-07).
    """
    if not set(roles) & set(work.settings.rules.typed_weight):
        work.unless_allowed("E-WGT-07")


def judge(work: Work, parcel: Parcel, dg: int) -> int:
    """By how many grams the parcel is off; 0 when the weight is within tolerance (P18, T53)."""
    rules, expected = work.settings.rules, parcel.expected_dg
    if expected is None or weighing.is_within(dg, expected, rules.wt_abs_g, rules.wt_pct, rules.wt_cap_g):
        return 0
    off = dg - expected
    return (abs(off) + 5) // 10 * (1 if off > 0 else -1) or (1 if off > 0 else -1)


def explain(tx: Session, parcel: Parcel, dg: int) -> str:
    """The article whose unit weight best explains the difference."""
    if parcel.expected_dg is None:
        return ""
    weights = {row.name_zh: row.gross_g for row in _weights(tx, parcel.id)}
    return weighing.best_explanation(dg - parcel.expected_dg, weights) or ""


def blind_for(work: Work, parcel: Parcel) -> str:
    """称重不敏感: the lightest article, when the scale would not miss one of it (T56); else empty."""
    known = [row for row in _weights(work.tx, parcel.id) if row.gross_g]
    if parcel.expected_dg is None or not known:
        return ""
    rules, lightest = work.settings.rules, min(known, key=lambda row: (row.gross_g, row.name_zh))
    is_blind = weighing.is_insensitive(
        lightest.gross_g, parcel.expected_dg, rules.wt_abs_g, rules.wt_pct, rules.wt_cap_g
    )
    return str(lightest.name_zh) if is_blind else ""
