"""Whether there is anything to sell, and a box to put it in."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from station.catalog.models import Packaging, Sku
from station.ground.setup.needs import Need
from station.settings import Settings


def of_catalog(tx: Session, _settings: Settings) -> Iterator[Need]:
    """Articles come from the office, boxes are named at the desk."""
    if tx.scalar(select(Packaging.id).limit(1)) is None:
        yield Need("L-NEED-BOX", {}, "office.boxes")
    if tx.scalar(select(func.max(Sku.id))) is None:  # found at the end of its key, however many there are
        yield Need("L-NEED-ARTICLES", {}, "office.articles")
