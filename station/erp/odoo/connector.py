"""Odoo as a connector; what was tried and what was not stands in `station.erp.odoo`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import partial
from typing import Any, ClassVar

from station.erp import makeup, port
from station.erp.frame import Deliver, Frame
from station.erp.inward.making import NotWhole
from station.erp.odoo import adjusting, goods, notices, paging, probing, reading, writing
from station.erp.odoo.model import Model, id_of, name_of, text_of
from station.erp.odoo.wire import Wire
from station.erp.outward.reversal import as_correction
from station.erp.paging import Look, Rows, start
from station.exchange import documents as erp

PAGE = 200
STOCK_PAGE = 1000


class OdooConnector(Frame):
    """See `station.erp.odoo`."""

    kind: ClassVar[str] = "odoo"
    settings: ClassVar[Sequence[makeup.Setting]] = (
        makeup.Setting("url", "地址", "Address", hint_zh="https://…", hint_en="https://…"),
        makeup.Setting("database", "数据库", "Database"),
        makeup.Setting(
            "api",
            "接口 (json2/jsonrpc)",
            "Interface (json2/jsonrpc)",
            default="json2",
            hint_zh="Odoo 19 起用 json2, 更早用 jsonrpc",
            hint_en="json2 from Odoo 19 on, jsonrpc before",
        ),
        makeup.Setting("login", "登录名 (jsonrpc)", "Login (jsonrpc)", is_required=False),
        makeup.Setting(
            "api_key",
            "API 密钥",
            "API key",
            is_secret=True,
            hint_zh="个人偏好 → 账户安全 → 新 API 密钥; Odoo 最多三个月有效",
            hint_en="Preferences → Account Security → New API Key; Odoo lets it live three months at most",
        ),
        makeup.Setting("warehouse", "Odoo 仓库代码", "Warehouse code in Odoo", default="WH"),
        makeup.Setting("company", "公司名称", "Company", is_required=False),
        makeup.Setting(
            "lang",
            "语言",
            "Language",
            is_required=False,
            hint_zh="如 zh_CN, 须已在 Odoo 安装; 空着用账户的语言",
            hint_en="e.g. zh_CN, installed in Odoo; empty: the user's",
        ),
    )
    wants: ClassVar[frozenset[str]] = frozenset({"stock_adjustment"})

    def __init__(self, setup: makeup.Setup) -> None:
        self._wire = Wire(setup.values, setup.reach)
        self._model = Model(self._wire, setup)
        if setup.values.get("lang", "").strip():
            self._wire.context["lang"] = setup.values["lang"].strip()
        self._page = PAGE

    def feeds(self) -> Sequence[port.Feed]:
        """What an article or a picking consists of has feeds of its own, because changing a part leaves the
        whole as it was. They come first: they begin where they are first asked, before the whole is read.
        """
        notices_of, orders_of = ("notice", "cancel_notice"), ("order", "cancel")
        return (
            port.Feed("packs", ("product",), self._packs),
            port.Feed("products", ("product",), self._products),
            port.Feed("suppliers", ("supplier",), self._suppliers),
            port.Feed("notice_moves", notices_of, self._notice_moves),
            port.Feed("notices", notices_of, self._notices),
            port.Feed("order_moves", orders_of, self._order_moves, cancels=True),
            port.Feed("orders", orders_of, self._orders, cancels=True),
        )

    def _read(
        self,
        cursor: Mapping[str, Any],
        model: str,
        domain: Sequence[Any],
        fields: Sequence[str],
        first: Sequence[Any] = (),
    ) -> Rows:
        return paging.read(self._wire, Look(model, domain, fields, first), cursor, self._page)

    def _products(self, cursor: Mapping[str, Any]) -> port.Page:
        domain = [["type", "in", ["consu", "product"]], ["active", "in", [True, False]]]
        rows = self._read(cursor, "product.product", domain, ["write_date"], [["active", "=", True]])
        return rows.page(goods.products(self._model, [row["id"] for row in rows.rows]))

    def _packs(self, cursor: Mapping[str, Any]) -> port.Page:
        """Articles of which a pack was changed."""
        name, _ = goods.pack_model(self._model)
        if not name or not cursor:
            return port.Page((), start(self._wire))
        rows = self._read(cursor, name, [], ["product_id"])
        ids = dict.fromkeys(id_of(row["product_id"]) for row in rows.rows)
        return rows.page(goods.products(self._model, [number for number in ids if number]))

    def _suppliers(self, cursor: Mapping[str, Any]) -> port.Page:
        fields = self._model.known("res.partner", [*goods.PARTNER, "write_date"])
        rows = self._read(cursor, "res.partner", [["supplier_rank", ">", 0]], fields)
        return rows.page(goods.suppliers(rows.rows))

    def _notices(self, cursor: Mapping[str, Any]) -> port.Page:
        rows = self._pickings(cursor, "incoming")
        return rows.page(notices.notices(self._model, [row["id"] for row in rows.rows]))

    def _notice_moves(self, cursor: Mapping[str, Any]) -> port.Page:
        if not cursor:
            return port.Page((), start(self._wire))
        rows = self._moves(cursor, "incoming")
        return rows.page(notices.notices(self._model, _of_moves(rows)))

    def _orders(self, cursor: Mapping[str, Any]) -> port.Page:
        rows = self._pickings(cursor, "outgoing")
        return rows.page(self._open_or_cancelled([row["id"] for row in rows.rows]))

    def _order_moves(self, cursor: Mapping[str, Any]) -> port.Page:
        if not cursor:
            return port.Page((), start(self._wire))
        rows = self._moves(cursor, "outgoing")
        return rows.page(self._open_or_cancelled(_of_moves(rows)))

    def _pickings(self, cursor: Mapping[str, Any], code: str) -> Rows:
        first = [["state", "in", list(reading.OPEN)]]
        return self._read(cursor, "stock.picking", self._model.pickings(code), ["write_date", "state"], first)

    def _moves(self, cursor: Mapping[str, Any], code: str) -> Rows:
        domain = [
            [f"picking_id.{name}", operator, value] for name, operator, value in self._model.pickings(code)
        ]
        return self._read(cursor, "stock.move", domain, ["picking_id"])

    def _open_or_cancelled(self, ids: Sequence[int]) -> list[port.Item]:
        batch = reading.load(self._model, ids)
        wanted = {*reading.OPEN, "cancel"}
        return [
            reading.order(self._model, batch, number)
            for number, row in batch.pickings.items()
            if row["state"] in wanted
        ]

    def open_orders(self) -> Sequence[port.OpenOrder]:
        """Every outgoing picking the warehouse may work on, stamped with its moves."""
        pickings: dict[int, dict[str, Any]] = {}
        domain = [*self._model.pickings("outgoing"), ["state", "in", list(reading.OPEN)]]
        last = 0
        while True:
            rows = self._wire.search_read(
                "stock.picking",
                [*domain, ["id", ">", last]],
                ["name", "write_date"],
                order="id asc",
                limit=STOCK_PAGE,
            )
            pickings |= {row["id"]: row for row in rows}
            if len(rows) < STOCK_PAGE:
                break
            last = rows[-1]["id"]
        moves: dict[int, list[dict[str, Any]]] = {number: [] for number in pickings}
        for row in reading.moves_of(self._model, sorted(pickings)):
            moves.setdefault(id_of(row["picking_id"]), []).append(row)
        return [
            port.OpenOrder(text_of(row["name"]), reading.mark_of(row, moves[number]))
            for number, row in pickings.items()
        ]

    def order(self, doc_no: str) -> port.Item | None:
        """One outgoing picking as it stands now."""
        domain = [*self._model.pickings("outgoing"), ["name", "=", doc_no]]
        rows = self._wire.search_read("stock.picking", domain, ["name"], order="id desc", limit=1)
        if not rows:
            return None
        batch = reading.load(self._model, [rows[0]["id"]])
        return reading.order(self._model, batch, rows[0]["id"]) if batch.pickings else None

    @property
    def deliveries(self) -> Mapping[type[Any], Deliver]:
        """Each takes effect as a picking, whose name is the answer."""
        return {
            erp.ShipmentConfirmation: partial(writing.shipment, self._model),
            erp.ReceiptConfirmation: partial(writing.receipt, self._model),
            erp.StockAdjustment: partial(adjusting.adjustment, self._model),
            erp.ReceiptReversal: lambda doc: adjusting.adjustment(self._model, as_correction(doc)),
        }

    def stock(self) -> Iterable[port.StockLine]:
        """Quants of the whole warehouse by article, lot and status."""
        totals: dict[tuple[str, str, str], int] = {}
        for row in self._quants():
            product = self._model.products(()).get(id_of(row["product_id"]))
            if product is None or not text_of(product["default_code"]):
                continue
            place = name_of(row["location_id"])
            status = self._model.words.status(place, {place: "GOOD"})
            key = (text_of(product["default_code"]), name_of(row["lot_id"]), status)
            try:
                totals[key] = totals.get(key, 0) + self._model.each(product, row["quantity"])
            except NotWhole as error:
                raise port.Declined(f"{key[0]}: no whole quantity: {error}") from None
        return [port.StockLine(*key, qty) for key, qty in totals.items() if qty]

    def _quants(self) -> Iterable[dict[str, Any]]:
        domain = [
            ["location_id", "child_of", self._model.warehouse.view_id],
            ["location_id.usage", "=", "internal"],
        ]
        fields, last = ["product_id", "lot_id", "location_id", "quantity"], 0
        while True:
            rows = self._wire.search_read(
                "stock.quant", [*domain, ["id", ">", last]], fields, order="id asc", limit=STOCK_PAGE
            )
            self._model.products({id_of(row["product_id"]) for row in rows})
            yield from rows
            if len(rows) < STOCK_PAGE:
                return
            last = rows[-1]["id"]

    def shipped(self, since: date) -> Mapping[str, str]:
        """Outgoing pickings done since a day."""
        begin = datetime(since.year, since.month, since.day, tzinfo=self._model.zone).astimezone(UTC)
        domain = [
            *self._model.pickings("outgoing"),
            ["state", "=", "done"],
            ["date_done", ">=", paging.told(begin)],
        ]
        fields = self._model.known("stock.picking", ["name", "carrier_tracking_ref"])
        rows = self._wire.search_read("stock.picking", domain, fields, order="id asc")
        return {text_of(row["name"]): text_of(row.get("carrier_tracking_ref")) for row in rows}

    def probe(self) -> port.Report:
        """Try everything that is needed and change nothing."""
        return probing.probe(self, self._model)

    def close(self) -> None:
        """Let go of the connection."""
        self._wire.close()


def _of_moves(rows: Rows) -> list[int]:
    return list(dict.fromkeys(id_of(row["picking_id"]) for row in rows.rows if id_of(row["picking_id"])))
