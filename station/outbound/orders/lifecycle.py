"""How a delivery order moves (domain §6.1), and that its ERP hears of it, whoever makes the move."""

from __future__ import annotations

from station.ground.documents.lifecycle import Lifecycle
from station.outbound.orders import reporting
from station.outbound.orders.models import DeliveryOrder, OrderState

_S = OrderState

_TO_STAGED = {
    _S.NEW,
    _S.AUDITED,
    _S.ALLOCATED,
    _S.WAVED,
    _S.PICKING,
    _S.PICKED,
    _S.CHECKED,
    _S.PACKED,
    _S.WEIGHED,
    _S.STAGED,
}

ORDER = Lifecycle(
    "DO",
    DeliveryOrder,
    {
        "replace": ({_S.NEW, _S.AUDITED, _S.ALLOCATED, _S.HOLD, _S.SHORT}, _S.NEW),
        "audit": ({_S.NEW, _S.HOLD}, _S.AUDITED),
        "hold": (_TO_STAGED, _S.HOLD),
        "unhold": ({_S.HOLD}, None),
        "allocate": ({_S.AUDITED}, _S.ALLOCATED),
        "deallocate": ({_S.ALLOCATED, _S.WAVED}, _S.AUDITED),
        "join_wave": ({_S.ALLOCATED}, _S.WAVED),
        "kick": ({_S.WAVED}, _S.ALLOCATED),
        "first_pick": ({_S.WAVED}, _S.PICKING),
        "undo_first_pick": ({_S.PICKING}, _S.WAVED),
        "last_pick": ({_S.PICKING}, _S.PICKED),
        "undo_last_pick": ({_S.PICKED}, _S.PICKING),
        "repick": ({_S.PICKED, _S.CHECKED, _S.PACKED}, _S.PICKING),
        "repick_all": ({_S.PICKED, _S.CHECKED, _S.PACKED}, _S.WAVED),
        "short": (
            {_S.WAVED, _S.PICKING, _S.PICKED, _S.CHECKED, _S.PACKED, _S.WEIGHED, _S.STAGED, _S.HOLD},
            _S.SHORT,
        ),
        "restock": ({_S.SHORT}, _S.AUDITED),
        "verify": ({_S.PICKED}, _S.CHECKED),
        "bind_label": ({_S.CHECKED}, _S.PACKED),
        "weigh": ({_S.PACKED}, _S.WEIGHED),
        "stage": ({_S.WEIGHED}, _S.STAGED),
        "ship": ({_S.STAGED}, _S.SHIPPED),
        "cancel": ({_S.NEW, _S.AUDITED, _S.ALLOCATED, _S.WAVED, _S.HOLD, _S.SHORT}, _S.CANCELLED),
        "intercept": (
            {_S.PICKING, _S.PICKED, _S.CHECKED, _S.PACKED, _S.WEIGHED, _S.STAGED, _S.HOLD, _S.SHORT},
            _S.INTERCEPTING,
        ),
        "goods_back": ({_S.INTERCEPTING}, _S.INTERCEPTED),
        "close_cancelled": ({_S.INTERCEPTED}, _S.CANCELLED),
        "revive": ({_S.CANCELLED}, _S.NEW),
    },
    begins={_S.NEW},
    number="order_no",
    then=dict.fromkeys(reporting.TOLD, reporting.tell),
)
