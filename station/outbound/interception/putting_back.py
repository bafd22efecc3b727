"""What an order left on the intercept shelf goes back to its slots (P24): one task for each lot and status.

Damaged units go to quarantine like any. Units that nobody has seen are counted first.
"""

from __future__ import annotations

from sqlalchemy import func, select

from station.ground.tasks import Origin
from station.ground.work import Work
from station.stock import holds
from station.stock.models import Movement, MovementType, StockStatus
from station.storage.counting import rules as counting
from station.storage.putaway import rules as putaway

DOC = "DO"


def begin(work: Work, order_no: str, shelf_id: int) -> None:
    """Order putting away for what this unit of work has brought to the shelf for an order."""
    rows = work.tx.execute(
        select(Movement.sku_id, Movement.lot_id, Movement.to_status, func.sum(Movement.qty).label("qty"))
        .where(
            Movement.doc_type == DOC,
            Movement.doc_no == order_no,
            Movement.type == MovementType.INTERCEPT,
            Movement.to_location_id == shelf_id,
            Movement.idem_key.startswith(f"{work.key}:", autoescape=True),
        )
        .group_by(Movement.sku_id, Movement.lot_id, Movement.to_status)
        .order_by(Movement.sku_id, Movement.lot_id, Movement.to_status)
    ).all()
    now = holds.held(work.tx)
    for row in rows:
        if row.to_status == StockStatus.HOLD and not now.has(row.sku_id, row.lot_id):
            counting.open_task(work, Origin(DOC, order_no), shelf_id, sku_id=row.sku_id, lot_id=row.lot_id)
        else:
            putaway.open_task(
                work, Origin(DOC, order_no), None, sku_id=row.sku_id, lot_id=row.lot_id, qty=int(row.qty),
                source_id=shelf_id, status=row.to_status,
            )  # fmt: skip
