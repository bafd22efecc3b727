"""From the truck to posted stock (P1–P4)."""

from __future__ import annotations

from station.ground.room import Room
from station.ground.scan.kinds import Kind
from station.inbound import describe, invariants, needs
from station.inbound.arrive import rules as arriving
from station.inbound.arrive.workflow import arrive
from station.inbound.books.purchases import PURCHASE_SUMMARY, PURCHASES
from station.inbound.books.sheets import SHEETS, SLIPS, TAKEN_BACK
from station.inbound.books.suppliers import SUPPLIERS
from station.inbound.dock.registers import NOTICES
from station.inbound.gifts import invariants as gift_invariants
from station.inbound.gifts.issue_workflow import gift_out
from station.inbound.gifts.registers import GIFT_ISSUES, GIFT_LABELS, GIFTS
from station.inbound.gifts.workflow import gift_in
from station.inbound.quarantine import ageing
from station.inbound.quarantine import invariants as quarantine_invariants
from station.inbound.quarantine.registers import LET_OUT, QUARANTINE, SET_APART
from station.inbound.quarantine.workflow import quarantine
from station.inbound.registers import RECEIPTS
from station.inbound.settings import SETTINGS
from station.inbound.sign.workflow import sign_off
from station.inbound.stage1.workflow import stage1
from station.inbound.stage2.workflow import stage2

ROOM = Room(
    "inbound",
    workflows=(arrive, stage1, stage2, sign_off, gift_in, gift_out, quarantine),
    tables=(
        "station.inbound.models",
        "station.inbound.advised.models",
        "station.inbound.reverse.models",
        "station.inbound.gifts.models",
        "station.inbound.quarantine.models",
    ),
    codes={"notice": arriving.knows_notice},
    describes={
        **dict.fromkeys((Kind.RECEIPT, Kind.SHEET, Kind.GRN), describe.receipt),
        Kind.TEMP_CARTON: describe.temp_label,
        Kind.NOTICE: describe.notice,
    },
    invariants=(*invariants.INVARIANTS, *gift_invariants.INVARIANTS, *quarantine_invariants.INVARIANTS),
    needs=(needs.of_inbound,),
    alarms=(ageing.watch,),
    registers=(
        NOTICES,
        RECEIPTS,
        SHEETS,
        SLIPS,
        TAKEN_BACK,
        PURCHASES,
        PURCHASE_SUMMARY,
        SUPPLIERS,
        GIFTS,
        GIFT_LABELS,
        GIFT_ISSUES,
        QUARANTINE,
        SET_APART,
        LET_OUT,
    ),
    settings=SETTINGS,
    pages=(
        "station.inbound.pages",
        "station.inbound.books.pages",
        "station.inbound.decision_pages",
        "station.inbound.dock.pages",
        "station.inbound.photo_pages",
        "station.inbound.sign.pen_pages",
        "station.inbound.reverse.pages",
        "station.inbound.quarantine.pages",
        "station.inbound.gifts.pages",
    ),
)
