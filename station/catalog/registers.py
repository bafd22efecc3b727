"""The list of articles, and of codes that nobody knew."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import g
from sqlalchemy import ColumnElement, or_, select

from station.catalog.models import CodeState, Sku, SkuBarcode, UnknownCode
from station.ground.registers.filters import Asked, Number, State
from station.ground.registers.kinds import INSTANT, QUANTITY, STATE, YES
from station.ground.registers.register import Add, Col, Link, Register
from station.ground.scan import trade
from station.ground.web.desk import DESK, RULERS
from station.ground.words.messages import say
from station.people.registers import process, step

_BARCODE = (
    select(SkuBarcode.code)
    .where(SkuBarcode.sku_id == Sku.id, SkuBarcode.level == "EACH")
    .order_by(SkuBarcode.id)
    .limit(1)
    .correlate(Sku)
    .scalar_subquery()
)


@dataclass(frozen=True, init=False)
class _NumberOrBarcode(Number):
    """A part of a number or name, or a barcode of any level as it is scanned."""

    def where(self, asked: Asked) -> list[ColumnElement[bool]]:
        parts = super().where(asked)
        codes = [code for group in trade.readings(asked.text) for code in group]
        by_code = select(SkuBarcode.sku_id).where(SkuBarcode.code.in_(codes))
        return [or_(*parts, Sku.id.in_(by_code))] if parts and codes else parts


ARTICLES = Register(
    name="articles",
    title="Articles",
    path="articles",
    query=select(
        Sku.id,
        Sku.code,
        Sku.name_zh,
        Sku.spec,
        _BARCODE.label("barcode"),
        Sku.case_qty,
        Sku.gross_g,
        Sku.is_shelf_life,
        Sku.abc,
        Sku.is_active,
    ),
    key=Sku.id,
    columns=(
        Col("code", "Article", share=12),
        Col("name_zh", "Name", share=24),
        Col("spec", "Spec", share=12),
        Col("barcode", "Barcode", share=14),
        Col("case_qty", "Units in a case", QUANTITY, share=8),
        Col("gross_g", "Weight, g", QUANTITY, share=8),
        Col("is_shelf_life", "Dated", YES, share=6),
        Col("abc", "ABC", share=5),
        Col("is_active", "Active", YES, share=6),
    ),
    filters=(_NumberOrBarcode(Sku.code, Sku.name_zh, _BARCODE),),
    roles=DESK,
    link=Link("office.article", sku_id="id"),
    add=Add("office.new_article", RULERS),
)


def kinds_wanted(row: Any) -> str:
    """The kinds of things that the step wanted, in the person's language."""
    kinds = [kind for kind in row.wanted.split(",") if kind]
    return ", ".join(dict.fromkeys(say(f"L-KIND-{kind}")[g.actor.lang] for kind in kinds))


UNKNOWN_CODES = Register(
    name="unknown_codes",
    title="Unknown barcodes",
    path="unknown_codes",
    query=select(
        UnknownCode.id,
        UnknownCode.text,
        UnknownCode.state,
        UnknownCode.times,
        UnknownCode.workflow,
        UnknownCode.step,
        UnknownCode.wanted,
        UnknownCode.who,
        UnknownCode.device,
        UnknownCode.last_at,
    ),
    key=UnknownCode.id,
    newest=UnknownCode.last_at,
    columns=(
        Col("text", "Scanned", share=20),
        Col("state", "State", STATE, share=8),
        Col("times", "Times", QUANTITY, share=6),
        Col("workflow", "Process", of=lambda row: process(row.workflow), share=10),
        Col("step", "Step", of=lambda row: step(row.workflow, row.step), share=18),
        Col("wanted", "Wanted", of=kinds_wanted, share=10),
        Col("who", "Who", share=10),
        Col("device", "Device", share=8),
        Col("last_at", "Last", INSTANT, share=12),
    ),
    filters=(
        State(UnknownCode.state, tuple(CodeState), open=frozenset({CodeState.OPEN})),
        Number(UnknownCode.text),
    ),
    roles=DESK,
    link=Link("office.unknown_code", code_id="id"),
)
