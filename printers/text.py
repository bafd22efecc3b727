"""Cleaning of foreign text: the one place where names, notes and addresses become harmless and printable."""

import unicodedata
from functools import lru_cache

# Longest text any field can show; what lies beyond is only work for the wrapping.
LIMIT = 1500
# Cc control, Cf format (bidi overrides, zero-width joiners), Cs lone surrogates, Cn unassigned.
_DROPPED = {"Cc", "Cf", "Cs", "Cn"}


@lru_cache(maxsize=4096)
def clean(text: str) -> str:
    """Return ``text`` as one printable line: controls, bidi overrides and surrogates dropped, blanks joined.

    Everything is drawn as dots, so printer commands in a name are only odd letters; this is about what people
    see. At most ``LIMIT`` characters are kept.
    """
    kept = "".join(_character(c) for c in text[: LIMIT * 2])
    return " ".join(unicodedata.normalize("NFC", kept).split())[:LIMIT]


def _character(c: str) -> str:
    if c.isspace():
        return " "
    return "" if unicodedata.category(c) in _DROPPED or _is_variation_selector(c) else c


def _is_variation_selector(c: str) -> bool:
    return "\ufe00" <= c <= "\ufe0f"
