"""How a delivery order moves (domain §6.1), and that its ERP hears of it, whoever makes the move."""

from __future__ import annotations

from station.ground.documents.lifecycle import Lifecycle
from station.outbound.orders import reporting
from station.outbound.orders.models import DeliveryOrder

_TO_STAGED = {
    "NEW",
    "AUDITED",
    "ALLOCATED",
    "WAVED",
    "PICKING",
    "PICKED",
    "CHECKED",
    "PACKED",
    "WEIGHED",
    "STAGED",
}

ORDER = Lifecycle(
    "DO",
    DeliveryOrder,
    {
        "audit": ({"NEW", "HOLD"}, "AUDITED"),
        "hold": (_TO_STAGED, "HOLD"),
        "allocate": ({"AUDITED"}, "ALLOCATED"),
        "deallocate": ({"ALLOCATED", "WAVED"}, "AUDITED"),
        "join_wave": ({"ALLOCATED"}, "WAVED"),
        "kick": ({"WAVED"}, "ALLOCATED"),
        "first_pick": ({"WAVED"}, "PICKING"),
        "undo_first_pick": ({"PICKING"}, "WAVED"),
        "last_pick": ({"PICKING"}, "PICKED"),
        "undo_last_pick": ({"PICKED"}, "PICKING"),
        "verify": ({"PICKED"}, "CHECKED"),
        "bind_label": ({"CHECKED"}, "PACKED"),
        "weigh": ({"PACKED"}, "WEIGHED"),
        "stage": ({"WEIGHED"}, "STAGED"),
        "ship": ({"STAGED"}, "SHIPPED"),
        "cancel": ({"NEW", "AUDITED", "ALLOCATED", "WAVED", "HOLD", "SHORT"}, "CANCELLED"),
        "intercept": (
            {"PICKING", "PICKED", "CHECKED", "PACKED", "WEIGHED", "STAGED", "HOLD"},
            "INTERCEPTING",
        ),
        "goods_back": ({"INTERCEPTING"}, "INTERCEPTED"),
        "close_cancelled": ({"INTERCEPTED"}, "CANCELLED"),
    },
    then=dict.fromkeys(reporting.TOLD, reporting.tell),
)
