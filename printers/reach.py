"""Where this process may connect to: printers and other systems, never this machine or its keepers.

An administrator types an address and the server connects to it: a way for whoever got that far to reach what
listens only to the server itself, or a cloud's metadata. So each connection goes through `Reach.connect`:
the name is resolved once, each of its addresses is judged, and one of those judged is dialled, so that no
second answer of a name server can take its place. The owner may allow an address by name.
"""

import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
Resolve = Callable[[str, int], Sequence[str]]
Dial = Callable[[str, int, float], socket.socket]

LOOPBACK, LINK_LOCAL, METADATA, OWN_PORT = (
    "this machine",
    "link-local",
    "a cloud's metadata",
    "the station's own port",
)
NOWHERE = "no address of a device"
OUTSIDE = "not in only_networks"

# Where clouds hand out keys and passwords (all, Alibaba, Oracle, AWS by IPv6).
_METADATA = frozenset(map(ip_address, ("169.254.169.254", "100.100.100.200", "192.0.0.192", "fd00:ec2::254")))
_NOWHERE = tuple(map(ip_network, ("0.0.0.0/8", "240.0.0.0/4", "::/128", "100::/64")))
_NAT64 = IPv6Network("64:ff9b::/96")
_EMBEDDED = tuple(map(IPv6Network, ("::ffff:0:0:0/96", "::/96")))
_LAST_PORT = 65_535


class Forbidden(OSError):
    """The address is none the server connects to; the sentence says which setting allows it."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """One address the owner allows: a name or a network, with a port or any."""

    name: str
    network: Network | None
    port: int | None

    @classmethod
    def read(cls, text: str) -> "Allowed":
        """``printer.lan``, ``127.0.0.1``, ``10.0.0.0/24``, each with or without ``:port``; ValueError."""
        host, port = _split(text.strip().lower())
        if not host or any(sign in host for sign in " @?#") or (port and not 0 < int(port) <= _LAST_PORT):
            raise ValueError(text)
        try:
            network: Network | None = ip_network(host)
        except ValueError:
            network = None
            if "/" in host or ":" in host or _looks_numeric(host):
                raise
        return cls(host.rstrip("."), network, int(port) if port else None)

    def has(self, host: str, address: Address, port: int) -> bool:
        if self.port not in {None, port}:
            return False
        if self.network is None:
            return host.lower().rstrip(".") == self.name
        return address.version == self.network.version and address in self.network


def _split(text: str) -> tuple[str, str]:
    if text.startswith("["):
        host, end, rest = text[1:].partition("]")
        if not end:
            raise ValueError(text)
        port = rest.removeprefix(":")
    elif text.count(":") == 1:
        host, _, port = text.partition(":")
    else:
        host, port = text, ""
    if port and not (port.isascii() and port.isdigit() and len(port) < 6):  # noqa: PLR2004
        raise ValueError(text)
    return host, port


def _looks_numeric(host: str) -> bool:
    """``127.1``, ``0x7f000001`` and the like: whoever means an address writes it out."""
    return host.rpartition(".")[2][:1].isdigit()


@dataclass(frozen=True, slots=True)
class Reach:
    """What may be connected to. ``only`` empty: any device; ``own_ports`` are the station's."""

    allowed: tuple[Allowed, ...] = ()
    only: tuple[Network, ...] = ()
    own_ports: frozenset[int] = frozenset()

    @classmethod
    def of(cls, allowed: Sequence[str], only: Sequence[str] = (), own_ports: Sequence[int] = ()) -> "Reach":
        """From settings; ValueError names the text that is none."""
        return cls(
            tuple(Allowed.read(text) for text in allowed),
            tuple(ip_network(text) for text in only),
            frozenset(own_ports) - {0},
        )

    def why_not(self, host: str, address: Address, port: int) -> str:
        """Why nobody connects there, empty when one may. ``host`` is what was typed."""
        address = _inner(address)
        if _is_nowhere(address):
            return NOWHERE
        named = [entry for entry in self.allowed if entry.has(host, address, port)]
        if port in self.own_ports and is_ours(address):
            return "" if any(entry.port for entry in named) else OWN_PORT
        return "" if named else _kept(address) or self._outside(address)

    def _outside(self, address: Address) -> str:
        is_inside = not self.only or any(address in network for network in self.only)
        return "" if is_inside else OUTSIDE

    def check(self, host: str, port: int) -> None:
        """Forbidden when ``host`` is written as an address nobody may reach; no name is looked up."""
        try:
            address = ip_address(host.partition("%")[0])
        except ValueError:
            return
        if why := self.why_not(host, address, port):
            raise _forbidden(host, port, why)

    def connect(
        self,
        host: str,
        port: int,
        timeout_s: float,
        *,
        resolve: Resolve | None = None,
        dial: Dial | None = None,
    ) -> socket.socket:
        """Connect to the first address of ``host`` that may be reached and answers.

        Forbidden when none may; OSError when none answers.
        """
        why, last = "", OSError(f"{host} has no address")
        for text in dict.fromkeys((resolve or resolved)(host, port)):
            objection = self.why_not(host, ip_address(text.partition("%")[0]), port)
            if objection:
                why = objection
                continue
            try:
                return (dial or dialled)(text, port, timeout_s)
            except OSError as error:
                last, why = error, ""
        raise _forbidden(host, port, why) if why else last


def _forbidden(host: str, port: int, why: str) -> Forbidden:
    return Forbidden(f"{host}:{port} is {why}: the setting allow_addresses may allow it")


def _inner(address: Address) -> Address:
    """An IPv4 address inside one of IPv6 is what is reached in the end."""
    if isinstance(address, IPv4Address):
        return address
    inner = address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1]
    if inner is None and (address in _NAT64 or any(address in network for network in _EMBEDDED)):
        inner = IPv4Address(int(address) & 0xFFFFFFFF)
    return address if inner is None or address.is_loopback or address.is_unspecified else inner


def _kept(address: Address) -> str:
    """What an address of no device is, unless the owner allows it."""
    if address in _METADATA:
        return METADATA
    if address.is_loopback:
        return LOOPBACK
    is_local = address.is_link_local or (address.version == 6 and address.is_site_local)  # noqa: PLR2004
    return LINK_LOCAL if is_local else ""


def _is_nowhere(address: Address) -> bool:
    return address.is_multicast or address.is_unspecified or any(address in network for network in _NOWHERE)


def is_ours(address: Address) -> bool:
    """Whether this machine has the address: one can bind to it. Nothing is sent."""
    if address.is_loopback:
        return True
    family = socket.AF_INET if address.version == 4 else socket.AF_INET6  # noqa: PLR2004
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.bind((str(address), 0))
    except OSError:
        return False
    return True


def resolved(host: str, port: int) -> list[str]:
    """The addresses of a name, in the system's order; OSError when it has none."""
    try:
        entries = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as error:
        raise OSError(f"{host!r} is no name") from error
    return [str(entry[4][0]) for entry in entries]


def dialled(address: str, port: int, timeout_s: float) -> socket.socket:
    """Connect to an address in figures."""
    return socket.create_connection((address, port), timeout=timeout_s)


STRICT = Reach()
"""What nobody allowed anything."""
