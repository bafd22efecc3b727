"""Photos of open parcels at a bench (P17): the parcel's history names each by what is in it."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from station.catalog import proofs
from station.ground.documents.history import History
from station.ground.words.messages import Refused
from station.ground.work import Work
from station.outbound.packing.models import PARCEL, Parcel
from station.outbound.packing.position import in_hand
from station.outbound.packing.verifying import UNFINISHED

MOST = 6
"""So many show what lies in it."""


def of_number(tx: Session, parcel_no: str) -> Parcel | None:
    """The parcel with this number."""
    return tx.scalars(select(Parcel).where(Parcel.parcel_no == parcel_no)).first()


def number_in_hand(tx: Session, user_id: int) -> str:
    """The number of the parcel that this packer works on; empty without one."""
    parcel = tx.get(Parcel, in_hand(tx, user_id).parcel)
    return parcel.parcel_no if parcel is not None else ""


def of_order(tx: Session, order_id: int) -> list[str]:
    """The numbers of the order's parcels of which there are photos."""
    has = select(History.id).where(*proofs.told(PARCEL.doc_type, Parcel.parcel_no))
    query = select(Parcel.parcel_no).where(Parcel.order_id == order_id, has.exists())
    return list(tx.scalars(query.order_by(Parcel.seq)))


def names(tx: Session, parcel_no: str) -> list[str]:
    """The photos that the parcel's history tells of, in the order in which they were taken."""
    return proofs.names(tx, PARCEL.doc_type, parcel_no)


def may_add(parcel: Parcel, count: int) -> bool:
    """Whether another photo may be taken: the parcel is still at its bench."""
    return parcel.state in UNFINISHED and count < MOST


def tell(work: Work, parcel_no: str, name: str) -> None:
    """The parcel's history says who took it and when; E-PAK-14 once it has left the bench."""
    parcel, told = of_number(work.tx, parcel_no), names(work.tx, parcel_no)
    if name in told:
        return
    if parcel is None or not may_add(parcel, len(told)):
        raise Refused("E-PAK-14")
    proofs.tell(work, PARCEL.doc_type, parcel_no, parcel.state, name)
