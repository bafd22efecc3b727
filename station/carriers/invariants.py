"""What must hold of waybills: I10."""

from __future__ import annotations

from sqlalchemy import literal, select

from printers.schema import print_job
from station.carriers.models import WAYBILL, Waybill, WaybillState
from station.carriers.refused import LABEL_REFUSAL
from station.carriers.service.models import NUMBER_REQUEST
from station.ground.db.invariants import Invariant, differences, rows
from station.ground.documents.told import told

_ON_PAPER = (WaybillState.PRINTED, WaybillState.BOUND, WaybillState.HANDED)
_printed = differences(
    select(Waybill.waybill_no, Waybill.print_count).where(Waybill.state.in_(_ON_PAPER)),
    select(print_job.c.subject_no, literal(1)).where(
        print_job.c.subject_type == "waybill",
        print_job.c.subject_no.in_(select(Waybill.waybill_no).where(Waybill.state.in_(_ON_PAPER))),
    ),
)

INVARIANTS = (
    Invariant(
        "I10",
        "every label print has a row",
        rows(
            select(
                _printed.c.waybill_no.label("waybill"),
                _printed.c.left.label("prints"),
                _printed.c.right.label("jobs"),
            )
        ),
        Waybill,
    ),
    *told(WAYBILL, NUMBER_REQUEST, LABEL_REFUSAL),
)
