"""A packer's bad day on both databases: a broken unit, one for two who want another, and the walk that brings it."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from station.ground.scan.codes import internal
from station.ground.words.actor import Role
from tests.floor import SUN, ZHAO, Answer, Floor
from tests.station.outbound.bench import BENCH, Bench, ean, tote
from tests.station.scenarios.conftest import Day, order_of

Books = Callable[[], None]
LIN, BENCH2 = "1009", internal("WS", "PACK2")


@pytest.fixture
def bench(floor: Floor) -> Bench:
    return Bench(floor)


def test_one_of_two_packers_gets_the_last_unit_and_nobody_is_stuck(
    shelved: Callable[..., Day], bench: Bench, hire: Callable[..., str], books: Books
) -> None:
    """24 in the house, 23 picked: two break in one instant, one order waits for the last one and is packed, the
    other is set aside.
    """
    floor = bench.floor
    hire(LIN, Role.PACKER)
    shelved(order_of(1, ("S0001", 12)), order_of(2, ("S0001", 11)))
    floor.release()
    bench.pick_all()
    packers = {ZHAO: (BENCH, tote(1), "HH-1"), LIN: (BENCH2, tote(2), "HH-2")}
    for who, (place, its_tote, device) in packers.items():
        for raw in (place, its_tote, "CM-DAMAGE", ean(1)):
            answer = floor.scan(who, "pack", raw, device=device)
        assert answer.step == "apart", answer.body
    together, answers = threading.Barrier(2), dict[str, Answer]()

    def apart(who: str) -> None:
        together.wait()
        answers[who] = floor.scan(who, "pack", bench.shelf(), device=packers[who][2])

    threads = [threading.Thread(target=apart, args=(who,)) for who in packers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (lucky,) = [who for who, answer in answers.items() if answer.code == "S-PAK-WAITS"]
    (other,) = set(packers) - {lucky}
    assert answers[other].code in {"W-PAK-NOWHERE", "E-STK-02"}, answers[other].body
    bench.wait()
    step = answers[other].step
    while step != "tote":
        bench.wait()
        step = floor.scan(other, "pack", bench.shelf(), device=packers[other][2]).step
    books()
    floor.pick_next("T009", SUN)
    lucky_one, unlucky = (1, 2) if lucky == ZHAO else (2, 1)
    assert (bench.state(lucky_one), bench.state(unlucky)) == ("PICKED", "SHORT")
    units = 12 if lucky_one == 1 else 11
    bench.finish(bench.scans(BENCH, bench.order_no(lucky_one), *[ean(1)] * units))
    assert bench.state(lucky_one) == "STAGED"
    books()
