"""What the authority may vouch for: private networks, names of an office, and what it was told."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network, ip_network

from cryptography import x509

from station.serving.tls.names import Address, Names, covers

PRIVATE = tuple(
    ip_network(text)
    for text in (
        "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "127.0.0.0/8",
        "fc00::/7", "fe80::/10", "::1/128",
    )
)  # fmt: skip
OFFICE = ("localhost", "local", "lan", "internal", "intranet", "home.arpa")
"""Names no public authority gives away; the authority may vouch for all below them."""


def permitted(names: Names) -> list[x509.GeneralName]:
    """Private networks and office names, and what else this station was told it is called."""
    hosts = sorted({*OFFICE, *(name for name in names.hosts if not _is_under(name, OFFICE))})
    foreign = [ip_network(item) for item in names.addresses if not any(item in net for net in PRIVATE)]
    return [*map(x509.DNSName, hosts), *map(x509.IPAddress, (*PRIVATE, *foreign))]


def may_vouch(ca: x509.Certificate, name: str | Address) -> bool:
    try:
        trees = ca.extensions.get_extension_for_class(x509.NameConstraints).value.permitted_subtrees
    except x509.ExtensionNotFound:
        return True
    if trees is None:
        return True
    if isinstance(name, str):
        return _is_under(name, [tree.value for tree in trees if isinstance(tree, x509.DNSName)])
    nets = [tree.value for tree in trees if isinstance(tree, x509.IPAddress)]
    return any(isinstance(net, IPv4Network | IPv6Network) and name in net for net in nets)


def _is_under(name: str, parents: Iterable[str]) -> bool:
    return any(covers(parent, name) for parent in parents)
