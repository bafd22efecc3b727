"""Mappings that are there from the beginning, one for each usual export, after public column names."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

ORDER = ("taobao", "pinduoduo", "jd", "douyin", "woocommerce", "shopify", "generic")


@cache
def spec(code: str) -> dict[str, Any]:
    """One of them as data; LookupError for none."""
    if code not in ORDER:
        raise LookupError(code)
    text = files(__name__).joinpath(f"{code}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def names() -> list[tuple[str, str]]:
    """Code and name of each."""
    return [(code, str(spec(code)["name"])) for code in ORDER]
