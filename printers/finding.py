"""Printers on this machine's own network: who listens on the raw port, and what each says of itself.

Only when a person asks, only at addresses the rule of `printers.reach` lets us connect to, and never further
than `MOST` addresses: neighbours, not the world. Nothing is printed.
"""

import socket
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from ipaddress import IPv4Address, IPv4Network, IPv6Network, ip_address

from printers import probing
from printers.errors import BadPrinter
from printers.reach import Reach, dialled
from printers.transports import Limits, LineBroken

PORT = 9100
MOST = 1024
"""Addresses of one look: four networks of 254."""
MOST_FOUND = 24
"""So many that listen are asked what they are."""
AT_ONCE, KNOCK_S = 64, 0.5
_NOWHERE_NEAR = ("10.255.255.255", 1)
"""Nothing is sent there: the system only says from which address it would go."""


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Somebody who listens: the address, and what it answered (language empty: nothing)."""

    address: str
    found: probing.Found


def neighbourhood(only: Sequence[IPv4Network | IPv6Network] = (), own: str = "") -> list[str]:
    """The addresses to knock at: the networks the owner named, else the /24 of this machine.

    Only private ones, at most `MOST`; none when this machine has no private IPv4 address.
    """
    networks = [network for network in only if isinstance(network, IPv4Network)]
    if not only:
        address = ip_address(own or own_address())
        if isinstance(address, IPv4Address) and address.is_private and not address.is_loopback:
            networks = [IPv4Network(f"{address}/24", strict=False)]
    found: list[str] = []
    for network in networks:
        if network.is_private and network.num_addresses <= MOST - len(found):
            found += [str(host) for host in network.hosts()]
    return found


def own_address() -> str:
    """The address of this machine on its network, as others see it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe, suppress(OSError):
        probe.connect(_NOWHERE_NEAR)
        return str(probe.getsockname()[0])
    return "127.0.0.1"


def look_around(addresses: Iterable[str], port: int, reach: Reach, limits: Limits) -> list[Neighbour]:
    """Knock at each address; who opens is asked what it is. A few seconds for a whole /24."""
    may = [text for text in addresses if not reach.why_not(text, ip_address(text), port)]
    with ThreadPoolExecutor(AT_ONCE) as crew:
        is_open = crew.map(lambda text: _listens(text, port), may)
        there = [text for text, listens in zip(may, is_open, strict=True) if listens][:MOST_FOUND]
        return list(crew.map(lambda text: _asked(text, port, replace(limits, reach=reach)), there))


def _listens(address: str, port: int) -> bool:
    try:
        dialled(address, port, KNOCK_S).close()
    except OSError:
        return False
    return True


def _asked(host: str, port: int, limits: Limits) -> Neighbour:
    address = f"tcp://{host}:{port}"
    try:
        return Neighbour(address, probing.identify(address, limits))
    except (BadPrinter, LineBroken):
        return Neighbour(address, probing.Found())
