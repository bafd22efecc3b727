"""By which names the station lets itself be called, and what a host name is at all.

A page of a foreign site can be given the station's address under its own name (DNS rebinding) and would then
be read as ours; `trusted_hosts` ends that.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask, g

from station.ground.web.i18n import gettext as _
from station.ground.words.actor import Role
from station.serving.tls import identity, names
from station.settings import Settings

LAN = "lan"
"""In `trusted_hosts`: all that this machine and its certificate call themselves."""

_LABEL = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
_HOST = re.compile(rf"(?:{_LABEL}(?:\.{_LABEL})*\.?|\[[0-9A-Fa-f:.]{{2,45}}\])(?::[0-9]{{1,5}})?")
LONGEST = 260

Start = Callable[..., Any]


def trusted(settings: Settings) -> list[str]:
    """The names of the setting, ``lan`` spelled out; empty allows all."""
    hosts: list[str] = []
    for name in settings.trusted_hosts:
        hosts += _lan(settings) if name == LAN else [name]
    return list(dict.fromkeys(hosts))


def _lan(settings: Settings) -> list[str]:
    known = names.here()
    try:
        standing = identity.read(identity.Files.in_folder(settings.data))
    except identity.CertError:
        standing = None
    return [str(name) for name in (known | standing.names if standing else known).texts()]


def install(app: Flask, settings: Settings) -> None:
    """Refuse what is no host name before anything looks it up, and let the desk say that any name will do."""
    app.wsgi_app = _Porter(app.wsgi_app)  # type: ignore[method-assign,assignment]
    is_open = not settings.trusted_hosts

    def host_warning() -> str:
        who = getattr(g, "actor", None)
        if not is_open or who is None or Role.ADMIN not in who.roles:
            return ""
        return _('The station answers to any host name: set trusted_hosts = ["lan"] in station.toml')

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
