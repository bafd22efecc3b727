"""Starting processes for jobs apart, ending them at their limit, and keeping idle ones for the next job."""

import atexit
import json
import logging
import os
import signal
import subprocess
import sys
import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import IO, Any

from printers.apart import wire
from printers.apart.errors import CRASH, MEMORY, TIME, No, NotNow, TooMuch

_log = logging.getLogger(__name__)
_MB = 1_000_000
# What the environment must tell a process so that Python starts in it; never a setting or a password.
_NEEDED = ("PATH", "LANG", "LC_ALL", "SYSTEMROOT", "LD_LIBRARY_PATH")
_IDLE_S = 300


@dataclass(frozen=True, slots=True)
class Limits:
    """What one job may cost: seconds of a processor, seconds by the clock, megabytes of address space and of
    answer.

    The processor's seconds are the law; the clock's are for a job that waits, and generous, so that a busy
    machine refuses nothing.
    """

    cpu_s: int
    clock_s: float
    memory_mb: int
    answer_mb: int


class _Child:
    """One process. Who asks it waits for the answer."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        command = [sys.executable, "-P", "-B", "-m", "printers.apart.child"]
        try:
            self.process = subprocess.Popen(  # noqa: S603 - our own module, by the Python that runs us
                [*command, str(limits.memory_mb * _MB), str(_IDLE_S)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=_environment(),
            )
        except OSError as error:
            raise NotNow(f"no process for foreign files could be started: {error}") from error
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self._asks: IO[bytes] = self.process.stdin
        self._answers: IO[bytes] = self.process.stdout
        self._is_late = False

    def ask(self, job: str, facts: dict[str, Any], data: bytes) -> list[bytes]:
        """Return the parts of the answer; No, TooMuch, or wire.Ended when it had ended before."""
        head = json.dumps({"job": job, "facts": facts, "cpu_s": self._limits.cpu_s}).encode()
        alarm = threading.Timer(self._limits.clock_s, self._end_late)
        alarm.daemon = True
        alarm.start()
        try:
            wire.write(self._asks, wire.ASK, head)
            wire.write(self._asks, wire.DATA, data)
            return list(self._parts(job))
        except wire.Ended:
            if self.end() == 0 and not self._is_late:
                raise
            raise TooMuch(self._cause()) from None
        except OverflowError:
            self.end()
            raise TooMuch(MEMORY) from None
        except No:
            raise
        except BaseException:
            self.end()
            raise
        finally:
            alarm.cancel()

    def _parts(self, job: str) -> Iterator[bytes]:
        room = self._limits.answer_mb * _MB
        while True:
            kind, body = wire.read(self._answers, room)
            room -= len(body)
            if kind == wire.PART:
                yield body
            elif kind == wire.DONE:
                return
            elif kind == wire.NO:
                raise No(json.loads(body))
            elif body == b"MemoryError":
                raise TooMuch(MEMORY)
            else:
                _log.error("%s failed apart: %s", job, body.decode("utf-8", "replace")[-4000:])
                raise TooMuch(CRASH)

    def _end_late(self) -> None:
        self._is_late = True
        self.process.kill()

    def _cause(self) -> str:
        ended_by_time = {-getattr(signal, name) for name in ("SIGXCPU",) if hasattr(signal, name)}
        if self._is_late or self.process.returncode in ended_by_time:
            return TIME
        # A library that is not Python's own ends its process when it gets no memory.
        return MEMORY if self.process.returncode == -signal.SIGABRT else CRASH

    def end(self) -> int:
        """End the process, whatever it does; its exit code. One that is about to end by itself may."""
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(0.2)
        self.process.kill()
        code = self.process.wait()
        for pipe in (self._asks, self._answers):
            with suppress(OSError):
                pipe.close()
        return code


class Room:
    """Jobs of one kind: at most ``most`` at a time, the others wait. Safe to use from any thread.

    A process is used again (``is_kept``) or for one job only, which gives its memory back at once.
    """

    def __init__(self, limits: Limits, *, most: int = 1, is_kept: bool = True) -> None:
        self.limits, self._is_kept = limits, is_kept
        self._turns = threading.BoundedSemaphore(most)
        self._lock = threading.Lock()
        self._idle: list[_Child] = []
        self._pid = os.getpid()
        _ROOMS.add(self)

    def run(self, job: str, facts: dict[str, Any], data: bytes = b"") -> list[bytes]:
        """Do ``module:function`` apart and return the parts it gave.

        No is the job's own; TooMuch when it had to be ended; NotNow when no process could be started.
        """
        with self._turns:
            try:
                return self._run(self._taken(), job, facts, data)
            except wire.Ended:  # an idle one that went home this moment
                return self._run(_Child(self.limits), job, facts, data)

    def _run(self, child: _Child, job: str, facts: dict[str, Any], data: bytes) -> list[bytes]:
        with self._returned(child):
            return child.ask(job, facts, data)

    @contextmanager
    def _returned(self, child: _Child) -> Iterator[None]:
        """Keep the process for the next job when this one ended well, by an answer or a no."""
        is_good = False
        try:
            yield
            is_good = True
        except No:
            is_good = True
            raise
        finally:
            if is_good and self._is_kept:
                with self._lock:
                    self._idle.append(child)
            else:
                child.end()

    def _taken(self) -> _Child:
        with self._lock:
            if self._pid != os.getpid():  # after a fork the processes are our parent's
                self._idle, self._pid = [], os.getpid()
            while self._idle:
                child = self._idle.pop()
                if child.process.poll() is None:
                    return child
                child.end()
        return _Child(self.limits)

    def close(self) -> None:
        """End the idle processes; the room can still be used."""
        with self._lock:
            idle, self._idle = self._idle, []
        for child in idle:
            child.process.kill()
            child.end()


_ROOMS: "weakref.WeakSet[Room]" = weakref.WeakSet()


def _environment() -> dict[str, str]:
    named = {name: os.environ[name] for name in _NEEDED if name in os.environ}
    return named | {"PYTHONPATH": os.pathsep.join(sys.path)}


@atexit.register
def _close_all() -> None:
    for room in list(_ROOMS):
        room.close()
