"""A feed read to its end, as the station does it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from station.erp import contract, port


def read_all(
    connector: contract.Connector, feed: str, cursor: Mapping[str, Any] | None = None
) -> tuple[list[port.Item], Mapping[str, Any]]:
    """Every page of a feed, its cursor going through JSON as in the database."""
    items: list[port.Item] = []
    cursor = cursor or {}
    for _ in range(500):
        page = connector.changes(feed, cursor)
        items += page.items
        cursor = json.loads(json.dumps(dict(page.cursor)))
        if not page.more:
            return items, cursor
    raise AssertionError("the feed has no end")
