"""An office printer: takes whole files and says nothing."""

from tests.printers.doubles.base import Command, Printer
from tests.printers.doubles.wires import Wire


class OfficePrinter(Printer):
    """``jobs``: what each host sent until it hung up."""

    def __init__(self) -> None:
        super().__init__()
        self.jobs: list[bytes] = []

    def _split(self, _buffer: bytearray) -> Command | None:
        return None

    def _ended(self, wire: Wire) -> None:
        self.jobs.append(bytes(wire.buffer))
