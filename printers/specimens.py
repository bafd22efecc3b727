"""A document of every kind filled with plausible content: for previews and for measuring."""

import typing
from typing import Annotated, Any, get_args, get_origin

from printers.documents import KINDS
from printers.errors import BadDocument
from printers.fields import Document, fields_of, is_document

_LINES = 8
_CODE = "SP2611230001X"
_SSCC = "340123450000000017"
# By the end of a field's name; the first that fits counts.
_TEXTS = {
    "check_url": "https://inv-veri.chinatax.gov.cn/index.html?fp=26332000001234567890",
    "product_name": "有机纯牛奶 250ml×12 盒礼盒装 Organic milk",
    "item_name": "*乳制品*有机纯牛奶",
    "receiver_name": "张*丰",
    "sender_name": "测试旗舰店",
    "phone": "138****5678",
    "address": "浙江省杭州市西湖区文三路 *** 号 *** 幢",
    "route_code": "320-A08-017",
    "sortation_name": "杭州",
    "consolidation": "杭州转运中心",
    "carrier_name": "中通快递 ZTO",
    "supplier_name": "某某乳业有限公司 Dairy Ltd",
    "display": "A-01-02-3",
    "name": "王丽华 Wang",
    "_on": "2026-11-23",
    "_at": "2026-11-23 09:30",
    "unit": "盒",
    "spec": "250ml*12",
    "rate": "13%",
    "slot_code": "A-01-02-3",
    "lot_no": "L20261008",
    "cell": "07",
    "check_digits": "47",
    "arrow": "up",
}


def specimen(kind: str) -> Document:
    """Return a filled document of this kind; BadDocument when there is none."""
    if kind not in KINDS:
        raise BadDocument(f"There is no document kind {kind!r}.")
    return _filled(KINDS[kind])


def _filled(cls: type[Document]) -> Document:
    return cls(**{name: _value(name, hint) for name, hint in fields_of(cls).items()})


def _value(name: str, hint: Any) -> Any:
    if get_origin(hint) is Annotated:
        return _SSCC if name == "sscc" else _CODE
    if get_origin(hint) is tuple:
        item = get_args(hint)[0]
        return (_filled(item),) * _LINES if is_document(item) else (_text(name),)
    if typing.get_origin(hint) is None and hint is bool:
        return True
    return _number(name) if hint is int else _text(name)


def _number(name: str) -> int:
    if name in {"ply_no", "parcel_i", "carton_i", "version"}:
        return 1
    return 1990 if name.endswith("_fen") else 12


def _text(name: str) -> str:
    return next((text for end, text in _TEXTS.items() if name.endswith(end)), "样张 Specimen")
