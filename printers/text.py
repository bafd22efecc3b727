"""Cleaning of foreign text: the one place where names, notes and addresses become harmless and printable."""

import re
import unicodedata
from functools import lru_cache

# Longest text any field can show; what lies beyond is only work for the wrapping.
LIMIT = 1500
# Cc control, Cf format (bidi overrides, zero-width joiners), Cs lone surrogates, Cn unassigned.
_DROPPED = {"Cc", "Cf", "Cs", "Cn"}
PICTURE = "◇"
"""What stands for an emoji: letters are printed, little pictures are only said to have been there."""
# One picture may be made of several: joined, coloured, a flag of two letters, a figure in a box. Signs of the
# first plane (★ ☎) are letters unless they are said to be pictures.
_WIDE = "[\U0001f000-\U0001faff]"
_SIGN = "[\u2300-\u27bf\u2b00-\u2bff\u3030\u303d]"
_MORE = "(?:[\ufe0e\ufe0f\u20e3\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f])*"
_PICTURES = re.compile(
    "[\U0001f1e6-\U0001f1ff]{2}|[0-9#*]\ufe0f?\u20e3|"
    f"(?:{_WIDE}|{_SIGN}\ufe0f){_MORE}(?:\u200d(?:{_WIDE}|{_SIGN}){_MORE})*"
)


@lru_cache(maxsize=4096)
def clean(text: str) -> str:
    """Return ``text`` as one printable line: controls, bidi overrides and surrogates dropped, blanks joined.

    Everything is drawn as dots, so printer commands in a name are only odd letters; this is about what people
    see. At most ``LIMIT`` characters are kept.
    """
    kept = "".join(_character(c) for c in _PICTURES.sub(PICTURE, text[: LIMIT * 2]))
    return " ".join(unicodedata.normalize("NFC", kept).split())[:LIMIT]


def _character(c: str) -> str:
    if c.isspace():
        return " "
    return "" if unicodedata.category(c) in _DROPPED or _is_variation_selector(c) else c


def _is_variation_selector(c: str) -> bool:
    return "\ufe00" <= c <= "\ufe0f"
