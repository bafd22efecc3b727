"""Jobs that a foreign file could make of ours: they run in a process apart (`test_apart`)."""

import os
import signal
import sys
import time
from pathlib import Path

from printers.apart import No


def echo(facts, data):
    yield data
    yield str(facts["word"]).encode()


def refuse(facts, data):
    raise No({"why": facts["why"]})


def spin(facts, data):
    while True:
        pass


def wait(facts, data):
    time.sleep(3600)
    yield b""


def eat(facts, data):
    held = []
    while True:
        held.append(bytearray(10_000_000))
        held[-1][::4096] = b"x" * len(held[-1][::4096])


def pour(facts, data):
    while True:
        yield b"x" * 1_000_000


def die(facts, data):
    os.kill(os.getpid(), signal.SIGSEGV)
    yield b""


def stumble(facts, data):
    raise RuntimeError("a fault of ours")


def say(facts, data):
    sys.stdout.write("a library that chatters")
    sys.stdout.flush()
    os.write(1, b"and one in C")
    yield b"fine"


def whoami(facts, data):
    yield str(os.getpid()).encode()


def belongings(facts, data):
    """Which settings it knows, and whether it can write a file."""
    yield " ".join(sorted(name for name in os.environ if name.startswith(("STATION", "SECRET")))).encode()
    try:
        Path(facts["path"]).write_text("here")
    except OSError:
        yield b"cannot write"
    else:
        yield b"wrote"
    inherited = [path for path in Path("/proc/self/fd").iterdir() if _is_socket(path)]
    yield str(len(inherited)).encode()


def _is_socket(path):
    try:
        return str(path.readlink()).startswith("socket:")
    except OSError:
        return False
