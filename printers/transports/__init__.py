"""Ways to a printer, chosen by its address: ``virtual:`` or ``tcp://host:port``.

Serial lines, device files and CUPS will be further files with ``deliver``; status queries stand beside them.
"""

from printers.errors import BadPrinter
from printers.transports import tcp, virtual
from printers.transports.delivery import Delivery

__all__ = ["Delivery", "check", "deliver", "is_instant"]

VIRTUAL = "virtual:"


def check(address: str) -> None:
    """Raise BadPrinter unless ``address`` is one we can deliver to."""
    if address != VIRTUAL:
        tcp.parse(address)


def is_instant(address: str) -> bool:
    """Whether delivery there cannot wait for anything outside this process."""
    return address == VIRTUAL


def deliver(address: str, payload: bytes, limits: tcp.Limits = tcp.DEFAULT) -> Delivery:
    """Deliver one job and return what is known about it; settings that make no sense are hopeless."""
    if address == VIRTUAL:
        return virtual.deliver(payload)
    try:
        return tcp.deliver(address, payload, limits)
    except BadPrinter as error:
        return Delivery(0, error=str(error), is_hopeless=True)
