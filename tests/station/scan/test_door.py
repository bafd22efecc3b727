"""The scan door: once per scan id, fresh screens only, nothing a scanner sends breaks it (T87–T92)."""

from __future__ import annotations

import random

import pytest
from sqlalchemy import func, select

from station.devices import scales
from station.exchange import documents as erp
from station.ground.scan.codes import internal
from station.ground.scan.door import ScanRequest
from station.ground.scan.models import Scan
from station.outbound.orders.models import DeliveryOrder
from station.outbound.picking.models import PickList
from station.practice.demo import goods, world
from station.stock.models import Movement
from station.wiring import checks
from tests.floor import LI, QIAN, SUN, WANG, ZHAO, ZHOU, Floor

both = pytest.mark.both_databases
"""What leans on claims, locks and keys; the rest is tried on PostgreSQL in the long lane."""

NASTY = [
    "", " ", "\x00", "\x1b@\x1bp\x00", "\x1d\x1d", "]C1", "]d2\x1d", "|", "{GS}", "<GS>",
    "💥📦", "\u202eabc", "\ud800", "<script>alert(1)</script>", "'; DROP TABLE stock; --", "A" * 10_000,
    "１２３", "٣٤", "-1", "99999", "1e5", "0x10", "LC", "LCA03122059", "CM-NOPE", "US\x001001", "%s%n", "{raw}",
    "01069012345678921726013210A", "\r\n", "٪",
]  # fmt: skip


def _monday(floor: Floor) -> None:
    articles = goods.products(4)
    wanted = goods.orders(articles, 4, 3, floor.hub.clock.now(), ["ZTO"])
    (notice,) = goods.notices(articles, goods.demand(wanted), "WH1", floor.hub.clock.today())
    floor.erp(*articles, notice, *wanted)
    dated = {item.code: "20260401" if item.is_shelf_life else "" for item in articles}
    floor.receive(
        notice.asn_no,
        [
            (goods.gtin(int(line.sku_code[1:])), line.qty_each // 12, 0, dated[line.sku_code])
            for line in notice.lines
        ],
    )
    floor.release()


def _broken(floor: Floor) -> list[str]:
    return checks.broken(floor.hub.db)


@both
def test_the_same_scan_five_times_has_one_effect(floor: Floor) -> None:
    """T88, I8: five times the same id: one movement, five times the same answer."""
    _monday(floor)
    answer = floor.scans(SUN, "pick", "CM-OK", internal("TT", "T001"))
    answer = floor.scans(SUN, "pick", answer.facts["hint"])
    floor.scan(SUN, "pick", floor.barcode(answer.facts["hint"]))
    token = floor.token_of(SUN, "pick")
    bodies = [floor.scan(SUN, "pick", "CM-OK", scan_id="retry-me-1", step_token=token).body for _ in range(5)]
    assert all(body == bodies[0] for body in bodies)
    with floor.hub.db.read() as tx:
        assert tx.scalar(select(func.count()).select_from(Movement).where(Movement.type == "PICK")) in {0, 1}
        assert tx.scalar(select(func.count()).select_from(Scan).where(Scan.scan_id == "retry-me-1")) == 1


@both
def test_a_scan_id_used_for_something_else_is_refused(floor: Floor) -> None:
    """Same id, other content: E-SYS-04, no effect."""
    _monday(floor)
    floor.scan(SUN, "pick", "CM-OK", scan_id="twice-used-1")
    assert floor.scan(SUN, "pick", internal("TT", "T001"), scan_id="twice-used-1").code == "E-SYS-04"


@both
def test_a_stale_screen_has_no_effect(floor: Floor) -> None:
    """T89: two tabs; the older one is told and shown the fresh step."""
    _monday(floor)
    old = floor.token_of(SUN, "pick")
    floor.scans(SUN, "pick", "CM-OK")
    stale = floor.scan(SUN, "pick", "CM-OK", step_token=old)
    assert (stale.status, stale.code, stale.step) == (409, "E-SYS-03", "tote")
    assert floor.scan(SUN, "pick", internal("TT", "T001"), step_token=stale.body["step_token"]).ok


@both
def test_another_device_goes_on_at_the_same_step(floor: Floor) -> None:
    """A dead battery costs nothing: same person, other handheld, same stop."""
    _monday(floor)
    answer = floor.scans(SUN, "pick", "CM-OK", internal("TT", "T001"))
    other = floor.scan(SUN, "pick", answer.facts["hint"], device="HH-2")
    assert (other.status, other.step) == (200, "product")


@both
def test_a_colleague_takes_the_task_over_by_scanning_again(floor: Floor) -> None:
    """Task lock: E-TSK-01 names the holder; the second scan takes over at the same stop."""
    _monday(floor)
    first = floor.scans(SUN, "pick", "CM-OK", internal("TT", "T001"))
    number = _list_no(floor)
    assert floor.scan("1003", "pick", number).code == "E-TSK-01"
    taken = floor.scan("1003", "pick", number)
    assert (taken.code, taken.step, taken.facts["big"]) == ("S-PCK-LIST", "slot", first.facts["big"])
    lost = floor.scan(SUN, "pick", first.facts["hint"], step_token=first.body["step_token"])
    assert (lost.code, lost.step) == ("E-SYS-03", "list")


def _list_no(floor: Floor) -> str:
    with floor.hub.db.read() as tx:
        return str(tx.scalar(select(PickList.pick_no).where(PickList.state == "TAKEN")))


@both
def test_a_bouncing_trigger_counts_once(floor: Floor) -> None:
    """§4.4: the same code within 400 ms on a step that does not count is swallowed."""
    _monday(floor)
    floor.scans(SUN, "pick", "CM-OK")
    tote = internal("TT", "T001")
    floor.scans(SUN, "pick", tote)
    assert floor.scan(SUN, "pick", tote).code == "S-BOUNCE"
    floor.hub.clock.advance(seconds=1)  # type: ignore[attr-defined]
    assert floor.scan(SUN, "pick", tote).code == "E-SCN-02"


@pytest.mark.parametrize(
    "flow",
    [
        "arrive",
        "stage1",
        "stage2",
        "sign",
        "putaway",
        "move",
        "lookup",
        "pick",
        "pack",
        "dispatch",
        "intercept",
    ],
)
def test_any_bytes_are_only_refused(floor: Floor, flow: str) -> None:
    """Control characters, 10 kB, emoji, direction tricks, HTML: coded refusals, never a failure."""
    who = {
        "arrive": LI,
        "stage1": LI,
        "stage2": WANG,
        "sign": LI,
        "putaway": ZHOU,
        "move": ZHOU,
        "pick": SUN,
        "pack": ZHAO,
    }
    for raw in NASTY:
        answer = floor.scan(who.get(flow, QIAN), flow, raw)
        assert answer.status == 422, (raw, answer.body)
        assert answer.body["message"]["zh"]
        assert answer.body["message"]["en"]
    assert _broken(floor) == []


def test_roles_are_checked_at_the_door(floor: Floor) -> None:
    """E-AUTH-02 for the wrong role; 401 without a session."""
    assert floor.scan(SUN, "dispatch", floor.slot("LANE-ZTO")).code == "E-AUTH-02"
    floor._tokens["1005", "HH-9"] = "no-such-session"
    reply = floor.hub.door.take(ScanRequest("pick", "scan-unknown-1", "CM-OK", "start", "no-such-session"))
    assert (reply.status, reply.body["code"]) == (401, "E-AUTH-05")


def test_pins_are_never_stored(floor: Floor) -> None:
    """What is typed at a PIN pad does not reach the scan rows."""
    _monday(floor)
    with floor.hub.db.read() as tx:
        raws = set(tx.scalars(select(Scan.raw)))
    assert world.PIN not in raws
    assert "•••" in raws


class Monkey:
    """Somebody who scans whatever lies around, at every process, for a long time."""

    def __init__(self, floor: Floor, seed: int) -> None:
        self.floor, self.rng = floor, random.Random(seed)
        self.flows = [
            (LI, "arrive"), (LI, "stage1"), (WANG, "stage2"), (LI, "sign"), (ZHOU, "putaway"), (SUN, "pick"), (ZHOU, "move"), (SUN, "lookup"), (ZHOU, "count"), (ZHOU, "adjust"),
            (ZHAO, "pack"), (QIAN, "dispatch"), (SUN, "intercept"), ("1003", "pick"), ("1003", "pack"),
        ]  # fmt: skip
        self.pool = [
            "CM-OK", "CM-CLOSE", "CM-UNDO", "CM-DAMAGE", "CM-REPRINT", "1", "2", "12", "20260401", "沪A1", world.PIN,
            internal("BX", "03"), internal("WS", "PACK1"), internal("WS", "PACK2"),
            *(world.badge(number) for number in (LI, WANG, "1003", ZHOU, QIAN)),
            *(internal("TT", f"T{i:03d}") for i in range(1, 5)), *(goods.gtin(i) for i in range(1, 5)),
            floor.slot("LANE-ZTO"), floor.slot("INTC-1"), floor.slot("A-01-01-2-01"), floor.slot("A-01-01-3-01"),
        ]  # fmt: skip

    def step(self) -> int:
        """One scan, mostly what the screen asks for; its status."""
        number, flow = self.rng.choice(self.flows)
        hint = str(self.floor.look(number, flow)["facts"].get("hint", ""))
        wanted = self.floor.barcode(hint) if hint and self.rng.random() < 0.7 else ""
        places = {"EMPTY-TOTE": internal("TT", f"T{self.rng.randint(1, 4):03d}"), "BENCH": internal("WS", "PACK1"),
                  "BOX": internal("BX", "03"), "LANE": self.floor.slot("LANE-ZTO"), "INTC": self.floor.slot("INTC-1"),
                  "FULL-TOTE": internal("TT", f"T{self.rng.randint(1, 4):03d}"), "WEIGH": "CM-OK"}  # fmt: skip
        raw = places.get(wanted, wanted) or self.rng.choice(self.pool)
        if wanted == "WEIGH":
            self.floor.hub.db.write(
                lambda tx: scales.place(
                    tx, "PACK-1", self.rng.choice([5000, 20_000]), self.floor.hub.clock.now()
                )
            )
        self.floor.hub.clock.advance(seconds=1)  # type: ignore[attr-defined]
        return self.floor.scan(number, flow, raw).status


@both
@pytest.mark.whole
@pytest.mark.parametrize("steps", [120, pytest.param(1500, marks=pytest.mark.long)])
def test_a_monkey_on_the_floor_breaks_no_invariant(floor: Floor, steps: int) -> None:
    """T87: thousands of random scans at all processes, cancels in between: I1–I14 hold, nothing fails."""
    _monday(floor)
    monkey = Monkey(floor, seed=87)
    for i in range(steps):
        assert monkey.step() in {200, 409, 422}
        if i == steps // 2:
            with floor.hub.db.read() as tx:
                number = tx.scalar(select(DeliveryOrder.erp_no).order_by(DeliveryOrder.id).limit(1))
            floor.erp(erp.CancelOrder(erp_no=str(number)))
            floor.release()
    assert _broken(floor) == []
