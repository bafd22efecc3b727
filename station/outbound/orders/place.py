"""Where an order goes, in one line, and whether its papers can show it. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from printers import documents as paper
from printers import fonts, layouts
from printers.errors import LayoutError
from printers.media import ALLOWED
from station.ground.words.causes import cause
from station.outbound.orders.masking import mask_address, mask_name, mask_note, mask_phone
from station.outbound.orders.models import DeliveryOrder

_KIND = re.compile(r"(特别行政区|壮族自治区|回族自治区|维吾尔自治区|自治区|自治州|地区|省|市|区|县|盟|旗)$")
_BETWEEN = " ,，、;；/-"
# Shorter texts fit any waybill.
_LONG = 80


def region(order: DeliveryOrder) -> str:
    """Province, city and district, each once: 北京市 is its own city."""
    parts = dict.fromkeys(part for part in (order.province, order.city, order.district) if part)
    return "".join(parts)


def street(order: DeliveryOrder) -> str:
    """The address without the region before it, which shops write into it once more."""
    rest = order.address.strip()
    for part in dict.fromkeys((order.province, order.city, order.district)):
        short = _KIND.sub("", part or "")
        for word in (part, short) if len(short) > 1 else (part,):
            if word and rest.startswith(word) and rest != word:
                rest = rest[len(word) :].lstrip(_BETWEEN)
                break
    return rest


def receiver(order: DeliveryOrder) -> dict[str, Any]:
    """Whom a paper names, masked (GB/T 41833)."""
    return {
        "receiver_name": mask_name(order.receiver_name or ""),
        "receiver_phone": mask_phone(order.receiver_phone or ""),
        "receiver_address": f"{region(order)} {mask_address(street(order))}".strip(),
    }


def faults(order: DeliveryOrder, goods: Sequence[str]) -> list[str]:
    """Why no paper can show the order as it is: letters no font has, or more text than its waybill holds."""
    texts = (order.receiver_name, order.address, order.province, order.city, order.district)
    notes = (order.shop, order.buyer_note, order.seller_note)
    found = []
    missing = fonts.unprintable(*(text or "" for text in (*texts, *notes, *goods)))
    if missing:
        found.append(cause("L-HELD-FONT", " ".join(f"{c} U+{ord(c):04X}" for c in missing[:10])))
    if sum(len(text or "") for text in (*texts, order.seller_note)) > _LONG:
        whom = receiver(order)
        if not _fits(whom["receiver_name"], whom["receiver_address"], mask_note(order.seller_note or "")):
            found.append("L-HELD-LONG")
    return found


@lru_cache(maxsize=512)
def _fits(name: str, address: str, note: str) -> bool:
    """Whether the smallest waybill shows it whole."""
    label = paper.Waybill(
        waybill_no="0" * 15,
        carrier_name="",
        receiver_name=name,
        receiver_phone="138******78",
        receiver_address=address,
        note=note,
    )
    try:
        layouts.render(label, ALLOWED["waybill"][0])
    except LayoutError:
        return False
    return True
