"""What all printers have in common for a test: the knobs for paper, cover and bad days."""

from collections.abc import Callable

from tests.printers.doubles.machine import Command, Machine

__all__ = ["JUNK", "Command", "Printer"]

JUNK = b"\xffHTTP/1.1 400 Bad Request\r\n"


class Printer(Machine):
    """A double. Every knob may be turned at any moment and has taken effect when its method returns."""

    # --- knobs: paper, cover and other causes -------------------------------------------------------

    def fault(self, name: str) -> None:
        """Stop for a cause: ``paper``, ``cover``, ``pause``, ``ribbon``, ``jam``, ``error``."""
        with self._changed:
            self.faults.add(name)
            self._state_changed()

    def clear(self, name: str) -> None:
        with self._changed:
            self.faults.discard(name)
            self._state_changed()

    def paper_out(self) -> None:
        self.fault("paper")

    def new_paper(self) -> None:
        with self._changed:
            self.is_low = False
            self.clear("paper")

    def paper_low(self) -> None:
        with self._changed:
            self.is_low = True
            self._state_changed()

    def open_cover(self) -> None:
        self.fault("cover")

    def close_cover(self) -> None:
        self.clear("cover")

    # --- knobs: what it says -----------------------------------------------------------------------

    def silent(self) -> None:
        """Answer no status question any more."""
        self.mute_proof("status")

    def mute_proof(self, *kinds: str) -> None:
        """Do not answer ``fence``, ``echo``, ``counter`` (or ``status``)."""
        with self._changed:
            self._muted.update(kinds)

    def garbage(self, junk: bytes = JUNK) -> None:
        """Answer status questions with nonsense."""
        with self._changed:
            self._junk = junk

    def speak(self) -> None:
        """End ``silent``, ``mute_proof`` and ``garbage``."""
        with self._changed:
            self._muted.clear()
            self._junk = b""

    def hold_answers(self) -> None:
        """Keep all answers back until ``release_answers``."""
        with self._changed:
            self._held = [] if self._held is None else self._held

    def release_answers(self) -> None:
        with self._changed:
            held, self._held = self._held or [], None
            for wire, data in held:
                self._write(wire, data)
            self._settle()

    # --- knobs: the line ---------------------------------------------------------------------------

    def after(self, n: int, action: Callable[[], None]) -> None:
        """Do something once ``n`` more bytes of jobs were taken (0: when the next one's first byte comes)."""
        self._mark(n, lambda _wire: action())

    def drop_after(self, n: int) -> None:
        """Reset the connection after ``n`` bytes of the next job; on a cable: pull the plug."""
        self._mark(n, lambda wire: wire.close() if wire is self._pty else wire.reset())

    def hang_up_after(self, n: int) -> None:
        """Say goodbye after ``n`` bytes of the next job and ignore the rest."""
        self._mark(n, lambda wire: wire.say_goodbye())

    def stall_after(self, n: int) -> None:
        """Read no more after ``n`` bytes of the next job, until ``go_on``."""
        self._mark(n, lambda _wire: self._stall())

    def go_on(self) -> None:
        with self._changed:
            self._is_stalled = False
            for wire in list(self._wires):
                kept, wire.unread = wire.unread, b""
                self._arrived(wire, kept)
            self._settle()

    def power_cycle(self) -> None:
        """Off and on: connections reset, buffer gone. What hangs out of the printer stays there."""
        with self._changed:
            for wire in list(self._wires):
                wire.reset()
            self._pending.clear()
            self._held = None if self._held is None else []
            self._forget_settings()
            self._settle()

    def refuse(self) -> None:
        """Close the port. It stays ours, so nobody else can take it meanwhile."""
        with self._changed:
            assert self._listener is not None
            self._watch_port(wanted=False)
            self._listener.close()
            self._listener = self._bound()

    def accept(self) -> None:
        """Open the port again."""
        with self._changed:
            assert self._listener is not None
            self._listener.listen()
            self._watch_port()

    def busy(self) -> None:
        """Serve nobody new: connections are made by the system, but no byte of them is read."""
        with self._changed:
            assert self._listener is not None
            self._is_busy = True
            self._watch_port(wanted=False)

    def free(self) -> None:
        with self._changed:
            self._is_busy = False
            self._watch_port()

    def never_hang_up(self) -> None:
        """Keep connections open when the host has said goodbye, as many printers do."""
        with self._changed:
            self._hangs_never = True
