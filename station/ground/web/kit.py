"""What every page shares: who asks, the session cookie, CSRF, security headers, errors."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Sequence
from functools import wraps
from typing import ParamSpec, Protocol, TypeVar
from urllib.parse import urlsplit

from flask import Response, abort, current_app, g, request

from station.clock import Clock
from station.ground.db import Database
from station.ground.room import Room
from station.ground.vitals import Vitals
from station.ground.words.actor import Actor, Role
from station.ground.work import Works
from station.settings import Settings

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")


class Station(Protocol):
    """What a page may hold on to; the real one is `station.wiring.hub.Hub`."""

    @property
    def settings(self) -> Settings: ...
    @property
    def db(self) -> Database: ...
    @property
    def clock(self) -> Clock: ...
    @property
    def works(self) -> Works: ...
    @property
    def vitals(self) -> Vitals: ...
    @property
    def rooms(self) -> Sequence[Room]: ...
    @property
    def demo_people(self) -> Sequence[tuple[str, str, str, str]]: ...
    @property
    def wake(self) -> threading.Event: ...
    def identify(self, token: str, *, is_in_use: bool = False) -> Actor | None: ...
    def part(self, kind: type[T]) -> T: ...


def csrf_token(token: str) -> str:
    """The synchroniser token that belongs to a session's token."""
    return hashlib.sha256(b"csrf:" + token.encode("utf-8", "replace")).hexdigest()


def hub() -> Station:
    """The station behind this request."""
    return current_app.extensions["station"]  # type: ignore[no-any-return]


def actor() -> Actor:
    """The signed-in person; pages without one are redirected before they run."""
    if g.actor is None:
        abort(401)
    return g.actor  # type: ignore[no-any-return]


def cookie_name() -> str:
    """The session cookie's name: a ``__Host-`` cookie only exists on HTTPS."""
    return "__Host-sid" if request.is_secure else "sid"


def token() -> str:
    """The session's token as the browser sent it."""
    return request.cookies.get(cookie_name(), "")


def set_cookie(response: Response, value: str) -> None:
    """Hand the session's token to the browser."""
    response.set_cookie(
        cookie_name(),
        value,
        max_age=12 * 3600,
        secure=request.is_secure,
        httponly=True,
        samesite="Lax",
        path="/",
    )


def mark() -> str:
    """The browser's own secret, by which people are known who signed in on it before; empty in a new one."""
    return request.cookies.get(_mark_name(), "")[:80]


def set_mark(response: Response, value: str) -> None:
    """Let the browser keep its secret; signing out does not take it away."""
    response.set_cookie(
        _mark_name(),
        value,
        max_age=400 * 86_400,
        secure=request.is_secure,
        httponly=True,
        samesite="Lax",
        path="/",
    )


def _mark_name() -> str:
    return "__Host-device" if request.is_secure else "device"


def is_path_here(target: str) -> bool:
    """Whether this is a path of this station: no other host, nothing that is read otherwise elsewhere.

    Browsers drop tabs and line ends and read a backslash as a slash, so no such character may be in it.
    """
    plain = all(" " < char <= "~" and char != "\\" for char in target)
    return plain and target.startswith("/") and not target.startswith("//") and not urlsplit(target).netloc


def wants_json() -> bool:
    """Whether a program asks (``Accept: application/json``)."""
    return request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json"


def allow(*roles: Role, everybody: bool = False) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Only people holding one of `roles` (or anybody signed in); checked before the view runs."""

    def wrap(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def checked(*args: P.args, **kwargs: P.kwargs) -> R:
            who = g.actor
            if who is None:
                abort(401)
            if not everybody and not who.may(frozenset(roles)):
                abort(403)
            return view(*args, **kwargs)

        checked.allowed = True  # type: ignore[attr-defined]
        return checked

    return wrap


def public(view: Callable[P, R]) -> Callable[P, R]:
    """Mark a view that needs no sign-in; `install` refuses to start with an unmarked one."""
    view.allowed = True  # type: ignore[attr-defined]
    return view


def keyed(view: Callable[P, R]) -> Callable[P, R]:
    """Mark a view that knows its caller by a key in the request: cookies and their CSRF are no matter."""
    view.keyed = True  # type: ignore[attr-defined]
    return public(view)


def is_keyed() -> bool:
    return getattr(current_app.view_functions.get(request.endpoint or ""), "keyed", False)
