"""Sessions to ERPs, carriers and webhooks that connect only where `printers.reach` lets them.

Every connection, also one that is opened anew, resolves its name once and dials the address that was
judged; the certificate is still compared with the name.
"""

from __future__ import annotations

import re
import socket
import time
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import NewConnectionError

from printers.reach import Forbidden, Reach

_ADDRESS = re.compile(r"https?://[^\s/?#@]+(?:/[^\s?#@]*)?")


class NotReached(NewConnectionError):
    """The connection was not even tried: the address is none of those allowed."""


def session(reach: Reach) -> requests.Session:
    """A session without proxies, passwords of the machine or any other way around `reach`."""
    made = requests.Session()
    made.trust_env = False
    made.mount("http://", _Adapter(reach))
    made.mount("https://", _Adapter(reach))
    return made


def is_address(text: str) -> bool:
    """Whether this can be the address of a service: http(s), without password and query."""
    return bool(_ADDRESS.fullmatch(text))


def whole(answer: requests.Response, most_bytes: int, longest_s: float) -> bytes:
    """The body of a streamed answer; RequestException for one that is too long, or takes too long."""
    body, until = bytearray(), time.monotonic() + longest_s
    for part in answer.iter_content(65536):
        body += part
        if len(body) > most_bytes or time.monotonic() > until:
            raise requests.RequestException("too long")
    return bytes(body)


def forbidden(error: BaseException) -> str:
    """The sentence when a request failed because its address may not be reached; empty otherwise."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, Forbidden):
            return str(seen)
        seen = seen.__cause__ or seen.__context__
    return ""


class _Adapter(HTTPAdapter):
    def __init__(self, reach: Reach) -> None:
        self._reach = reach
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _pools(self._reach)


def _pools(reach: Reach) -> dict[str, Any]:
    def dialled(connection: HTTPConnection) -> socket.socket:
        timeout = connection.timeout if isinstance(connection.timeout, int | float) else 5.0
        try:
            made = reach.connect(connection._dns_host, connection.port, timeout)  # noqa: SLF001
        except Forbidden as error:
            raise NotReached(connection, str(error)) from error
        except OSError as error:
            raise NewConnectionError(connection, f"no connection: {error}") from error
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return made

    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return dialled(self)

    class Secure(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return dialled(self)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}
