"""A small ERP for the desk's tests: a connector like any other, whose settings decide how it behaves."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, ClassVar

from station.erp.frame import Frame
from station.erp.makeup import Setting, Setup
from station.erp.port import Down, Feed, Item, NoAccess, OpenOrder, Page, Report, StockLine
from station.exchange import documents as erp

SECRET = "s3cret-of-the-twin"
HOSTILE = "<img src=x onerror=\"document.body.dataset.hacked='1'\">'\"&<b>"

PATIENCE = threading.Event()
"""What a twin that never answers waits for; a test sets it when it goes home."""


class TwinConnector(Frame):
    """`mode` well, silent, forbidden, chatty (repeats the secret), broken or slow."""

    kind: ClassVar[str] = "twin"
    settings: ClassVar[Sequence[Setting]] = (
        Setting("url", "地址", "Address", hint_zh="http://…", hint_en="http://…"),
        Setting("mode", "方式", "Mode", default="well"),
        Setting("password", "密码", "Password", is_secret=True),
        Setting("pin", "附加密码", "Second password", is_secret=True, is_required=False),
    )
    wants: ClassVar[frozenset[str]] = frozenset({"order_state"})

    def __init__(self, setup: Setup) -> None:
        self.values = setup.values

    def feeds(self) -> Sequence[Feed]:
        return (Feed("products", ("product",)), Feed("orders", ("order", "cancel"), cancels=True))

    def changes(self, feed: str, cursor: Mapping[str, Any]) -> Page:
        assert feed
        return Page((), dict(cursor))

    def open_orders(self) -> Sequence[OpenOrder] | None:
        return None

    def order(self, doc_no: str) -> Item | None:
        assert doc_no
        return None

    def deliver(self, doc: Any) -> str:
        return f"T-{doc.event_key}"

    def stock(self) -> Iterable[StockLine] | None:
        return None

    def shipped(self, since: date) -> Mapping[str, str] | None:
        assert since
        return None

    def probe(self) -> Report:
        mode = self.values["mode"]
        if mode == "silent":
            raise Down("nobody there")
        if mode == "forbidden":
            raise NoAccess("wrong password")
        if mode == "broken":
            raise RuntimeError(f"http://x/?token={self.values['password']}")
        if mode == "slow":
            PATIENCE.wait(60)
        report = Report()
        report.add("sign in", ok=self.values["password"] == SECRET, text=f"as {self.values['password']}")
        report.add("stock", ok=None, text=HOSTILE)
        report.samples.append(erp.Supplier(code="V1", name=HOSTILE))
        return report

    def close(self) -> None:
        return
