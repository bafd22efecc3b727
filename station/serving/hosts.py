"""By which names the station lets itself be called, and what a host name is at all.

A page of a foreign site can be given the station's address under its own name (DNS rebinding) and would then
be read as ours. So the station answers to what this machine is: its addresses at this moment, its host name,
the names in its certificate, and the names in `trusted_hosts`. Nothing is looked up in the network for it.
"""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Callable, Iterable
from ipaddress import IPv6Address, ip_address
from typing import Any

from flask import Flask, g

from printers.reach import is_ours
from station.ground.web.i18n import gettext as _
from station.ground.words.actor import Role
from station.serving.tls import identity, names
from station.settings import ANY_HOST, OWN_HOSTS, Settings

_LABEL = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
_HOST = re.compile(rf"(?:{_LABEL}(?:\.{_LABEL})*\.?|\[[0-9A-Fa-f:.]{{2,45}}\])(?::[0-9]{{1,5}})?")
LONGEST = 260

FRESH_S = 30
"""How long the host name, and an address that was this machine's, are taken for it without another look, in
seconds: DHCP may give others."""

Start = Callable[..., Any]


def bare(host: str) -> str:
    """A host as it is compared: small letters, no port, no brackets, no dot at the end."""
    host = host.strip().lower()
    name = host[1:].partition("]")[0] if host.startswith("[") else host
    if name.count(":") == 1:
        name = name.partition(":")[0]
    return name.rstrip(".")


def own_names() -> set[str]:
    """The host name of this machine, as it is on a LAN; nobody is asked."""
    name = socket.gethostname().lower().rstrip(".")
    first = name.partition(".")[0]
    return {"localhost", name, first, f"{first}.local"} - {"", ".local"}


def is_own_address(text: str) -> bool:
    """Whether this is an address of this machine now: only then the system lets a socket have it."""
    try:
        address = ip_address(text)
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    if address.is_unspecified or address.is_multicast or str(address) == "255.255.255.255":
        return False
    return is_ours(address)


class Known:
    """What this station is called; asked for every request."""

    def __init__(
        self,
        settings: Settings,
        steady: Callable[[], float] = time.monotonic,
        is_own: Callable[[str], bool] = is_own_address,
    ) -> None:
        self._steady, self._is_own = steady, is_own
        self.is_open = ANY_HOST in settings.trusted_hosts
        given = [bare(name) for name in settings.trusted_hosts if name != OWN_HOSTS]
        given += [bare(str(name).removeprefix("*")) for name in _certified(settings)]
        self._given = frozenset(name for name in given if not name.startswith("."))
        self._below = tuple(name for name in given if name.startswith("."))
        self._own: frozenset[str] = frozenset()
        self._looked = float("-inf")
        self._seen: dict[str, float] = {}

    def __call__(self, host: str) -> bool:
        """Whether the station may be called so; `host` is what a request says, with its port or without."""
        name = bare(host)
        if self.is_open or not host or name in self._given or name.endswith(self._below):
            return True
        now = self._steady()
        if now - self._looked > FRESH_S:
            self._looked, self._own, self._seen = now, frozenset(own_names()), {}
        if name in self._own or name in self._seen:
            return True
        if not self._is_own(name):
            return False
        self._seen[name] = now
        return True


def _certified(settings: Settings) -> list[str | names.Address]:
    try:
        standing = identity.read(identity.Files.in_folder(settings.data))
    except identity.CertError:
        standing = None
    return standing.names.texts() if standing else []


def install(app: Flask, known: Known) -> None:
    """Refuse what is no host name before anything looks it up, and let the desk say that any name will do."""
    app.wsgi_app = _Porter(app.wsgi_app)  # type: ignore[method-assign,assignment]

    def host_warning() -> str:
        who = getattr(g, "actor", None)
        if not known.is_open or who is None or Role.ADMIN not in who.roles:
            return ""
        return _('The station answers to any host name: take "any" out of trusted_hosts in station.toml')

    app.jinja_env.globals.update(host_warning=host_warning)


class _Porter:
    """Answers 400 where the Host is none: a label of more than 63 characters breaks every look-up."""

    def __init__(self, inner: Callable[[dict[str, Any], Start], Iterable[bytes]]) -> None:
        self._inner = inner

    def __call__(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        host = str(environ.get("HTTP_HOST", ""))
        if not host or (len(host) <= LONGEST and _HOST.fullmatch(host)):
            return self._inner(environ, start)
        text = b"this is no host name\n"
        kept = [("Content-Type", "text/plain"), ("X-Content-Type-Options", "nosniff")]
        start("400 BAD REQUEST", [*kept, ("Content-Length", str(len(text)))])
        return [text]
