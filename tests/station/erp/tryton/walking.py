"""What the tests do with the connector to Tryton: take, receive, ship, insist."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import Any

from station.erp import port
from station.erp.inward import validate
from station.erp.tryton.connector import TrytonConnector
from station.exchange import documents as erp
from tests.station.erp.paging import read_all
from tests.station.erp.tryton.proxy import PASS, SWALLOW, Rule

AT = datetime.now(UTC)


LAST_DAY = AT.date() + timedelta(days=300)


def every_answer_lost(times: int = 1) -> Rule:
    """Each call that changes something has its effect, and its first answers do not arrive."""
    seen: dict[str, int] = defaultdict(int)

    def fate(method: str) -> str:
        if method.rpartition(".")[2] in {
            "search_read",
            "login",
            "get_preferences",
            "fields_get",
            "get_access",
        }:
            return PASS
        seen[method] += 1
        return SWALLOW if seen[method] <= times else PASS

    return fate


def insist(connector: TrytonConnector, doc: Any) -> str:
    """Deliver as the courier does: again while nobody knows what happened."""
    for _ in range(20):
        try:
            return connector.deliver(doc)
        except port.Down:
            continue
    raise AssertionError("it never came through")


def taken(connector: TrytonConnector) -> dict[tuple[str, str], Any]:
    """Everything Tryton says, by type and number."""
    found = {}
    for feed in connector.feeds():
        for one in read_all(connector, feed.name)[0]:
            assert one.doc is not None, (one.doc_no, one.why)
            assert validate.problems(one.doc) == []
            found[one.doc_type, one.doc_no] = one.doc
    return found


def received(
    connector: TrytonConnector, notice: erp.NoticeDocument, key: str, *, share: int = 1, lot: str = "L"
) -> erp.ReceiptConfirmation:
    """One part in `share` of every line, at least one piece of it."""
    return erp.ReceiptConfirmation(
        event_key=key, grn_no=key, asn_no=notice.asn_no, supplier_code=notice.supplier_code, posted_at=AT,
        lines=tuple(
            erp.ReceiptConfirmationLine(
                sku_code=line.sku_code, line_key=line.line_key, lot=line.lot or f"{lot}{line.sku_code}",
                produced_on=AT.date() - timedelta(days=5), expires_on=line.expires_on or LAST_DAY,
                qty_good=max(1, line.qty_each // share), qty_rejected=0,
            )
            for line in notice.lines
        ),
    )  # fmt: skip


def receive_all(connector: TrytonConnector) -> dict[tuple[str, str], Any]:
    found = taken(connector)
    for (kind, number), doc in found.items():
        if kind == "notice":
            connector.deliver(received(connector, doc, f"GR-{number}"))
    return found


def levels(connector: TrytonConnector) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for line in connector.stock():
        if line.status == "GOOD":
            found[line.sku_code][line.lot] = line.qty_each
    return found


def shipped(connector: TrytonConnector, order: erp.OrderDocument, **short: int) -> erp.ShipmentConfirmation:
    """What leaves: of each article the lots that are there; `short` by article."""
    there, lines = levels(connector), []
    for line in order.lines:
        left = short.get(line.sku_code, line.qty_each)
        for lot in sorted(there[line.sku_code]):
            part = min(left, there[line.sku_code][lot])
            there[line.sku_code][lot] -= part
            left -= part
            if part:
                lines.append(
                    erp.ShipmentConfirmationLine(
                        line_key=line.line_key, sku_code=line.sku_code, lot=lot or "L000001", expires_on=None,
                        qty_each=part,
                    )
                )  # fmt: skip
    return erp.ShipmentConfirmation(
        event_key=f"SHIP-{order.erp_no}", erp_no=order.erp_no, order_no=f"DO{order.erp_no}", carrier_code="ZTO",
        waybill_no=f"ZT{order.erp_no}", shipped_at=AT, weight_g=500, operator="qian", lines=tuple(lines),
    )  # fmt: skip


def without_lots(found: dict[tuple[str, str], Any]) -> list[erp.OrderDocument]:
    """Orders that the office can pick without saying lots."""
    return [
        order
        for order in orders_of(found)
        if not any(found["product", line.sku_code].is_lot for line in order.lines)
    ]


def orders_of(found: dict[tuple[str, str], Any]) -> list[erp.OrderDocument]:
    return [doc for (kind, _), doc in found.items() if kind == "order" and doc.lines[0].sku_code != "S9001"]


class Ear:
    """What a connector tells that it did not tell before: looks overlap, so much is told again."""

    def __init__(self, connector: TrytonConnector) -> None:
        self.connector = connector
        self.cursors: dict[str, Any] = {}
        self.heard: dict[tuple[str, str], Any] = {}
        for feed in connector.feeds():
            self.news(feed.name)

    def news(self, feed: str) -> list[port.Item]:
        items, self.cursors[feed] = read_all(self.connector, feed, self.cursors.get(feed))
        found = [one for one in items if self.heard.get((one.doc_type, one.doc_no)) != one.doc]
        self.heard |= {(one.doc_type, one.doc_no): one.doc for one in items}
        return found


def fields_of(doc: Any) -> dict[str, Any]:
    return {name: getattr(doc, name) for name in doc.__dataclass_fields__}
