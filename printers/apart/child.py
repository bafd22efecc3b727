"""The process itself: limits itself, then does one job after the other until nobody asks any more.

Started by `printers.apart.room`, never by hand.
"""

import importlib
import json
import math
import os
import select
import sys
import time
import traceback
from pathlib import Path
from typing import Any, BinaryIO

from printers.apart import wire
from printers.apart.errors import No

_MOST_ASKED = 256_000_000
_OPEN_FILES = 64
_FAT = 400_000_000


def main() -> None:
    """Answer on standard output until standard input ends or stays silent for so long."""
    memory, idle_s = int(sys.argv[1]), float(sys.argv[2])
    # What a library prints must not get between the answers.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    _limit(memory)
    asked = sys.stdin.buffer
    while _is_asked(asked, idle_s):
        try:
            _, head = wire.read(asked, _MOST_ASKED)
            _, data = wire.read(asked, _MOST_ASKED)
        except wire.Ended:
            return
        if not _answered(answers, json.loads(head), data):
            return


def _is_asked(asked: BinaryIO, idle_s: float) -> bool:
    """Wait for a question; False when none comes. Windows cannot wait on a pipe: there it waits for good."""
    if os.name != "posix":
        return True
    return bool(select.select([asked], [], [], idle_s)[0])


def _answered(answers: BinaryIO, head: dict[str, Any], data: bytes) -> bool:
    """Do one job; False when the process should not be used again."""
    _limit_time(head["cpu_s"])
    module, _, name = head["job"].partition(":")
    try:
        for part in getattr(importlib.import_module(module), name)(head["facts"], data):
            wire.write(answers, wire.PART, part)
    except No as no:
        wire.write(answers, wire.NO, json.dumps(no.facts).encode())
        return True
    except MemoryError:
        wire.write(answers, wire.FAULT, b"MemoryError")
        return False
    except Exception:  # noqa: BLE001 - the caller logs it, in a process that keeps a log
        wire.write(answers, wire.FAULT, traceback.format_exc(limit=-20).encode("utf-8", "backslashreplace"))
        return False
    wire.write(answers, wire.DONE)
    return not _is_fat()


def _is_fat() -> bool:
    """Whether this process once took so much memory that it is better given back.

    Not by ``getrusage``: on Linux its peak begins with that of the process that started this one.
    """
    try:
        with Path("/proc/self/status").open("rb") as status:
            peak = next(line for line in status if line.startswith(b"VmHWM:"))
    except (OSError, StopIteration):  # another system
        return False
    return int(peak.split()[1]) * 1024 > _FAT


def _limit(memory: int) -> None:
    """Take from this process what it does not need. Where the system has no such limits, nothing is done."""
    try:
        import resource
    except ImportError:
        return
    for what, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, _OPEN_FILES),
        (resource.RLIMIT_AS, memory),
    ):
        try:
            resource.setrlimit(what, (most, most))
        except (OSError, ValueError):  # macOS refuses some
            continue


def _limit_time(cpu_s: int) -> None:
    """The system ends the process when this job has used so many seconds of a processor."""
    try:
        import resource
    except ImportError:
        return
    until = math.ceil(time.process_time()) + cpu_s
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (until, hard))


if __name__ == "__main__":
    main()
