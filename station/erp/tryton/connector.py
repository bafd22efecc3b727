"""Tryton as a connector; what it reads and does there stands in `station.erp.tryton`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any, ClassVar

from station.erp import makeup, port
from station.erp.frame import Deliver, Frame
from station.erp.outward.reversal import as_correction
from station.erp.paging import Look, Rows, start
from station.erp.tryton import (
    adjusting,
    goods,
    notices,
    orders,
    paging,
    probing,
    purchase_notices,
    receiving,
    shipping,
    stock,
)
from station.erp.tryton.model import Model
from station.erp.tryton.wire import Wire
from station.exchange import documents as erp

PAGE = 200
SET_PAGE = 1000

Cursor = Mapping[str, Any]


class TrytonConnector(Frame):
    """See `station.erp.tryton`."""

    kind: ClassVar[str] = "tryton"
    settings: ClassVar[Sequence[makeup.Setting]] = (
        makeup.Setting("url", "地址", "Address", hint_zh="http(s)://…", hint_en="http(s)://…"),
        makeup.Setting("database", "数据库", "Database"),
        makeup.Setting("login", "登录名", "Login", hint_zh="属于 Stock 组", hint_en="in the group Stock"),
        makeup.Setting("password", "密码", "Password", is_secret=True),
        makeup.Setting("warehouse", "Tryton 仓库代码", "Warehouse code in Tryton", default="WH"),
        makeup.Setting(
            "purchase_prefix",
            "采购单号前缀",
            "Prefix of purchase numbers",
            default="PO-",
            is_required=False,
            hint_zh="采购单与供应商发货单各自从 1 编号; 前缀把两者分开",
            hint_en="purchases and supplier shipments both count from 1; the prefix tells them apart",
        ),
    )
    wants: ClassVar[frozenset[str]] = frozenset({"stock_adjustment", "order_state:CANCELED"})

    def __init__(self, setup: makeup.Setup) -> None:
        self._wire = Wire(setup.values, setup.reach)
        self._model = Model(self._wire, setup)
        self._page = PAGE

    def feeds(self) -> Sequence[port.Feed]:
        """What an article, a purchase or a shipment consists of has feeds of its own, because changing a part
        leaves the whole as it was. They come first: they begin before the whole is read.
        """
        notices_of, orders_of = ("notice", "cancel_notice"), ("order", "cancel")
        return (
            port.Feed("barcodes", ("product",), self._barcodes),
            port.Feed("templates", ("product",), self._templates),
            port.Feed("products", ("product",), self._products),
            port.Feed("suppliers", ("supplier",), self._suppliers),
            port.Feed("purchases", notices_of, self._purchases),
            port.Feed("notices", notices_of, self._notices),
            port.Feed("order_moves", orders_of, self._order_moves, cancels=True),
            port.Feed("orders", orders_of, self._orders, cancels=True),
        )

    def _read(self, cursor: Cursor, look: Look) -> Rows:
        return paging.read(self._wire, look, cursor, self._page)

    # --- master data --------------------------------------------------------------------------

    def _products(self, cursor: Cursor) -> port.Page:
        domain = [["type", "=", "goods"], ["active", "in", [True, False]]]
        look = Look("product.product", domain, ("code",), first=[["active", "=", True]])
        rows = self._read(cursor, look)
        return rows.page(goods.products(self._model, [row["id"] for row in rows.rows]))

    def _templates(self, cursor: Cursor) -> port.Page:
        """Articles of which the template was changed: a name, a unit, a shelf life."""
        if not cursor:
            return port.Page((), start(self._wire))
        rows = self._read(cursor, Look("product.template", [["active", "in", [True, False]]], ("products",)))
        ids = [number for row in rows.rows for number in row["products"] or ()]
        return rows.page(goods.products(self._model, ids))

    def _barcodes(self, cursor: Cursor) -> port.Page:
        """Articles of which a barcode was changed."""
        if not cursor:
            return port.Page((), start(self._wire))
        rows = self._read(cursor, Look("product.identifier", [], ("product",)))
        return rows.page(goods.products(self._model, [row["product"] for row in rows.rows if row["product"]]))

    def _suppliers(self, cursor: Cursor) -> port.Page:
        """The parties that articles are bought from; of others the notice says who they are."""
        name = "purchase.product_supplier"
        if not self._model.may(name):
            return port.Page((), dict(cursor))
        rows = self._read(cursor, Look(name, [], ("party.code", "party.name")))
        return rows.page(goods.suppliers(rows.rows))

    # --- notices ------------------------------------------------------------------------------

    def _notices(self, cursor: Cursor) -> port.Page:
        domain = [["warehouse", "=", self._model.warehouse.id]]
        look = Look("stock.shipment.in", domain, ("state",), first=[["state", "=", "draft"]])
        rows = self._read(cursor, look)
        return rows.page(notices.announced(self._model, [row["id"] for row in rows.rows]))

    def _purchases(self, cursor: Cursor) -> port.Page:
        """Moves of suppliers, each with the whole purchase and the announced delivery it belongs to.

        The cursor remembers which purchases have a notice, so that one that is not expected any more is
        taken back, and no other.
        """
        if not self._model.may("purchase.line"):
            return port.Page((), dict(cursor))
        first = [["state", "=", "draft"], ["shipment", "=", None]]
        look = Look("stock.move", notices.from_supplier(self._model), ("origin", "shipment"), first=first)
        rows = self._read({key: value for key, value in cursor.items() if key != "told"}, look)
        ids = purchase_notices.purchases_of(self._model, rows.rows)
        items, told = purchase_notices.unannounced(self._model, ids, cursor.get("told", ()))
        shipments = {orders.id_in(row["shipment"], "stock.shipment.in") for row in rows.rows}
        items += notices.announced(self._model, sorted(shipments - {0}))
        return port.Page(items, {**rows.cursor, "told": told}, more=rows.more, total=rows.total)

    # --- orders -------------------------------------------------------------------------------

    def _orders(self, cursor: Cursor) -> port.Page:
        domain = [["warehouse", "=", self._model.warehouse.id]]
        first = [["state", "in", list(orders.OPEN)]]
        rows = self._read(cursor, Look("stock.shipment.out", domain, ("state",), first=first))
        return rows.page(orders.documents(self._model, [row["id"] for row in rows.rows]))

    def _order_moves(self, cursor: Cursor) -> port.Page:
        """Orders of which a line was changed."""
        if not cursor:
            return port.Page((), start(self._wire))
        domain = [["shipment.warehouse", "=", self._model.warehouse.id, "stock.shipment.out"]]
        rows = self._read(cursor, Look("stock.move", domain, ("shipment",)))
        ids = dict.fromkeys(orders.id_in(row["shipment"], "stock.shipment.out") for row in rows.rows)
        return rows.page(orders.documents(self._model, [number for number in ids if number]))

    def open_orders(self) -> Sequence[port.OpenOrder]:
        """Every shipment the warehouse may work on, stamped with its moves."""
        return orders.open_orders(self._model, SET_PAGE)

    def order(self, doc_no: str) -> port.Item | None:
        """One shipment as it stands now."""
        return orders.by_number(self._model, doc_no)

    # --- the other way ------------------------------------------------------------------------

    @property
    def deliveries(self) -> Mapping[type[Any], Deliver]:
        """A shipment, a receipt and a correction take effect there, and of states a cancel."""
        return {
            erp.ShipmentConfirmation: partial(shipping.shipment, self._model),
            erp.ReceiptConfirmation: partial(receiving.receipt, self._model),
            erp.StockAdjustment: partial(adjusting.adjustment, self._model),
            erp.ReceiptReversal: lambda doc: adjusting.adjustment(self._model, as_correction(doc)),
            erp.OrderStateDocument: self._state,
        }

    def _state(self, doc: erp.OrderStateDocument) -> str:
        if doc.state != "CANCELED":
            raise port.Declined(f"Tryton is not told of {doc.state}")
        return shipping.cancel(self._model, doc)

    def stock(self) -> Iterable[port.StockLine]:
        """All stock of the warehouse by article, lot and status."""
        return stock.stock(self._model)

    def shipped(self, since: date) -> Mapping[str, str]:
        """Shipments done since a day."""
        return stock.shipped(self._model, since)

    def probe(self) -> port.Report:
        """Try everything that is needed and change nothing."""
        return probing.probe(self, self._model)

    def close(self) -> None:
        """Let go of the connection."""
        self._wire.close()
