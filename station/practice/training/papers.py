"""The papers and labels that lie about on the training bench."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from printers.schema import print_job
from station.carriers.models import Waybill
from station.ground.web.desk import state_word
from station.ground.web.i18n import gettext as _
from station.inbound.gifts.models import GiftLabel
from station.inbound.models import Receipt
from station.outbound.picking.models import PickList


def papers(tx: Session, things: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Notices that are open, sheets that are not posted, lists that wait."""
    papers = [(item["asn_no"], item["asn_no"], "") for item in things["notices"] if not item["closed"]]
    rows = tx.execute(
        select(Receipt.sheet_no, Receipt.state)
        .where(Receipt.state.not_in(("POSTED", "PUTAWAY_DONE", "CLOSED")))
        .order_by(Receipt.id)
    )
    papers += [(f"{_('Acceptance sheet')} {state_word(row.state)}", row.sheet_no, "") for row in rows]
    lists = tx.execute(
        select(PickList.pick_no).where(PickList.state.in_(("OPEN", "TAKEN"))).order_by(PickList.id).limit(8)
    )
    return papers + [(_("Pick list"), row.pick_no, "") for row in lists]


def gifts(tx: Session) -> list[tuple[str, str, str]]:
    """The newest gift labels: in the keeper's hand, or on gifts."""
    rows = tx.execute(
        select(GiftLabel.label_no, GiftLabel.state)
        .where(GiftLabel.state != "SPOILED")
        .order_by(GiftLabel.id.desc())
        .limit(12)
    )
    return [(f"{row.label_no[-6:]} {state_word(row.state)}", row.label_no, "") for row in rows]


def waybills(tx: Session) -> list[tuple[str, str, str]]:
    """The newest labels that are printed or stuck."""
    rows = tx.execute(
        select(Waybill.waybill_no, Waybill.state)
        .where(Waybill.state.in_(("PRINTED", "BOUND")))
        .order_by(Waybill.id.desc())
        .limit(12)
    )
    return [(f"{_('Waybill')} {state_word(row.state)}", row.waybill_no, "") for row in rows if row.waybill_no]


def pictures(tx: Session) -> list[Any]:
    """What the printers printed last."""
    return list(
        tx.execute(
            select(print_job.c.id, print_job.c.kind)
            .where(print_job.c.sha256.is_not(None))
            .order_by(print_job.c.id.desc())
            .limit(8)
        )
    )
