"""From the truck to posted stock (P1–P4)."""

from __future__ import annotations

from station.ground.room import Room
from station.ground.scan.kinds import Kind
from station.inbound import describe, invariants
from station.inbound.arrive import rules as arriving
from station.inbound.arrive.workflow import arrive
from station.inbound.registers import RECEIPTS
from station.inbound.sign.workflow import sign_off
from station.inbound.stage1.workflow import stage1
from station.inbound.stage2.workflow import stage2

ROOM = Room(
    "inbound",
    workflows=(arrive, stage1, stage2, sign_off),
    tables=("station.inbound.models", "station.inbound.reverse.models"),
    codes={"notice": arriving.knows_notice},
    describes={
        **dict.fromkeys((Kind.RECEIPT, Kind.SHEET, Kind.GRN), describe.receipt),
        Kind.NOTICE: describe.notice,
    },
    invariants=invariants.INVARIANTS,
    registers=(RECEIPTS,),
    pages=(
        "station.inbound.pages",
        "station.inbound.decision_pages",
        "station.inbound.photo_pages",
        "station.inbound.reverse.pages",
    ),
)
