"""Waiting and working beside each other in tests: for a condition, never for a time that a fast machine needs."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

T = TypeVar("T")

PATIENCE_S = 60
"""When a wait gives up, in seconds: only what is broken lets it come to that, even on a busy machine."""

PROCESS_S = 600
"""The same for a program that starts, stops or works a day; one that died is noticed at once."""


def until(what: Callable[[], object], why: str = "waited in vain", patience_s: float = PATIENCE_S) -> None:
    """Wait for what another thread or process does; AssertionError with `why` when it never comes."""
    deadline, pause = time.monotonic() + patience_s, threading.Event()
    while not what():
        assert time.monotonic() < deadline, why
        pause.wait(0.01)


def beside(*works: Callable[[], T]) -> list[T]:
    """Do all at once, each in a thread of its own; what they return, or what went wrong in the first of them."""
    with ThreadPoolExecutor(len(works)) as pool:
        return [future.result() for future in [pool.submit(work) for work in works]]
