"""Jobs with foreign files run in a process of their own, which is ended at its limit and has nothing to lose."""

import os
import socket
import sys
import threading

import pytest

from printers.apart import CRASH, MEMORY, TIME, Limits, No, NotNow, Room, TooMuch
from tests.patience import until

HERE = "tests.printers.hungry"
ROOMY = Limits(cpu_s=60, clock_s=600, memory_mb=1000, answer_mb=10)

posix = pytest.mark.skipif(sys.platform != "linux", reason="limits of memory and processor time are Linux's")


@pytest.fixture
def room():
    room = Room(ROOMY)
    yield room
    room.close()


def too_much(limits, job):
    room = Room(limits)
    with pytest.raises(TooMuch) as ended:
        room.run(f"{HERE}:{job}", {})
    assert room.run(f"{HERE}:echo", {"word": "next"}, b"file") == [b"file", b"next"], (
        "the next file is judged"
    )
    room.close()
    return ended.value.what


def test_a_job_answers_in_parts_and_its_no_is_a_no(room):
    assert room.run(f"{HERE}:echo", {"word": "箱"}, b"\0\xff" * 500_000) == [
        b"\0\xff" * 500_000,
        "箱".encode(),
    ]
    with pytest.raises(No) as no:
        room.run(f"{HERE}:refuse", {"why": "不"})
    assert no.value.facts == {"why": "不"}
    assert room.run(f"{HERE}:say", {}) == [b"fine"], "what a library prints is not the answer"


def test_it_is_another_process_and_the_same_one_for_the_next_file(room):
    ballast = b"x" * 450_000_000  # a server may be bigger than one of its jobs may have been
    first, again = (room.run(f"{HERE}:whoami", {}) for _ in range(2))
    del ballast
    assert first == again != [str(os.getpid()).encode()]
    once = Room(ROOMY, is_kept=False)
    assert once.run(f"{HERE}:whoami", {}) != once.run(f"{HERE}:whoami", {})


@posix
def test_a_job_that_computes_for_ever_is_ended_by_the_processors_time():
    assert too_much(Limits(cpu_s=1, clock_s=600, memory_mb=1000, answer_mb=1), "spin") == TIME


def test_a_job_that_waits_for_ever_is_ended_by_the_clock():
    room = Room(Limits(cpu_s=60, clock_s=2, memory_mb=1000, answer_mb=1))
    with pytest.raises(TooMuch) as ended:
        room.run(f"{HERE}:wait", {})
    assert (ended.value.what, room._idle) == (TIME, [])


@posix
def test_a_job_that_eats_memory_is_ended_by_its_limit():
    assert too_much(Limits(cpu_s=60, clock_s=600, memory_mb=300, answer_mb=1), "eat") == MEMORY


def test_an_answer_without_an_end_is_not_collected():
    assert too_much(Limits(cpu_s=60, clock_s=600, memory_mb=1000, answer_mb=3), "pour") == MEMORY


def test_a_job_that_kills_its_process_kills_nothing_else(caplog):
    assert too_much(ROOMY, "die") == CRASH
    assert too_much(ROOMY, "stumble") == CRASH
    assert "a fault of ours" in caplog.text, "what failed in our own code is in our log"


@posix
def test_it_has_no_settings_no_connections_and_writes_nothing(room, monkeypatch, tmp_path):
    monkeypatch.setenv("STATION_DATABASE_URL", "postgresql://u:geheim@db/x")
    monkeypatch.setenv("SECRET", "geheim")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.set_inheritable(True)
        told = room.run(f"{HERE}:belongings", {"path": str(tmp_path / "x")})
    assert told == [b"", b"cannot write", b"0"]


def test_an_idle_process_that_went_away_is_replaced(room):
    (first,) = room.run(f"{HERE}:whoami", {})
    room._idle[0].process.kill()
    until(lambda: room._idle[0].process.poll() is not None)
    assert room.run(f"{HERE}:whoami", {}) != [first]


def test_without_a_process_nothing_is_said_of_the_file(room, monkeypatch):
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(NotNow):
        room.run(f"{HERE}:whoami", {})


def test_files_wait_for_their_turn(room):
    """More threads than processes: each gets its own answer."""
    answers = {}

    def ask(word):
        answers[word] = room.run(f"{HERE}:echo", {"word": word})

    threads = [threading.Thread(target=ask, args=(word,)) for word in "abcdefgh"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {word: [b"", word.encode()] for word in "abcdefgh"}
