"""Texts of the platform's nodes as values: it writes everything as text, numbers too."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from station.erp.inward import validate
from station.erp.qimen.wire import heard
from station.erp.qimen.xml import Node


def exact(node: Node, path: str) -> Decimal | None:
    text = node.get(path)
    if not text:
        return None
    if not re.fullmatch(r"-?[0-9]{1,12}(?:\.[0-9]{1,12})?", text):
        raise ValueError(f"{path}: {text[:20]!r} is no number")
    try:
        return Decimal(text)
    except InvalidOperation:
        raise ValueError(f"{path}: {text[:20]!r} is no number") from None


def whole(node: Node, path: str, factor: int = 1) -> int | None:
    """A whole number; "2.0" is one, "2.5" is not."""
    number = exact(node, path)
    if number is None:
        return None
    number *= factor
    if number != number.to_integral_value():
        raise ValueError(f"{path}: {number} is not whole")
    return int(number)


def fen(node: Node, path: str) -> int | None:
    return whole(node, path, 100)


def day(node: Node, path: str) -> date | None:
    text = node.get(path)
    if not text:
        return None
    return date.fromisoformat(text[:10])


def instant(node: Node, path: str) -> datetime | None:
    text = node.get(path)
    return heard(text) if text else None


def words_of(node: Node, path: str, limit: int) -> str:
    return validate.one_line(node.get(path), limit)
