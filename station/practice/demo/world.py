"""The demo warehouse's fixed things: people, slots, totes, benches, lanes, boxes, printers, carriers."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from printers import roster, routes
from station.carriers.models import CarrierRoute, WaybillRange
from station.catalog.models import Carrier
from station.devices import scales
from station.ground.scan.codes import internal
from station.ground.setup.table import of_values
from station.ground.words.actor import Role
from station.ground.work import SYSTEM, Work
from station.people.models import User
from station.people.pins import Pins
from station.people.rules import add_user
from station.rooms import ROOMS
from station.settings import Settings
from station.wiring.setup import running

PIN = "1234"
T = TypeVar("T")

PEOPLE: tuple[tuple[str, str, tuple[Role, ...]], ...] = (
    ("1001", "李收货", (Role.RECEIVER, Role.CLERK)),
    ("1002", "王质检", (Role.INSPECTOR,)),
    ("1003", "陈主管", (Role.SUPERVISOR,)),
    ("1004", "周仓管", (Role.KEEPER, Role.GIFT_KEEPER)),
    ("1005", "孙拣货", (Role.PICKER,)),
    ("1006", "赵打包", (Role.PACKER,)),
    ("1007", "钱发货", (Role.DISPATCHER,)),
    ("1008", "吴店主", (Role.ADMIN, Role.SUPERVISOR, Role.FINANCE)),
)
ALL_HANDS = (Role.RECEIVER, Role.CLERK, Role.KEEPER, Role.PICKER, Role.PACKER, Role.DISPATCHER)

CARRIERS = (("ZTO", "中通快递", "#0057b8", "ZT", 12), ("YTO", "圆通速递", "#5b2d8e", "YT", 13))
BOXES = (("1", "1号袋", 15), ("3", "3号箱", 120), ("5", "5号箱", 260))


def bench_codes(count: int) -> list[str]:
    """PACK-1, PACK-2, …"""
    return [f"PACK-{i + 1}" for i in range(count)]


def badge(number: str) -> str:
    """The barcode on a person's badge."""
    return internal("US", number)


def people(extra: int) -> list[tuple[str, str, str, str]]:
    """(badge, PIN, name, roles) of everybody, with `extra` all-round workers for the simulator."""
    rows = [(badge(number), PIN, name, ",".join(roles)) for number, name, roles in PEOPLE]
    rows += [(badge(str(2001 + i)), PIN, f"帮手{i + 1}", ",".join(ALL_HANDS)) for i in range(extra)]
    return rows


DEMO_ROUTE = {"route_code": "演示 · DEMO", "sortation": "演示", "consolidation": "演示"}
"""What the demo's labels say where a carrier's routing would stand: nobody sorts a parcel by it."""


def lay_out(
    tx: Session,
    pins: Pins,
    now: datetime,
    *,
    slots: int = 40,
    totes: int = 24,
    extra: int = 0,
    benches: int = 2,
) -> None:
    """Everything that stands in the hall before the first truck comes. Does nothing the second time."""
    if tx.scalar(select(User.id).limit(1)) is not None:
        return
    pin_hash = pins.hash(PIN)
    for number, name, roles in PEOPLE:
        add_user(tx, number, name, pin_hash, roles, now)
    for i in range(extra):
        add_user(tx, str(2001 + i), f"帮手{i + 1}", pin_hash, ALL_HANDS, now)
    _carriers(tx)
    _set_up(tx, pins, now, description(slots, totes, benches))
    for bench in bench_codes(benches):
        scales.add(tx, bench, now)
    printers(tx, benches)


def description(slots: int = 40, totes: int = 24, benches: int = 2) -> dict[str, Any]:
    """The demo's hall and boxes as a set-up file would say them: twenty slots an aisle, reserve over them."""
    hall: dict[str, Any] = {"docks": 1, "quarantine": 1, "intercept": 1, "gifts": 1}
    hall |= {"totes": totes, "benches": benches}
    hall["lanes"] = {code: 1 for code, *_rest in CARRIERS}
    hall["zone"] = [
        {"code": "A", "walk": "one-way"},
        {"code": "R", "beside": "A"},
        {"code": "N", "walk": "one-way"},
    ]
    whole, rest = divmod(slots // 2, 10)
    aisles = [(f"1-{whole}", "1-10")] if whole else []
    aisles += [(str(whole + 1), f"1-{rest}")] if rest else []
    racks = (("A", "PICK", "2-3", "1"), ("R", "RSV", "4-5", "1-2"))
    hall["rack"] = [
        _rack(zone, kind, aisle, bays, levels, positions)
        for aisle, bays in aisles
        for zone, kind, levels, positions in racks
    ]
    hall["rack"].append(_rack("N", "NEW", "1", "1-4", "1", "1"))
    boxes = [{"code": f"0{code}", "name": name, "tare_g": tare_g} for code, name, tare_g in BOXES]
    return {"shop": {"name": "示范仓"}, "box": boxes, "hall": hall}


def _rack(zone: str, kind: str, aisles: str, bays: str, levels: str, positions: str) -> dict[str, str]:
    names = ("zone", "kind", "aisles", "bays", "levels", "positions")
    return dict(zip(names, (zone, kind, aisles, bays, levels, positions), strict=True))


def _set_up(tx: Session, pins: Pins, now: datetime, content: dict[str, Any]) -> None:
    """Make what a set-up file would make, by the same sections."""
    work = Work(tx=tx, now=now, today=now.date(), settings=Settings(), by=SYSTEM)
    wanted = running.read_top(running.sections(ROOMS), of_values(content))
    running.carried_out(work, wanted, _Parts(pins))


class _Parts:
    """All that a station has before it is built."""

    def __init__(self, pins: Pins) -> None:
        self._pins = pins

    def part(self, kind: type[T]) -> T:
        if isinstance(self._pins, kind):
            return self._pins
        raise LookupError(kind)


def _carriers(tx: Session) -> None:
    for code, name, color, prefix, width in CARRIERS:
        carrier = Carrier(code=code, name=name, color=color)
        tx.add(carrier)
        tx.flush()
        tx.execute(
            insert(WaybillRange),
            {
                "carrier_id": carrier.id,
                "prefix": prefix,
                "width": width,
                "next_serial": 7_000_000_001,
                "last_serial": 7_000_999_999,
            },
        )
        tx.add(CarrierRoute(carrier_id=carrier.id, **DEMO_ROUTE))


def printers(tx: Session, benches: int) -> None:
    """Virtual printers for every paper; each bench has its own label and slip printer."""
    label = _printer(tx, "PRDOCK", "收货标签机", "label_100x70")
    office = _printer(tx, "PRA4", "办公室 A4", "a4")
    slot = _printer(tx, "PRSLOT", "库位标签机", "slot_100x50")
    roll = _printer(tx, "PRROLL", "小票机", "roll_80")
    waybill = _printer(tx, "PRWB", "面单机", "waybill_76x130")
    gift = _printer(tx, "PRGIFT", "赠品标签机", "label_40x30")
    pallet = _printer(tx, "PRPAL", "托盘标签机", "waybill_100x150")
    for kind, printer in (
        ("carton_label", label),
        ("reject_label", label),
        ("dock_label", label),
        ("gift_label", gift),
        ("slot_label", slot),
        ("pallet_label", pallet),
        ("thing_label", slot),
        ("label_sheet", office),
        ("acceptance_sheet", office),
        ("inbound_slip", office),
        ("adjustment", office),
        ("gift_register", office),
        ("manifest", office),
        ("pick_list", roll),
        ("packing_slip", roll),
        ("invoice_copy", roll),
        ("waybill", waybill),
    ):
        routes.set_route(tx, kind, printer)
    for number, bench in enumerate(bench_codes(benches), 1):
        own = _printer(tx, f"PRWB{number}", f"面单机 {bench}", "waybill_76x130")
        slips = _printer(tx, f"PRSL{number}", f"小票机 {bench}", "roll_80")
        routes.set_route(tx, "waybill", own, workstation=bench, standby_printer_id=waybill)
        for kind in ("packing_slip", "invoice_copy"):
            routes.set_route(tx, kind, slips, workstation=bench, standby_printer_id=roll)


def _printer(tx: Session, code: str, name: str, media: str) -> int:
    return roster.add_printer(tx, code=code, name=name, language="png", address="virtual:", media=media)
