"""The open platform as a connector; what is documented and what is our own stands in `station.erp.qimen`."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any, ClassVar

from station.erp import makeup, port
from station.erp.frame import Frame, sample
from station.erp.qimen import articles, reading, sender, windows, writing
from station.erp.qimen.wire import Absent, Wire, whole
from station.erp.qimen.xml import Node

Reader = Callable[[Node], port.Item | None]


class QimenConnector(Frame):
    """See `station.erp.qimen`."""

    kind: ClassVar[str] = "qimen"
    settings: ClassVar[Sequence[makeup.Setting]] = (
        makeup.Setting("url", "网关地址", "Gateway address", hint_zh="https://…/router/qimen/service"),
        makeup.Setting("app_key", "AppKey", "App key"),
        makeup.Setting("secret", "密钥 (AppSecret)", "App secret", is_secret=True),
        makeup.Setting("customer_id", "customerId", "customerId"),
        makeup.Setting("warehouse", "对方仓库编码", "Warehouse code of the platform"),
        makeup.Setting("owner", "货主编码", "Owner code", is_required=False),
        makeup.Setting("prefix", "方法名前缀", "Prefix of method names", default="taobao.qimen."),
        makeup.Setting("qps", "每秒调用次数", "Calls a second", default="5"),
        makeup.Setting("window_minutes", "查询窗口 (分钟)", "Window of a query (minutes)", default="60"),
        makeup.Setting(
            "page_size", "每页条数", "Rows of a page", default="50", hint_zh="最多 100", hint_en="100 at most"
        ),
        makeup.Setting("first_days", "首次读取天数", "Days to read at first", default="30"),
        makeup.Setting(
            "confirm_type",
            "入库确认类型",
            "Type of receipt confirmations",
            default="0",
            hint_zh="0 一次收完; 1 允许多次收货",
            hint_en="0: a notice is received at once; 1: in several receipts",
        ),
        makeup.Setting("duplicate_codes", "“重复”错误码", "Codes of “seen before”", is_required=False),
        makeup.Setting("limit_codes", "“限流”错误码", "Codes of “too fast”", is_required=False),
        makeup.Setting("access_codes", "“签名/权限”错误码", "Codes of “not allowed”", is_required=False),
        makeup.Setting(
            "absent_codes", "“单据不存在”错误码", "Codes of “no such document”", is_required=False
        ),
    )
    wants: ClassVar[frozenset[str]] = frozenset(
        {"order_state", "order_shortage", "stock_adjustment", "stock_change", "return_result"}
    )

    def __init__(
        self,
        setup: makeup.Setup,
        *,
        wall: Callable[[], float] = time.time,
        now: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        values = setup.values
        self._wire = Wire(values, reach=setup.reach, wall=wall, now=now, sleep=sleep)
        self._place = reading.Place(values.get("warehouse", "").strip(), setup.warehouse, setup.words)
        confirm_type = values.get("confirm_type", "").strip() or "0"
        if confirm_type not in {"0", "1"}:
            raise port.NoAccess("setting confirm_type: 0 / 1")
        self._sender = sender.Sender(
            self._place.theirs, values.get("owner", "").strip(), confirm_type, setup.words
        )
        self._span = windows.Span(
            first_days=whole(values, "first_days", 30, 1, 3650),
            window=timedelta(minutes=whole(values, "window_minutes", 60, 1, 44_640)),
            page_size=whole(values, "page_size", 50, 1, 100),
        )
        place = self._place
        self._lists: Mapping[str, tuple[str, str, Reader]] = {
            "items": ("items.query", "items/item", articles.product),
            "entry_orders": (
                "entryorders.query",
                "orders/order",
                lambda node: reading.entry_order(place, node),
            ),
            "delivery_orders": (
                "deliveryorders.query",
                "orders/order",
                lambda node: reading.delivery_order(place, node),
            ),
            "cancels": ("ordercancels.query", "orders/order", reading.cancelled),
        }

    def feeds(self) -> Sequence[port.Feed]:
        """The four lists, cancellations last: an order must be there before it can be stopped."""
        return (
            port.Feed("items", ("product",)),
            port.Feed("entry_orders", ("notice", "cancel_notice")),
            port.Feed("delivery_orders", ("order", "cancel"), cancels=True),
            port.Feed("cancels", ("cancel", "cancel_notice"), cancels=True),
        )

    def changes(self, feed: str, cursor: Mapping[str, Any]) -> port.Page:
        """One page of one window; when the platform limits us, the cursor stays where it was."""
        method, path, reader = self._lists[feed]
        answer, after, more, counts = windows.read(
            self._wire, self._span, cursor, lambda asked: self._wire.call(method, self._about() | dict(asked))
        )
        rows = answer.all(path) if counts else ()
        items = [item for node in rows if (item := reader(node)) is not None]
        return port.Page(items, after, more=more)

    def _about(self) -> dict[str, Any]:
        return {"warehouseCode": self._sender.warehouse, "ownerCode": self._sender.owner}

    def order(self, doc_no: str) -> port.Item | None:
        """One order as it stands now."""
        asked = self._about() | {"orderCode": doc_no, "page": 1, "pageSize": 100}
        try:
            answer = self._wire.call("deliveryorder.query", asked, may_be_absent=True)
        except Absent:
            return None
        return reading.delivery_order(self._place, answer)

    def deliver(self, doc: Any) -> str:
        """Send a confirmation; one the platform has seen before (``outBizCode``) is as good as new."""
        for method, content in writing.messages(self._sender, doc):
            self._wire.call(method, content)
        return str(doc.event_key)

    def stock(self) -> Iterable[port.StockLine]:
        """All the platform believes to be in our warehouse."""
        totals: dict[tuple[str, str, str], int] = {}
        page, seen, total = 1, 0, 1
        while seen < total:
            asked = self._about() | {"page": page, "pageSize": 100}
            answer = self._wire.call("stock.query", asked)
            rows = list(answer.all("items/item"))
            total = int(answer.get("totalCount") or 0) if answer.get("totalCount").isdecimal() else 0
            for node in rows:
                line = _stock_line(self._place, node)
                key = (line.sku_code, line.lot, line.status)
                totals[key] = totals.get(key, 0) + line.qty_each
            page, seen = page + 1, seen + len(rows)
            if not rows:
                break
        return [port.StockLine(*key, quantity) for key, quantity in totals.items() if quantity]

    def probe(self) -> port.Report:
        """One page of each list: proves address, signature, rights and words, and changes nothing."""
        report = port.Report()
        report.add("gateway", ok=True, text=self._wire.url)
        for feed in self.feeds():
            try:
                page = self.changes(feed.name, self._recent())
            except port.Declined as error:
                report.add(feed.name, ok=False, text=str(error))
                continue
            sample(report, feed.name, page)
        return report

    def _recent(self) -> Mapping[str, Any]:
        return {"begin": (self._wire.now() - self._span.window).isoformat()}

    def close(self) -> None:
        """Let go of the connection."""
        self._wire.close()


def _stock_line(place: reading.Place, node: Node) -> port.StockLine:
    try:
        return reading.stock_line(place, node)
    except ValueError as error:
        raise port.Declined(f"{node.get('itemCode')[:40]}: {error}") from None
