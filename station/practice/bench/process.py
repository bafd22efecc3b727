"""What a server's processes use together, where the system tells (Linux: ``/proc``)."""

from __future__ import annotations

import os
from pathlib import Path


def memory_mb(pid: int) -> int | None:
    """Resident memory of a process and all below it, in MB; None where the system does not tell."""
    try:
        return sum(_resident_kb(one) for one in tree(pid)) // 1024
    except (OSError, StopIteration):
        return None


def cpu_s(pid: int) -> float | None:
    """Processor seconds so far of a process and all below it, ended ones included; None where unknown.

    The system counts in ticks of 10 ms: only differences over seconds of work mean something.
    """
    try:
        ticks = sum(_ticks(one) for one in tree(pid))
        return ticks / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError):
        return None


def tree(pid: int) -> list[int]:
    """The process and its descendants, whichever thread started them; `OSError` when it is gone."""
    family = [pid]
    for one in family:  # grows while it is walked
        for thread in Path(f"/proc/{one}/task").iterdir():
            family += map(int, (thread / "children").read_text(encoding="ascii").split())
    return family


def _resident_kb(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))


def _ticks(pid: int) -> int:
    """User and system time, own and of children that have ended: fields 14 to 17 of proc(5)."""
    text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    after_name = text.rpartition(")")[2].split()  # a name may hold blanks and brackets
    return sum(map(int, after_name[11:15]))
