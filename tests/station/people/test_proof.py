"""The proof of a person: at sign-in and at every signature the same budgets, and nobody keeps others out."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from itertools import cycle

import pytest
from sqlalchemy import select, update

from station.clock import MovableClock
from station.ground.db import Database
from station.ground.words.messages import Refused
from station.people import guessing, rules
from station.people.gate import Gate, Place
from station.people.guessing import LIMITS, Line
from station.people.models import AuditRow, PinTally
from station.practice.demo import world
from station.settings import Rules, Settings
from station.wiring import hub as hubs
from station.wiring.hub import Hub
from tests.floor import CHEN, LI, SUN, WANG, ZHAO, ZHOU, Floor
from tests.station.people.conftest import Browser

Browsers = Callable[..., Browser]
Judged = Callable[[str], int]
CROWD = (LI, WANG, ZHOU, SUN, ZHAO)
FLOWS = {LI: "arrive", WANG: "stage2", ZHOU: "putaway", SUN: "pick", ZHAO: "pack"}


def ask(floor: Floor, worker: str, signer: str = CHEN) -> None:
    """The worker's handheld asks for the signer's PIN: the badge of a supervisor at any step does."""
    answer = floor.scan(worker, FLOWS[worker], world.badge(signer))
    assert answer.step == "_pin", answer.body


# --- at a signature ------------------------------------------------------------------------------


def test_the_pin_of_a_signer_cannot_be_found_by_trying(floor: Floor, judged: Judged) -> None:
    """Five guesses on a colleague's handheld; the sixth is not judged, right or wrong, and says when."""
    ask(floor, LI)
    for guess in range(5):
        assert floor.scan(LI, "arrive", f"{guess:04d}").code == "E-AUTH-04"
    for pin in ("0005", world.PIN):
        answer = floor.scan(LI, "arrive", pin)
        assert answer.code == "E-AUTH-07"
        assert "1" in answer.body["message"]["en"]
    assert judged(CHEN) == 5


def test_a_wrong_one_is_in_the_audit_trail_and_never_what_was_typed(hub: Hub, floor: Floor) -> None:
    ask(floor, LI)
    floor.scan(LI, "arrive", "8642")
    with hub.db.read() as tx:
        row = tx.scalars(select(AuditRow).where(AuditRow.action == "WRONG_PIN")).one()
        kept = [(row.subject, row.actor, row.device, row.detail["door"])]
        everything = str([(one.subject, one.detail) for one in tx.scalars(select(AuditRow))])
    assert kept == [(world.badge(CHEN), "李收货", "HH-1", "arrive._pin")]
    assert "8642" not in everything


def test_who_is_right_again_is_not_counted(floor: Floor, judged: Judged) -> None:
    ask(floor, LI)
    floor.scan(LI, "arrive", "0000")
    assert floor.scan(LI, "arrive", world.PIN).code == "S-LEFT"
    assert judged(CHEN) == 1


def test_somebody_elses_success_clears_no_way(floor: Floor, judged: Judged) -> None:
    """A worker guesses between true signatures of the supervisor: the guesses add up all the same."""
    for guess in range(12):
        ask(floor, LI)
        floor.scan(LI, "arrive", f"{guess:04d}")
        if floor.scan(LI, "arrive", world.PIN).code == "E-AUTH-07":
            break
    assert judged(CHEN) == LIMITS[Line.PLACE].free


def test_a_carton_scanned_at_the_pin_pad_is_no_guess(floor: Floor, judged: Judged) -> None:
    ask(floor, LI)
    for raw in ("CT000000000017", "123", "12345678901", "１２", "abcd"):
        assert floor.scan(LI, "arrive", raw).code == "E-AUTH-04"
    assert judged(CHEN) == 0
    assert floor.scan(LI, "arrive", world.PIN).code == "S-LEFT"


def test_a_guesser_keeps_the_supervisor_from_nothing_but_his_own_handheld(floor: Floor) -> None:
    ask(floor, LI)
    for guess in range(40):
        floor.scan(LI, "arrive", f"{guess:04d}")
    ask(floor, SUN)
    assert floor.scan(SUN, "pick", world.PIN).code == "S-LEFT"


# --- at sign-in ----------------------------------------------------------------------------------


@pytest.mark.both_databases
def test_sixty_four_guesses_at_once_are_judged_no_more_than_the_budget(
    browser: Browsers, judged: Judged
) -> None:
    """35 of them were, when the count came after the look."""
    here = [browser("10.0.0.66") for _ in range(64)]
    with ThreadPoolExecutor(64) as pool:
        opened = list(pool.map(lambda i: here[i].sign_in(CHEN, f"{2000 + i}"), range(64)))
    assert not any(opened)
    assert 1 <= judged(CHEN) <= LIMITS[Line.PLACE].free


@pytest.mark.both_databases
def test_sixty_four_guesses_from_everywhere_at_once_share_one_budget(
    browser: Browsers, judged: Judged
) -> None:
    there = [browser(f"10.0.{i}.1") for i in range(64)]
    with ThreadPoolExecutor(64) as pool:
        list(pool.map(lambda i: there[i].sign_in(CHEN, f"{2000 + i}"), range(64)))
    assert 1 <= judged(CHEN) <= LIMITS[Line.STRANGER].free


def test_forty_people_sign_in_at_once_from_one_address(browser: Browsers) -> None:
    """The beginning of a shift behind one router: who is right waits for a turn and is never taken for a guesser."""
    numbers = [*CROWD, CHEN] * 7
    with ThreadPoolExecutor(42) as pool:
        assert all(pool.map(lambda number: browser("10.0.0.1").sign_in(number), numbers))


def test_a_stranger_does_not_keep_a_person_out_of_their_own_browser(
    browser: Browsers, clock: MovableClock, judged: Judged
) -> None:
    mine = browser("10.0.0.7")
    assert mine.sign_in(CHEN)
    for i in range(60):
        browser(f"10.1.{i}.1").sign_in(CHEN, "0000")
    assert judged(CHEN) == LIMITS[Line.STRANGER].free
    assert not browser("10.2.0.1").sign_in(CHEN)  # nobody new gets in now…
    assert mine.sign_in(CHEN)  # …but who is known does
    clock.advance(days=1)
    assert browser("10.2.0.1").sign_in(CHEN)  # and nobody is kept out for ever


def test_one_address_guesses_for_itself_and_not_for_the_others(browser: Browsers) -> None:
    for i in range(40):
        browser("10.0.0.66").sign_in(CHEN, f"{i:04d}")
    assert not browser("10.0.0.66").sign_in(CHEN)
    assert browser("10.0.0.8").sign_in(CHEN)


def test_one_address_cannot_try_one_pin_with_everybody(browser: Browsers, hub: Hub) -> None:
    for number in [*CROWD, CHEN] * 4:
        browser("10.0.0.66").sign_in(number, "0001")
    with hub.db.read() as tx:
        tried = len(tx.scalars(select(AuditRow.id).where(AuditRow.action == "WRONG_PIN")).all())
    assert tried == LIMITS[Line.ADDRESS].free


def test_a_badge_nobody_has_is_answered_and_slowed_down_alike(browser: Browsers, hub: Hub) -> None:
    known = [browser("10.0.0.1").post(CHEN, "0000").get_json() for _ in range(7)]
    unknown = [browser("10.0.0.2").post("7777", "0000").get_json() for _ in range(7)]
    assert known == unknown
    with hub.db.read() as tx:
        subjects = tx.scalars(select(AuditRow.subject).where(AuditRow.action == "WRONG_PIN")).all()
        keys = " ".join(tx.scalars(select(PinTally.key)))
    assert sorted(subjects) == sorted([world.badge(CHEN)] * 5 + ["?"] * 5)
    assert "7777" not in keys  # it may be a PIN in the wrong box


def test_six_addresses_of_one_host_are_one(browser: Browsers, judged: Judged) -> None:
    for i in range(12):
        browser(f"2001:db8::{i:x}").sign_in(CHEN, "0000")
        browser("::ffff:10.0.0.5" if i % 2 else "10.0.0.5").sign_in(LI, "0000")
    assert (judged(CHEN), judged(LI)) == (5, 5)


def test_the_budget_survives_a_restart(hub: Hub, browser: Browsers, judged: Judged) -> None:
    for i in range(9):
        browser("10.0.0.66").sign_in(CHEN, f"{i:04d}")
    again = hubs.build(hub.settings, db=hub.db, clock=hub.clock)
    with pytest.raises(Refused):
        again.gate.sign_in(world.badge(CHEN), world.PIN, Place("10.0.0.66"), hub.clock.now())
    assert judged(CHEN) == 5


# --- time ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("jump", [{"days": 1}, {"days": 365}])
def test_a_clock_that_was_wrong_locks_nobody_until_then(
    browser: Browsers, clock: MovableClock, jump: dict[str, int]
) -> None:
    """A wrong RTC, five wrong PINs, and NTP: the lock lies in the far future and does not hold."""
    clock.advance(**jump)
    for i in range(30):
        browser("10.0.0.66").sign_in(CHEN, f"{i:04d}")
    assert not browser("10.0.0.66").sign_in(CHEN)
    clock.advance(**{unit: -many for unit, many in jump.items()})
    assert browser("10.0.0.66").sign_in(CHEN)


def test_a_session_made_by_a_wrong_clock_does_not_live_for_a_year(
    browser: Browsers, clock: MovableClock
) -> None:
    mine = browser()
    clock.advance(days=365)
    assert mine.sign_in(LI)
    clock.advance(days=-365)
    assert not mine.is_in()
    assert mine.sign_in(LI)
    clock.advance(hours=-1)  # an hour throws nobody out
    assert mine.is_in()


# --- a whole day ---------------------------------------------------------------------------------


class Burglar:
    """Tries one person's PIN at every door there is, from everywhere, all day long, and never the right one."""

    def __init__(self, floor: Floor, target: str, mark: str, seed: int) -> None:
        self.floor, self.hub, self.target, self.mark = floor, floor.hub, target, mark
        self.draw = random.Random(seed)
        self.pins = cycle([f"{pin:04d}" for pin in range(10_000) if f"{pin:04d}" != world.PIN])
        self.ways = [self.from_anywhere, self.from_anywhere, self.at_a_signature, self.at_their_browser]
        for worker in CROWD:
            ask(floor, worker, target)

    def once(self) -> None:
        self.draw.choice(self.ways)(next(self.pins))

    def from_anywhere(self, pin: str) -> None:
        address = f"10.0.{self.draw.randrange(250)}.{self.draw.randrange(250)}"
        self._sign_in(Place(address, self.draw.choice(["", f"mark-{self.draw.randrange(40)}"])), pin)

    def at_their_browser(self, pin: str) -> None:
        self._sign_in(Place("10.0.0.7", self.mark), pin)

    def at_a_signature(self, pin: str) -> None:
        worker = self.draw.choice(CROWD)
        by = self._actor(worker)
        gate, now = self.hub.part(Gate), self.hub.clock.now()
        address = f"10.9.0.{self.draw.randrange(250)}"
        assert gate.refusal(self._who(), pin, by, now, step="arrive._pin", address=address)

    def _sign_in(self, place: Place, pin: str) -> None:
        with pytest.raises(Refused):
            self.hub.part(Gate).sign_in(world.badge(self.target), pin, place, self.hub.clock.now())

    def _who(self):
        with self.hub.db.read() as tx:
            return self.hub.services.people.badge(tx, world.badge(self.target))

    def _actor(self, number: str):
        with self.hub.db.read() as tx:
            found = self.hub.services.people.badge(tx, world.badge(number))
        assert found is not None
        return replace(found, session_id=self.draw.randrange(1000, 1200))


def burgle(floor: Floor, clock: MovableClock, browser: Browsers, tries: int) -> Iterator[Browser]:
    """A day of `tries`, evenly; what the person's own browser is, once an hour."""
    mine = browser("10.0.0.7")
    assert mine.sign_in(CHEN)
    cookie = mine.client.get_cookie("device")
    assert cookie is not None
    other = browser("10.0.0.8")
    assert other.sign_in(CHEN)
    burglar = Burglar(floor, CHEN, cookie.value, seed=tries)
    pause = timedelta(days=1) / tries
    for i in range(tries):
        clock.advance(microseconds=int(pause / timedelta(microseconds=1)))
        burglar.once()
        if i % (tries // 24) == 0:
            yield other


def test_a_day_of_guessing_at_every_door_finds_nothing(
    floor: Floor, clock: MovableClock, browser: Browsers, judged: Judged
) -> None:
    """Each wrong PIN that is judged rules out one of 10,000: with fewer than 100 the chance is below 1 %."""
    for other in burgle(floor, clock, browser, 1500):
        assert other.sign_in(CHEN)  # on a browser that the burglar has not got
    assert 40 < judged(CHEN) < 100
    assert judged(CHEN) <= guessing.MOST_A_DAY
    assert judged(CHEN) / 10_000 < 0.01


@pytest.mark.long
@pytest.mark.both_databases
def test_ten_thousand_tries_a_day_find_nothing(
    floor: Floor, clock: MovableClock, browser: Browsers, judged: Judged
) -> None:
    for other in burgle(floor, clock, browser, 10_000):
        assert other.sign_in(CHEN)
    assert 40 < judged(CHEN) < 100


# --- longer PINs ---------------------------------------------------------------------------------


@pytest.fixture
def strict(db: Database, clock: MovableClock, hub: Hub) -> Hub:
    """The same station, whose supervisors need six digits."""
    settings = Settings(data=hub.settings.data, rules=Rules(pin_digits=("SUPERVISOR:6",)))
    return hubs.build(settings, db=db, clock=clock)


def test_a_role_with_power_wants_a_longer_pin_at_every_door(strict: Hub) -> None:
    """Four digits open nothing for a supervisor any more; eight that look like an article number do."""
    floor, gate, now = Floor(strict), strict.part(Gate), strict.clock.now()
    with pytest.raises(Refused, match="E-AUTH-08"):
        gate.sign_in(world.badge(CHEN), world.PIN, Place("10.0.0.7"), now)
    ask(floor, LI)
    assert floor.scan(LI, "arrive", world.PIN).code == "E-AUTH-08"
    pin_hash = strict.pins.hash("12345670")
    strict.db.write(lambda tx: rules.set_pin(tx, rules.person(tx, CHEN), pin_hash, now))
    assert floor.scan(LI, "arrive", "12345670").code == "S-LEFT"
    assert gate.sign_in(world.badge(CHEN), "12345670", Place("10.0.0.7"), now).actor.name == "陈主管"
    assert gate.sign_in(world.badge(LI), world.PIN, Place("10.0.0.7"), now).actor.name == "李收货"


def test_what_a_wrong_clock_wrote_is_swept_away(hub: Hub, browser: Browsers) -> None:
    browser().sign_in(CHEN, "0000")
    far = hub.clock.now() + timedelta(days=365)
    hub.db.write(lambda tx: tx.execute(update(PinTally).values(clear_at=far, free_at=far)))
    browser().sign_in(LI, "0000")
    with hub.db.read() as tx:
        assert far not in set(tx.scalars(select(PinTally.clear_at)))
