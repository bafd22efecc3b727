"""The list of orders whose goods come, have come, or do not come any more."""

from __future__ import annotations

from typing import Any

from sqlalchemy import case, false, func, select, true

from station.catalog.models import Sku, Supplier
from station.ground.registers.filters import Number, State
from station.ground.registers.kinds import DAY, QUANTITY, STATE
from station.ground.registers.register import Col, Link, Register
from station.ground.web.desk import DESK
from station.inbound.models import InboundLine, InboundNotice

_STATE = case((InboundNotice.is_closed.is_(true()), "CLOSED"), else_="OPEN")


def _lines(column: Any) -> Any:
    """Something of all lines of a notice."""
    query = select(column).select_from(InboundLine).join(Sku, Sku.id == InboundLine.sku_id)
    return query.where(InboundLine.notice_id == InboundNotice.id).correlate(InboundNotice).scalar_subquery()


def _supplier(column: Any) -> Any:
    query = select(column).where(Supplier.id == InboundNotice.supplier_id)
    return query.correlate(InboundNotice).scalar_subquery()


NOTICES = Register(
    name="notices",
    title="Notices",
    path="notices",
    query=select(
        InboundNotice.asn_no,
        _STATE.label("state"),
        Supplier.name,
        InboundNotice.expected_on,
        _lines(func.sum(InboundLine.qty_expected)).label("expected"),
        _lines(func.sum(InboundLine.qty_received)).label("received"),
    ).join(Supplier, Supplier.id == InboundNotice.supplier_id),
    key=InboundNotice.id,
    only=InboundNotice.is_blind.is_(false()),
    columns=(
        Col("asn_no", "Notice", share=22),
        Col("state", "State", STATE, share=10),
        Col("name", "Supplier", share=26),
        Col("expected_on", "Expected on", DAY, share=14),
        Col("expected", "Pieces expected", QUANTITY, share=14),
        Col("received", "Pieces received", QUANTITY, share=14),
    ),
    filters=(
        State(_STATE, ("OPEN", "CLOSED"), open=None),
        Number(
            InboundNotice.asn_no,
            _supplier(Supplier.name),
            _supplier(Supplier.code),
            _lines(func.aggregate_strings(Sku.code, " ")),
            _lines(func.aggregate_strings(Sku.name_zh, " ")),
        ),
    ),
    roles=DESK,
    link=Link("office.notice", asn_no="asn_no"),
)
