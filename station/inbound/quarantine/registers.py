"""What lies in quarantine and since when, what came in, and by which paper what left (P5)."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from station.catalog.models import Sku, Supplier
from station.ground.registers.filters import Days, Number, State
from station.ground.registers.kinds import DAY, INSTANT, QUANTITY, Label
from station.ground.registers.register import Col, Link, Register
from station.ground.web.desk import DESK
from station.inbound.quarantine.ageing import SINCE
from station.inbound.quarantine.models import Exit, LetOut, LetOutLine, SetApart
from station.stock.models import Location, LocationKind, Lot, Stock, StockStatus

_SKU_CODE = select(Sku.code).where(Sku.id == Stock.sku_id).correlate(Stock).scalar_subquery()
_PLACE_CODE = select(Location.code).where(Location.id == Stock.location_id).correlate(Stock).scalar_subquery()
_AREAS = select(Location.id).where(Location.kind == LocationKind.QUAR)


STATUS, HOW = Label(prefix="L-STATUS-"), Label(prefix="L-QUA-")
"""What goods are; why they were set apart, or how they left."""

QUARANTINE = Register(
    name="quarantine",
    title="Quarantine",
    path="quarantine",
    query=select(
        Location.code.label("place"),
        Sku.code,
        Sku.name_zh,
        Lot.supplier_lot,
        Lot.expires_on,
        Stock.status,
        Stock.on_hand,
        SINCE.label("since"),
    )
    .join(Location, Location.id == Stock.location_id)
    .join(Sku, Sku.id == Stock.sku_id)
    .join(Lot, Lot.id == Stock.lot_id),
    key=Stock.id,
    only=Stock.location_id.in_(_AREAS) & (Stock.on_hand > 0),
    columns=(
        Col("place", "Slot"),
        Col("code", "Article"),
        Col("name_zh", "Name", share=18),
        Col("supplier_lot", "Lot"),
        Col("expires_on", "Expires", DAY),
        Col("status", "Type", STATUS),
        Col("on_hand", "Quantity", QUANTITY),
        Col("since", "Since", INSTANT, share=14),
    ),
    filters=(
        Days(SINCE),
        State(Stock.status, tuple(StockStatus), open=None, title="Type", words=STATUS.shown),
        Number(_SKU_CODE, _PLACE_CODE),
    ),
    roles=DESK,
)
_FROM, _TO = aliased(Location), aliased(Location)
SET_APART = Register(
    name="set-apart",
    title="Set apart",
    path="set-apart",
    query=select(
        SetApart.entry_no,
        SetApart.at,
        Sku.code,
        Sku.name_zh,
        SetApart.qty,
        _FROM.code.label("source"),
        _TO.code.label("place"),
        SetApart.reason,
        SetApart.now_status,
        SetApart.by,
    )
    .join(Sku, Sku.id == SetApart.sku_id)
    .join(_FROM, _FROM.id == SetApart.source_id)
    .join(_TO, _TO.id == SetApart.location_id),
    key=SetApart.id,
    newest=SetApart.at,
    columns=(
        Col("entry_no", "Number", share=14),
        Col("at", "Time", INSTANT),
        Col("code", "Article"),
        Col("name_zh", "Name", share=18),
        Col("qty", "Quantity", QUANTITY, share=7),
        Col("source", "From", share=12),
        Col("place", "To"),
        Col("reason", "Reason", HOW),
        Col("now_status", "Type", STATUS),
        Col("by", "Who"),
    ),
    filters=(Days(SetApart.at), Number(SetApart.entry_no, SetApart.by)),
    roles=DESK,
    link=Link("office.set_apart_entry", entry_no="entry_no"),
)
LET_OUT = Register(
    name="quarantine-papers",
    title="Quarantine papers",
    path="quarantine-papers",
    query=select(
        LetOut.exit_no,
        LetOut.kind,
        LetOut.at,
        Supplier.name,
        select(func.sum(LetOutLine.qty))
        .where(LetOutLine.let_out_id == LetOut.id)
        .correlate(LetOut)
        .scalar_subquery()
        .label("qty"),
        LetOut.plate,
        LetOut.driver,
        LetOut.first_name,
        LetOut.second_name,
    ).outerjoin(Supplier, Supplier.id == LetOut.supplier_id),
    key=LetOut.id,
    newest=LetOut.at,
    columns=(
        Col("exit_no", "Number", share=14),
        Col("kind", "Type", HOW),
        Col("at", "Time", INSTANT),
        Col("name", "Supplier", share=14),
        Col("qty", "Quantity", QUANTITY),
        Col("plate", "Plate"),
        Col("driver", "Driver"),
        Col("first_name", "First signature"),
        Col("second_name", "Second signature"),
    ),
    filters=(
        Days(LetOut.at),
        State(LetOut.kind, tuple(Exit), open=None, title="Type", words=HOW.shown),
        Number(LetOut.exit_no, LetOut.plate, LetOut.driver),
    ),
    roles=DESK,
    link=Link("office.quarantine_paper", exit_no="exit_no"),
)
