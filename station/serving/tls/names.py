"""What this machine is called on its LAN: host names and addresses for its certificate."""

from __future__ import annotations

import re
import socket
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address

Address = IPv4Address | IPv6Address
_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
_GET_ADDRESS = 0x8915  # Linux: SIOCGIFADDR


@dataclass(frozen=True)
class Names:
    """Host names (lower case) and addresses, each once and sorted."""

    hosts: tuple[str, ...]
    addresses: tuple[Address, ...]

    @classmethod
    def of(cls, hosts: Iterable[str], addresses: Iterable[Address]) -> Names:
        """The names in one order; the order of `hosts` is kept, because the first one is the title."""
        return cls(
            tuple(dict.fromkeys(hosts)), tuple(sorted(set(addresses), key=lambda ip: (ip.version, int(ip))))
        )

    def __or__(self, other: Names) -> Names:
        return Names.of((*self.hosts, *other.hosts), (*self.addresses, *other.addresses))

    def only(self, may: Callable[[str | Address], bool]) -> Names:
        """Those for which `may` says yes."""
        return Names(tuple(filter(may, self.hosts)), tuple(filter(may, self.addresses)))

    def texts(self) -> list[str | Address]:
        """All of them, hosts first."""
        return [*self.hosts, *self.addresses]


NONE = Names((), ())


def given(hosts: Iterable[str], addresses: Iterable[str]) -> Names:
    """What a person typed; ValueError names what is no host name or no address."""
    return Names.of([_host(text) for text in hosts], [_address(text) for text in addresses])


def here() -> Names:
    """What this machine knows about itself; nothing is sent."""
    addresses = {ip_address("127.0.0.1"), ip_address("::1"), *_own_addresses()}
    name = socket.gethostname().lower().rstrip(".")
    hosts = []
    for text in (name, name if "." in name else f"{name}.local", "localhost"):
        try:
            hosts.append(_host(text))
        except ValueError:
            continue  # a machine may be called what no certificate can say
    return Names.of(hosts, (ip for ip in addresses if not (ip.is_unspecified or ip.is_multicast)))


def covers(parent: str, name: str) -> bool:
    """Whether `name` is `parent` or lies below it."""
    return name == parent or name.endswith(f".{parent}")


def _host(text: str) -> str:
    name = text.strip().lower().rstrip(".")
    try:
        name = name.encode("idna").decode("ascii") if not name.isascii() else name
    except UnicodeError:
        name = ""
    labels = name.removeprefix("*.").split(".")
    is_number = labels[-1].isdigit()
    if len(name) > 253 or is_number or not all(_LABEL.fullmatch(part) for part in labels):  # noqa: PLR2004
        raise ValueError(f"{text!r} is not a host name, e.g. station.lan (addresses go with --ip)")
    return name


def _address(text: str) -> Address:
    try:
        address = ip_address(text.strip())
    except ValueError:
        raise ValueError(f"{text!r} is not an IP address, e.g. 192.168.1.20") from None
    if address.is_unspecified or address.is_multicast:
        raise ValueError(f"{text} is not the address of one machine")
    return address


def _own_addresses() -> set[Address]:
    texts = {address for address in map(_towards, ("10.255.255.255", "2001:db8::1")) if address}
    try:
        known = socket.getaddrinfo(socket.gethostname(), None)
    except OSError:
        known = []
    texts |= {str(entry[4][0]) for entry in known}
    if sys.platform == "linux":
        texts |= _of_interfaces()
    return {ip_address(text) for text in texts if "%" not in text}


def _towards(target: str) -> str:
    """The address this machine would send from; connecting a datagram socket sends nothing."""
    family = socket.AF_INET6 if ":" in target else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((target, 1))
            return str(probe.getsockname()[0])
    except OSError:
        return ""


def _of_interfaces() -> set[str]:
    import fcntl

    addresses = set()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        for _index, name in socket.if_nameindex():
            try:
                answer = fcntl.ioctl(probe, _GET_ADDRESS, name.encode()[:15].ljust(40, b"\0"))
            except OSError:
                continue  # no address there
            addresses.add(socket.inet_ntoa(answer[20:24]))
    return addresses
