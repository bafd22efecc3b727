"""An ERP inside the test, spoken to through the port: it keeps what reached it and can fall silent.

It takes a key once, as an ERP must. `answers` are what the next deliveries meet; `lose` lets it do what was
asked and lose the answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar, Self

from station.erp import connectors, makeup, port
from station.erp.frame import Frame
from station.exchange.documents import doc_type_of

LOST = "lost"


@dataclass
class Office(Frame):
    """See the module; every instance is known by the `name` in a connection's settings."""

    name: str = "main"
    kind: ClassVar[str] = "test"
    settings: ClassVar[Sequence[makeup.Setting]] = (makeup.Setting("name", "名", "Name"),)
    wants: ClassVar[frozenset[str]] = frozenset({"order_state", "stock_change", "stock_adjustment"})
    known: ClassVar[dict[str, Office]] = {}

    rows: dict[str, list[port.Item]] = field(default_factory=lambda: {"articles": [], "orders": []})
    page_size: int = 3
    got: list[Any] = field(default_factory=list)
    tried: list[str] = field(default_factory=list)
    answers: list[Exception | str] = field(default_factory=list)
    silent: bool = False
    gone_after: int | None = None
    opened: list[port.OpenOrder] | None = None
    single: dict[str, port.Item | None] = field(default_factory=dict)
    asked: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.known[self.name] = self

    def open(self, setup: makeup.Setup) -> Self:
        """What a connection of this kind speaks to."""
        self.setup = setup
        return self

    @property
    def keys(self) -> list[str]:
        """What had its effect, in this order."""
        return [doc.event_key for doc in self.got]

    def _hear(self) -> None:
        if self.silent:
            raise port.Down("nobody there")

    def feeds(self) -> Sequence[port.Feed]:
        return (port.Feed("articles", ("product",)), port.Feed("orders", ("order", "cancel"), cancels=True))

    def changes(self, feed: str, cursor: Mapping[str, Any]) -> port.Page:
        self._hear()
        self.asked.append((feed, dict(cursor)))
        if self.gone_after is not None and len(self.asked) > self.gone_after:
            raise port.Down("the line broke")
        start = int(cursor.get("at", 0))
        part = self.rows[feed][start : start + self.page_size]
        end = start + len(part)
        total = len(self.rows[feed])
        return port.Page(part, {"at": end}, more=end < total, total=total)

    def open_orders(self) -> Sequence[port.OpenOrder] | None:
        self._hear()
        return self.opened

    def order(self, doc_no: str) -> port.Item | None:
        self._hear()
        return self.single.get(doc_no)

    def deliver(self, doc: Any) -> str:
        self._hear()
        self.tried.append(doc.event_key)
        answer = self.answers.pop(0) if self.answers else ""
        if isinstance(answer, Exception):
            raise answer
        if doc.event_key not in self.keys:
            self.got.append(doc)
        if answer == LOST:
            raise port.Down("the answer was lost")
        return f"{doc_type_of(doc)}-{len(self.got)}"

    def stock(self) -> None:
        pass

    def shipped(self, since: date) -> None:
        assert since

    def probe(self) -> port.Report:
        self._hear()
        report = port.Report()
        report.add("office", ok=True, text=self.name)
        return report

    def close(self) -> None:
        pass


class OfficePort(Office):
    """What `connectors.KINDS` names: opens the office of that name."""

    def __new__(cls, setup: makeup.Setup) -> Any:
        """The office itself, whoever opens it."""
        return Office.known[setup.values["name"]].open(setup)


KIND = {"test": ("tests.station.erp.office:OfficePort", "测试", "Test")}


def install(monkeypatch: Any) -> None:
    """Let connections of this kind be opened."""
    for kind, entry in KIND.items():
        monkeypatch.setitem(connectors.KINDS, kind, entry)
