"""What the API offers, in one table: the routes, the OpenAPI document and the page are made from it."""

from __future__ import annotations

from dataclasses import dataclass

ROOT = "/api/v1"
MOST_DOCUMENTS, MOST_BYTES = 500, 2 * 1024 * 1024
PAGE, MOST_ROWS = 100, 500


@dataclass(frozen=True)
class Endpoint:
    """One method of one path. `doc_type` is the document its body is; `many` when it takes a list."""

    method: str
    path: str
    name: str
    zh: str
    en: str
    doc_type: str = ""
    many: bool = False
    paged: bool = False
    is_public: bool = False


@dataclass(frozen=True)
class Kind:
    """Documents that can be pushed: the word in the path, and the number's field."""

    doc_type: str
    number: str
    zh: str
    en: str


KINDS = {
    "products": Kind("product", "code", "商品", "products"),
    "suppliers": Kind("supplier", "code", "供应商", "suppliers"),
    "notices": Kind("notice", "asn_no", "到货通知", "inbound notices"),
    "notice-cancels": Kind("cancel_notice", "asn_no", "取消到货通知", "cancelled notices"),
    "orders": Kind("order", "erp_no", "发货单", "delivery orders"),
    "cancels": Kind("cancel", "erp_no", "取消发货单", "cancelled orders"),
    "labels": Kind("carrier_label", "erp_no", "快递面单", "carrier labels"),
}
NUMBERS = {kind.doc_type: kind.number for kind in KINDS.values()}

ENDPOINTS = (
    Endpoint("PUT", "/products/{code}", "put_product", "推送商品", "Push a product", "product"),
    Endpoint("PUT", "/suppliers/{code}", "put_supplier", "推送供应商", "Push a supplier", "supplier"),
    Endpoint("PUT", "/notices/{asn_no}", "put_notice", "推送到货通知", "Push an inbound notice", "notice"),
    Endpoint(
        "POST",
        "/notices/{asn_no}/cancel",
        "cancel_notice",
        "取消到货通知",
        "Cancel an inbound notice",
        "cancel_notice",
    ),
    Endpoint("PUT", "/orders/{erp_no}", "put_order", "推送发货单", "Push a delivery order", "order"),
    Endpoint(
        "POST", "/orders/{erp_no}/cancel", "cancel_order", "取消发货单", "Cancel a delivery order", "cancel"
    ),
    Endpoint(
        "PUT",
        "/orders/{erp_no}/label",
        "put_label",
        "推送快递面单",
        "Push the carrier's own label of an order",
        "carrier_label",
    ),
    *(
        Endpoint(
            "POST",
            f"/{word}",
            f"post_{word.replace('-', '_')}",
            f"批量推送: {kind.zh}",
            f"Push up to {MOST_DOCUMENTS} {kind.en}",
            kind.doc_type,
            many=True,
        )
        for word, kind in KINDS.items()
    ),
    Endpoint("GET", "/orders/{erp_no}", "show_order", "查询发货单状态", "The state of an order now"),
    Endpoint("GET", "/notices/{asn_no}", "show_notice", "查询到货通知状态", "The state of a notice now"),
    Endpoint(
        "GET",
        "/stock",
        "list_stock",
        "查询库存 (没列出的商品就是没有)",
        "Stock by article and status; an article that is not listed has none",
        paged=True,
    ),
    Endpoint(
        "GET",
        "/confirmations",
        "list_confirmations",
        "取未确认的回传",
        "Confirmations that were not acknowledged yet, oldest first",
        paged=True,
    ),
    Endpoint(
        "POST",
        "/confirmations/{event_key}/ack",
        "acknowledge",
        "确认收到回传",
        "Acknowledge one confirmation",
    ),
    Endpoint(
        "POST",
        "/heartbeat",
        "heartbeat",
        "到此刻为止的取消都已推送",
        "Every cancel up to this moment has been pushed",
    ),
    Endpoint("GET", "/openapi.json", "openapi", "本接口的 OpenAPI 描述", "This description", is_public=True),
)
