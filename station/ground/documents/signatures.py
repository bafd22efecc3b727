"""Who signed which document, as what, and when (domain §2)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, UniqueConstraint, func, insert, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from station.ground.db import STRICT, Base, Str, append_only, table
from station.ground.words.actor import Actor
from station.ground.work import Work


@append_only
class Signature(Base):
    """A signature on a document (domain §2). Drivers and couriers sign by name, without a user."""

    __tablename__ = "signature"
    __table_args__ = (
        UniqueConstraint("doc_type", "doc_no", "meaning"),
        CheckConstraint("user_id IS NOT NULL OR signer <> ''", name="somebody"),
        STRICT,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    doc_type: Mapped[str] = mapped_column(Str(10))
    doc_no: Mapped[str] = mapped_column(Str(40))
    meaning: Mapped[str] = mapped_column(Str(20))
    user_id: Mapped[int | None]
    signer: Mapped[str] = mapped_column(Str(80))
    device: Mapped[str] = mapped_column(Str(80), default="")


def sign(work: Work, doc_type: str, doc_no: str, meaning: str, *, signer: Actor | str) -> None:
    """Keep one signature; a driver or courier signs by name (no user)."""
    user_id, name = (signer.user_id, signer.name) if isinstance(signer, Actor) else (None, signer)
    work.tx.execute(
        insert(table(Signature)),
        {
            "at": work.now,
            "doc_type": doc_type,
            "doc_no": doc_no,
            "meaning": meaning,
            "user_id": user_id,
            "signer": name,
            "device": work.by.device,
        },
    )


def signed_as(tx: Session, doc_type: str, doc_no: str, meaning: str) -> int:
    """How many signatures of a document have a meaning that begins like this."""
    query = select(func.count()).select_from(Signature)
    of_it = (Signature.doc_type == doc_type, Signature.doc_no == doc_no)
    return tx.scalar(query.where(*of_it, Signature.meaning.startswith(meaning))) or 0
