"""An office in a process of its own: lists of articles and orders to be read, a door for confirmations.

Run as ``python -m station.practice.bench.platform ARTICLES ORDERS`` by the bench; prints its port. It
answers like an open platform (`station.erp.qimen`) and takes webhooks; it judges nothing, so that the
station is measured.
"""

from __future__ import annotations

import contextlib
import re
import sys
import threading
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from station.exchange import documents as erp
from station.practice.demo import goods

HEAD = '<?xml version="1.0" encoding="utf-8"?><response><flag>success</flag><code>0</code><message></message>'
_PAGE = re.compile(rb"<page>(\d+)</page>.*<pageSize>(\d+)</pageSize>", re.DOTALL)
FIRST = 1000
"""Articles of the office count from here: those before are the hall's."""


def article(number: int) -> str:
    """One article of the office."""
    return (
        f"<item><itemCode>P{number:06d}</itemCode><itemName>商品 {number}</itemName>"
        f"<barCode>{goods.gtin(FIRST + number)}</barCode><stockUnit>件</stockUnit>"
        "<grossWeight>0.250</grossWeight><pcs>12</pcs><itemType>ZC</itemType></item>"
    )


def order(number: int, articles: int) -> str:
    """One order of two lines."""
    lines = "".join(
        f"<orderLine><orderLineNo>{line}</orderLineNo>"
        f"<itemCode>P{(number * 7 + line) % articles:06d}</itemCode><planQty>{line}</planQty>"
        "<actualPrice>19.90</actualPrice></orderLine>"
        for line in (1, 2)
    )
    return (
        f"<order><deliveryOrder><deliveryOrderCode>SO{number:08d}</deliveryOrderCode>"
        "<warehouseCode>W01</warehouseCode><shopNick>旗舰店</shopNick><logisticsCode>ZTO</logisticsCode>"
        "<receiverInfo><name>王小明</name><mobile>13800000000</mobile><province>浙江省</province>"
        "<city>杭州市</city><area>西湖区</area><detailAddress>文一路 1 号</detailAddress></receiverInfo>"
        f"</deliveryOrder><orderLines>{lines}</orderLines></order>"
    )


def as_article(number: int) -> erp.Product:
    """The same article as a document."""
    code = erp.ProductBarcode(code=goods.gtin(FIRST + number))
    return erp.Product(
        code=f"P{number:06d}", name_zh=f"商品 {number}", unit="件", gross_g=250, case_qty=12, barcodes=(code,)
    )


def as_order(number: int, articles: int) -> erp.OrderDocument:
    """The same order as a document."""
    return erp.OrderDocument(
        erp_no=f"SO{number:08d}",
        carrier_code="ZTO",
        shop="旗舰店",
        receiver=erp.Receiver(
            name="王小明",
            phone="13800000000",
            province="浙江省",
            city="杭州市",
            district="西湖区",
            address="文一路 1 号",
        ),
        lines=tuple(
            erp.OrderDocumentLine(
                line_key=str(line),
                sku_code=f"P{(number * 7 + line) % articles:06d}",
                qty_each=line,
                price_fen=1990,
            )
            for line in (1, 2)
        ),
    )


class Office(BaseHTTPRequestHandler):
    """Answers every call at once."""

    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body in one packet
    articles = orders = 0

    def do_POST(self) -> None:
        """A page of a list, or "taken"."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if "items.query" in self.path:
            self._list(body, "items", self.articles, article)
        elif "deliveryorders.query" in self.path:
            self._list(body, "orders", self.orders, lambda number: order(number, self.articles))
        elif ".query" in self.path:
            self._answer(f"{HEAD}<totalCount>0</totalCount><orders></orders></response>")
        else:
            self._answer(f"{HEAD}</response>")

    def _list(self, body: bytes, outer: str, total: int, make: object) -> None:
        assert callable(make)
        match = _PAGE.search(body)
        page, size = (int(match[1]), int(match[2])) if match else (1, 1)
        rows = "".join(make(number) for number in range((page - 1) * size, min(page * size, total)))
        self._answer(f"{HEAD}<totalCount>{total}</totalCount><{outer}>{rows}</{outer}></response>")

    def _answer(self, text: str) -> None:
        data = text.encode()
        self.send_response_only(200)
        self.send_header("Date", formatdate(usegmt=True))
        self.send_header("Content-Type", "text/xml;charset=utf-8")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def handle(self) -> None:
        """A station that hangs up is no news."""
        with contextlib.suppress(ConnectionError):
            super().handle()

    def log_message(self, *args: object) -> None:
        """Say nothing."""


def main() -> None:
    """Serve until standard input ends."""
    Office.articles, Office.orders = int(sys.argv[1]), int(sys.argv[2])
    server = ThreadingHTTPServer(("127.0.0.1", 0), Office)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdout.write(f"{server.server_address[1]}\n")
    sys.stdout.flush()
    sys.stdin.read()


if __name__ == "__main__":
    main()
