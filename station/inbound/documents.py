"""The acceptance sheet's head, which the draft and the final share (S-01, S-11)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from printers import documents as paper
from station.ground.seals import head_on_paper
from station.ground.words.messages import say
from station.inbound import rules
from station.inbound.models import InboundNotice, Receipt
from station.settings import Settings

AS_PLIES = ("仓库制单联", "供应商结算联")


def sheet(
    tx: Session, settings: Settings, receipt: Receipt, *, ply: int = 1, **more: Any
) -> paper.AcceptanceSheet:
    """商品验收单 of a receipt; `more` are the fields that only the draft or only the final has."""
    notice, supplier = rules.parties(tx, receipt)
    return paper.AcceptanceSheet(
        as_no=receipt.sheet_no,
        po_no=order_no(notice),
        supplier_name=supplier.name,
        vehicle_no=receipt.plate,
        driver_name=receipt.driver,
        arrived_at=local(receipt.arrived_at, settings),
        ply_no=ply,
        ply_name=AS_PLIES[ply - 1],
        seal=head_on_paper(tx),
        **more,
    )


def order_no(notice: InboundNotice) -> str:
    """The order's number as papers say it; a truck without one came without one."""
    return say("L-NO-ORDER")["zh"] if notice.is_blind else notice.asn_no


def local(at: datetime | None, settings: Settings) -> str:
    """An instant as the clock on the warehouse's wall showed it; empty for none."""
    return f"{at.astimezone(settings.zone):%Y-%m-%d %H:%M}" if at else ""


def local_day(at: datetime | None, settings: Settings) -> str:
    """The warehouse's day of an instant; empty for none."""
    return str(at.astimezone(settings.zone).date()) if at else ""
