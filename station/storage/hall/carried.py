"""Labels of what is carried and hung up rather than built in: boxes, people's badges, command cards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select, true
from sqlalchemy.orm import Session

from printers.documents import SheetLabel, ThingLabel
from printers.fields import Document
from station.catalog.models import Packaging
from station.ground.scan.cards import CARDS as CARD_WORDS
from station.ground.words.messages import say
from station.people.models import User
from station.people.rules import number_of

BOXES, BADGES, CARDS, ONE_BADGE = "boxes", "badges", "cards", "badge"
KINDS = (BOXES, BADGES, CARDS)


@dataclass(frozen=True, slots=True)
class Sticker:
    """A label to be printed: the paper's subject, the paper, the same on a sheet.

    `is_free`: another one beside it does no harm, so it is printed as often as somebody asks.
    """

    subject: str
    number: str
    key: str
    paper: Document
    on_sheet: SheetLabel
    is_free: bool = False


def counts(tx: Session) -> list[tuple[str, int]]:
    """(kind, how many) of what there is."""
    badges = tx.scalar(select(func.count()).where(User.is_active.is_(true()))) or 0
    found = ((BOXES, tx.scalar(select(func.count(Packaging.id))) or 0), (BADGES, badges))
    return [pair for pair in (*found, (CARDS, len(CARD_WORDS))) if pair[1]]


def stickers(tx: Session, kind: str, name: str) -> Sequence[Sticker]:
    """All of a kind, or the badge with this number (``badge:1001``)."""
    if kind == BOXES:
        return [_box(row) for row in tx.scalars(select(Packaging).order_by(Packaging.code))]
    if kind == CARDS:
        return [_card(card, code) for card, code in CARD_WORDS.items()]
    people = select(User).where(User.is_active.is_(true())).order_by(User.badge)
    found = [user for user in tx.scalars(people) if kind == BADGES or number_of(user.badge) == name]
    return [_badge(user) for user in found]


def _box(box: Packaging) -> Sticker:
    name = say("L-KIND-PACKAGING")
    words = f"{name['zh']} {name['en']} {box.tare_g} g"
    return Sticker(
        "BX", box.code, "1", ThingLabel(box.code, box.name, words), SheetLabel(box.code, box.name, words)
    )


def _badge(user: User) -> Sticker:
    kind = say("L-KIND-USER")
    words = f"{kind['zh']} {kind['en']} {number_of(user.badge)}"
    paper, on_sheet = ThingLabel(user.badge, user.name, words), SheetLabel(user.badge, user.name, words)
    return Sticker("US", user.badge, "1", paper, on_sheet, is_free=True)


def _card(card: str, code: str) -> Sticker:
    words = say(code)
    paper, on_sheet = ThingLabel(card, words["zh"], words["en"]), SheetLabel(card, words["zh"], words["en"])
    return Sticker("CM", card, "1", paper, on_sheet, is_free=True)
