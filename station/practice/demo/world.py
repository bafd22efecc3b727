"""The demo warehouse's fixed things: people, slots, totes, benches, lanes, boxes, printers, carriers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from printers import roster, routes
from station.carriers.models import WaybillRange
from station.catalog.models import Carrier, Packaging
from station.devices import scales
from station.ground.scan.codes import internal
from station.ground.words.actor import Role
from station.people.models import User
from station.people.pins import Pins
from station.people.rules import add_user
from station.stock import locations
from station.stock.models import LocationKind

PIN = "1234"

PEOPLE: tuple[tuple[str, str, tuple[Role, ...]], ...] = (
    ("1001", "李收货", (Role.RECEIVER, Role.CLERK)),
    ("1002", "王质检", (Role.INSPECTOR,)),
    ("1003", "陈主管", (Role.SUPERVISOR,)),
    ("1004", "周仓管", (Role.KEEPER,)),
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
    _places(tx, now, slots, totes, benches)
    _carriers(tx)
    _printers(tx, benches)


def _places(tx: Session, now: datetime, slots: int, totes: int, benches: int) -> None:
    locations.make(tx, "DOCK-1", LocationKind.DOCK)
    locations.make(tx, "QUAR-1", LocationKind.QUAR)
    locations.make(tx, "INTC-1", LocationKind.INTC)
    for i in range(slots):
        aisle, bay, level = i // 20 + 1, i % 20 // 2 + 1, i % 2 + 2
        sequence = (i + 1) * 10
        locations.make(
            tx, f"A-{aisle:02d}-{bay:02d}-{level}-01", LocationKind.PICK, zone="A", pick_seq=sequence
        )
        for position in (1, 2):
            locations.make(
                tx,
                f"R-{aisle:02d}-{bay:02d}-{level + 2}-{position:02d}",
                LocationKind.RSV,
                zone="R",
                pick_seq=sequence + position,
            )
    for i in range(4):
        locations.make(tx, f"N-01-{i + 1:02d}-1-01", LocationKind.NEW, zone="N", pick_seq=9000 + i)
    for i in range(totes):
        locations.make(tx, f"T{i + 1:03d}", LocationKind.TOTE)
    for bench in bench_codes(benches):
        locations.make(tx, bench, LocationKind.PACK)
        scales.add(tx, bench, now)


def _carriers(tx: Session) -> None:
    for code, name, color, prefix, width in CARRIERS:
        carrier = Carrier(code=code, name=name, color=color)
        tx.add(carrier)
        tx.flush()
        locations.make(tx, f"LANE-{code}", LocationKind.LANE, carrier_id=carrier.id)
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
    for code, name, tare_g in BOXES:
        tx.add(Packaging(code=internal("BX", f"0{code}"), name=name, tare_g=tare_g))
    tx.flush()


def _printers(tx: Session, benches: int) -> None:
    """Virtual printers for every paper; each bench has its own label and slip printer."""
    label = roster.add_printer(
        tx, code="PRDOCK", name="收货标签机", language="png", address="virtual:", media="label_100x70"
    )
    office = roster.add_printer(
        tx, code="PRA4", name="办公室 A4", language="png", address="virtual:", media="a4"
    )
    slot = roster.add_printer(
        tx, code="PRSLOT", name="库位标签机", language="png", address="virtual:", media="slot_100x50"
    )
    roll = roster.add_printer(
        tx, code="PRROLL", name="小票机", language="png", address="virtual:", media="roll_80"
    )
    waybill = roster.add_printer(
        tx, code="PRWB", name="面单机", language="png", address="virtual:", media="waybill_76x130"
    )
    for kind, printer in (
        ("carton_label", label),
        ("slot_label", slot),
        ("acceptance_sheet", office),
        ("inbound_slip", office),
        ("manifest", office),
        ("pick_list", roll),
        ("packing_slip", roll),
        ("invoice_copy", roll),
        ("waybill", waybill),
    ):
        routes.set_route(tx, kind, printer)
    for number, bench in enumerate(bench_codes(benches), 1):
        own = roster.add_printer(
            tx,
            code=f"PRWB{number}",
            name=f"面单机 {bench}",
            language="png",
            address="virtual:",
            media="waybill_76x130",
        )
        slips = roster.add_printer(
            tx,
            code=f"PRSL{number}",
            name=f"小票机 {bench}",
            language="png",
            address="virtual:",
            media="roll_80",
        )
        routes.set_route(tx, "waybill", own, workstation=bench, standby_printer_id=waybill)
        for kind in ("packing_slip", "invoice_copy"):
            routes.set_route(tx, kind, slips, workstation=bench, standby_printer_id=roll)
