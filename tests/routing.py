"""One set of compiled address builders for all applications of a test run.

An application compiles two small functions for each of its some three hundred addresses, which is most of what
making one costs; the tests make a thousand. The functions depend on an address's text alone here, so what
was compiled for one application serves the next.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from werkzeug.routing import Rule

_COMPILED: dict[tuple[object, ...], Callable[..., Any]] = {}
_compile: Callable[[Rule, bool], Callable[..., Any]] = Rule._compile_builder


def _once(rule: Rule, append_unknown: bool = True) -> Callable[..., Any]:
    defaults = tuple(sorted((rule.defaults or {}).items()))
    key = (rule.rule, rule.subdomain, rule.host, defaults, append_unknown, tuple(rule._trace))
    if key not in _COMPILED:
        _COMPILED[key] = _compile(rule, append_unknown)
    return _COMPILED[key]


def share() -> None:
    """From now on applications of this process share what they have compiled."""
    Rule._compile_builder = _once  # type: ignore[method-assign, assignment]
