"""A real Tryton with a small company in it, a line to it that can be bad, and its office."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from station.erp import makeup
from station.erp.tryton.connector import TrytonConnector
from station.erp.tryton.wire import Wire
from tests.near import REACH
from tests.station.erp.tryton.machine import DATABASE, NoTryton, Trytond
from tests.station.erp.tryton.proxy import Proxy

WORDS = makeup.Words(
    ours={
        ("carrier", "中通快递"): ("ZTO", 1),
        ("carrier", "圆通速递"): ("YTO", 1),
        ("carrier", "-"): ("ZTO", 1),
        ("status", "DEFECT"): ("DEFECT", 1),
    },
    own_carriers=frozenset({"ZTO", "YTO"}),
)
SMALL = {"seed": 3, "products": 12, "purchases": 6, "sales": 24, "never": 2}


@dataclass
class Books:
    """One Tryton, the line to it, and what its office does there."""

    server: Trytond
    proxy: Proxy
    told: dict[str, Any] = field(default_factory=dict)
    _office: Wire | None = None

    def values(self, **more: str) -> dict[str, str]:
        """The settings of a connection."""
        secret = self.told["passwords"]["wms"]
        plain = {"url": self.proxy.url, "database": DATABASE, "login": "wms", "password": secret}
        return {**plain, "warehouse": "WH", "purchase_prefix": "PO-", **more}

    def setup(self, words: makeup.Words = WORDS, **more: str) -> makeup.Setup:
        return makeup.Setup(
            values=self.values(**more), words=words, warehouse="MAIN", timezone="Asia/Shanghai", reach=REACH
        )

    @property
    def office(self) -> Wire:
        """A clerk at the ERP, on a good line of her own."""
        if self._office is None:
            values = {"url": self.server.url, "database": DATABASE, "login": "office"}
            self._office = Wire(values | {"password": self.told["passwords"]["office"]}, REACH)
        return self._office

    def rows(self, model: str, domain: list[Any], *fields: str, **context: Any) -> list[dict[str, Any]]:
        return self.office.search_read(model, domain, fields or ("id",), context=context)

    def row(self, model: str, number: str, *fields: str) -> dict[str, Any]:
        return self.rows(model, [["number", "=", number]], *fields)[-1]

    def press(self, model: str, button: str, number: str) -> None:
        """Press a button on the document of this number."""
        self.office.call(f"{model}.{button}", [self.row(model, number)["id"]], answers=("no_carrier",))

    def restart(self) -> None:
        """Power lost, and back; the line's address stays."""
        self.server.kill()
        self.start()

    def start(self) -> None:
        self.server.start()
        self.proxy.upstream = self.server.port
        self._office = None

    def close(self) -> None:
        if self._office is not None:
            self._office.close()
        self.server.kill()
        self.proxy.close()


def open_books(folder: Path, numbers: dict[str, int], database: Path | None = None) -> Books:
    """A server with a database of its own; skips where Tryton cannot be had."""
    try:
        server = Trytond(folder, numbers, database)
    except NoTryton as error:
        if os.environ.get("CI") == "true":
            pytest.fail(f"Tryton cannot be installed, and CI must have it: {error}")
        pytest.skip(f"Tryton cannot be installed here: {error}")
    books = Books(server, Proxy(), server.told)
    try:
        books.start()
    except BaseException:
        books.close()
        raise
    return books


@pytest.fixture(scope="session")
def stocked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database in which everything that was bought has been received."""
    from tests.station.erp.tryton.walking import receive_all

    folder = tmp_path_factory.mktemp("stocked")
    found = open_books(folder / "tryton", SMALL)
    try:
        connector = TrytonConnector(found.setup())
        receive_all(connector)
        connector.close()
        return found.server.keep(folder / "stocked.sqlite")
    finally:
        found.close()


@pytest.fixture
def books(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Books]:
    """As in the morning; marked with `in_stock`, after all deliveries."""
    marked = request.node.get_closest_marker("in_stock")
    database = request.getfixturevalue("stocked") if marked else None
    found = open_books(tmp_path / "tryton", SMALL, database)
    yield found
    found.close()


@pytest.fixture
def connector(books: Books) -> Iterator[TrytonConnector]:
    found = TrytonConnector(books.setup())
    yield found
    found.close()
