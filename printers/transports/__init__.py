"""Ways to a printer, chosen by its address.

``tcp://host:port`` · ``serial:///dev/ttyUSB0?baud=115200`` · ``device:///dev/usb/lp0`` are lines to talk on;
``cups://queue`` takes jobs and tells little; ``virtual:`` is always there.
"""

from collections.abc import Callable

from printers.errors import BadPrinter
from printers.transports import cups, device, serial, tcp, virtual
from printers.transports.delivery import Delivery
from printers.transports.line import DEFAULT, Limits, Line, LineBroken

__all__ = [
    "DEFAULT",
    "Delivery",
    "Limits",
    "Line",
    "LineBroken",
    "check",
    "is_instant",
    "is_line",
    "open_line",
]

VIRTUAL = "virtual:"
CUPS = "cups://"
_PARSERS: dict[str, Callable[[str], object]] = {
    "tcp": tcp.parse,
    "serial": serial.parse,
    "device": device.parse,
    "cups": cups.parse,
}
_LINES: dict[str, Callable[[str, Limits], Line]] = {
    "tcp": tcp.TcpLine,
    "serial": serial.SerialLine,
    "device": device.DeviceLine,
}


def check(address: str) -> None:
    """Raise BadPrinter unless ``address`` is one we can deliver to."""
    if address == VIRTUAL:
        return
    scheme = address.partition(":")[0]
    if scheme not in _PARSERS:
        raise BadPrinter(f"{address!r} does not begin with tcp://, serial://, device:// or cups://.")
    _PARSERS[scheme](address)


def is_instant(address: str) -> bool:
    """Whether delivery there cannot wait for anything outside this process."""
    return address == VIRTUAL


def is_line(address: str) -> bool:
    """Whether one can talk with the printer there."""
    return address.partition(":")[0] in _LINES


def open_line(address: str, limits: Limits = DEFAULT) -> Line:
    """Open the line; LineBroken when nobody is there, BadPrinter when the address makes no sense."""
    check(address)
    return _LINES[address.partition(":")[0]](address, limits)


def drop(address: str, payload: bytes, limits: Limits, *, is_raw: bool) -> Delivery:
    """Deliver to a place that takes whole jobs (``cups://``, ``virtual:``)."""
    if address == VIRTUAL:
        return virtual.deliver(payload)
    return cups.deliver(address, payload, limits, is_raw=is_raw)
